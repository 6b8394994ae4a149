"""The distance to the boundary of a tissue layer, measured in a thread while the viewer stays alive."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QObject, Signal

from volltrack.analyse import boundary_distance
from volltrack.errors import BadValue, Cancelled, VollTrackError
from volltrack.model import Calibration, LabelMovie, Spots, Tissue, VoxelSize
from volltrack.progress import Progress

if TYPE_CHECKING:
    from napari.layers import Labels

__all__ = ["DistanceJob", "to_tissue"]


def to_tissue(layer: Labels, *, is_2d: bool, length_unit: str) -> Tissue:
    """Return the tissue that a layer of labels shows; it has time when it has one axis more than space.

    Parameters
    ----------
    layer
        Labels (T, Z, Y, X), or (Z, Y, X) for all frames; of a flat movie (T, Y, X) or (Y, X) too.
    is_2d
        Whether all spots lie in one plane.
    length_unit
        Unit of the layer's scale.

    Raises
    ------
    BadValue
        Another number of axes.
    """
    data = layer.data[0] if getattr(layer, "multiscale", False) else layer.data
    n_space = 2 if is_2d and data.ndim != 4 else 3
    if data.ndim not in (n_space, n_space + 1):
        raise BadValue(
            f"layer {layer.name!r} has {data.ndim} axes: expected {n_space + 1} (time and space), or {n_space} for one "
            "tissue in all frames"
        )
    has_time = data.ndim == n_space + 1
    size = [1.0, *(float(s) for s in layer.scale[-n_space:])][-3:]
    voxel_size = VoxelSize(z=size[0], y=size[1], x=size[2], unit=length_unit)
    space = (1,) * (3 - n_space) + tuple(data.shape[-n_space:])

    def read_frame(t: int) -> npt.NDArray[np.generic]:
        return np.asarray(data[t] if has_time else data).reshape(space)

    return Tissue(
        labels=LabelMovie(
            shape=(data.shape[0] if has_time else 1, space[0], space[1], space[2]),
            dtype=np.dtype(data.dtype),
            calibration=Calibration(voxel_size=voxel_size, frame_interval=1.0, time_unit="frame"),
            read_frame=read_frame,
            name=layer.name,
        )
    )


class DistanceJob(QObject):
    """One measurement.

    Parameters
    ----------
    spots
        All spots, in physical units.
    tissue
        See `to_tissue`.
    origin
        Where the centre of the tissue's first voxel lies, (z, y, x), in physical units.

    Signals
    -------
    progressed
        Frames that are done, and frames in all.
    finished
        Distance of each spot, float64 (N,).
    failed
        What was wrong; empty after `cancel`.
    """

    progressed = Signal(int, int)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(
        self, spots: Spots, tissue: Tissue, origin: npt.NDArray[np.float64], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        moved = zip(("POSITION_Z", "POSITION_Y", "POSITION_X"), (spots.positions_zyx - origin).T, strict=True)
        self.spots = spots
        self._moved_spots = spots.with_columns(dict(moved))
        self._tissue = tissue
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask to stop, and wait until it has."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _measure(self) -> None:
        try:
            distance = boundary_distance(self._moved_spots, self._tissue, on_progress=self._report)
        except Cancelled:
            self.failed.emit("")
        except (VollTrackError, OSError, MemoryError) as error:
            self.failed.emit(str(error) or type(error).__name__)
        else:
            self.finished.emit(distance)

    def _report(self, progress: Progress) -> bool:
        self.progressed.emit(progress.done, progress.total)
        return not self._stop.is_set()
