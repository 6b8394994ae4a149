"""A Fiji as ImageJ2 and pyimagej need it: a complete folder, or Maven coordinates."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import FijiUnusable
from volltrack_fiji.fiji.folder import open_fiji

__all__ = ["is_maven_coordinates", "require_imagej"]

_COORDINATES: Final = re.compile(r"[\w.-]+:[\w.-]+(:[\w.-]+)*(\+[\w.-]+:[\w.-]+(:[\w.-]+)*)*")


def is_maven_coordinates(fiji: str | os.PathLike[str]) -> bool:
    """Return whether `fiji` reads like ``group:artifact:version``, several joined by ``+``, and is no folder."""
    return not Path(fiji).exists() and _COORDINATES.fullmatch(os.fspath(fiji)) is not None


def require_imagej(folder: Path) -> None:
    """Check that a folder holds a Fiji that pyimagej can open.

    Raises
    ------
    FijiUnusable
        It is no Fiji, or lacks ImageJ2 or the layer between ImageJ2 and ImageJ.
    """
    names = [jar.name for jar in (open_fiji(folder).path / "jars").rglob("*.jar")]
    for artifact in ("ij", "imagej", "imagej-legacy"):
        if not any(re.fullmatch(rf"{artifact}-\d.*\.jar", name) for name in names):
            raise FijiUnusable(
                f"{folder}: no {artifact}-VERSION.jar in jars; expected a complete Fiji, as https://fiji.sc has it"
            )
