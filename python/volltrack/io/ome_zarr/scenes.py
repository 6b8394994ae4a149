"""Several images in one zarr, in the layout of bioformats2raw: numbered groups, each an image."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from volltrack.io.image_rules import ZARR_MARKS
from volltrack.io.tiff.opening.scenes import Scene, SeveralScenes, choose_scene

__all__ = ["choose_image"]


def choose_image(path: Path, wanted: str | None, *, is_strict: bool = True, is_any_fine: bool = False) -> Path:
    """Return the folder of the image that is meant; `path` itself where it is one image.

    Parameters
    ----------
    path
        A zarr.
    wanted, is_strict
        See `volltrack.io.tiff.opening.scenes.choose_scene`.
    is_any_fine
        Whether to take the first of several movies where none is chosen.

    Raises
    ------
    SeveralScenes, BadValue
        See there.
    """
    attributes = _read_attributes(path)
    if "bioformats2raw.layout" not in attributes or "multiscales" in attributes:
        return path
    images = [folder for number in range(100_000) if (folder := path / str(number)).is_dir()] if _has(path, 1) else []
    if len(images) < 2:
        return path
    scenes = [_describe(folder, number) for number, folder in enumerate(images, start=1)]
    try:
        scene = choose_scene(scenes, wanted, path, is_strict=is_strict)
    except SeveralScenes:
        if not is_any_fine:
            raise
        scene = scenes[0]
    return images[scene.number - 1]


def _has(path: Path, number: int) -> bool:
    return (path / str(number)).is_dir()


def _describe(folder: Path, number: int) -> Scene:
    """Return number, name and size of an image; no size where its metadata is damaged."""
    try:
        multiscale = _read_attributes(folder)["multiscales"][0]
        axes = "".join(str(axis["name"] if isinstance(axis, dict) else axis)[0].upper() for axis in multiscale["axes"])
        shape = tuple(int(n) for n in _read_shape(folder / str(multiscale["datasets"][0]["path"])))
        if len(axes) == len(shape) and math.prod(shape) > 0:
            return Scene(number=number, name=str(multiscale.get("name", "")), axes=axes, shape=shape)
    except (KeyError, IndexError, TypeError, ValueError, OSError):
        pass
    return Scene(number=number, name="", axes="", shape=())


def _read_attributes(folder: Path) -> dict[str, Any]:
    """Return the attributes of a group, without opening it as zarr; those below ``ome`` where there are any."""
    if not any((folder / mark).is_file() for mark in ZARR_MARKS):
        return {}
    for name in ("zarr.json", ".zattrs"):
        try:
            found = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        attributes = found.get("attributes", {}) if name == "zarr.json" and isinstance(found, dict) else found
        if isinstance(attributes, dict):
            ome = attributes.get("ome")
            return ome if isinstance(ome, dict) else attributes
    return {}


def _read_shape(folder: Path) -> Any:
    for name in ("zarr.json", ".zarray"):
        if (folder / name).is_file():
            return json.loads((folder / name).read_text(encoding="utf-8"))["shape"]
    raise FileNotFoundError(folder)
