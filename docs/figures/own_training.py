"""Pictures of an own training on phase contrast: trained on six images, drawn on others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tifffile
from PIL import Image
from scipy import ndimage

__all__ = ["NAMES", "draw_cells", "make_network"]

NAMES = ("001", "004", "008", "011", "014", "017")
"""The training part of the split in ``benchmarks/weights/training_images/real_split.toml``."""

_UNKNOWN = ("--voxel-size", "1,1,1", "--length-unit", "pixel", "--frame-interval", "1", "--time-unit", "frame")

_TRUTH, _FOUND = (0, 200, 255), (255, 150, 0)


def make_network(data: Path, work: Path, call: Callable[..., None]) -> Path:
    """Return the folder of the trained network; it is trained where it is not there yet, for about half an hour.

    Parameters
    ----------
    data
        Holds ``img_001.tif``, ``mask_001.tif`` and so on.
    work
        Where pairs and network are kept.
    call
        Runs a command of VollTrack.
    """
    pairs = work / "pairs"
    pairs.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        for file in (f"img_{name}.tif", f"mask_{name}.tif"):
            shutil.copyfile(data / file, pairs / file)
    if not (work / "models" / "star" / "thresholds.json").exists():
        call("train", pairs, "--out", work / "models")
    return work / "models" / "star"


def draw_cells(
    data: Path, work: Path, star: Path, places: dict[str, tuple[int, int]], target: Path, call: Callable[..., None]
) -> None:
    """Draw a part of each image side by side: truth in blue below what was found in orange.

    Parameters
    ----------
    data, work, call
        See `make_network`.
    star
        From there.
    places
        Upper left corner (y, x) of the part, by the name of the image.
    target
        The PNG.
    """
    panels = []
    for name, (y, x) in places.items():
        labels = work / f"labels_{name}.tif"
        call("segment", data / f"img_{name}.tif", "--star", star, "--out", labels, *_UNKNOWN, "--overwrite", "--quiet")
        part = (slice(y, y + 512), slice(x, x + 512))
        image = tifffile.imread(data / f"img_{name}.tif")
        low, high = np.percentile(image, (0.5, 99.5))
        grey = np.clip((image[part] - low) / (high - low) * 255, 0, 255).astype(np.uint8) & 0xF0  # a small file
        picture = np.stack([grey] * 3, axis=-1)
        picture[_outline(tifffile.imread(data / f"mask_{name}.tif")[part])] = _TRUTH
        picture[_outline(np.squeeze(tifffile.imread(labels))[part])] = _FOUND
        panels += [picture, np.full((512, 8, 3), 255, np.uint8)]
    Image.fromarray(np.concatenate(panels[:-1], axis=1)).quantize(20).save(target, optimize=True)


def _outline(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return the pixels of each label that touch another value."""
    return np.asarray(ndimage.maximum_filter(labels, 3) != ndimage.minimum_filter(labels, 3)) & (labels > 0)
