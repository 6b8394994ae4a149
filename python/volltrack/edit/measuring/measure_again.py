"""Spots that were moved, added or resized: measured where they are now, and nothing kept that was of the old place."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.edit.history import EditStep
from volltrack.edit.measuring.feature_kinds import INTENSITY, OF_PLACE, depends_on_movie, list_stale
from volltrack.edit.measuring.images import Images
from volltrack.edit.measuring.in_label import measure_label_under
from volltrack.errors import VollTrackError
from volltrack.measure import measure_contours, measure_positions_in_tissue, measure_spot_intensity
from volltrack.model import AddSpot, DeleteSpot, Edit, Lineage, Movie, SetSpot, Spots, Tissue

__all__ = ["describe_measured", "describe_unmeasured", "find_touched_spots", "find_unmeasured_spots", "measure_again"]

log = logging.getLogger(__name__)

_PLACE: Final = frozenset(["FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z"])
_MANUAL_QUALITY: Final = -1.0
"""Quality that TrackMate gives to spots that a person makes."""
_MAX_NAMED: Final = 3


def find_touched_spots(edits: Iterable[Edit]) -> set[int]:
    """Return the spots that these edits move, resize or add, and leave there."""
    touched: set[int] = set()
    for edit in edits:
        if isinstance(edit, AddSpot) or (isinstance(edit, SetSpot) and (_is_move(edit) or _is_resize(edit))):
            touched.add(edit.spot_id)
        elif isinstance(edit, DeleteSpot):
            touched.discard(edit.spot_id)
    return touched


def find_unmeasured_spots(steps: Iterable[EditStep]) -> set[int]:
    """Return the spots that have lost features in these steps, because no image was there to measure them in."""
    gone: dict[int, set[str]] = {}
    for step in steps:
        for edit in step.edits:
            if isinstance(edit, AddSpot | DeleteSpot):
                gone.pop(edit.spot_id, None)
            elif isinstance(edit, SetSpot):
                lost = gone.setdefault(edit.spot_id, set())
                lost.difference_update(edit.features)
                lost.update(key for key, value in edit.features.items() if math.isnan(value) and depends_on_movie(key))
    return {spot_id for spot_id, keys in gone.items() if keys}


def measure_again(before: Lineage, after: Lineage, edits: Collection[Edit], images: Images) -> list[SetSpot]:
    """Return what is known of the spots that `edits` have moved, resized or added, and NaN for what no longer holds.

    A moved or added spot of labels that are open is measured in the label under it, with its radius and outline. Else
    intensities are those of its sphere, circle or outline, as TrackMate measures them, and what was of its old label
    goes. An outline moves along, and is measured again where it was scaled. Only features that the table has are set.

    Notes
    -----
    A frame that the images do not have, or that cannot be read, counts as an image that is not open.
    """
    moved = {
        edit.spot_id for edit in edits if isinstance(edit, AddSpot) or (isinstance(edit, SetSpot) and _is_move(edit))
    }
    spots = after.spots.select(after.spots.rows_of(sorted(find_touched_spots(edits))))
    reshaped = {e.spot_id for e in edits if isinstance(e, SetSpot) and e.contour is not None}
    measured: list[SetSpot] = []
    for frame in np.unique(spots.frames).tolist():
        here = _Frame(frame, images)
        for row in np.flatnonzero(spots.frames == frame).tolist():
            spot_id = int(spots.ids[row])
            old = _values_of(before.spots, spot_id) if before.spots.has(spot_id) else {}
            edit = here.measure(
                spots.select(np.array([row])), old, is_moved=spot_id in moved, is_reshaped=spot_id in reshaped
            )
            if edit is not None:
                measured.append(edit)
    return measured


def describe_measured(measured: Collection[SetSpot]) -> str:
    """Return what a person reads behind a step: in which label, and what is no longer known; empty where nothing is."""
    said = []
    labels = [int(edit.features["LABEL"]) for edit in measured if not math.isnan(edit.features.get("LABEL", math.nan))]
    if labels:
        said.append(f"measured in label {labels[0]}" if len(labels) == 1 else "measured in the labels there")
    gone = dict.fromkeys(key for edit in measured for key, value in edit.features.items() if math.isnan(value))
    if gone:
        names = ", ".join(list(gone)[:_MAX_NAMED])
        more = f" and {len(gone) - _MAX_NAMED} more" if len(gone) > _MAX_NAMED else ""
        said.append(f"without {names}{more}, which were of the old place")
    return f" ({'; '.join(said)})" if said else ""


def describe_unmeasured(steps: Iterable[EditStep]) -> str:
    """Return what a person should know of spots that have lost features in these steps; empty where none has."""
    n_gone = len(find_unmeasured_spots(steps))
    if not n_gone:
        return ""
    spots = "1 moved spot has" if n_gone == 1 else f"{n_gone} moved spots have"
    return f"{spots} no intensities: open the movie before spots are moved, or let TrackMate compute them"


class _Frame:
    """One frame of the images, of which each is read once."""

    def __init__(self, number: int, images: Images) -> None:
        self._images = images
        movie, labels, tissue = images.movie, images.labels, images.tissue
        self._raw = None if movie is None else self._read(movie, number)
        self._labels = None if labels is None else self._read(labels, number)
        self._tissue = None
        if tissue is not None and (tissue.labels.n_frames == 1 or number < tissue.labels.n_frames):
            self._tissue = self._read_tissue(tissue, number)

    def measure(self, spot: Spots, old: Mapping[str, float], *, is_moved: bool, is_reshaped: bool) -> SetSpot | None:
        """Return the edit that says what is known of one spot, given its values before; None where all holds."""
        spot_id, keys = int(spot.ids[0]), spot.feature_keys
        outline = spot.contours.get(spot_id)
        is_of_label = "LABEL" in keys or "N_VOXELS" in keys
        in_label = self._measure_in_label(spot) if is_moved and is_of_label else None
        if in_label is not None:
            known, contour = in_label
        else:
            known, contour = self._measure_intensity(spot), None
            if outline is not None and is_reshaped:
                known |= {key: float(v[0]) for key, v in measure_contours([outline]).items() if key in keys}
        known |= self._measure_tissue(spot)
        if old:
            stale = list_stale(old, known, has_outline=outline is not None)
            if not is_moved:
                stale = [key for key in stale if key not in OF_PLACE]
            known |= dict.fromkeys(stale, math.nan)
            if old.get("QUALITY") == old.get("N_VOXELS", math.nan):  # the quality was the size of the label
                size = known.get("N_VOXELS", math.nan)
                known["QUALITY"] = _MANUAL_QUALITY if math.isnan(size) else size
        return SetSpot(spot_id=spot_id, features=known, contour=contour) if known else None

    def _measure_in_label(self, spot: Spots) -> tuple[dict[str, float], Any] | None:
        labels, movie = self._images.labels, self._images.movie
        if self._labels is None or labels is None:
            return None
        raw = self._raw if movie is not None and movie.shape[1:] == labels.shape[1:] else None
        found = measure_label_under(
            spot.positions_zyx[0],
            self._labels,
            labels.calibration.voxel_size,
            spot.feature_keys,
            raw=raw,
            channel=self._images.channel,
            with_outline=labels.is_2d and (bool(spot.contours) or "PERIMETER" in spot.feature_keys),
        )
        if found is None:
            return None
        return {key: v for key, v in found[0].items() if key in spot.feature_keys or key == "RADIUS"}, found[1]

    def _measure_intensity(self, spot: Spots) -> dict[str, float]:
        movie, keys = self._images.movie, spot.feature_keys
        matches = [m for key in keys if (m := INTENSITY.fullmatch(key)) and int(m[3]) == self._images.channel]
        if movie is None or self._raw is None or not matches or "RADIUS" not in keys:
            return {}
        try:
            found = measure_spot_intensity(
                spot.positions_zyx,
                spot.table["RADIUS"].to_numpy(dtype=np.float64),
                self._raw,
                movie.calibration.voxel_size,
                contours=[spot.contours.get(int(spot.ids[0]))],
                statistics=sorted({match[1] for match in matches if match[1]}),
                contrast=any(match[2] for match in matches),
            )
        except (VollTrackError, ValueError) as error:
            log.warning("spot %d cannot be measured: %s", spot.ids[0], error)
            return {}
        return {match[0]: float(found[match[1] or match[2]][0]) for match in matches}

    def _measure_tissue(self, spot: Spots) -> dict[str, float]:
        tissue, wanted = self._images.tissue, OF_PLACE.intersection(spot.feature_keys)
        if tissue is None or self._tissue is None or not wanted:
            return {}
        found = measure_positions_in_tissue(spot.positions_zyx, self._tissue, tissue.labels.calibration.voxel_size)
        return {key: float(found[key][0]) for key in sorted(wanted)}

    def _read(self, movie: Movie, number: int) -> npt.NDArray[Any] | None:
        if number >= movie.n_frames:
            return None
        try:
            return np.asarray(movie.frame(number))
        except (VollTrackError, OSError, ValueError) as error:
            log.warning(
                "frame %d of %s cannot be read, spots there are not measured in it: %s", number, movie.name, error
            )
            return None

    def _read_tissue(self, tissue: Tissue, number: int) -> npt.NDArray[Any] | None:
        try:
            return np.asarray(tissue.frame(number))
        except (VollTrackError, OSError, ValueError) as error:
            log.warning("frame %d of the tissue cannot be read: %s", number, error)
            return None


def _is_move(edit: SetSpot) -> bool:
    return not _PLACE.isdisjoint(edit.features)


def _is_resize(edit: SetSpot) -> bool:
    return "RADIUS" in edit.features or edit.contour is not None


def _values_of(spots: Spots, spot_id: int) -> dict[str, float]:
    row = int(spots.rows_of([spot_id])[0])
    return {key: float(spots.table[key].iloc[row]) for key in spots.feature_keys}
