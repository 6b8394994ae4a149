"""A small movie of a growing tissue whose cells pulse, sink in and divide, with every number known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Interval, MinLen

from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, Spots, Tissue, VoxelSize
from volltrack.model.settings import Positive, Seed, require_fields

__all__ = ["PulsingSettings", "PulsingTissue", "make_pulsing_tissue"]

FloatArray = npt.NDArray[np.float64]

_SHAPE_ZYX = (22, 64, 64)
_SIZE = VoxelSize(z=2.0, y=0.7, x=0.7)
_RADIUS_UM = 17.0
_CELL_RADIUS_UM = 2.4
_MEAN_COUNTS = 20_000.0
_NOISE_COUNTS = 300.0
_PLACE = ("POSITION_Z", "POSITION_Y", "POSITION_X")


@dataclass(frozen=True, kw_only=True)
class PulsingSettings:
    """What the tissue does.

    Parameters
    ----------
    seed
        Of the noise, >= 0.
    n_frames
        Number of frames, >= 2. Default 48.
    frame_interval_min
        Time between two frames in minutes, > 0. Default 2.
    n_founders
        Cells in the first frame, 1 to 12, one half of which divides in the middle of the movie. Default 8.
    depth_um
        Depth of the first founder under the tissue surface, 3 to 6 µm; the others are deeper, by 0.7 µm each in groups
        of four. Default 4.
    growth_um_per_min
        Growth of the tissue's radius, 0 to 0.02. Default 0.01.
    sinking_um_per_min
        Speed at which the first daughter of a division moves inwards, 0 to 0.2; the second rests. Default 0.15.
    periods_min
        Periods of the pulses of intensity, one after the other for the founders; daughters keep that of the parent.
    amplitude_counts
        Amplitude of the pulses, 0 to 19,000 counts of 16 bit; of second daughters one half of it. Default 8,000.
    """

    seed: Seed = 0
    n_frames: Annotated[int, Ge(2)] = 48
    frame_interval_min: Positive = 2.0
    n_founders: Annotated[int, Interval(ge=1, le=12)] = 8
    depth_um: Annotated[float, Interval(ge=3, le=6)] = 4.0
    growth_um_per_min: Annotated[float, Interval(ge=0, le=0.02)] = 0.01
    sinking_um_per_min: Annotated[float, Interval(ge=0, le=0.2)] = 0.15
    periods_min: Annotated[tuple[Positive, ...], MinLen(1)] = (12.0, 16.0)
    amplitude_counts: Annotated[float, Interval(ge=0, le=19_000)] = 8000.0

    def __post_init__(self) -> None:
        require_fields(self)

    @property
    def division_frame(self) -> int:
        """Last frame of the cells that divide."""
        return self.n_frames // 2 - 1


@dataclass(frozen=True, kw_only=True)
class PulsingTissue:
    """The movie and its truth.

    Parameters
    ----------
    movie
        Intensities of 16 bit; a cell is evenly bright.
    labels
        The cells.
    tissue
        A ball that grows.
    lineage
        Spots with ``LABEL``, ``RADIUS``, and the true ``DEPTH`` under the surface (µm),
        ``PERIOD`` (min) and ``AMPLITUDE`` (counts) of the pulses.
    calibration
        Voxels of 2 x 0.7 x 0.7 µm.
    """

    movie: Movie
    labels: LabelMovie
    tissue: Tissue
    lineage: Lineage
    calibration: Calibration


def make_pulsing_tissue(settings: PulsingSettings | None = None) -> PulsingTissue:
    """Return the movie that `settings` describe; the same settings give the same movie."""
    settings = settings or PulsingSettings()
    calibration = Calibration(voxel_size=_SIZE, frame_interval=settings.frame_interval_min, time_unit="min")
    lineage = _grow_lineage(settings)
    rng = np.random.default_rng(settings.seed)
    movie = np.zeros((settings.n_frames, *_SHAPE_ZYX), dtype=np.uint16)
    labels = np.zeros(movie.shape, dtype=np.uint16)
    tissue = np.zeros(movie.shape, dtype=np.uint8)
    grid = np.stack(np.meshgrid(*(np.arange(n) * v for n, v in zip(_SHAPE_ZYX, _SIZE.zyx, strict=True)), indexing="ij"))
    from_centre = np.sqrt(np.sum((grid - _centre()[:, None, None, None]) ** 2, axis=0))
    table = lineage.spots.table
    for t in range(settings.n_frames):
        tissue[t] = from_centre <= _radius(t, settings)
        here = table[table["FRAME"] == t]
        counts = np.full(_SHAPE_ZYX, 500.0)
        for label, z, y, x, period, amplitude in here[["LABEL", *_PLACE, "PERIOD", "AMPLITUDE"]].to_numpy():
            square = np.sum((grid - np.array([z, y, x])[:, None, None, None]) ** 2, axis=0)
            cell = square <= _CELL_RADIUS_UM**2
            phase = 2 * np.pi * t * settings.frame_interval_min / period
            labels[t][cell] = label
            counts[cell] = _MEAN_COUNTS + amplitude * np.sin(phase)
        movie[t] = np.clip(rng.normal(counts, _NOISE_COUNTS), 0, 65535)
    return PulsingTissue(
        movie=Movie.from_array(movie, calibration, name="pulsing tissue"),
        labels=LabelMovie.from_array(labels, calibration, name="pulsing cells"),
        tissue=Tissue(labels=LabelMovie.from_array(tissue, calibration, name="growing ball")),
        lineage=lineage,
        calibration=calibration,
    )


def _centre() -> FloatArray:
    centre: FloatArray = (np.array(_SHAPE_ZYX) - 1) * np.array(_SIZE.zyx) / 2
    return centre


def _radius(t: int, settings: PulsingSettings) -> float:
    return _RADIUS_UM + settings.growth_um_per_min * settings.frame_interval_min * t


def _grow_lineage(settings: PulsingSettings) -> Lineage:
    """Return the cells: founders keep their depth; first daughters sink, second ones rest beside them."""
    rows: list[tuple[float, ...]] = []
    links: list[tuple[int, int]] = []
    divides_at = settings.division_frame
    step = settings.sinking_um_per_min * settings.frame_interval_min

    def follow(label: int, turn: float, frames: range, parent: int | None, *, sinks: bool, founder: int) -> int:
        amplitude = settings.amplitude_counts / (1 if parent is None or sinks else 2)
        for t in frames:
            depth = settings.depth_um + 0.7 * (founder // 2 % 4) + (step * (t - frames[0]) if sinks else 0.0)
            place = _centre() + _direction(founder, settings.n_founders, turn) * (_radius(t, settings) - depth)
            if rows and (t > frames[0] or parent is not None):
                links.append((parent if t == frames[0] and parent is not None else len(rows) - 1, len(rows)))
            period = settings.periods_min[founder % len(settings.periods_min)]
            rows.append((len(rows), t, *place, _CELL_RADIUS_UM, label, depth, period, amplitude))
        return len(rows) - 1

    next_label = settings.n_founders + 1
    for founder in range(settings.n_founders):
        divides = founder % 2 == 0
        last = divides_at + 1 if divides else settings.n_frames
        mother = follow(founder + 1, 0.0, range(last), None, sinks=False, founder=founder)
        for sinks in (True, False) if divides else ():
            turn = 0.25 if sinks else -0.25
            follow(next_label, turn, range(last, settings.n_frames), mother, sinks=sinks, founder=founder)
            next_label += 1
    names = ["ID", "FRAME", *_PLACE, "RADIUS", "LABEL", "DEPTH", "PERIOD", "AMPLITUDE"]
    table = pd.DataFrame(rows, columns=names).astype({"ID": np.int64, "FRAME": np.int64, "LABEL": np.int64})
    table["POSITION_T"] = table["FRAME"] * settings.frame_interval_min
    pairs = np.array(links, dtype=np.int64).reshape(-1, 2)
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(pairs[:, 0], pairs[:, 1]))


def _direction(founder: int, count: int, turn: float) -> FloatArray:
    """Return a unit vector (z, y, x): founders lie around a ring that winds up and down, turned by some radians."""
    angle = 2 * np.pi * founder / count + turn
    height = 0.35 * (-1) ** founder
    flat = math.sqrt(1 - height**2)
    return np.array([height, flat * np.sin(angle), flat * np.cos(angle)])
