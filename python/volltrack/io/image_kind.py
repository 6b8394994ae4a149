"""Which paths are images, told by name and by a look into the folder; nothing is opened as an image."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["ZARR_MARKS", "find_image_of_labels", "is_geff", "is_image", "is_tiff_name", "is_zarr_image"]

ZARR_MARKS: Final = ("zarr.json", ".zgroup", ".zarray")
"""Files of which each zarr group or array has one."""


def is_image(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is, or by its name would be, a TIFF or an OME-Zarr image."""
    return is_tiff_name(path) or is_zarr_image(path)


def is_tiff_name(path: str | os.PathLike[str]) -> bool:
    """Whether the name ends as that of a TIFF does."""
    return Path(path).suffix.lower() in (".tif", ".tiff")


def is_zarr_image(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is, or by its name would be, an OME-Zarr image and not a graph (GEFF)."""
    path = Path(path)
    if path.is_dir() and _is_zarr(path):
        return not is_geff(path)
    return path.suffix.lower() == ".zarr" or find_image_of_labels(path) is not None


def is_geff(path: str | os.PathLike[str]) -> bool:
    """Whether a folder is a graph in the Graph Exchange File Format."""
    path = Path(path)
    return _is_zarr(path) and (path.suffix.lower() == ".geff" or "geff" in _peek(path))


def find_image_of_labels(path: str | os.PathLike[str]) -> Path | None:
    """Return IMAGE for a path IMAGE/labels/NAME whose IMAGE is a zarr group; None for other paths."""
    path = Path(path)
    image = path.parent.parent
    return image if path.parent.name == "labels" and _is_zarr(image) else None


def _is_zarr(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in ZARR_MARKS)


def _peek(path: Path) -> Mapping[str, Any]:
    """Return the attributes of a group without opening it as zarr; nothing where they cannot be read."""
    for name in ("zarr.json", ".zattrs"):
        try:
            found = json.loads((path / name).read_text())
        except (OSError, ValueError, RecursionError):
            continue
        attributes = found.get("attributes", {}) if name == "zarr.json" and isinstance(found, dict) else found
        return attributes if isinstance(attributes, dict) else {}
    return {}
