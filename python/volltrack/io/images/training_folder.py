"""Folders of training images: two folders with files of the same names, or images beside their masks in one."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile

from volltrack.errors import BadFile, BadTable
from volltrack.segment.train.training_pairs import TrainingPair, pair_names

__all__ = ["read_training_folder"]

_SUFFIXES = (".tif", ".tiff")

_FOLDERS = (("raw", "images", "image", "img"), ("segmentation", "masks", "mask", "labels", "label"))
"""Names of the two folders, in lower case; Raw/ and Segmentation/ are the paper's, images/ and masks/ StarDist's."""

_MASK_WORD = r"(?:cp_)?(?:masks?|labels?|seg|segmentation)"
_IMAGE_WORD = r"(?:images?|img|raw)"

_EXPECTED = (
    "two folders, Raw/ and Segmentation/ (or images/ and masks/), with TIFF files of the same names, or TIFF files in "
    "pairs such as img_1.tif and mask_1.tif, or 1.tif and 1_masks.tif"
)


def read_training_folder(folder: str | os.PathLike[str]) -> list[TrainingPair]:
    """Return the pairs of a training folder, in the order of their names; a file is read when it is asked for.

    Parameters
    ----------
    folder
        Holds ``Raw/`` and ``Segmentation/`` (or ``images/`` and ``masks/``) with files of the same names; or files in
        pairs, such as ``img_1.tif`` and ``mask_1.tif``, or ``1.tif`` and ``1_masks.tif``. Each file is one stack
        (Z, Y, X) or one plane (Y, X) of one channel.

    Raises
    ------
    BadFile
        If there are neither two such folders nor files in pairs, or, on reading, if a file is no TIFF of one stack.
    BadTable
        Naming the files that do not pair.
    """
    root = Path(folder)
    if not root.is_dir():
        raise BadFile(f"no such folder: expected a folder with {_EXPECTED}", path=root)
    inside = {path.name.lower(): path for path in sorted(root.iterdir()) if path.is_dir()}
    in_raw, in_labels = (next((inside[n] for n in names if n in inside), None) for names in _FOLDERS)
    raw, labels = _find_in_folders(in_raw, in_labels, root) if in_raw or in_labels else _find_in_pairs(root)
    return [
        TrainingPair(
            name=name, read_raw=partial(_read_stack, raw[name]), read_labels=partial(_read_stack, labels[name])
        )
        for name in pair_names(raw, labels)
    ]


def _find_in_folders(raw: Path | None, labels: Path | None, root: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the files of both folders by their names without suffix."""
    if raw is None or labels is None:
        missing, there = ("Raw", labels) if raw is None else ("Segmentation", raw)
        assert there is not None
        raise BadFile(f"no folder {missing}/ in it beside {there.name}/: expected {_EXPECTED}", path=root)
    by_stem = [_by_key([(file, file.stem) for file in _list_tiffs(part)]) for part in (raw, labels)]
    return by_stem[0], by_stem[1]


def _find_in_pairs(root: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return images and masks of one folder by what their names have in common."""
    files = _list_tiffs(root)
    keys = {file: _strip(file.stem, _MASK_WORD) for file in files}
    masks = [(file, key) for file, key in keys.items() if key is not None]
    others = [(file, _strip(file.stem, _IMAGE_WORD) or file.stem) for file, key in keys.items() if key is None]
    if not masks or not others:
        found = ", ".join(f.name for f in files[:4]) + (", ..." if len(files) > 4 else "")
        raise BadFile(f"found {found or 'no TIFF file'}: expected {_EXPECTED}", path=root)
    return _by_key(others), _by_key(masks)


def _strip(name: str, word: str) -> str | None:
    """Return a name without the word in front or behind; None where it has none."""
    found = re.fullmatch(rf"(?:{word}[_\-. ]?(?P<behind>.+)|(?P<before>.+?)[_\-. ]{word})", name, re.IGNORECASE)
    return None if found is None else found["behind"] or found["before"]


def _by_key(files: list[tuple[Path, str]]) -> dict[str, Path]:
    """Return files by their names.

    Raises
    ------
    BadTable
        If two have one.
    """
    found: dict[str, Path] = {}
    for file, key in files:
        if key in found:
            raise BadTable(
                f"{file.parent.name}/ holds {found[key].name} and {file.name}: expected one of them; remove one"
            )
        found[key] = file
    return found


def _list_tiffs(folder: Path) -> list[Path]:
    return [f for f in sorted(folder.iterdir()) if f.suffix.lower() in _SUFFIXES and not f.name.startswith(".")]


def _read_stack(file: Path) -> npt.NDArray[Any]:
    """Return one stack without axes of length 1 in front."""
    try:
        image = np.asarray(tifffile.imread(file))
    except (OSError, ValueError, tifffile.TiffFileError) as error:
        raise BadFile(f"cannot be read as TIFF ({error}); write it again", path=file) from error
    while image.ndim > 3 and image.shape[0] == 1:
        image = image[0]
    if image.ndim not in (2, 3):
        raise BadFile(f"holds an image of shape {image.shape}: expected one stack (Z, Y, X) or one plane", path=file)
    return image
