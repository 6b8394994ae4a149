"""What Java throws, as an error of Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from volltrack_fiji.errors import JavaError
from volltrack_fiji.jvm.java_package import jpype

__all__ = ["translate_java_errors"]


@contextmanager
def translate_java_errors() -> Iterator[None]:
    """Turn whatever Java throws inside the block into a `JavaError`."""
    try:
        yield
    except jpype.JException as error:
        raise JavaError(str(error.getClass().getName()), str(error.getMessage()), str(error.stacktrace())) from error
