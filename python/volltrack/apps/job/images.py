"""Image files opened with what the person says of their calibration."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from volltrack.errors import MissingCalibration
from volltrack.io.images import inspect_image, open_label_movie, open_movie
from volltrack.model import Calibration, LabelMovie, Movie

__all__ = ["ImageOptions"]

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """What wins over an image file's own words, or stands in for what it does not say.

    Parameters
    ----------
    voxel_size
        (z, y, x) in `unit`.
    unit, frame_interval, time_unit
        Unit of length; time between two frames and its unit.
    axes
        Order of the axes in the file, such as ``"TZYX"``.
    time_in_frames
        Where the file and the options give no frame interval, count time in frames instead of refusing the file.
    allow_whole_floats
        Take label images of float type that hold whole numbers only.
    """

    voxel_size: tuple[float, float, float] | None = None
    unit: str | None = None
    frame_interval: float | None = None
    time_unit: str | None = None
    axes: str | None = None
    time_in_frames: bool = False
    allow_whole_floats: bool = False

    def or_else(self, other: ImageOptions) -> ImageOptions:
        """Return these options; what they leave open is taken from `other`."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(
            other, **{name: value for name, value in mine.items() if value is not None and value is not False}
        )

    def open_movie(self, path: Path, *, channel: int = 1) -> Movie:
        """Return one channel of a movie; see `volltrack.io.images.open_movie` for the errors."""
        return self.read(open_movie, path, channel=channel, axes=self.axes)

    def open_labels(self, path: Path) -> LabelMovie:
        """Return a label movie; see `volltrack.io.images.open_label_movie` for the errors."""
        return self.read(open_label_movie, path, axes=self.axes, allow_whole_floats=self.allow_whole_floats)

    def open_uncalibrated(self, path: Path) -> LabelMovie:
        """Return a label movie whose voxel size and frame interval do not matter."""
        return self._open_labels_as(path, Calibration.in_pixels())

    def open_raw(self, path: Path, calibration: Calibration, *, channel: int = 1) -> Movie:
        """Return one channel of the movie that cells come from; their `calibration` holds, not that of the file."""
        axes = self._axes_where_unclear(path)
        return open_movie(path, channel=channel, axes=axes, **_calibration(calibration))

    def open_labels_of(self, path: Path, calibration: Calibration) -> LabelMovie:
        """Return labels that belong to cells; their `calibration` holds, whatever this file says."""
        return self._open_labels_as(path, calibration)

    def open_like(self, path: Path, movie: Movie) -> LabelMovie:
        """Return labels that belong to `movie`; its calibration holds, whatever this file says."""
        return self._open_labels_as(path, movie.calibration)

    def read(self, read: Callable[..., T], path: Path, **options: Any) -> T:
        """Return what a reader makes of a file, given what is said of the calibration.

        Parameters
        ----------
        read
            Takes the path and ``voxel_size``, ``unit``, ``frame_interval``, ``time_unit`` by name, and `options`.
        path
            The file.

        Raises
        ------
        MissingCalibration
            Neither the file nor these options say it.
        """
        given = {
            "voxel_size": self.voxel_size,
            "unit": self.unit,
            "frame_interval": self.frame_interval,
            "time_unit": self.time_unit,
        }
        try:
            return read(path, **given, **options)
        except MissingCalibration:
            if not self.time_in_frames or self.frame_interval is not None:
                raise
        found = read(path, **given | {"frame_interval": 1.0, "time_unit": "frame"}, **options)
        _log.warning("%s: the file gives no frame interval: time is counted in frames", path)
        return found

    def _open_labels_as(self, path: Path, calibration: Calibration) -> LabelMovie:
        axes = self._axes_where_unclear(path)
        return open_label_movie(
            path, axes=axes, allow_whole_floats=self.allow_whole_floats, **_calibration(calibration)
        )

    def _axes_where_unclear(self, path: Path) -> str | None:
        """Return the given axes for a file that does not tell its own, such as labels beside a movie that does."""
        return self.axes if self.axes and inspect_image(path).shape_tzyx is None else None


def _calibration(calibration: Calibration) -> dict[str, Any]:
    return {
        "voxel_size": calibration.voxel_size.zyx,
        "unit": calibration.length_unit,
        "frame_interval": calibration.frame_interval,
        "time_unit": calibration.time_unit,
    }
