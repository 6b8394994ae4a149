"""Patches of raw images and labels, the common food of all trainings."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile, BadSettings, BadTable
from volltrack.progress import OnProgress, track_progress
from volltrack.segment.train.patches.augmentation import enlarge_pairs
from volltrack.segment.train.patches.cut_patches import cut_straight, cut_turned, measure_cell_diameter, scale_pair
from volltrack.segment.train.training_pairs import TrainingPair
from volltrack.segment.train.training_settings import PatchSettings

__all__ = ["Patches", "make_patches", "read_patches", "write_patches"]


@dataclass(frozen=True, kw_only=True)
class Patches:
    """N patches; 2D ones have Z = 1.

    Parameters
    ----------
    raw
        float32 (N, Z, Y, X): scaled as at prediction.
    labels
        int32 (N, Z, Y, X): 0 is background.
    counts
        (offset, factor): the counts of the image were about ``raw * factor + offset`` on average over the images;
        Noise2Void learns on counts.
    diameters_px
        (in the patches, in the images that were given): typical diameter of a cell, where the images were scaled to
        one size of cells; 0 where they were not.
    """

    raw: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int32]
    counts: tuple[float, float] = (0.0, 1.0)
    diameters_px: tuple[float, float] = (0.0, 0.0)

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def shape_zyx(self) -> tuple[int, int, int]:
        """Voxels of a patch."""
        z, y, x = self.raw.shape[1:]
        return (z, y, x)

    @property
    def is_2d(self) -> bool:
        """Whether they train 2D networks."""
        return bool(self.raw.shape[1] == 1)

    @property
    def network_shape(self) -> tuple[int, ...]:
        """Voxels of a patch as the network sees it: (Y, X) for flat patches."""
        return self.shape_zyx[1:] if self.is_2d else self.shape_zyx

    def for_network(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return `values` (N, Z, Y, X) without the z axis if the patches are flat."""
        return values[:, 0] if self.is_2d else values

    def split(self, share: float, seed: int) -> tuple[Patches, Patches]:
        """Return the patches to learn from and those to measure the loss on.

        Raises
        ------
        BadTable
            If there are fewer than two.
        """
        if len(self) < 2:
            raise BadTable(
                f"{len(self)} patch: too few to train, expected at least 2; take more images or more patches"
            )
        order = np.random.default_rng(seed).permutation(len(self))
        n = min(max(1, round(share * len(self))), len(self) - 1)
        chosen = (np.sort(order[n:]), np.sort(order[:n]))
        train, check = (replace(self, raw=self.raw[i], labels=self.labels[i]) for i in chosen)
        return train, check


def make_patches(
    pairs: Sequence[TrainingPair], settings: PatchSettings | None = None, *, on_progress: OnProgress | None = None
) -> Patches:
    """Return patches of all images (and of their augmented copies); one image is held at a time.

    Parameters
    ----------
    pairs
        Images with labels.
    settings
        Defaults when not given.
    on_progress
        Told after each image.

    Raises
    ------
    BadSettings
        If an image is smaller than a patch; or a stack is to be scaled to a diameter of the cells.
    BadTable
        If fewer than two patches have enough foreground, or there is no cell to scale by.
    BadValue, ShapeMismatch
        See `TrainingPair.load`.
    """
    settings = settings or PatchSettings()
    rng = np.random.default_rng([settings.seed, 1])
    raws: list[npt.NDArray[np.float32]] = []
    labels: list[npt.NDArray[np.int32]] = []
    offsets, factors = [], []
    wanted = settings.cell_diameter_px
    diameters = (0.0, 0.0) if wanted is None else (wanted, measure_cell_diameter(pairs))
    cut = cut_straight if settings.zoom == 1 else cut_turned
    images = enlarge_pairs(pairs, settings.copies, seed=settings.seed)
    for pair in track_progress(images, on_progress, "make patches", len(pairs) * settings.copies):
        image, truth = pair.load()
        low, high = (float(v) for v in np.percentile(image, settings.percentiles))
        offsets.append(low)
        factors.append(max(high - low, 1e-20))
        image = (image - np.float32(low)) / np.float32(max(high - low, 1e-20))
        if wanted is not None:
            image, truth = scale_pair(image, truth, diameters, pair.name)
        patch = _patch_for(image.shape, settings.patch_zyx, pair.name)
        for raw, cells in cut(image, truth, patch, settings, rng):
            raws.append(raw)
            labels.append(cells)
    if len({r.shape for r in raws}) > 1:
        raise BadSettings("planes and stacks are mixed: train on images of one kind, or set a patch of one plane")
    if len(raws) < 2:
        raise BadTable(
            f"{len(raws)} patches with at least {settings.least_foreground:.0%} foreground in {len(pairs)} images: "
            "too few to train; give more labelled images, smaller patches, or a smaller least_foreground"
        )
    return Patches(
        raw=np.stack(raws),
        labels=np.stack(labels),
        counts=(float(np.mean(offsets)), float(np.mean(factors))),
        diameters_px=diameters,
    )


def write_patches(patches: Patches, path: str | os.PathLike[str]) -> None:
    """Write patches as NPZ in csbdeep's layout (``X``, ``Y``, ``axes``), for `csbdeep.io.load_training_data`, too."""
    flat, final = patches.is_2d, Path(path)
    temporary = final.with_name(f".{final.name}")
    try:
        with temporary.open("wb") as stream:
            np.savez_compressed(
                stream,
                X=patches.for_network(patches.raw)[:, np.newaxis],
                Y=patches.for_network(patches.labels)[:, np.newaxis],
                axes="SCYX" if flat else "SCZYX",
                counts=np.array(patches.counts),
                diameters=np.array(patches.diameters_px),
            )
        temporary.replace(final)  # an interrupted call leaves no broken file under the name
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_patches(path: str | os.PathLike[str]) -> Patches:
    """Return the patches of an NPZ file that `write_patches` wrote.

    Raises
    ------
    BadFile
        If the file is missing, broken, or holds something else.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            raw, labels, axes = file["X"], file["Y"], str(file["axes"])
            counts = _read_two(file, "counts", (0.0, 1.0))
            diameters = _read_two(file, "diameters", (0.0, 0.0))
    except FileNotFoundError as error:
        raise BadFile("no such file: expected the NPZ of patches; make it first", path=path) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise BadFile(f"not an NPZ of patches ({error}); make it again", path=path) from error
    if axes not in ("SCYX", "SCZYX") or raw.shape != labels.shape or raw.shape[1] != 1:
        raise BadFile(
            f"axes {axes}, raw {raw.shape}, labels {labels.shape}: expected one channel, SCYX or SCZYX", path=path
        )
    keep = slice(None) if axes == "SCYX" else 0
    raw, labels = (a[:, keep] for a in (raw, labels))
    return Patches(raw=raw.astype(np.float32), labels=labels.astype(np.int32), counts=counts, diameters_px=diameters)


def _read_two(file: Any, name: str, default: tuple[float, float]) -> tuple[float, float]:
    """Return two numbers of an NPZ file; `default` where an older version wrote none."""
    if name not in file:
        return default
    first, second = (float(v) for v in file[name])
    return (first, second)


def _patch_for(image: tuple[int, ...], patch: tuple[int, int, int], name: str) -> tuple[int, int, int]:
    """Return the patch that is cut from an image: one plane thick for single planes."""
    wanted = (1, *patch[1:]) if image[0] == 1 else patch
    if any(n < p for n, p in zip(image, wanted, strict=True)):
        raise BadSettings(f"{name} is {image} voxels, smaller than a patch of {wanted}: set a smaller patch_zyx")
    return wanted
