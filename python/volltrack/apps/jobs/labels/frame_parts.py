"""Frames of a movie in the making, one small file each, so that an interrupted segmentation loses none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile

from volltrack.io.outputs import replace_file, write_at_once
from volltrack.model import Frame, LabelMovie, Movie

__all__ = ["FrameParts"]

_COMPRESS_ABOVE = 2**30
"""Bytes of all frames up to which they lie on the disk as they are: compressing them twice costs more than reading."""


class FrameParts:
    """The finished frames of one image, such as the labels or the probability map.

    Parameters
    ----------
    folder
        Where they lie; made when the first one is kept.
    movie
        The raw movie, whose frames have the same shape.

    Notes
    -----
    One zarr array per image in place of the files was tried (zarr 3.1, a chunk per frame, zstd): a thirtieth of the
    bytes until the labels are one file (0.8 MB and not 24 for 20 frames of 16 x 192 x 192), but 5 to 8 % more CPU for
    `volltrack segment` on 5 such frames, most of it to load zarr, and 3 ms more per frame. And chunks are nothing
    without the array's own file: of 39 segmentations that a signal met at work two could not be gone on with. Each file
    here stands for itself.
    """

    def __init__(self, folder: Path, movie: Movie) -> None:
        self._folder = folder
        self._movie = movie

    def has(self, t: int) -> bool:
        """Whether frame t is there."""
        return self._path(t).exists()

    def keep(self, t: int, frame: npt.NDArray[Any]) -> None:
        """Keep frame t, (Z, Y, X); masks as 8 bit, labels as 16 bit where they fit."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if frame.dtype == bool:
            frame = frame.astype(np.uint8)
        elif frame.dtype == np.int32 and int(frame.min(initial=0)) >= 0 and int(frame.max(initial=0)) < 2**16:
            frame = frame.astype(np.uint16)
        is_large = frame.nbytes * self._movie.n_frames > _COMPRESS_ABOVE
        with write_at_once(), replace_file(self._path(t)) as temporary:
            tifffile.imwrite(temporary, frame, photometric="minisblack", compression="zlib" if is_large else None)

    def mark(self, t: int) -> None:
        """Note that frame t is finished, without an image of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(t).touch()

    def as_labels(self) -> LabelMovie:
        """Return the frames as a label movie, int32."""
        return LabelMovie(
            shape=self._movie.shape,
            dtype=np.dtype(np.int32),
            calibration=self._movie.calibration,
            read_frame=lambda t: self._read(t).astype(np.int32, copy=False),
            name=f"labels of {self._movie.name}",
        )

    def as_movie(self) -> Movie:
        """Return the frames as a movie of the type that they have."""
        return Movie(
            shape=self._movie.shape,
            dtype=self._read(0).dtype,
            calibration=self._movie.calibration,
            read_frame=self._read,
            name=f"{self._folder.name} of {self._movie.name}",
        )

    def _read(self, t: int) -> Frame:
        frame: Frame = tifffile.imread(self._path(t)).reshape(self._movie.shape[1:])
        return frame

    def _path(self, t: int) -> Path:
        return self._folder / f"t{t:05d}.tif"
