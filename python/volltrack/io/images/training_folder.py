"""Folders of training images: ``Raw/`` and ``Segmentation/`` with TIFF files of the same names."""

from __future__ import annotations

import os
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


def read_training_folder(folder: str | os.PathLike[str]) -> list[TrainingPair]:
    """Return the pairs of a training folder, in the order of their names; a file is read when it is asked for.

    Parameters
    ----------
    folder
        Holds ``Raw/`` and ``Segmentation/``; each file is one stack (Z, Y, X) or one plane (Y, X) of one channel.

    Raises
    ------
    BadFile
        If one of the two folders is missing, or, on reading, if a file is no TIFF of one stack.
    BadTable
        Naming the files that do not pair.
    """
    root = Path(folder)
    files: list[dict[str, Path]] = []
    for part in ("Raw", "Segmentation"):
        if not (root / part).is_dir():
            raise BadFile(
                f"no folder {part}/ in it: expected Raw/ and Segmentation/ with TIFF files of the same names", path=root
            )
        found: dict[str, Path] = {}
        for file in sorted((root / part).iterdir()):
            if file.suffix.lower() not in _SUFFIXES or file.name.startswith("."):
                continue
            if file.stem in found:
                raise BadTable(
                    f"{part}/ holds {found[file.stem].name} and {file.name}: expected one of them; remove one"
                )
            found[file.stem] = file
        files.append(found)
    raw, labels = files
    return [
        TrainingPair(
            name=name, read_raw=partial(_read_stack, raw[name]), read_labels=partial(_read_stack, labels[name])
        )
        for name in pair_names(raw, labels)
    ]


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
