"""Group the real 2D nuclei (dsb2018-fluo-2d) by experiment, as far as the images tell theirs.

Run with: python benchmarks/weights/training_images/group_planes.py [--shared ../shared/data]

The set does not name its experiments. Images of one size, brightness and size of nuclei are taken for one: groups are
those of k-means on these numbers among the images of one size. Prints the names of each; ``real_split.toml`` says what
whole groups are for.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from real_images import SHARED
from scipy.cluster.vq import kmeans2, whiten

FOLDER = "real/dsb2018-fluo-2d"
N_GROUPS = 10
"""Of the 331 images of 256 x 256."""


def main() -> None:
    """Print the groups."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    groups = find_groups(parser.parse_args().shared)
    for group in sorted(set(groups.values())):
        names = [name for name, its in groups.items() if its == group]
        print(f"{group} ({len(names)}): {' '.join(names)}")


def find_groups(shared: Path) -> dict[str, str]:
    """Return the group of each image."""
    by_size: dict[tuple[int, int], list[tuple[str, Any]]] = {}
    for path in sorted((shared / FOLDER).glob("img_*.tif")):
        raw = tifffile.imread(path)
        labels = tifffile.imread(path.with_name(path.name.replace("img", "mask")))
        areas = np.bincount(labels.ravel())[1:]
        diameter = np.median(np.sqrt(4 * areas[areas > 0] / np.pi)) if (areas > 0).any() else 1.0
        looks = np.log([diameter, 1 + np.median(raw[labels == 0]), 1 + np.median(raw[labels > 0])])
        by_size.setdefault(raw.shape, []).append((path.stem[4:], looks))
    groups = {}
    for (height, width), images in by_size.items():
        n = N_GROUPS if len(images) > 100 else 1
        looks = np.array([values for _, values in images])
        number = kmeans2(whiten(looks), n, seed=0, minit="++")[1] if n > 1 else np.zeros(len(images), int)
        groups |= {name: f"{height}x{width}-{i}" for (name, _), i in zip(images, number, strict=True)}
    return groups


if __name__ == "__main__":
    main()
