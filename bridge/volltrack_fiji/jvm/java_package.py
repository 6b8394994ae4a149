"""The package jpype, or what to install; the bridge's modules take it from here."""

from __future__ import annotations

from volltrack.errors import MissingPackage

try:
    import jpype
except ModuleNotFoundError as error:
    raise MissingPackage(
        "the bridge to Java needs the package jpype1: install it with pip install 'volltrack[fiji]'"
    ) from error

__all__ = ["jpype"]
