"""A dense synthetic stack with the gaps that networks leave, on which seed rules are measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Interval
from scipy.spatial import cKDTree

from volltrack.errors import BadSettings
from volltrack.model.settings import Fraction, Seed, require_fields

__all__ = ["DenseTissue", "DenseTissueSettings", "make_dense_tissue"]


Edge: TypeAlias = Annotated[int, Ge(8)]
HalfAxis: TypeAlias = Annotated[float, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class DenseTissueSettings:
    """Size and gaps of the stack.

    Parameters
    ----------
    seed
        Everything random follows from it, >= 0.
    shape_zyx
        Voxels, each >= 8.
    n_cells
        Number of cells, >= 1.
    radii_zyx
        Half axes of the ellipsoids in voxels, each >= 1.
    least_distance
        Least distance of two centres in radii, 1 .. 4; cells nearer than 2 touch.
    missing_stars, missing_mask
        Share of cells that the StarDist labels, or the mask, lack; 0 .. 1, drawn independently.
    """

    seed: Seed = 0
    shape_zyx: tuple[Edge, Edge, Edge] = (22, 512, 512)
    n_cells: Annotated[int, Ge(1)] = 300
    radii_zyx: tuple[HalfAxis, HalfAxis, HalfAxis] = (3.0, 13.0, 13.0)
    least_distance: Annotated[float, Interval(ge=1, le=4)] = 1.6
    missing_stars: Fraction = 0.15
    missing_mask: Fraction = 0.05

    def __post_init__(self) -> None:
        require_fields(self)


@dataclass(frozen=True, kw_only=True)
class DenseTissue:
    """The stack; all arrays are (Z, Y, X).

    Parameters
    ----------
    truth
        int32: all cells, 1 .. n; voxels in two ellipsoids belong to the one of higher probability.
    stars
        int32: the truth without the cells that StarDist lacks, numbered 1 .. m.
    mask
        bool: the truth without the cells that the mask lacks.
    probability
        float32: 1 - squared normalised distance to the nearest centre, 0 outside all cells.
    """

    truth: npt.NDArray[np.int32]
    stars: npt.NDArray[np.int32]
    mask: npt.NDArray[np.bool_]
    probability: npt.NDArray[np.float32]


def make_dense_tissue(settings: DenseTissueSettings | None = None) -> DenseTissue:
    """Return a dense stack, the same for the same settings.

    Raises
    ------
    BadSettings
        If the cells do not fit at the least distance.
    """
    settings = settings or DenseTissueSettings()
    rng = np.random.default_rng(settings.seed)
    truth, probability = _draw_ellipsoids(settings, _scatter_centres(settings, rng))
    n = settings.n_cells
    in_stars = np.append(False, rng.random(n) >= settings.missing_stars)
    in_mask = np.append(False, rng.random(n) >= settings.missing_mask)
    numbers = np.where(in_stars, np.cumsum(in_stars), 0).astype(np.int32)
    return DenseTissue(truth=truth, stars=numbers[truth], mask=in_mask[truth], probability=probability)


def _scatter_centres(settings: DenseTissueSettings, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return centres (N, 3) in voxels whose ellipsoids lie inside the stack."""
    radii = np.array(settings.radii_zyx)
    low, high = radii, np.maximum(np.array(settings.shape_zyx) - 1 - radii, radii)
    kept = np.empty((0, 3))
    for _ in range(200):
        darts = np.concatenate([kept, rng.uniform(low, high, (2 * settings.n_cells, 3))])
        tree = cKDTree(darts / radii)
        lost = np.zeros(len(darts), bool)
        for first, second in sorted(tree.query_pairs(settings.least_distance)):
            lost[second] |= not lost[first]
        kept = darts[~lost][: settings.n_cells]
        if len(kept) == settings.n_cells:
            return kept
    raise BadSettings(
        f"only {len(kept)} of {settings.n_cells} cells fit into {settings.shape_zyx} at a distance of "
        f"{settings.least_distance} radii: take fewer cells or a larger stack"
    )


def _draw_ellipsoids(
    settings: DenseTissueSettings, centres: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return truth and probability."""
    truth = np.zeros(settings.shape_zyx, np.int32)
    probability = np.zeros(settings.shape_zyx, np.float32)
    radii = np.array(settings.radii_zyx)
    for number, centre in enumerate(centres, start=1):
        low = np.maximum(np.floor(centre - radii).astype(int), 0)
        high = np.minimum(np.ceil(centre + radii).astype(int) + 1, settings.shape_zyx)
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        offsets = np.ogrid[box]
        square = sum(((o - c) / r) ** 2 for o, c, r in zip(offsets, centre, radii, strict=True))
        inside = 1 - np.asarray(square, dtype=np.float32)
        nearer = inside > probability[box]
        truth[box][nearer] = number
        probability[box][nearer] = inside[nearer]
    return truth, probability
