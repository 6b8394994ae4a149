"""Which track a person means who clicks beside all spots, on the tail of a track."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["find_link_at"]

FloatArray = npt.NDArray[np.float64]


def find_link_at(
    lineage: Lineage,
    position: FloatArray,
    plane: FloatArray,
    *,
    on_view: npt.NDArray[np.bool_],
    max_distance: float,
) -> int | None:
    """Return the row of the spot at the nearer end of the link that is nearest to a click; None where none is near.

    Parameters
    ----------
    lineage
        Spots and links.
    position
        Any point below the click, (z, y, x), physical units.
    plane
        Unit vectors of the screen, (2, 3); see `volltrack.apps.napari_plugin.layers.picking`.
    on_view
        Which links are drawn, bool (M,).
    max_distance
        How far from the click a link may be, physical units, in the plane of the screen.
    """
    drawn = np.flatnonzero(on_view)
    if len(drawn) == 0:
        return None
    on_screen = (lineage.spots.positions_zyx - position) @ plane.T
    source, target = lineage.source_rows[drawn], lineage.target_rows[drawn]
    start, end = on_screen[source], on_screen[target]
    step = end - start
    length = np.einsum("ij,ij->i", step, step)
    share = np.clip(-np.einsum("ij,ij->i", start, step) / np.where(length > 0, length, 1), 0, 1)
    away = np.linalg.norm(start + share[:, np.newaxis] * step, axis=1)
    nearest = int(np.argmin(away))
    if away[nearest] > max_distance:
        return None
    return int(source[nearest] if share[nearest] < 0.5 else target[nearest])
