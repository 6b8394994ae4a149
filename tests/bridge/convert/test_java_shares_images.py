"""What becomes of a numpy image on its way to Java."""

import gc
import weakref

import numpy as np
import pytest

from volltrack.errors import BadValue
from volltrack_fiji import ImageTooLarge
from volltrack_fiji.convert import to_java_label_image
from volltrack_fiji.jvm import JavaClasses


def row_of(image, length: int) -> list[int]:
    import jpype

    row = jpype.JInt[length]
    image.readRow(0, 0, row)
    return list(row)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
def test_memory_is_shared_not_copied(dtype) -> None:
    labels = np.zeros((1, 1, 3), dtype=dtype)
    image = to_java_label_image(labels)
    labels[0, 0, 1] = 7  # after the image was made
    assert row_of(image, 3) == [0, 7, 0]


def test_java_keeps_the_array_alive() -> None:
    labels = np.full((1, 1, 3), 9, dtype=np.int32)
    gone = weakref.ref(labels)
    image = to_java_label_image(labels)
    del labels
    gc.collect()
    assert gone() is not None
    assert row_of(image, 3) == [9, 9, 9]


def test_a_read_only_image_is_accepted() -> None:
    labels = np.full((2, 3), 4, dtype=np.uint16)
    labels.flags.writeable = False
    assert row_of(to_java_label_image(labels), 3) == [4, 4, 4]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((2, 3), np.float32), r"labels of type float32: expected whole numbers"),
        (np.zeros((2, 2, 2, 2), np.uint8), r"array of shape \(2, 2, 2, 2\): expected one frame"),
        (np.zeros((0, 2, 2), np.uint8), r"array of shape \(0, 2, 2\): expected one frame"),
        (np.array([[2**31]], np.int64), r"labels from 2147483648 to 2147483648: expected 0 to 2147483647"),
        (np.array([[-1, 3]], np.int64), r"labels from -1 to 3: expected 0 to 2147483647"),
    ],
)
def test_images_that_cannot_be_labels_are_refused(labels, message: str) -> None:
    with pytest.raises(BadValue, match=message):
        to_java_label_image(labels)


def test_a_frame_of_two_gigabytes_is_refused_with_advice() -> None:
    huge = np.broadcast_to(np.zeros((), np.int32), (128, 2048, 2048))  # takes no memory
    with pytest.raises(ImageTooLarge, match=r"2147483648 bytes: expected at most 2147483647.*crop the frame"):
        to_java_label_image(huge)


def test_every_java_class_named_in_the_catalogue_exists() -> None:
    names = [name for name in vars(JavaClasses) if not name.startswith("_")]
    assert len(names) > 10
    assert all(getattr(JavaClasses, name).class_.getName() for name in names)
