"""Shape features that TrackMate computes from the contour of a 2D spot."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from volltrack.measure.outline.polygon import compute_convex_area, compute_perimeter, compute_signed_area

__all__ = ["fit_ellipses", "measure_contours"]

FloatArray = npt.NDArray[np.float64]


def measure_contours(contours: Sequence[FloatArray]) -> dict[str, FloatArray]:
    """Return TrackMate's 2D shape features of each contour, (N,) per key.

    Parameters
    ----------
    contours
        Polygons (K, 2) of x, y in physical units relative to the spot's position.

    Notes
    -----
    Definitions of TrackMate's SpotShapeAnalyzer: AREA and PERIMETER of the polygon, CIRCULARITY = 4 pi area /
    perimeter^2, SOLIDITY = area / area of the convex hull, SHAPE_INDEX = perimeter / sqrt(area). For ``ELLIPSE_*`` see
    `fit_ellipses`.
    """
    area = np.array([abs(compute_signed_area(c)) for c in contours])
    perimeter = np.array([compute_perimeter(c) for c in contours])
    hull = np.array([compute_convex_area(c) for c in contours])
    return {
        **fit_ellipses(contours),
        "AREA": area,
        "PERIMETER": perimeter,
        "CIRCULARITY": 4 * math.pi * area / (perimeter * perimeter),
        "SOLIDITY": area / hull,
        "SHAPE_INDEX": perimeter / np.sqrt(area),
    }


def fit_ellipses(contours: Sequence[FloatArray]) -> dict[str, FloatArray]:
    """Return ``ELLIPSE_X0, _Y0, _MAJOR, _MINOR, _THETA, _ASPECTRATIO`` of the ellipse through each contour's vertices.

    The direct least-squares fit of an ellipse to the vertices. Semi-axes and centre in physical units, the centre
    relative to the spot; theta is the angle of the long axis from x towards y, -pi/2 < theta <= pi/2.

    Notes
    -----
    Sources: A. Fitzgibbon et al., PAMI 1999; R. Halir, J. Flusser, WSCG 1998 (the numerically stable form). TrackMate's
    angle is the same up to a whole turn of pi, whose choice there hangs on the sign of an eigenvector; like
    TrackMate we give pi/2 for every ellipse whose axes lie along x and y, whichever is the longer (its file then says
    what TrackMate would compute again). Four vertices, such as those of a rectangle, fix no ellipse, and TrackMate's
    numbers mean nothing there; we give the smallest ellipse through the corners of a rectangle.
    """
    n = len(contours)
    keys = ("X0", "Y0", "MAJOR", "MINOR", "THETA", "ASPECTRATIO")
    if n == 0:
        return {f"ELLIPSE_{key}": np.zeros(0) for key in keys}
    conics = np.stack([_fit_conic(c) for c in contours])
    with np.errstate(invalid="ignore", divide="ignore"):
        x0, y0, major, minor, theta = _convert_conics(conics)
        values = (x0, y0, major, minor, theta, major / minor)
    return {f"ELLIPSE_{key}": value for key, value in zip(keys, values, strict=True)}


def _fit_conic(contour: FloatArray) -> FloatArray:
    """Return a, b, c, d, e, f of a x^2 + b x y + c y^2 + d x + e y + f = 0 with a > 0, (6,), by Halir and Flusser."""
    centre = contour.mean(axis=0)
    x, y = (contour - centre).T
    if len(contour) < 5:
        (c, b), (_, a) = np.linalg.pinv(np.cov(contour.T, bias=True)[::-1, ::-1])
        return _shift_conic(np.array([a, 2 * b, c, 0.0, 0.0, -2.0]), centre)
    quadratic = np.stack([x * x, x * y, y * y], axis=1)
    linear = np.stack([x, y, np.ones_like(x)], axis=1)
    mixed = quadratic.T @ linear
    to_linear = -np.linalg.pinv(linear.T @ linear) @ mixed.T
    reduced = quadratic.T @ quadratic + mixed @ to_linear
    system = np.stack([reduced[2] / 2, -reduced[1], reduced[0] / 2])
    vectors = np.real(np.linalg.eig(system)[1])
    is_ellipse = 4 * vectors[0] * vectors[2] - vectors[1] ** 2 > 0
    top = vectors[:, int(np.argmax(is_ellipse))]
    a, b, c = top if top[0] > 0 else -top
    if abs(b) < 1e-9 * (abs(a) + abs(c)):  # axes along x and y: what is left is rounding
        b = 0.0
    return _shift_conic(np.array([a, b, c, *(to_linear @ np.array([a, b, c]))]), centre)


def _shift_conic(conic: FloatArray, centre: FloatArray) -> FloatArray:
    """Return a conic (6,) that was given relative to `centre`, (2,), in the coordinates of the contour."""
    a, b, c, d, e, f = conic
    x, y = centre
    return np.array(
        [
            a,
            b,
            c,
            d - 2 * a * x - b * y,
            e - 2 * c * y - b * x,
            f + a * x * x + c * y * y + b * x * y - d * x - e * y,
        ]
    )


def _convert_conics(conics: FloatArray) -> tuple[FloatArray, ...]:
    """Return centre x, y, long and short semi-axis and angle of conics (N, 6) with a > 0."""
    a, b, c, d, e, f = conics.T
    discriminant = b * b - 4 * a * c
    x0 = (2 * c * d - b * e) / discriminant
    y0 = (2 * a * e - b * d) / discriminant
    spread = np.hypot(a - c, b)
    scale = 2 * (a * e * e + c * d * d - b * d * e + discriminant * f)
    major = -np.sqrt(scale * (a + c + spread)) / discriminant
    minor = -np.sqrt(scale * (a + c - spread)) / discriminant
    theta = np.where(b == 0, math.pi / 2, np.arctan((c - a - spread) / b))
    return x0, y0, major, minor, theta
