"""The masks of a folder of the Cell Tracking Challenge as one label movie."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from volltrack.errors import BadFile
from volltrack.io.tiff import inspect_tiff, read_label_movie
from volltrack.model import Calibration, Frame, KnownCalibration, LabelMovie
from volltrack.model.counted import counted

__all__ = ["open_masks"]

_MASK: Final = re.compile(r"(?:mask|man_track)(\d{3,})\.tiff?", re.IGNORECASE)
_ADVICE: Final = "Masks of the challenge carry no calibration of their own, so it must be given."


def open_masks(folder: Path, given: KnownCalibration) -> LabelMovie:
    """Return the masks in `folder`; frames are read when they are asked for.

    Parameters
    ----------
    folder
        Holds ``mask000.tif`` ... or ``man_track000.tif`` ..., one per frame, 2D or 3D.
    given
        Calibration that goes before that of the first mask.

    Raises
    ------
    BadFile
        No masks, or that of a frame is missing. A mask of another shape is reported when it is read.
    MissingCalibration
        Neither the masks nor the caller say it.
    """
    masks = _find_masks(folder)
    info = inspect_tiff(masks[0])
    n_slices = 2 if info.shape_tzyx is None else info.shape_tzyx[0] * info.shape_tzyx[1]
    known = info.known.overridden_by(given)
    calibration = known.require(str(folder), n_slices=n_slices, n_frames=len(masks), advice=_ADVICE)
    axes = "ZYX" if n_slices > 1 else "YX"
    first = _open_mask(masks[0], axes, calibration)

    def read_frame(t: int) -> Frame:
        mask = _open_mask(masks[t], axes, calibration)
        if mask.shape != first.shape:
            raise BadFile(
                f"a mask of shape (Z, Y, X) = {mask.shape[1:]}: expected {first.shape[1:]} as in frame 0", path=masks[t]
            )
        return mask.frame(0)

    _, z, y, x = first.shape
    return LabelMovie(
        shape=(len(masks), z, y, x), dtype=first.dtype, calibration=calibration, read_frame=read_frame, name=str(folder)
    )


def _open_mask(path: Path, axes: str, calibration: Calibration) -> LabelMovie:
    """Return one mask as a movie of one frame."""
    return read_label_movie(
        path,
        axes=axes,
        voxel_size=calibration.voxel_size.zyx,
        unit=calibration.length_unit,
        frame_interval=calibration.frame_interval,
        time_unit=calibration.time_unit,
    )


def _find_masks(folder: Path) -> list[Path]:
    """Return the masks of frames 0, 1, ..."""
    found = {int(m[1]): p for p in folder.iterdir() if (m := _MASK.fullmatch(p.name)) is not None}
    if not found:
        raise BadFile("no masks there: expected mask000.tif ... or man_track000.tif ...", path=folder)
    missing = sorted(set(range(max(found) + 1)) - set(found))
    if missing:
        raise BadFile(f"the mask of frame {missing[0]} is missing ({counted(len(missing), 'such frame')})", path=folder)
    return [found[t] for t in range(len(found))]
