"""Patches cut out of one image: straight, or turned and larger or smaller; and images scaled to one size of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.errors import BadSettings, BadTable
from volltrack.model import VoxelSize
from volltrack.segment.size.sections import disk_diameters, largest_sections
from volltrack.segment.size.work_scale import choose_work_scale
from volltrack.segment.train.training_pairs import TrainingPair
from volltrack.segment.train.training_settings import PatchSettings

__all__ = ["cut_straight", "cut_turned", "measure_cell_diameter", "scale_pair"]

Image = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]
Shape = tuple[int, int, int]

_TRIES = 20
"""So many places per wanted patch are tried for enough foreground."""

_PIXEL = VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel")


def measure_cell_diameter(pairs: Sequence[TrainingPair]) -> float:
    """Return the median diameter in pixels of the labelled cells of planes, that of a disc of the same area.

    Raises
    ------
    BadSettings
        For stacks.
    BadTable
        If there is no cell.
    """
    areas: list[npt.NDArray[np.float64]] = []
    for pair in pairs:
        _, labels = pair.load()
        _require_plane(labels.shape, pair.name)
        areas.append(largest_sections(labels, int(labels.max(initial=0))))
    found = np.concatenate([a[a > 0] for a in areas]) if areas else np.zeros(0)
    if found.size == 0:
        raise BadTable("the images hold no labelled cell: draw some, or give their labels")
    return float(np.median(disk_diameters(found)))


def scale_pair(image: Image, labels: Labels, diameters_px: tuple[float, float], name: str) -> tuple[Image, Labels]:
    """Return a plane with its labels as a network sees them that was trained for cells of one size.

    Parameters
    ----------
    image, labels
        (1, Y, X).
    diameters_px
        Typical diameter of a cell that the network wants, and that of the images.
    name
        Of the image, for the message.

    Raises
    ------
    BadSettings
        For a stack: its planes would have to be scaled by the size of the voxels, which is not known here.
    """
    _require_plane(image.shape, name)
    trained, given = diameters_px
    scale = choose_work_scale(image.shape, _PIXEL, cell_diameter_um=given, trained_diameter_px=trained)
    return scale.to_work(image), scale.labels_to_work(labels)


def cut_straight(
    image: Image, labels: Labels, patch: Shape, settings: PatchSettings, rng: np.random.Generator
) -> Iterator[tuple[Image, Labels]]:
    """Yield patches of an image (Z, Y, X) at random places with enough foreground, at most `settings.per_image`."""
    free = np.array(labels.shape) - np.array(patch) + 1
    cut = 0
    for _ in range(_TRIES * settings.per_image):
        start = rng.integers(free)
        box = tuple(slice(int(s), int(s) + p) for s, p in zip(start, patch, strict=True))
        if _has_foreground(labels[box], settings):
            yield np.ascontiguousarray(image[box]), np.ascontiguousarray(labels[box])
            cut += 1
            if cut == settings.per_image:
                return


def cut_turned(
    image: Image, labels: Labels, patch: Shape, settings: PatchSettings, rng: np.random.Generator
) -> Iterator[tuple[Image, Labels]]:
    """Yield patches as `cut_straight`, each at an angle of its own within the plane, half of them mirrored.

    Each is up to `settings.zoom` larger or smaller. One interpolation, linear; labels take the nearest. Where a patch
    reaches beyond the image, both are mirrored.
    """
    size = np.array(image.shape[1:])
    cut = 0
    for _ in range(_TRIES * settings.per_image):
        angle = rng.uniform(0, 2 * np.pi)
        step = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        step *= np.exp(rng.uniform(-1, 1) * np.log(settings.zoom))
        step[:, 1] *= rng.choice([-1, 1])
        reach = np.minimum(np.abs(step) @ np.array(patch[1:]) / 2, size / 2)
        corner = rng.uniform(reach, size - reach) - step @ (np.array(patch[1:]) - 1) / 2
        first = int(rng.integers(image.shape[0] - patch[0] + 1))
        planes = range(first, first + patch[0])
        cells = np.stack([_look(labels[z], step, corner, patch, order=0) for z in planes])
        if _has_foreground(cells, settings):
            raw = np.stack([_look(image[z], step, corner, patch, order=1) for z in planes])
            yield raw.astype(np.float32), cells.astype(np.int32)
            cut += 1
            if cut == settings.per_image:
                return


def _look(
    plane: npt.NDArray[Any],
    step: npt.NDArray[np.float64],
    corner: npt.NDArray[np.float64],
    patch: Shape,
    *,
    order: int,
) -> npt.NDArray[Any]:
    """Return what a turned window shows of a plane."""
    shown: npt.NDArray[Any] = ndimage.affine_transform(plane, step, corner, patch[1:], order=order, mode="reflect")
    return shown


def _has_foreground(cells: Labels, settings: PatchSettings) -> bool:
    return bool(np.count_nonzero(cells) >= max(1, settings.least_foreground * cells.size))


def _require_plane(shape: tuple[int, ...], name: str) -> None:
    if shape[0] != 1:
        raise BadSettings(f"{name} has {shape[0]} planes: `cell_diameter_px` scales single planes only; leave it out")
