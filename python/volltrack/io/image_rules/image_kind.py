"""Which paths are images, told by name and by a look into the folder; nothing is opened as an image."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = [
    "ZARR_MARKS",
    "does_image_exist",
    "find_image_of_labels",
    "find_sequence",
    "is_companion",
    "is_geff",
    "is_image",
    "is_sequence",
    "is_tiff_name",
    "is_zarr_image",
]

ZARR_MARKS: Final = ("zarr.json", ".zgroup", ".zarray")
"""Files of which each zarr group or array has one."""


_TRACK_TABLES: Final = ("man_track.txt", "res_track.txt")
"""Marks of results of the Cell Tracking Challenge, whose masks are no movie to us but belong to tracks."""

_TIFF_SUFFIXES: Final = (".tif", ".tiff")


def is_image(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is, or by its name would be, a TIFF, a sequence of them, or an OME-Zarr image."""
    return is_tiff_name(path) or is_zarr_image(path) or is_sequence(path) or is_companion(path)


def does_image_exist(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file, a folder, or for a pattern at least one file."""
    path = Path(path)
    return path.exists() or (is_sequence(path) and bool(find_sequence(path)))


def is_companion(path: str | os.PathLike[str]) -> bool:
    """Whether the name is that of the description of an OME-TIFF in several files."""
    return Path(path).name.lower().endswith(".companion.ome")


def is_sequence(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is a folder with TIFF files in it, or a pattern for their names such as ``img_*.tif``."""
    path = Path(path)
    if path.is_dir():
        marks = (*ZARR_MARKS, *_TRACK_TABLES)
        return not any((path / mark).is_file() for mark in marks) and bool(find_sequence(path))
    return bool(set("*?[") & set(path.name)) and path.suffix.lower() in _TIFF_SUFFIXES and not path.exists()


def find_sequence(path: str | os.PathLike[str]) -> list[Path]:
    """Return the TIFF files of a folder or pattern in the order of their names; hidden files do not count."""
    path = Path(path)
    try:
        found = list(path.iterdir() if path.is_dir() else path.parent.glob(path.name))
    except (OSError, ValueError):  # a folder that is closed to us, a pattern that is none
        return []
    return sorted(
        file
        for file in found
        if file.suffix.lower() in _TIFF_SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def is_tiff_name(path: str | os.PathLike[str]) -> bool:
    """Whether the name ends as that of a TIFF does."""
    return Path(path).suffix.lower() in _TIFF_SUFFIXES


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
