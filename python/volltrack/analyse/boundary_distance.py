"""Distance of spots to the tissue boundary over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.model import Spots, Tissue, TissueSurface, VoxelSize
from volltrack.model.settings import require_fields
from volltrack.model.tissue_surface import find_voxels
from volltrack.progress import OnProgress, track_progress

__all__ = ["BoundarySettings", "boundary_distance"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BoundarySettings:
    """What counts as the boundary of the tissue.

    Parameters
    ----------
    border_is_surface
        Whether the image border counts as boundary for spots in tissue that touches it. Default False, as in
        `volltrack.measure.MeasureSettings`: where the image ends, the tissue goes on.
    separate_labels
        Whether tissue labels that touch have a boundary between them. Default False: all chosen labels are one tissue.
        True: a spot in label k is measured to the boundary of k; one outside to the nearest tissue.
    """

    border_is_surface: bool = False
    separate_labels: bool = False

    def __post_init__(self) -> None:
        require_fields(self)


def boundary_distance(
    spots: Spots,
    tissue: Tissue,
    settings: BoundarySettings | None = None,
    *,
    voxel_size: VoxelSize | None = None,
    on_progress: OnProgress | None = None,
) -> FloatArray:
    """Return the distance of each spot to the tissue boundary of its frame, (N,), positive inside, negative outside.

    Parameters
    ----------
    spots
        Positions in physical units.
    tissue
        Label movie with a frame for each frame of the spots, or one frame for all.
    settings
        See `BoundarySettings`.
    voxel_size
        In the unit of the positions; None takes that of the tissue.
    on_progress
        Told after each frame.

    Returns
    -------
    numpy.ndarray
        In the unit of the voxel size. NaN in a frame whose tissue has no boundary (no tissue, or tissue everywhere).

    Raises
    ------
    BadValue
        A spot in a frame that the tissue does not have; labels that are negative.
    Cancelled
        `on_progress` asked to stop.

    Notes
    -----
    The boundary is made of the faces between voxels of tissue and others, and the distance to it is exact in physical
    units, whatever the voxel's shape: see `volltrack.model.TissueSurface`. In 2D, z does not count. Frames without
    spots are not read.
    """
    settings = settings or BoundarySettings()
    size = voxel_size or tissue.labels.calibration.voxel_size
    positions, frames = spots.positions_zyx, spots.frames
    n_frames = tissue.labels.n_frames
    if n_frames != 1 and len(frames) and frames.max() >= n_frames:
        raise BadValue(
            f"tissue {tissue.labels.name} has frames 0 to {n_frames - 1} but a spot is in frame {frames.max()}: "
            "expected a tissue for every frame, or a single frame for all"
        )
    times = np.zeros_like(frames) if n_frames == 1 else frames
    order = np.argsort(times, kind="stable")
    shown, start = np.unique(times[order], return_index=True)
    groups = np.split(order, start[1:])
    distance = np.full(len(spots), np.nan)
    for t, rows in track_progress(zip(shown.tolist(), groups, strict=False), on_progress, "distance", len(shown)):
        distance[rows] = _measure_frame(positions[rows], tissue.frame(t), size, settings)
    return distance


def _measure_frame(
    positions: FloatArray, labels: npt.NDArray[np.integer], size: VoxelSize, settings: BoundarySettings
) -> FloatArray:
    """Return the distances of positions in one frame of tissue."""
    if labels.size and labels.dtype.kind == "i" and labels.min() < 0:
        raise BadValue(f"tissue: label {int(labels.min())}: expected 0 (outside) or more")

    def measure(inside: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
        surface = TissueSurface(inside=inside, voxel_size=size, border_is_surface=settings.border_is_surface)
        distance[rows] = surface.measure_distance(positions[rows])

    if labels.shape[0] == 1:
        positions = positions * (0.0, 1.0, 1.0)  # wherever the plane is said to lie, the spots lie in it
    distance = np.full(len(positions), np.nan)
    if not settings.separate_labels:
        measure(labels != 0, np.arange(len(positions)))
        return distance
    voxel, within = find_voxels(positions, labels.shape, size)
    own = np.where(within, labels[tuple(voxel.T)], 0)
    for label in np.unique(own).tolist():
        measure(labels == label if label else labels != 0, np.flatnonzero(own == label))
    return distance
