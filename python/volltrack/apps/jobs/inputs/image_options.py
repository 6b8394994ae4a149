"""Image files opened with what the person says of their calibration."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from volltrack.errors import BadValue, MissingCalibration
from volltrack.io.calibration import warn_of_pixels
from volltrack.io.image_rules import UnclearAxes, axes_like
from volltrack.io.images import inspect_image, open_label_movie, open_movie, split_mask, warn_of_mask
from volltrack.model import Calibration, KnownCalibration, LabelMovie, Movie

if TYPE_CHECKING:
    from volltrack.io.ome_zarr import ZarrInfo
    from volltrack.io.tiff import TiffInfo

__all__ = ["ImageOptions"]

_log = logging.getLogger(__name__)

T = TypeVar("T")
Role = Literal["movie", "labels", "tissue"]


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
        Order of the axes, such as ``"TZYX"``, of files that do not say it; where one image alone is opened, of that
        one whatever it says.
    movie_axes, labels_axes, tissue_axes
        Order of the axes of one of several images, whatever its file says.
    time_in_frames
        Where the file and the options give no frame interval, count time in frames instead of refusing the file.
    allow_whole_floats
        Take label images of float type that hold whole numbers only.
    scene
        Which image of files with several, by number (from 1) or name.
    keep_going
        Use movies that lack planes or files, without the frames that are not whole.
    split_mask
        Make each connected piece of a label image a cell.
    """

    voxel_size: tuple[float, float, float] | None = None
    unit: str | None = None
    frame_interval: float | None = None
    time_unit: str | None = None
    axes: str | None = None
    movie_axes: str | None = None
    labels_axes: str | None = None
    tissue_axes: str | None = None
    time_in_frames: bool = False
    allow_whole_floats: bool = False
    scene: str | None = None
    keep_going: bool = False
    split_mask: bool = False

    @property
    def known(self) -> KnownCalibration:
        """What is said of the calibration, as it was given: whoever reads a file with it tells what is wrong."""
        z, y, x = self.voxel_size or (None, None, None)
        return KnownCalibration(
            z=z, y=y, x=x, unit=self.unit, frame_interval=self.frame_interval, time_unit=self.time_unit
        )

    def or_else(self, other: ImageOptions) -> ImageOptions:
        """Return these options; what they leave open is taken from `other`."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(
            other, **{name: value for name, value in mine.items() if value is not None and value is not False}
        )

    def open_movie(self, path: Path, *, channel: int = 1, alone: bool = True) -> Movie:
        """Return one channel of a movie; see `volltrack.io.images.open_movie` for the errors.

        Parameters
        ----------
        path
            The file.
        channel
            Which channel, from 1.
        alone
            Whether no other image is opened with it, so that `axes` can only be meant for this one.
        """
        axes = self._choose_axes(path, "movie", alone=alone)
        movie = self.read(open_movie, path, channel=channel, axes=axes, **self._part(is_required=True))
        if self.voxel_size is not None:
            warn_of_pixels(movie.calibration.voxel_size, "`voxel_size`", has_depth=not movie.is_2d)
        return movie

    def open_labels(self, path: Path, *, raw: Path | None = None, alone: bool = True) -> LabelMovie:
        """Return a label movie; see `volltrack.io.images.open_label_movie` for the errors.

        Parameters
        ----------
        path
            The file.
        raw
            The movie that the labels belong to: what its file says of the calibration wins over that of the labels,
            and labels of its shape that do not say their axes have its axes.
        alone
            Whether no other image is opened with it, so that `axes` can only be meant for this one.
        """
        if raw is None:
            axes = self._choose_axes(path, "labels", alone=alone)
            labels = self.read(
                open_label_movie, path, axes=axes, allow_whole_floats=self.allow_whole_floats, **self._part()
            )
        else:
            found = self._inspect(raw)
            read = partial(
                self.or_else(_options_of(found)).read,
                open_label_movie,
                path,
                allow_whole_floats=self.allow_whole_floats,
                **self._part(),
            )
            labels = self._read_like(read, path, "labels", [found.shape_tzyx] if found.shape_tzyx else [])
        if self.voxel_size is not None:
            warn_of_pixels(labels.calibration.voxel_size, "`voxel_size`", has_depth=not labels.is_2d)
        return self._as_cells(labels)

    def open_uncalibrated(self, path: Path) -> LabelMovie:
        """Return a label movie whose voxel size and frame interval do not matter."""
        return self._as_cells(self._open_labels_as(path, "labels", Calibration.in_pixels()))

    def open_raw(self, path: Path, calibration: Calibration, *, channel: int = 1) -> Movie:
        """Return one channel of the movie that cells come from; their `calibration` holds, not that of the file."""
        axes = self._choose_axes(path, "movie", alone=False)
        return open_movie(
            path, channel=channel, axes=axes, **self._part(), **KnownCalibration.of(calibration).as_given()
        )

    def open_labels_of(
        self, path: Path, calibration: Calibration, *, movie: Movie | None = None, is_own: bool = False
    ) -> LabelMovie:
        """Return labels that belong to cells; their `calibration` holds, whatever this file says.

        Labels of the shape of `movie` that do not say their axes have its axes. What is told of odd labels is not told
        of our own (`is_own`).
        """
        labels = self._open_labels_as(path, "labels", calibration, [] if movie is None else [movie.shape])
        return labels if is_own else self._as_cells(labels)

    def open_tissue_of(self, path: Path, calibration: Calibration, *, movie: Movie | None = None) -> LabelMovie:
        """Return labels of the tissue, of every frame or one for all; for the rest like `open_labels_of`."""
        shapes = [] if movie is None else [movie.shape, (1, *movie.shape[1:])]
        return self._open_labels_as(path, "tissue", calibration, shapes)

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
        given = self.known.as_given()
        try:
            return read(path, **given, **options)
        except MissingCalibration:
            if not self.time_in_frames or self.frame_interval is not None:
                raise
        found = read(path, **replace(self.known, frame_interval=1.0, time_unit="frame").as_given(), **options)
        _log.warning("%s: the file gives no frame interval: time is counted in frames", path)
        return found

    def _open_labels_as(
        self, path: Path, role: Role, calibration: Calibration, shapes: Sequence[tuple[int, ...]] = ()
    ) -> LabelMovie:
        given = {
            "allow_whole_floats": self.allow_whole_floats,
            **self._part(),
            **KnownCalibration.of(calibration).as_given(),
        }
        return self._read_like(partial(open_label_movie, path, **given), path, role, shapes)

    def _read_like(
        self, read: Callable[..., LabelMovie], path: Path, role: Role, shapes: Sequence[tuple[int, ...]]
    ) -> LabelMovie:
        """Return labels; where nothing says their axes, they have those of the first of `shapes` that they have."""
        axes = self._choose_axes(path, role, alone=False)
        try:
            return read(axes=axes)
        except UnclearAxes as error:
            found = next((letters for shape in shapes if (letters := axes_like(error.lengths, shape))), None)
            if found is None:
                raise
        _log.warning("%s: does not say its axes; read as %s, for it has the shape of the movie", path, found)
        return read(axes=found)

    def _choose_axes(self, path: Path, role: Role, *, alone: bool) -> str | None:
        """Return the axes to read a file with: those of its own option, or those given for files that say none."""
        own: str | None = getattr(self, f"{role}_axes")
        if own or not self.axes or alone:
            return own or self.axes
        found = self._inspect(path)
        if found.shape_tzyx is None:
            has_channels = role == "movie" or sum(n > 1 for n in found.shape) == len(self.axes)
            return self.axes if has_channels else self.axes.upper().replace("C", "")
        if found.axes != self.axes.upper() and set(found.axes) == set(self.axes.upper()):
            _log.warning(
                "%s: says that its axes are %s; --axes %s is for files that do not say theirs (--%s-axes overrules it)",
                path,
                found.axes,
                self.axes,
                role,
            )
        return None

    def _part(self, *, is_required: bool = False) -> dict[str, Any]:
        """Return which part of a file to read; one image alone is asked for only of the movie itself."""
        return {"scene": self.scene, "is_scene_required": is_required, "keep_going": self.keep_going}

    def _inspect(self, path: Path) -> TiffInfo | ZarrInfo:
        """Return what an image says of itself; of a file with one image that one, whatever is asked for."""
        try:
            return inspect_image(path, scene=self.scene)
        except BadValue:
            return inspect_image(path)

    def _as_cells(self, labels: LabelMovie) -> LabelMovie:
        """Return labels whose pieces are cells where that is asked for; else say that they look like a mask."""
        if self.split_mask:
            return split_mask(labels)
        warn_of_mask(labels)
        return labels


def _options_of(found: TiffInfo | ZarrInfo) -> ImageOptions:
    """Return what a movie says of its calibration; the depth of a single plane does not matter."""
    known = found.known.without_pixel_units()
    z = known.z or (1.0 if found.shape_tzyx and found.shape_tzyx[1] == 1 else None)
    return ImageOptions(**replace(known, z=z).as_given())
