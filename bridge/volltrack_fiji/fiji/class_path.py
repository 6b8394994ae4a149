"""The jars of a Fiji, as a Java class path."""

from __future__ import annotations

import os
from pathlib import Path

from volltrack_fiji.errors import FijiUnusable

__all__ = ["list_jars"]


def list_jars(folder: Path) -> list[Path]:
    """Return every jar below ``jars`` and ``plugins``, which is what Fiji itself loads.

    Parameters
    ----------
    folder
        Absolute path of a Fiji.

    Raises
    ------
    FijiUnusable
        Its path cannot stand in a class path.
    """
    if os.pathsep in str(folder):
        raise FijiUnusable(
            f"{folder}: {os.pathsep!r} in its path, at which Java divides a list of jars; rename or move the folder"
        )
    found = (jar for name in ("jars", "plugins") for jar in (folder / name).rglob("*.jar"))
    return sorted(jar for jar in found if jar.is_file())  # a link may point nowhere
