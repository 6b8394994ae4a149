"""Synthetic 3D+t tissue movies with known truth: labels, tissue and lineage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import ndimage

from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, Spots, Tissue
from volltrack.progress import OnProgress, track_progress
from volltrack.testing.synthetic_settings import SyntheticSettings
from volltrack.testing.tissue_growth import TissueState, grow_tissue
from volltrack.testing.tissue_rendering import TissueRenderer

__all__ = ["SyntheticMovie", "SyntheticSettings", "make_tissue_movie"]


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
