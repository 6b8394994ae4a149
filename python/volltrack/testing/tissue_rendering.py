"""Labels, tissue and microscope images of a simulated tissue."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.testing.synthetic_settings import SyntheticSettings
from volltrack.testing.tissue_growth import TissueState

__all__ = ["TissueRenderer"]

Floats = npt.NDArray[np.float32]

_SPREAD = 1.15
"""Free cells are this much larger than their radius, so that neighbours touch and share a border."""

_NUCLEUS = 0.34
"""Squared radius of the nucleus as a fraction of the squared radius of the cell."""

_BODY_LEVEL = 0.6
"""Brightness of the cell body; the nucleus is 1."""

_BORDER_UM = 0.8
"""Half width of the dark border between two cells."""

_FAR = np.float32(3e38)


class _Partition(NamedTuple):
    """Which cell owns each voxel, by the power distance of Aurenhammer (1987) with a metric for each cell."""

    labels: npt.NDArray[np.int32]
    depth: Floats  # 0 at the centre of the owner, 1 at its free surface
    border_um: Floats  # about the distance to the border with the next cell
    rows: npt.NDArray[np.int32]  # row of the owner in the state, -1 outside


class TissueRenderer:
    """Makes the pictures of a `TissueState`; holds what is the same in all frames.

    Parameters
    ----------
    settings
        See `volltrack.testing.synthetic_settings.SyntheticSettings`.
    """

    def __init__(self, settings: SyntheticSettings) -> None:
        self.settings = settings
        rng = np.random.default_rng([settings.seed, 1])
        self._grid = [
            np.arange(n, dtype=np.float32) * np.float32(v)
            for n, v in zip(settings.shape_zyx, settings.voxel_size.zyx, strict=True)
        ]
        self._bend = self._make_bend(rng)
        self._light = self._make_light(rng)

    def render_labels(self, state: TissueState) -> npt.NDArray[np.int32]:
        """Return the true labels, int32 (Z, Y, X); each is one connected piece."""
        return self._partition(state).labels

    def render_tissue(self, state: TissueState) -> npt.NDArray[np.uint8]:
        """Return 1 inside the smooth surface around all cells, uint8 (Z, Y, X)."""
        return (self._tissue_level(state, margin_um=1.0) < 1).astype(np.uint8)

    def render_image(self, state: TissueState, t: int) -> npt.NDArray[np.uint16]:
        """Return the microscope image of frame `t`, uint16 (Z, Y, X)."""
        s = self.settings
        part = self._partition(state)
        nucleus = 1.0 / (1.0 + np.exp(np.clip((part.depth - _NUCLEUS) / 0.06, -30, 30)))
        border = 1.0 - 0.6 * np.exp(-((part.border_um / _BORDER_UM) ** 2))
        brightness = np.append(state.brightness, 0.0).astype(np.float32)[part.rows]
        signal = brightness * (_BODY_LEVEL + (1 - _BODY_LEVEL) * nucleus) * border
        for centre, radius in zip(state.debris_centres, state.debris_radii, strict=True):
            box, level = self._quadratic(centre, np.eye(3), radius)
            if box is not None:
                signal[box] = np.maximum(signal[box], 0.9 * (level < radius**2))
        sigma = [0.0 if n == 1 else b / v for n, b, v in zip(s.shape_zyx, s.blur_um, s.voxel_size.zyx, strict=True)]
        expected = s.background + s.photons * self._light * ndimage.gaussian_filter(signal, sigma)
        rng = np.random.default_rng([s.seed, 2, t])
        counts = rng.poisson(expected) + rng.normal(0.0, s.read_noise, expected.shape)
        return np.asarray(np.clip(np.rint(counts), 0, 65535), dtype=np.uint16)

    def _partition(self, state: TissueState) -> _Partition:
        """Give each voxel to the cell of least power distance, if that is negative."""
        shape = self.settings.shape_zyx
        best = np.zeros(shape, np.float32)
        second = np.full(shape, _FAR, np.float32)
        rows = np.full(shape, -1, np.int32)
        depth = np.ones(shape, np.float32)
        reach = _SPREAD * state.radii
        for row, (centre, metric, radius) in enumerate(zip(state.centres, state.metrics, reach, strict=True)):
            box, square = self._quadratic(centre, metric, radius)
            if box is None:
                continue
            power = square - np.float32(radius**2)
            nearer = power < best[box]
            taken = rows[box] >= 0
            second[box] = np.where(
                nearer,
                np.where(taken, best[box], second[box]),
                np.where(power < 0, np.minimum(second[box], power), second[box]),
            )
            best[box] = np.where(nearer, power, best[box])
            rows[box] = np.where(nearer, row, rows[box])
            depth[box] = np.where(nearer, square / np.float32(radius**2), depth[box])
        rows = _keep_largest_pieces(rows)
        mean_reach = float(reach.mean())
        # power distances of two cells D apart differ by 2 * D * x at distance x from their border; D is about 2 radii
        border_um = np.minimum((second - best) / np.float32(4 * mean_reach), 1e3).astype(np.float32)
        labels = np.append(state.labels, 0).astype(np.int32)[rows]
        return _Partition(labels, depth, border_um, rows)

    def _quadratic(
        self, centre: npt.NDArray[np.float64], metric: npt.NDArray[np.float64], radius: float
    ) -> tuple[tuple[slice, ...] | None, Floats]:
        """Return the box around a cell and d^T metric d of its bent coordinates in um^2."""
        reach = radius * np.sqrt(np.diag(np.linalg.inv(metric))) + self._bend_um
        box = []
        for axis, c, r in zip(self._grid, centre, reach, strict=True):
            low, high = np.searchsorted(axis, [c - r, c + r])
            if low >= high and len(axis) > 1:
                return None, np.zeros((0, 0, 0), np.float32)
            box.append(slice(int(low), int(high)) if len(axis) > 1 else slice(0, 1))
        at = tuple(box)
        mesh = np.meshgrid(*(g[b] for g, b in zip(self._grid, box, strict=True)), indexing="ij", sparse=True)
        d = [m + bend[at] - np.float32(c) for m, bend, c in zip(mesh, self._bend, centre, strict=True)]
        b = metric.astype(np.float32)
        square: Any = b[0, 0] * d[0] ** 2 + b[1, 1] * d[1] ** 2 + b[2, 2] * d[2] ** 2
        square += 2 * (b[0, 1] * d[0] * d[1] + b[0, 2] * d[0] * d[2] + b[1, 2] * d[1] * d[2])
        return at, square

    def _tissue_level(self, state: TissueState, margin_um: float) -> Floats:
        """Return the normalised distance from the centre of the tissue: 1 on its surface, (Z, Y, X)."""
        level = np.zeros(self.settings.shape_zyx, np.float32)
        for i, (grid, centre, axis) in enumerate(zip(self._grid, state.tissue_centre, state.tissue_axes, strict=True)):
            if len(grid) > 1:
                along = ((grid - centre) / (axis + margin_um)) ** 2
                level += along.reshape([-1 if j == i else 1 for j in range(3)]).astype(np.float32)
        return np.asarray(np.sqrt(level))

    def _make_bend(self, rng: np.random.Generator) -> list[Floats]:
        """Return smooth random shifts in um of the three coordinates, each (Z, Y, X), and remember their largest."""
        s = self.settings
        amplitude = s.irregularity * s.cell_diameter_um
        self._bend_um = 2.5 * amplitude
        bend = []
        for n in s.shape_zyx:
            field = self._smooth_noise(rng, 0.55 * s.cell_diameter_um)
            bend.append(np.clip(amplitude * field, -self._bend_um, self._bend_um) * np.float32(n > 1))
        return bend

    def _make_light(self, rng: np.random.Generator) -> Floats:
        """Return the relative light, at most 1, (Z, Y, X)."""
        extent = max(self.settings.extent_um)
        field = self._smooth_noise(rng, 0.3 * extent)
        low, high = float(field.min()), float(field.max())
        if high <= low:
            return np.ones(self.settings.shape_zyx, np.float32)
        return np.asarray(1 - self.settings.uneven_light * (high - field) / (high - low), dtype=np.float32)

    def _smooth_noise(self, rng: np.random.Generator, scale_um: float) -> Floats:
        """Return a Gaussian random field of standard deviation 1 that varies over `scale_um`, (Z, Y, X)."""
        s = self.settings
        nodes = [max(2, int(np.ceil(e / scale_um)) + 1) for e in s.extent_um]
        coarse = rng.normal(size=nodes).astype(np.float32)
        for axis, (n, m) in enumerate(zip(s.shape_zyx, nodes, strict=True)):
            places = np.linspace(0, m - 1, n) if n > 1 else np.array([0.5])
            coarse = _interpolate(coarse, places, axis)
        return np.asarray((coarse - coarse.mean()) / max(float(coarse.std()), 1e-6), dtype=np.float32)


def _interpolate(values: Floats, places: npt.NDArray[np.float64], axis: int) -> Floats:
    """Return cubic-like smooth interpolation of `values` at `places` along one axis."""
    low = np.clip(places.astype(np.int64), 0, values.shape[axis] - 2)
    f = places - low
    weight = (f * f * (3 - 2 * f)).astype(np.float32)
    shape = [1] * values.ndim
    shape[axis] = -1
    weight = weight.reshape(shape)
    return np.asarray(np.take(values, low, axis) * (1 - weight) + np.take(values, low + 1, axis) * weight)


def _keep_largest_pieces(rows: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return `rows` with all but the largest connected piece of each cell set to -1."""
    labels = rows + 1
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        own = labels[box] == number
        pieces, count = ndimage.label(own)
        if count > 1:
            largest = 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
            labels[box][own & (pieces != largest)] = 0
    return np.asarray(labels - 1, dtype=np.int32)
