"""ImageJ's hyperstacks to movies."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.model import Calibration, Movie, VoxelSize

__all__ = ["from_java_hyperstack"]

_TYPES = {8: np.uint8, 16: np.uint16, 32: np.float32}


def from_java_hyperstack(image: Any, *, channel: int = 1) -> Movie:
    """Return one channel of an ``ImagePlus`` as a movie, (T, Z, Y, X); its frames are copied when they are read.

    Parameters
    ----------
    image
        ``ij.ImagePlus`` of 8, 16 or 32 bit. Without calibration the voxels are 1 pixel, the frames 1 frame apart.
    channel
        From 1 on, as ImageJ counts.

    Raises
    ------
    BadValue
        No such channel, or a colour image.
    """
    name, n_channels = str(image.getTitle()), int(image.getNChannels())
    if not 1 <= channel <= n_channels:
        raise BadValue(f"{name}: channel {channel}: expected 1 to {n_channels}")
    dtype = _TYPES.get(int(image.getBitDepth()))
    if dtype is None:
        raise BadValue(
            f"{name}: {image.getBitDepth()} bit colours: expected 8, 16 or 32 bit; split or convert it in Fiji"
        )
    stack, n_slices = image.getStack(), int(image.getNSlices())
    n_y, n_x = int(image.getHeight()), int(image.getWidth())

    def read_frame(t: int) -> npt.NDArray[Any]:
        planes = [stack.getPixels(image.getStackIndex(channel, z + 1, t + 1)) for z in range(n_slices)]
        return np.stack([np.array(memoryview(plane)).view(dtype).reshape(n_y, n_x) for plane in planes])

    return Movie(
        shape=(int(image.getNFrames()), n_slices, n_y, n_x),
        dtype=np.dtype(dtype),
        calibration=_read_calibration(image.getCalibration()),
        read_frame=read_frame,
        name=name,
    )


def _read_calibration(known: Any) -> Calibration:
    interval = float(known.frameInterval)
    voxel_size = VoxelSize(
        z=float(known.pixelDepth), y=float(known.pixelHeight), x=float(known.pixelWidth), unit=str(known.getUnit())
    )
    if interval > 0:
        return Calibration(voxel_size=voxel_size, frame_interval=interval, time_unit=str(known.getTimeUnit()))
    return Calibration(voxel_size=voxel_size, frame_interval=1.0, time_unit="frame")
