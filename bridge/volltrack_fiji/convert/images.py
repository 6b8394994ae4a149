"""Label images: shared with Java, not copied."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack_fiji.errors import ImageTooLarge
from volltrack_fiji.jvm import JavaClasses, jpype, start_jvm

__all__ = ["to_java_label_image"]

_MAX_LABEL: Final = 2**31 - 1
_MAX_BYTES: Final = 2**31 - 1


def to_java_label_image(labels: npt.NDArray[Any], *, name: str = "labels") -> Any:
    """Return a Java ``LabelImage`` over the memory of a frame.

    Parameters
    ----------
    labels
        Whole numbers, (Z, Y, X) or (Y, X). Contiguous uint8, uint16 and int32 are shared: Java reads the numpy array
        itself and keeps it alive, so do not change it meanwhile. Other types and strides cost one copy.
    name
        Name for messages.

    Raises
    ------
    BadValue
        Wrong axes, not whole numbers, a value that is negative or above 2^31 - 1.
    ImageTooLarge
        The frame has 2^31 bytes or more.
    """
    if labels.ndim not in (2, 3) or 0 in labels.shape:
        raise BadValue(f"{name}: array of shape {labels.shape}: expected one frame, (Z, Y, X) or (Y, X)")
    if labels.dtype.kind not in "iub":
        raise BadValue(f"{name}: labels of type {labels.dtype}: expected whole numbers (8, 16 or 32 bit)")
    frame = labels[np.newaxis] if labels.ndim == 2 else labels
    dtype = _choose_type(frame, name)
    n_bytes = frame.size * dtype.itemsize
    if n_bytes > _MAX_BYTES:
        raise ImageTooLarge(
            f"{name}: a frame of {frame.shape} voxels has {n_bytes} bytes: expected at most {_MAX_BYTES}, "
            "the most that a Java buffer holds; crop the frame, or use volltrack.measure, which has no such limit"
        )
    start_jvm()
    shared = np.ascontiguousarray(frame, dtype=dtype)
    buffer = jpype.nio.convertToDirectBuffer(memoryview(shared.data).cast("B"))
    voxel_type = getattr(JavaClasses.VoxelType, dtype.name.upper())
    return JavaClasses.BufferLabelImage(buffer, voxel_type, *frame.shape)


def _choose_type(frame: npt.NDArray[Any], name: str) -> np.dtype[Any]:
    """Return the type in which Java gets the labels."""
    if frame.dtype.kind == "b" or frame.dtype == np.uint8:
        return np.dtype(np.uint8)
    if frame.dtype == np.uint16:
        return np.dtype(np.uint16)
    if frame.dtype.newbyteorder("=") != np.int32:
        least, largest = int(frame.min()), int(frame.max())
        if least < 0 or largest > _MAX_LABEL:
            raise BadValue(f"{name}: labels from {least} to {largest}: expected 0 to {_MAX_LABEL}")
    return np.dtype(np.int32)
