"""Which folder is an OME-Zarr image, and which group inside it is meant."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import zarr

from volltrack.errors import BadFile
from volltrack.io.image_rules import ZARR_MARKS
from volltrack.io.zarr_chunks import OPEN_ERRORS

__all__ = ["describe_error", "find_label_names", "ome_part", "open_image", "open_labels", "require_inside"]

_log = logging.getLogger(__name__)

_EXPECTED: Final = "expected an OME-Zarr image (a folder with 'multiscales' in its attributes)"


def open_image(path: Path) -> tuple[Path, Any]:
    """Return the folder and the zarr group or array of an image.

    In the layout of bioformats2raw the images lie in numbered groups; the first is taken.

    Raises
    ------
    BadFile
        No such folder, not a zarr, or a plate.
    """
    node = _open(path)
    if not isinstance(node, zarr.Group):
        return path, node
    attributes = ome_part(node.attrs)
    if "plate" in attributes:
        raise BadFile("a plate of many images: give the path of one of them, such as PLATE.zarr/A/1/0", path=path)
    if "multiscales" in attributes:
        return path, node
    if "geff" in node.attrs:
        raise BadFile(f"a graph of cells (GEFF), no image: {_EXPECTED}", path=path)
    if "bioformats2raw.layout" in attributes and (path / "0").is_dir():
        if (path / "1").is_dir():
            _log.warning("%s: holds several images; reading the first, %s", path, path / "0")
        return open_image(path / "0")
    try:
        arrays = ", ".join(sorted(name for name, _ in node.arrays())) or "none"
    except OPEN_ERRORS:
        arrays = "damaged"
    raise BadFile(
        f"a zarr group without 'multiscales' (its arrays: {arrays}): {_EXPECTED}; "
        "to read one array give its own path with `axes`, such as `axes='TZYX'`",
        path=path,
    )


def open_labels(path: Path) -> tuple[Path, Any]:
    """Return the folder and the zarr group of labels: those below ``labels/`` of an image, else the image itself.

    Raises
    ------
    BadFile
        As in `open_image`; also several sets of labels, of which none is chosen.
    """
    folder, node = (path, _open(path)) if (path / "labels").is_dir() else open_image(path)
    names = find_label_names(folder)
    if not isinstance(node, zarr.Group) or not names:
        return open_image(path)
    if len(names) > 1:
        choice = " or ".join(str(folder / "labels" / name) for name in names)
        raise BadFile(f"holds {len(names)} sets of labels: give the path of one, {choice}", path=path)
    return open_image(folder / "labels" / names[0])


def find_label_names(image: Path) -> tuple[str, ...]:
    """Return the names of the labels that an image lists; those that are not there are left out.

    A name that leads out of the image's folder (``..``, an absolute path, a link) is left out with a warning.

    Raises
    ------
    BadFile
        The list is none of names.
    """
    folder = image / "labels"
    if not any((folder / mark).is_file() for mark in ZARR_MARKS):
        return ()
    listed = ome_part(_open(folder).attrs).get("labels", ())
    if not isinstance(listed, list | tuple) or not all(isinstance(name, str) for name in listed):
        raise BadFile(f"labels are listed as {str(listed)[:60]!r}: expected a list of names", path=folder)
    names = []
    for name in listed:
        try:
            inside = require_inside(folder, name)
        except BadFile as error:
            _log.warning("%s; it is left out", error)
            continue
        if inside.is_dir():
            names.append(name)
    return tuple(names)


def require_inside(folder: Path, name: str) -> Path:
    """Return the folder of that name inside `folder`.

    Raises
    ------
    BadFile
        The name is empty or leads out of it: ``..``, an absolute path, or by a link.
    """
    path = folder / name
    try:
        is_inside = bool(name.strip("/. ")) and path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, a NUL byte, links in a circle
        is_inside = False
    if not is_inside or Path(name).is_absolute() or ".." in Path(name).parts:
        raise BadFile(
            f"the name {name[:80]!r} leads out of the folder: expected the name of something in it", path=folder
        )
    return path


def describe_error(error: BaseException) -> str:
    """Return what a library says, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def ome_part(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the attributes of OME-Zarr: below ``ome`` from version 0.5 on, all of them before."""
    part = attributes.get("ome")
    return part if isinstance(part, Mapping) else attributes


def _open(path: Path) -> Any:
    """Open a zarr group or array of this machine for reading."""
    if not path.is_dir():
        found = "a file" if path.exists() else "no such folder"
        raise BadFile(f"{found}: {_EXPECTED}", path=path)
    if not any((path / mark).is_file() for mark in ZARR_MARKS):
        raise BadFile(f"a folder that is no zarr (none of {', '.join(ZARR_MARKS)} in it): {_EXPECTED}", path=path)
    try:
        return zarr.open(path, mode="r")
    except OPEN_ERRORS as error:
        raise BadFile(
            f"the description of this zarr is damaged ({describe_error(error)}): {_EXPECTED}", path=path
        ) from error
