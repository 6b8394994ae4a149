"""Images brought to the one size of objects that a network is trained for, as `work_scale` shows a movie to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training_images.random_cells import draw_cells, draw_signal
from training_images.random_light import expose, make_empty, scale_to_percentiles
from volltrack.model import VoxelSize
from volltrack.segment.size.sections import disk_diameters, largest_sections
from volltrack.segment.size.work_scale import choose_work_scale
from volltrack.segment.train import Patches

__all__ = ["PatchCutter", "measure_diameter", "stack_patches"]

Pair = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]

_TRIES = 12


@dataclass(frozen=True, kw_only=True)
class PatchCutter:
    """Cuts patches (Z, Y, X) in which objects have about one diameter.

    Parameters
    ----------
    patch
        Voxels, Z = 1 for planes.
    diameter_px
        The size of the objects.
    jitter
        Standard deviation of the logarithm of the size around it: estimates of the size err.
    """

    patch: tuple[int, int, int]
    diameter_px: float
    jitter: float = 0.25

    def cut_real(
        self,
        raw: npt.NDArray[np.float32],
        truth: npt.NDArray[np.int32],
        z_step: float,
        n: int,
        rng: np.random.Generator,
    ) -> list[Pair]:
        """Return patches of a real image, some exposed to more haze and noise, at one scale each call."""
        diameter = measure_diameter(truth) * float(np.exp(rng.normal(0, self.jitter)))
        image, labels = self._show(raw, truth, z_step, diameter)
        if rng.random() < 0.5:
            image = expose(np.clip(scale_to_percentiles(image), 0, 3), self.diameter_px, max(z_step, 1.0), rng)
        return [self.cut_shown(image, labels, rng) for _ in range(n)]

    def cut_random(self, rng: np.random.Generator) -> Pair:
        """Return a patch of a randomised image, drawn at a size of cells of its own and scaled as a movie is."""
        flat = self.patch[0] == 1
        diameter = math.exp(rng.uniform(math.log(8), math.log(100 if flat else 40)))
        wide = [math.ceil(1.15 * n * diameter / self.diameter_px) for n in self.patch[1:]]
        planes = min(math.exp(rng.uniform(math.log(2), math.log(20))), diameter)
        spacing = 1.0 if flat else diameter / planes
        n_planes = 1 if flat else int(rng.integers(5, 33))
        for _ in range(_TRIES):
            field = draw_cells((n_planes, *wide), diameter, spacing, rng)
            if field.labels.any():
                break
        image = expose(draw_signal(field, rng), diameter, spacing, rng)
        shown = self._show(image, field.labels, spacing, diameter * float(np.exp(rng.normal(0, self.jitter))))
        return self.cut_shown(*shown, rng)

    def cut_empty(self, rng: np.random.Generator) -> Pair:
        """Return a patch without a cell."""
        return scale_to_percentiles(make_empty(self.patch, rng)), np.zeros(self.patch, np.int32)

    def _show(self, raw: npt.NDArray[np.float32], truth: npt.NDArray[np.int32], z_step: float, diameter: float) -> Pair:
        """Return both as networks see a frame with cells of this diameter."""
        voxel = VoxelSize(z=z_step, y=1.0, x=1.0, unit="pixel")
        scale = choose_work_scale(raw.shape, voxel, cell_diameter_um=diameter, trained_diameter_px=self.diameter_px)
        return scale.to_work(raw.astype(np.float32)), scale.labels_to_work(truth)

    def cut_shown(
        self, image: npt.NDArray[np.float32], labels: npt.NDArray[np.int32], rng: np.random.Generator
    ) -> Pair:
        """Return a patch, with cells where there are any near; beyond the edge is no light and no cell."""
        image = scale_to_percentiles(image)
        room = [(0, max(0, want - have)) for want, have in zip(self.patch, image.shape, strict=True)]
        image, labels = np.pad(image, room), np.pad(labels, room)
        for _ in range(_TRIES):
            starts = [int(rng.integers(0, n - want + 1)) for n, want in zip(image.shape, self.patch, strict=True)]
            box = tuple(slice(s, s + n) for s, n in zip(starts, self.patch, strict=True))
            if labels[box].any() or rng.random() < 0.1:
                break
        return image[box].copy(), labels[box].copy()  # a view would keep the whole image


def measure_diameter(truth: npt.NDArray[np.int32]) -> float:
    """Return the median diameter of the objects in pixels, each of a disk as large as its largest section."""
    n = int(truth.max(initial=0))
    if n == 0:
        return 20.0
    areas = largest_sections(truth, n)
    return float(np.median(disk_diameters(areas[areas > 0])))


def stack_patches(pairs: list[Pair]) -> Patches:
    """Return all patches as the trainings take them."""
    return Patches(raw=np.stack([raw for raw, _ in pairs]), labels=np.stack([labels for _, labels in pairs]))
