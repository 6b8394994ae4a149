"""Randomised images of nuclei and cells, planes and stacks, far more various than any one microscope shows.

Domain randomisation: a network that has seen every look takes a real one for one more of them. Shapes are drawn here;
what light and camera make of them in `random_light`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

__all__ = ["CellField", "draw_cells", "draw_signal", "smooth_noise"]

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

ARRANGEMENTS = ("isolated", "groups", "crowded", "crowded", "few", "mixed sizes", "border")


@dataclass(frozen=True, kw_only=True)
class CellField:
    """Cells in a field, (Z, Y, X).

    Parameters
    ----------
    labels
        int32, 1 .. n.
    depth
        float32: 0 in the centre of the cell that owns the voxel, 1 at its surface.
    spacing
        Distance of planes in pixels.
    diameter
        Typical diameter in pixels.
    """

    labels: Labels
    depth: Floats
    spacing: float
    diameter: float


def draw_cells(shape: tuple[int, int, int], diameter: float, spacing: float, rng: np.random.Generator) -> CellField:
    """Return cells of about one diameter: isolated, in groups, crowded, few, of mixed sizes, or up to a border."""
    step = np.array([spacing, 1.0, 1.0])
    flat = shape[0] == 1
    extent = np.array(shape) * step
    arrangement = str(rng.choice(ARRANGEMENTS))
    centres = _place(arrangement, extent, diameter, flat, rng)
    spread = rng.uniform(0.3, 0.6) if arrangement == "mixed sizes" else rng.uniform(0.05, 0.25)
    stretch = rng.uniform(0.05, 0.6)
    bend = rng.uniform(0.0, 0.12) * diameter
    scale = np.maximum(rng.uniform(0.2, 0.5) * diameter / step, 1)
    grid = [
        (np.arange(n, dtype=np.float32) * np.float32(s)).reshape([-1 if j == i else 1 for j in range(3)])
        + np.float32(0 if flat and i == 0 else bend) * np.clip(smooth_noise(rng, shape, scale), -2.5, 2.5)
        for i, (n, s) in enumerate(zip(shape, step, strict=True))
    ]
    labels, depth = np.zeros(shape, np.int32), np.ones(shape, np.float32)
    nearest = np.zeros(shape, np.float32)
    for number, centre in enumerate(centres, start=1):
        radius = 0.5 * diameter * float(np.exp(rng.normal(0, spread)))
        logs = rng.uniform(-stretch, stretch, 3)
        if rng.random() < 0.04:  # the plate of a mitosis
            logs, radius = np.array([0.5, 0.5, -0.6]), 0.7 * radius
        if flat:
            logs[0] = logs[1:].mean()
            turn = _turn_in_plane(rng.uniform(0, np.pi))
        else:
            turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        metric = turn @ np.diag(np.exp(-2 * (logs - logs.mean()))) @ turn.T
        reach = radius * np.sqrt(np.diag(np.linalg.inv(metric))) + 2.5 * bend
        low = np.clip(np.floor((centre - reach) / step).astype(int), 0, shape)
        high = np.clip(np.ceil((centre + reach) / step).astype(int) + 1, 0, shape)
        if np.any(low >= high):
            continue
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        d = [g[box] - np.float32(c) for g, c in zip(grid, centre, strict=True)]
        square = sum(np.float32(metric[i, j]) * d[i] * d[j] for i in range(3) for j in range(3))
        power = square - np.float32(radius**2)
        wins = power < nearest[box]
        nearest[box][wins] = power[wins]
        labels[box][wins] = number
        depth[box][wins] = (square / np.float32(radius**2))[wins]
    return CellField(labels=_largest_pieces(labels), depth=depth, spacing=spacing, diameter=diameter)


def _turn_in_plane(angle: float) -> npt.NDArray[np.float64]:
    """Return the matrix that turns (z, y, x) about z."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _place(
    arrangement: str, extent: npt.NDArray[np.float64], diameter: float, flat: bool, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return centres (N, 3) in pixels, none much nearer to another than cells are wide."""
    margin = 0.5 * diameter * np.array([0.0 if flat else 1.0, 1.0, 1.0])
    room = np.prod((extent + 2 * margin)[1 if flat else 0 :])
    own = np.pi / 4 * diameter**2 if flat else np.pi / 6 * diameter**3
    fill = {"isolated": 0.15, "groups": 0.4, "crowded": 0.85, "few": 0.03, "mixed sizes": 0.5, "border": 0.8}
    wanted = int(np.clip(fill[arrangement] * rng.uniform(0.5, 1.2) * room / own, 1, 400))
    darts = rng.uniform(-margin, extent + margin, (wanted * 25, 3))
    if flat:
        darts[:, 0] = 0
    if arrangement == "groups":
        hubs = darts[: int(rng.integers(1, 5))]
        darts = hubs[rng.integers(0, len(hubs), len(darts))] + rng.normal(size=darts.shape) * diameter * 1.3
        darts[:, 0] = 0 if flat else darts[:, 0]
    if arrangement == "border":
        normal = rng.normal(size=3) * (0 if flat else 1, 1, 1)
        along = (darts - extent / 2) @ normal / np.linalg.norm(normal)
        darts = darts[along < rng.uniform(-0.3, 0.5) * np.abs(along).max()]
    least = diameter * (1.3 if arrangement == "isolated" else rng.uniform(0.6, 1.0))
    kept = np.empty((0, 3))
    for dart in darts:
        if len(kept) >= wanted:
            break
        if not len(kept) or np.min(((kept - dart) ** 2).sum(axis=1)) > least**2:
            kept = np.vstack([kept, dart])
    return kept


def _largest_pieces(labels: Labels) -> Labels:
    """Return the labels numbered anew, each its largest connected piece, none of under 12 voxels."""
    kept, count = np.zeros_like(labels), 0
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        pieces, _ = ndimage.label(labels[box] == number)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        if sizes.max(initial=0) >= 12:
            count += 1
            kept[box][pieces == sizes.argmax()] = count
    return kept


def draw_signal(field: CellField, rng: np.random.Generator) -> Floats:
    """Return the light that the cells send out, about 1 where it is bright: textured, with holes, dim beside bright."""
    labels, shape, n = field.labels, field.labels.shape, int(field.labels.max())
    brightness = np.exp(rng.normal(0, rng.uniform(0.05, 0.7), n + 1)).astype(np.float32)
    if rng.random() < 0.3:  # two kinds of cells
        brightness[rng.random(n + 1) < rng.uniform(0.1, 0.5)] *= rng.uniform(0.12, 0.5)
    brightness[rng.random(n + 1) < 0.03] *= 2.5
    brightness[0] = 0
    signal = brightness[labels]
    grain = field.diameter / np.array([field.spacing, 1, 1])
    if rng.random() < 0.7:  # chromatin
        texture = smooth_noise(rng, shape, np.maximum(rng.uniform(0.05, 0.3) * grain, 0.6))
        signal = signal * np.clip(1 + rng.uniform(0.05, 0.5) * texture, 0.1, 3)
    if rng.random() < 0.4:  # nucleoli, vacuoles: dark holes; or bright ones, chromocentres
        holes = smooth_noise(rng, shape, np.maximum(rng.uniform(0.08, 0.2) * grain, 0.6))
        level = rng.uniform(0.1, 0.8) if rng.random() < 0.7 else rng.uniform(1.3, 2.5)
        signal = np.where(holes > rng.uniform(1.0, 2.0), level * signal, signal)
    if rng.random() < 0.5:  # brighter at the rim, or in the middle
        slope = rng.uniform(-0.8, 0.6)
        signal = signal * np.clip(1 + slope * (np.clip(field.depth, 0, 1) - 0.5), 0.1, 2)
    if rng.random() < 0.15:  # touching cells show no gap, or a clear one
        edge = (ndimage.grey_erosion(labels, (1, 3, 3)) != labels) & (labels > 0)
        signal = np.where(edge, rng.uniform(0.0, 0.6) * signal, signal)
    return np.asarray(signal, np.float32)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: npt.ArrayLike) -> Floats:
    """Return a Gaussian random field of mean 0 and standard deviation 1."""
    step = np.maximum(1, np.asarray(sigma, dtype=float)).astype(int)
    step = np.where(np.array(shape) == 1, 1, step)
    coarse = rng.normal(size=[n // s + 4 for n, s in zip(shape, step, strict=True)]).astype(np.float32)
    coarse = ndimage.gaussian_filter(coarse, [0 if n == 1 else 0.8 for n in shape])
    field = ndimage.zoom(coarse, step, order=1)
    starts = [0 if n == 1 else s for n, s in zip(shape, step, strict=True)]
    field = field[tuple(slice(s, s + n) for s, n in zip(starts, shape, strict=True))]
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-6), dtype=np.float32)
