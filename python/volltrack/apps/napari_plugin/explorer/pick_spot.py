"""Which spot a person means who clicks into the canvas, on a spot or on the tail of a track."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["find_spot_at", "make_view_plane"]

FloatArray = npt.NDArray[np.float64]


def make_view_plane(direction: FloatArray) -> FloatArray:
    """Return two unit vectors, (2, 3), that span the plane which the view direction, (3,), meets at a right angle."""
    along = direction / np.linalg.norm(direction)
    start = np.eye(3)[int(np.argmin(np.abs(along)))]
    first = np.cross(along, start)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(along, first)])


def find_spot_at(
    lineage: Lineage,
    position: FloatArray,
    plane: FloatArray,
    *,
    frame: int,
    max_distance: float,
    n_frames_behind: int = 0,
    n_frames_ahead: int = 0,
) -> int | None:
    """Return the row of the spot under a click, or None.

    A spot of the shown frame that the click hits comes first; else the nearer end of the nearest link.

    Parameters
    ----------
    lineage
        Spots and links that are shown.
    position
        Any point below the click, (z, y, x), physical units.
    plane
        Unit vectors of the screen, (2, 3); see `make_view_plane`.
    frame
        The shown frame.
    max_distance
        How far from the click a spot's centre or a link may be, physical units, in the plane of the screen.
    n_frames_behind, n_frames_ahead
        Links of so many earlier and later frames are shown.
    """
    frames = lineage.spots.frames
    on_screen = (lineage.spots.positions_zyx - position) @ plane.T
    here = np.flatnonzero(frames == frame)
    if len(here):
        away = np.linalg.norm(on_screen[here], axis=1)
        nearest = int(np.argmin(away))
        if away[nearest] <= max_distance:
            return int(here[nearest])
    source, target = lineage.source_rows, lineage.target_rows
    shown = np.flatnonzero((frames[source] >= frame - n_frames_behind) & (frames[target] <= frame + n_frames_ahead))
    if len(shown) == 0:
        return None
    start, end = on_screen[source[shown]], on_screen[target[shown]]
    step = end - start
    length = np.einsum("ij,ij->i", step, step)
    share = np.clip(-np.einsum("ij,ij->i", start, step) / np.where(length > 0, length, 1), 0, 1)
    away = np.linalg.norm(start + share[:, np.newaxis] * step, axis=1)
    nearest = int(np.argmin(away))
    if away[nearest] > max_distance:
        return None
    link = shown[nearest]
    return int(source[link] if share[nearest] < 0.5 else target[link])
