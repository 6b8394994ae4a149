"""The real images with truth, by the split of ``real_split.toml``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

__all__ = ["PARTS", "SHARED", "RealImage", "list_images", "list_sets", "read_split"]

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
"""The folder that holds ``real``; given to the recipes as ``--shared`` where it lies elsewhere."""

PARTS = ("train", "tune", "test")


@dataclass(frozen=True, kw_only=True)
class RealImage:
    """One real image.

    Parameters
    ----------
    data_set
        Folder of the set.
    name
        Within the set.
    raw_path, truth_path
        TIFF of the image and of its labels.
    z_step
        Distance of planes in pixels; 1 of a single plane.
    frame
        Which frame of a movie; None where the file holds one image.
    """

    data_set: str
    name: str
    raw_path: Path
    truth_path: Path
    z_step: float
    frame: int | None = None

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Return image float32 and labels int32, both (Z, Y, X)."""
        raw, truth = (tifffile.imread(path) for path in (self.raw_path, self.truth_path))
        if self.frame is not None:
            raw, truth = raw[self.frame], truth[self.frame]
        raw, truth = (a[np.newaxis] if a.ndim == 2 else a for a in (raw, truth))
        return raw.astype(np.float32), truth.astype(np.int32)


@functools.cache
def read_split() -> dict[str, dict[str, Any]]:
    """Return what ``real_split.toml`` says of each set."""
    return tomllib.loads((Path(__file__).parent / "real_split.toml").read_text(encoding="utf-8"))


def list_sets() -> list[str]:
    """Return the names of the sets."""
    return list(read_split())


def list_images(data_set: str, part: str, shared: Path = SHARED) -> list[RealImage]:
    """Return the images of a part of a set, in the order of their names; none where the set is not on the disk."""
    split, folder = read_split()[data_set], shared / "real" / data_set
    return sorted(
        (image for name in split.get(part, ()) for image in _find(data_set, folder, name, split.get("z_step", 1.0))),
        key=lambda image: image.name,
    )


def _find(data_set: str, folder: Path, name: str, z_step: float) -> Iterator[RealImage]:
    """Yield the image of a name, the time points of an embryo, or the frames of a movie."""
    movie = folder / f"{name}.tif"
    if movie.is_file():
        for t in range(len(tifffile.imread(movie))):
            yield RealImage(
                data_set=data_set,
                name=f"{name}-{t}",
                raw_path=movie,
                truth_path=folder / "masks.tif",
                z_step=z_step,
                frame=t,
            )
        return
    for path in sorted([*folder.glob(f"img_{name}.tif"), *folder.glob(f"img_{name}_t*.tif")]):
        truth = path.with_name(path.name.replace("img_", "mask_", 1))
        yield RealImage(data_set=data_set, name=path.stem[4:], raw_path=path, truth_path=truth, z_step=z_step)
