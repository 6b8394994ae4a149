"""Cells that move, push each other, grow and divide inside a smooth tissue."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings
from volltrack.testing.synthetic_settings import SyntheticSettings

__all__ = ["TissueState", "grow_tissue"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PACKING = 0.8
"""Volume of the cells as a fraction of the tissue: soft spheres that touch all around."""

_Z_FILL = 0.85
"""How much of the frame's depth the tissue fills."""

_RELAX_STEPS = 12


@dataclass(frozen=True, kw_only=True)
class TissueState:
    """Everything that a frame shows: N cells, their tissue, M pieces of debris.

    Parameters
    ----------
    labels, mothers
        int64 (N,); the mother's label, or 0.
    centres, radii
        Positions (N, 3) and radii (N,) in um.
    metrics
        Shape of the cells, (N, 3, 3) of determinant 1: a cell is where d^T metric d < radius^2.
    brightness
        (N,), mean 1.
    tissue_centre, tissue_axes
        Ellipsoid (3,), um.
    debris_centres, debris_radii
        (M, 3) and (M,), um.
    """

    labels: Ints
    mothers: Ints
    centres: Floats
    radii: Floats
    metrics: Floats
    brightness: Floats
    tissue_centre: Floats
    tissue_axes: Floats
    debris_centres: Floats
    debris_radii: Floats


@dataclass
class _Cells:
    """The cells while they are simulated; rows are cells."""

    labels: Ints
    mothers: Ints
    centres: Floats
    volumes: Floats  # relative to a grown cell
    ages: Ints
    rotations: Floats
    stretches: Floats
    brightness: Floats

    def radii(self, diameter_um: float, n_axes: int) -> Floats:
        """Return the radii in um, (N,)."""
        return np.asarray(0.5 * diameter_um * self.volumes ** (1.0 / n_axes), dtype=np.float64)


def grow_tissue(settings: SyntheticSettings, rng: np.random.Generator) -> list[TissueState]:
    """Return the state of the tissue at every frame, a list of length `n_frames`.

    Raises
    ------
    BadSettings
        If the cells do not fit into the frame.
    """
    n_axes = 2 if settings.is_2d else 3
    free = np.array([0.0 if settings.is_2d else 1.0, 1.0, 1.0])
    voxel = np.array(settings.voxel_size.zyx)
    middle = 0.5 * (np.array(settings.shape_zyx) - 1) * voxel
    motion = np.array(settings.drift_um) * free
    centre = middle - 0.5 * (settings.n_frames - 1) * motion
    cells = _found_cells(settings, rng)
    axes = _tissue_axes(settings, float(cells.volumes.sum()))
    room = 0.5 * np.array(settings.extent_um)
    if np.any((axes > room) & (free > 0)):
        raise BadSettings(
            f"{settings.n_cells} cells of {settings.cell_diameter_um} um need a tissue of "
            f"{', '.join(f'{2 * a:.0f}' for a in axes)} um (z, y, x) but the frame is "
            f"{', '.join(f'{2 * a:.0f}' for a in room)} um: take fewer or smaller cells, or a larger shape_zyx"
        )
    cells.centres = centre + _random_in_ball(rng, settings.n_cells, free) * (0.8 * axes)
    for _ in range(30):
        _push_apart(cells, centre, axes, settings, free)
    debris, debris_radii = _scatter_debris(settings, rng, middle, axes, free)
    angle = math.radians(settings.rotation_deg)
    turn = np.array([[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]])
    states = []
    for t in range(settings.n_frames):
        if t > 0:
            cells.centres = centre + (cells.centres - centre) @ turn.T + motion
            cells.rotations = turn @ cells.rotations
            centre = centre + motion
            cells.centres += rng.normal(0.0, settings.random_step_um, cells.centres.shape) * free
            _grow_and_divide(cells, settings, rng, free)
            axes = _tissue_axes(settings, float(cells.volumes.sum()))
            _push_apart(cells, centre, axes, settings, free)
            debris = debris + rng.normal(0.0, settings.random_step_um, debris.shape) * free
        stretch = cells.stretches[:, :, np.newaxis] ** -2.0
        states.append(
            TissueState(
                labels=cells.labels.copy(),
                mothers=cells.mothers.copy(),
                centres=cells.centres.copy(),
                radii=cells.radii(settings.cell_diameter_um, n_axes),
                metrics=cells.rotations @ (stretch * cells.rotations.transpose(0, 2, 1)),
                brightness=cells.brightness.copy(),
                tissue_centre=centre.copy(),
                tissue_axes=axes.copy(),
                debris_centres=_push_out(debris, debris_radii, centre, axes, free),
                debris_radii=debris_radii,
            )
        )
    return states


def _tissue_axes(settings: SyntheticSettings, n_volumes: float) -> Floats:
    """Return the semi-axes (3,) in um of the ellipsoid, or ellipse, that holds `n_volumes` grown cells."""
    z_um, y_um, x_um = settings.extent_um
    aspect = math.sqrt(y_um / x_um)
    if settings.is_2d:
        product = n_volumes * (0.5 * settings.cell_diameter_um) ** 2 / _PACKING
        z_axis = z_um
    else:
        cubed = n_volumes * (0.5 * settings.cell_diameter_um) ** 3 / _PACKING
        z_axis = min(0.5 * _Z_FILL * z_um, float(np.cbrt(cubed)))
        product = cubed / z_axis
    side = math.sqrt(product)
    return np.array([z_axis, side * aspect, side / aspect])


def _found_cells(settings: SyntheticSettings, rng: np.random.Generator) -> _Cells:
    """Return the cells of the first frame, all somewhere in their growth, not placed yet."""
    n = settings.n_cells
    rotations, stretches = _random_shapes(settings, rng, n)
    return _Cells(
        labels=np.arange(1, n + 1, dtype=np.int64),
        mothers=np.zeros(n, dtype=np.int64),
        centres=np.zeros((n, 3)),
        volumes=rng.uniform(0.75, 1.1, n),
        ages=rng.integers(settings.growth_frames, 3 * settings.growth_frames + 1, n),
        rotations=rotations,
        stretches=stretches,
        brightness=rng.uniform(0.75, 1.25, n),
    )


def _random_shapes(settings: SyntheticSettings, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Return rotations (n, 3, 3) and stretches (n, 3) of product 1."""
    half = 0.5 * math.log(settings.elongation)
    logs = rng.uniform(-half, half, (n, 3))
    if settings.is_2d:
        logs[:, 0] = 0.0
        logs[:, 1:] -= logs[:, 1:].mean(axis=1, keepdims=True)
        angles = rng.uniform(0, 2 * math.pi, n)
        rotations = np.zeros((n, 3, 3))
        rotations[:, 0, 0] = 1.0
        rotations[:, 1, 1] = rotations[:, 2, 2] = np.cos(angles)
        rotations[:, 2, 1] = np.sin(angles)
        rotations[:, 1, 2] = -np.sin(angles)
    else:
        logs -= logs.mean(axis=1, keepdims=True)
        rotations, _ = np.linalg.qr(rng.normal(size=(n, 3, 3)))
    return np.asarray(rotations), np.exp(logs)


def _random_in_ball(rng: np.random.Generator, n: int, free: Floats) -> Floats:
    """Return points (n, 3) in the unit ball (disk where z is not free)."""
    directions = rng.normal(size=(n, 3)) * free
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.asarray(directions * rng.uniform(0, 1, (n, 1)) ** (1.0 / free.sum()))


def _grow_and_divide(cells: _Cells, settings: SyntheticSettings, rng: np.random.Generator, free: Floats) -> None:
    """Let every cell grow for one frame and some grown cells divide, in place."""
    cells.ages += 1
    growing = (cells.ages <= settings.growth_frames) & (cells.mothers > 0)
    cells.volumes[growing] *= 2.0 ** (1.0 / settings.growth_frames)
    divides = (cells.ages > settings.growth_frames) & (rng.random(len(cells.ages)) < settings.division_rate)
    if not divides.any():
        return
    rows = np.flatnonzero(divides)
    n_axes = 2 if settings.is_2d else 3
    radii = cells.radii(settings.cell_diameter_um, n_axes)[rows, np.newaxis]
    longest = np.argmax(cells.stretches[rows] * free + free, axis=1)
    along = cells.rotations[rows, :, longest] * free
    first_label = int(cells.labels.max()) + 1
    keep = ~divides
    n = len(rows)
    rotations, stretches = _random_shapes(settings, rng, 2 * n)
    apart = 0.65 * radii * along
    joined: dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int64]] = {
        "labels": first_label + np.arange(2 * n, dtype=np.int64),
        "mothers": np.tile(cells.labels[rows], 2),
        "centres": np.concatenate([cells.centres[rows] - apart, cells.centres[rows] + apart]),
        "volumes": np.tile(0.5 * cells.volumes[rows], 2),
        "ages": np.zeros(2 * n, dtype=np.int64),
        "rotations": rotations,
        "stretches": stretches,
        "brightness": np.tile(np.minimum(1.1 * cells.brightness[rows], 1.3), 2),
    }
    for name, values in joined.items():
        setattr(cells, name, np.concatenate([getattr(cells, name)[keep], values]))


def _push_apart(cells: _Cells, centre: Floats, axes: Floats, settings: SyntheticSettings, free: Floats) -> None:
    """Move overlapping cells apart and all of them into the tissue, in place."""
    radii = cells.radii(settings.cell_diameter_um, int(free.sum()))
    inner = np.maximum(axes - 0.8 * radii[:, np.newaxis], 0.1 * axes)
    reach = radii[:, np.newaxis] + radii
    longest = 0.02 * settings.cell_diameter_um  # cells flow, they do not jump
    for _ in range(_RELAX_STEPS):
        offset = cells.centres[:, np.newaxis] - cells.centres
        distance = np.sqrt((offset**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        push = 0.5 * np.maximum(0.95 * reach - distance, 0.0) / np.maximum(distance, 1e-9)
        shift = 0.3 * (push[:, :, np.newaxis] * offset).sum(axis=1) * free
        length = np.linalg.norm(shift, axis=1, keepdims=True)
        cells.centres += shift * np.minimum(1.0, longest / np.maximum(length, 1e-9))
        inward = (cells.centres - centre) / inner * free
        level = np.linalg.norm(inward, axis=1, keepdims=True)
        cells.centres = np.where(
            level > 1, centre + (cells.centres - centre) / np.maximum(level, 1e-9), cells.centres
        ) * free + centre * (1 - free)


def _scatter_debris(
    settings: SyntheticSettings, rng: np.random.Generator, middle: Floats, axes: Floats, free: Floats
) -> tuple[Floats, Floats]:
    """Return centres (M, 3) and radii (M,) in um of debris, as far from the tissue as the frame allows."""
    m = settings.n_debris
    radii = rng.uniform(0.2, 0.35, m) * settings.cell_diameter_um
    room = np.array(settings.extent_um)
    candidates = (rng.uniform(-0.5, 0.5, (max(m, 1) * 40, 3)) * 0.92 * room) * free
    level = np.linalg.norm(candidates / (axes + settings.cell_diameter_um) * free, axis=1)
    outside = candidates[np.argsort(-level, kind="stable")][: max(m, 1) * 6]
    chosen = outside[rng.permutation(len(outside))[:m]]
    return middle + chosen, radii


def _push_out(debris: Floats, radii: Floats, centre: Floats, axes: Floats, free: Floats) -> Floats:
    """Return the centres of the debris moved out of the tissue where they came too near."""
    if len(debris) == 0:
        return debris
    outer = axes + 1.5 * radii[:, np.newaxis] + 1.0
    level = np.linalg.norm((debris - centre) / outer * free, axis=1, keepdims=True)
    pushed = centre + (debris - centre) / np.maximum(level, 1e-9)
    return np.where(level < 1, pushed, debris)
