"""Links by overlap: cells of consecutive label images that share voxels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from volltrack.errors import BadTable, BadValue
from volltrack.link.trackmate.assignment import choose_links
from volltrack.link.trackmate.candidates import Candidates
from volltrack.link.trackmate.cost import SMALLEST_COST
from volltrack.link.trackmate.points import IntArray
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.model import Frame, LabelMovie, Links, Spots
from volltrack.progress import OnProgress, track_progress

__all__ = ["link_labels_by_overlap", "measure_overlaps"]


def link_labels_by_overlap(
    labels: LabelMovie, spots: Spots, settings: LinkSettings, *, on_progress: OnProgress | None = None
) -> Links:
    """Return the links between spots of consecutive frames whose labels overlap; LINK_COST is 1 - IoU.

    With `settings.splitting` each cell is linked to the earlier cell that it overlaps most, as in TrackMate's overlap
    tracker; without, the one-to-one links of the smallest total cost are chosen.

    Parameters
    ----------
    labels
        Label movie, (T, Z, Y, X); two frames are held at a time.
    spots
        One spot per label and frame, with a column ``LABEL``; labels without a spot are ignored.
    settings
        `min_iou` (exclusive) and `splitting` are used.
    on_progress
        Called after each pair of frames that hold spots.

    Raises
    ------
    BadTable
        If `spots` has no column ``LABEL``, or two spots of a frame have the same label.
    BadValue
        If a spot lies in a frame that the movie does not have.
    Cancelled
        If `on_progress` asks for it.
    """
    if len(spots) == 0:
        return Links.empty()
    _require_labels(spots, labels)
    label = spots.table["LABEL"].to_numpy(dtype=np.int64)
    order = np.lexsort((label, spots.frames))
    ids, frames, label = spots.ids[order], spots.frames[order], label[order]
    rows = dict(zip(np.unique(frames).tolist(), np.split(np.arange(len(ids)), _cuts(frames)), strict=True))
    pairs = list(pairwise(rows))
    found = []
    before: Frame | None = None
    for earlier, later in track_progress(pairs, on_progress, "link labels", len(pairs)):
        before = labels.frame(earlier) if before is None else before
        after = labels.frame(later)
        overlaps = measure_overlaps(before, after, label[rows[earlier]], label[rows[later]])
        before = after
        chosen = _choose_overlaps(overlaps, settings)
        source, target = rows[earlier][chosen.source], rows[later][chosen.target]
        found.append(Candidates(source=source, target=target, cost=chosen.cost))
    links = Candidates.join(found)
    return Links.from_arrays(ids[links.source], ids[links.target], links.cost)


def measure_overlaps(before: Frame, after: Frame, labels_before: IntArray, labels_after: IntArray) -> Candidates:
    """Return every pair of labels that share a voxel; the cost is 1 - intersection / union of their voxels.

    Parameters
    ----------
    before, after
        Label images of the same shape, (Z, Y, X).
    labels_before, labels_after
        Labels that count, ascending and without 0, (N,) and (M,); sources and targets are places in them.
    """
    inside = np.flatnonzero((before != 0) | (after != 0))
    first = _find_places(before.reshape(-1)[inside], labels_before)
    second = _find_places(after.reshape(-1)[inside], labels_after)
    volume_before = np.bincount(first, minlength=len(labels_before) + 1)
    volume_after = np.bincount(second, minlength=len(labels_after) + 1)
    both = (first < len(labels_before)) & (second < len(labels_after))
    pair, shared = np.unique(first[both] * (len(labels_after) + 1) + second[both], return_counts=True)
    source, target = np.divmod(pair, len(labels_after) + 1)
    union = volume_before[source] + volume_after[target] - shared
    return Candidates(source=source, target=target, cost=np.maximum(1 - shared / union, SMALLEST_COST))


def _choose_overlaps(overlaps: Candidates, settings: LinkSettings) -> Candidates:
    """Return the links among `overlaps`; ties go to the smaller earlier label."""
    no_link_cost = 1 - settings.min_iou
    allowed = overlaps.take(np.flatnonzero(overlaps.cost < no_link_cost))
    if not settings.splitting:
        return allowed.take(choose_links(allowed, no_link_cost))
    order = np.lexsort((allowed.source, allowed.cost, allowed.target))
    is_best = np.ones(len(order), dtype=bool)
    is_best[1:] = np.diff(allowed.target[order]) != 0
    return allowed.take(order[is_best])


def _find_places(values: Frame, labels: IntArray) -> IntArray:
    """Return the place of each value in the ascending `labels`; len(labels) where it is not there."""
    place = np.searchsorted(labels, values)
    known = labels[np.minimum(place, len(labels) - 1)] == values
    return np.where(known, place, len(labels))


def _cuts(frames: IntArray) -> IntArray:
    """Return where a new frame begins in the ascending `frames`, without the first."""
    return np.flatnonzero(np.diff(frames)) + 1


def _require_labels(spots: Spots, labels: LabelMovie) -> None:
    """Check that every spot has its own label of a frame of the movie."""
    if "LABEL" not in spots.table.columns:
        raise BadTable(
            f"spots without column LABEL: found {', '.join(spots.feature_keys)}; linking by overlap needs it"
        )
    label = spots.table["LABEL"].to_numpy(dtype=np.float64)
    bad = ~(label > 0)
    if bad.any():
        raise BadTable(f"spot {spots.ids[np.argmax(bad)]}: LABEL = {label[np.argmax(bad)]:g}: expected a label > 0")
    twice = spots.table.duplicated(["FRAME", "LABEL"]).to_numpy()
    if twice.any():
        at = int(np.argmax(twice))
        raise BadTable(
            f"label {label[at]:g} of frame {spots.frames[at]} belongs to more than one spot (spot {spots.ids[at]}): "
            "expected one spot per label and frame"
        )
    if spots.n_frames > labels.n_frames:
        raise BadValue(f"spots reach frame {spots.n_frames - 1}, but {labels.name} has {labels.n_frames} frames")
