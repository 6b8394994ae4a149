"""Masks of tracks: relabelled from a label movie, or balls where there is none."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadTable, BadValue
from volltrack.model import Calibration, Frame, LabelMovie, Spots

__all__ = ["paint_balls", "relabel_frame"]

IntArray = npt.NDArray[np.int64]


def relabel_frame(labels: LabelMovie, t: int, spots: Spots, rows: IntArray, track: IntArray) -> Frame:
    """Return frame t with the track of each spot in place of its label; labels without a spot become 0.

    Parameters
    ----------
    labels
        The movie that the spots were measured in.
    t
        Frame.
    spots
        With ``LABEL``; without it the label under each position is taken.
    rows
        Rows of the spots in this frame.
    track
        Track label of each spot, (N,).

    Raises
    ------
    BadTable
        A spot whose label is not in the frame, or two spots with one label.
    """
    frame = labels.frame(t)
    if "LABEL" in spots.table:
        stated = spots.table["LABEL"].to_numpy(dtype=np.float64)[rows]
        own = np.nan_to_num(stated, nan=0.0).astype(np.int64)  # 0 is refused below
    else:
        own = frame[tuple(_voxels(spots.positions_zyx[rows], labels.calibration, frame.shape).T)].astype(np.int64)
    values, inverse = np.unique(frame, return_inverse=True)
    place = np.searchsorted(values, own)
    known = (own > 0) & (values[np.minimum(place, len(values) - 1)] == own)
    if not known.all():
        row = rows[int(np.argmin(known))]
        raise BadTable(f"spot {spots.ids[row]} has label {own[int(np.argmin(known))]} in frame {t}: not in the image")
    if len(np.unique(own)) < len(own):
        raise BadTable(f"frame {t}: two spots have the same label; expected one spot for each label")
    new = np.zeros(len(values), dtype=np.int32)
    new[place] = track[rows]
    relabelled: Frame = new[inverse].reshape(frame.shape)
    return relabelled


def paint_balls(
    shape: tuple[int, int, int], calibration: Calibration, spots: Spots, rows: IntArray, track: IntArray
) -> Frame:
    """Return a frame (Z, Y, X) with a ball of ``RADIUS`` (a disc in 2D) around each spot, at least one voxel.

    Where balls overlap, a voxel belongs to the one whose centre is nearest in units of its radius.

    Raises
    ------
    BadTable
        Spots without ``RADIUS``.
    BadValue
        A spot outside the image, or two spots in one voxel.
    """
    if len(rows) == 0:
        return np.zeros(shape, dtype=np.int32)
    if "RADIUS" not in spots.table:
        raise BadTable("spots without RADIUS: needed to draw masks; give the label movie instead")
    size = np.array(calibration.voxel_size.zyx)
    centres = spots.positions_zyx[rows]
    voxels = _voxels(centres, calibration, shape)
    if len(np.unique(voxels, axis=0)) < len(voxels):
        raise BadValue("two spots of one frame lie in the same voxel: their masks cannot both be drawn")
    radii = spots.table["RADIUS"].to_numpy(dtype=np.float64)[rows]
    frame = np.zeros(shape, dtype=np.int32)
    nearest = np.full(shape, np.inf, dtype=np.float32)
    for centre, radius, label in zip(centres, radii, track[rows], strict=True):
        if not (math.isfinite(radius) and radius > 0):
            continue
        low = np.clip(np.ceil((centre - radius) / size).astype(int), 0, shape)
        high = np.clip(np.floor((centre + radius) / size).astype(int) + 1, 0, shape)
        if shape[0] == 1:
            low[0], high[0] = 0, 1
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        grids = np.ogrid[box]
        squares = [((g * s - c) / radius) ** 2 for g, s, c in zip(grids, size, centre, strict=True)]
        distance = (squares[1] + squares[2] + (0 if shape[0] == 1 else squares[0])).astype(np.float32)
        mine = (distance <= 1) & (distance < nearest[box])
        frame[box][mine] = label
        nearest[box][mine] = np.broadcast_to(distance, mine.shape)[mine]
    frame[tuple(voxels.T)] = track[rows]
    return frame


def _voxels(centres: npt.NDArray[np.float64], calibration: Calibration, shape: tuple[int, ...]) -> IntArray:
    """Return the voxel of each position, (N, 3).

    Raises
    ------
    BadValue
        A position outside the image.
    """
    places = np.floor(centres / np.array(calibration.voxel_size.zyx) + 0.5)
    voxels: IntArray = np.clip(places, -1, max(shape)).astype(np.int64)  # what lies further out is outside, too
    if shape[0] == 1:
        voxels[:, 0] = 0
    outside = ((voxels < 0) | (voxels >= np.array(shape))).any(axis=1)
    if outside.any():
        where = ", ".join(f"{v:g}" for v in centres[int(np.argmax(outside))])
        raise BadValue(f"a spot at z, y, x = {where} lies outside an image of {tuple(shape)} voxels: check the units")
    return voxels
