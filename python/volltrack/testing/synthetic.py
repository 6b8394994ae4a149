"""Synthetic 3D+t tissue movies with known truth: labels, tissue and lineage."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

import numpy as np
import pandas as pd
from annotated_types import Ge, Interval
from scipy import ndimage

from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, Spots, Tissue, VoxelSize
from volltrack.model.settings import Fraction, NotNegative, Positive, Seed, require_fields
from volltrack.progress import OnProgress, track_progress
from volltrack.testing.tissue_growth import TissueState, grow_tissue
from volltrack.testing.tissue_rendering import TissueRenderer

__all__ = ["SyntheticMovie", "SyntheticSettings", "make_tissue_movie"]


Count: TypeAlias = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class SyntheticSettings:
    """What the synthetic tissue looks like and how it moves.

    The defaults resemble a confocal movie of a small confluent tissue: 12 um cells with a bright nucleus and a dim
    body, planes four times farther apart than pixels. They are our choice; nothing was fitted to data.

    Parameters
    ----------
    seed
        Everything random follows from it, >= 0.
    n_frames
        Number of time points, >= 1.
    shape_zyx
        Voxels of a frame, each >= 1; Z = 1 gives a 2D movie of flat cells.
    voxel_size
        Edge lengths of a voxel.
    frame_interval, time_unit
        Time between frames, > 0.
    n_cells
        Cells in the first frame, >= 1. They must fit into the frame.
    cell_diameter_um
        Diameter of a grown cell (sphere, or circle in 2D), > 0, in the unit of `voxel_size`.
    division_rate
        Probability per frame that a grown cell divides, 0 .. 1.
    growth_frames
        Frames in which a daughter grows from half to the full volume; it cannot divide before, >= 1.
    random_step_um
        Standard deviation per axis and frame of the random motion of a cell, >= 0.
    drift_um
        Motion of the whole tissue per frame (z, y, x).
    rotation_deg
        Rotation of the tissue around z per frame.
    elongation
        Ratio of the longest to the shortest axis of a cell, 1 .. 2.5.
    irregularity
        Amplitude of the bending of the cell borders as a fraction of the diameter, 0 .. 0.3.
    n_debris
        Bright pieces outside the tissue, which are no cells and not in the truth, >= 0.
    photons
        Expected count in the middle of a nucleus of mean brightness, > 0; the Poisson noise follows from it.
    background
        Expected count where nothing is, >= 0.
    read_noise
        Standard deviation of the Gaussian noise in counts, >= 0.
    uneven_light
        Relative loss of light from the brightest to the darkest place of the frame, 0 .. 0.9.
    blur_um
        Standard deviation of the point spread function (z, y, x), >= 0.
    """

    seed: Seed = 0
    n_frames: Count = 12
    shape_zyx: tuple[Count, Count, Count] = (16, 192, 192)
    voxel_size: VoxelSize = field(default_factory=lambda: VoxelSize(z=2.0, y=0.5, x=0.5))
    frame_interval: Positive = 5.0
    time_unit: str = "min"
    n_cells: Count = 80
    cell_diameter_um: Positive = 12.0
    division_rate: Fraction = 0.025
    growth_frames: Count = 5
    random_step_um: NotNegative = 0.5
    drift_um: tuple[float, float, float] = (0.0, 0.3, 0.4)
    rotation_deg: float = 1.0
    elongation: Annotated[float, Interval(ge=1, le=2.5)] = 1.4
    irregularity: Annotated[float, Interval(ge=0, le=0.3)] = 0.09
    n_debris: Annotated[int, Ge(0)] = 6
    photons: Positive = 400.0
    background: NotNegative = 60.0
    read_noise: NotNegative = 6.0
    uneven_light: Annotated[float, Interval(ge=0, le=0.9)] = 0.35
    blur_um: tuple[NotNegative, NotNegative, NotNegative] = (0.9, 0.35, 0.35)

    def __post_init__(self) -> None:
        require_fields(self)

    @property
    def is_2d(self) -> bool:
        """Whether the movie is flat (Z = 1)."""
        return self.shape_zyx[0] == 1

    @property
    def extent_um(self) -> tuple[float, float, float]:
        """Edge lengths of a frame (z, y, x)."""
        z, y, x = (n * v for n, v in zip(self.shape_zyx, self.voxel_size.zyx, strict=True))
        return (z, y, x)


@dataclass(frozen=True, kw_only=True)
class SyntheticMovie:
    """A synthetic movie and its truth.

    Parameters
    ----------
    raw
        uint16 (T, Z, Y, X), rendered frame by frame when read.
    labels
        int32 (T, Z, Y, X): every cell; a cell keeps its label until it divides, daughters get new ones.
    tissue
        uint8 (T, Z, Y, X): 1 inside the smooth surface that holds all cells.
    lineage
        One spot per cell and frame, at the centroid of its label, with columns ``ID, FRAME, POSITION_X/Y/Z/T, RADIUS,
        QUALITY`` (voxel count) and ``LABEL``; links follow the cells, two leave a dividing one.
    settings
        What it was made from.
    """

    raw: Movie
    labels: LabelMovie
    tissue: Tissue
    lineage: Lineage
    settings: SyntheticSettings


def make_tissue_movie(
    settings: SyntheticSettings | None = None, *, on_progress: OnProgress | None = None
) -> SyntheticMovie:
    """Return a tissue movie with its truth, the same for the same settings.

    Parameters
    ----------
    settings
        Defaults when not given.
    on_progress
        Told after each frame.

    Raises
    ------
    BadSettings
        If the cells do not fit into the frame.
    Cancelled
        If `on_progress` asks to stop.

    Notes
    -----
    Frames are rendered each time they are read, so movies larger than memory can be made; only the positions of the
    cells are kept.
    """
    settings = settings or SyntheticSettings()
    rng = np.random.default_rng(settings.seed)
    states = grow_tissue(settings, rng)
    renderer = TissueRenderer(settings)
    calibration = Calibration(
        voxel_size=settings.voxel_size, frame_interval=settings.frame_interval, time_unit=settings.time_unit
    )
    shape = (settings.n_frames, *settings.shape_zyx)
    lineage = _trace_lineage(states, renderer, settings, on_progress)
    return SyntheticMovie(
        raw=Movie(
            shape=shape,
            dtype=np.dtype(np.uint16),
            calibration=calibration,
            read_frame=lambda t: renderer.render_image(states[t], t),
            name=f"synthetic tissue, seed {settings.seed}",
        ),
        labels=LabelMovie(
            shape=shape,
            dtype=np.dtype(np.int32),
            calibration=calibration,
            read_frame=lambda t: renderer.render_labels(states[t]),
            name="true labels",
        ),
        tissue=Tissue(
            labels=LabelMovie(
                shape=shape,
                dtype=np.dtype(np.uint8),
                calibration=calibration,
                read_frame=lambda t: renderer.render_tissue(states[t]),
                name="true tissue",
            )
        ),
        lineage=lineage,
        settings=settings,
    )


def _trace_lineage(
    states: list[TissueState], renderer: TissueRenderer, settings: SyntheticSettings, on_progress: OnProgress | None
) -> Lineage:
    """Return the spots at the centroids of the rendered labels, and the links between them."""
    tables, voxel = [], settings.voxel_size
    for t, state in enumerate(track_progress(states, on_progress, "make movie", len(states))):
        labels = renderer.render_labels(state)
        counts = np.bincount(labels.ravel(), minlength=int(state.labels.max()) + 1)
        present = state.labels[counts[state.labels] > 0]
        centroids = np.array(ndimage.center_of_mass(labels > 0, labels, present)).reshape(-1, 3) * voxel.zyx
        sizes = counts[present].astype(np.float64)
        if settings.is_2d:
            radii = np.sqrt(sizes * voxel.y * voxel.x / math.pi)
        else:
            radii = np.cbrt(sizes * voxel.volume * 3 / (4 * math.pi))
        tables.append(
            pd.DataFrame(
                {
                    "FRAME": t,
                    "POSITION_X": centroids[:, 2],
                    "POSITION_Y": centroids[:, 1],
                    "POSITION_Z": centroids[:, 0],
                    "POSITION_T": t * settings.frame_interval,
                    "RADIUS": radii,
                    "QUALITY": sizes,
                    "LABEL": present,
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "ID", np.arange(len(table), dtype=np.int64))
    return Lineage(spots=Spots(table=table), links=_link_truth(table, states))


def _link_truth(table: pd.DataFrame, states: list[TissueState]) -> Links:
    """Return the links from each spot to the same label, or its daughters, in the next frame."""
    mother_of = {int(k): int(m) for state in states for k, m in zip(state.labels, state.mothers, strict=True)}
    spot_at = {(int(f), int(k)): int(i) for i, f, k in zip(table["ID"], table["FRAME"], table["LABEL"], strict=True)}
    source, target = [], []
    for (frame, label), spot in spot_at.items():
        before = spot_at.get((frame - 1, label), spot_at.get((frame - 1, mother_of[label])))
        if before is not None:
            source.append(before)
            target.append(spot)
    return Links.from_arrays(source, target)
