"""Columns of numbers and texts: copied as a whole, in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack_fiji.jvm import JavaClasses, jpype, start_jvm

__all__ = ["from_java_numbers", "from_java_texts", "to_java_doubles", "to_java_ints"]

_INT = np.iinfo(np.int32)


def to_java_ints(values: npt.ArrayLike) -> Any:
    """Return a Java ``int[]`` of whole numbers, (N,).

    Raises
    ------
    BadValue
        A number does not fit into 32 bits.
    """
    array = np.asarray(values, dtype=np.int64)
    if len(array) and not (_INT.min <= array.min() and array.max() <= _INT.max):
        raise BadValue(f"whole numbers from {array.min()} to {array.max()}: expected {_INT.min} to {_INT.max} for Java")
    start_jvm()
    return jpype.JArray.of(np.ascontiguousarray(array, dtype=np.int32), jpype.JInt)


def to_java_doubles(values: npt.ArrayLike) -> Any:
    """Return a Java ``double[]`` of numbers, (N,)."""
    start_jvm()
    return jpype.JArray.of(np.ascontiguousarray(values, dtype=np.float64), jpype.JDouble)


def from_java_numbers(array: Any) -> npt.NDArray[Any]:
    """Return a numpy array, (N,), of a Java array of primitive numbers or booleans; a copy."""
    return np.array(memoryview(array)) if len(array) else np.zeros(0, dtype=np.asarray(array).dtype)


def from_java_texts(array: Any) -> list[str]:
    """Return the texts of a Java ``String[]``, none of which holds a line break."""
    return str(JavaClasses.String.join("\n", array)).split("\n") if len(array) else []
