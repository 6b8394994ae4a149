"""Spot features that depend on the place in the image, measured again where a spot was moved, added or resized."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from volltrack.apps.napari_plugin.editing.edit_history import EditStep
from volltrack.errors import VollTrackError
from volltrack.measure import measure_positions_in_tissue, measure_spot_intensity
from volltrack.model import AddSpot, DeleteSpot, Edit, Lineage, Movie, SetSpot, Spots, Tissue

__all__ = ["Images", "find_stale_spots", "find_touched_spots", "measure_again"]

log = logging.getLogger(__name__)

_INTENSITY: Final = re.compile(r"(?:(MEAN|MEDIAN|MIN|MAX|TOTAL|STD)_INTENSITY|(CONTRAST|SNR))_CH([0-9]+)")
_TISSUE: Final = frozenset(["DISTANCE_TO_TISSUE", "INSIDE_TISSUE", "TISSUE_LABEL"])
_PLACE: Final = frozenset(["FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS"])


@dataclass(frozen=True, kw_only=True)
class Images:
    """What spots can be measured in.

    Parameters
    ----------
    movie
        One channel, or None.
    channel
        Its number in the names of features, from 1.
    tissue
        Or None.
    """

    movie: Movie | None = None
    channel: int = 1
    tissue: Tissue | None = None


def find_touched_spots(edits: Iterable[Edit]) -> set[int]:
    """Return the spots that these edits move, resize or add, and leave there."""
    touched: set[int] = set()
    for edit in edits:
        if isinstance(edit, AddSpot) or (isinstance(edit, SetSpot) and not _PLACE.isdisjoint(edit.features)):
            touched.add(edit.spot_id)
        elif isinstance(edit, DeleteSpot):
            touched.discard(edit.spot_id)
    return touched


def find_stale_spots(spots: Spots, steps: Iterable[EditStep]) -> set[int]:
    """Return the spots whose image features are still those of the place or size that they had before these steps."""
    keys = {key for key in spots.feature_keys if _depends_on_image(key)}
    stale: dict[int, set[str]] = {}
    for step in steps:
        moved = find_touched_spots(step.edits)
        for edit in step.edits:
            if isinstance(edit, AddSpot | DeleteSpot):
                stale.pop(edit.spot_id, None)
                moved.discard(edit.spot_id)
        for spot_id in moved:
            stale.setdefault(spot_id, set()).update(keys)
        for edit in step.edits:
            if isinstance(edit, SetSpot) and edit.spot_id in stale:
                stale[edit.spot_id].difference_update(edit.features)
    return {spot_id for spot_id, left in stale.items() if left}


def measure_again(lineage: Lineage, spot_ids: Iterable[int], images: Images) -> list[SetSpot]:
    """Return the features, of those that the table has, that these spots have in the images.

    Intensities are those of the spot's sphere, circle or outline, as TrackMate measures them. A frame that the images
    do not have, or that cannot be read, leaves the features as they are.
    """
    keys = [key for key in lineage.spots.feature_keys if _depends_on_image(key)]
    rows = lineage.spots.rows_of(sorted(spot_ids))
    frames = lineage.spots.frames[rows]
    edits = []
    for frame in np.unique(frames).tolist() if keys else []:
        spots = lineage.spots.select(rows[frames == frame])
        try:
            measured = _measure_intensity(spots, frame, keys, images) | _measure_tissue(spots, frame, keys, images)
        except (VollTrackError, OSError, ValueError) as error:
            log.warning("frame %d: the spots there keep their image features: %s", frame, error)
            continue
        for at, spot_id in enumerate(spots.ids.tolist()):
            values = {key: float(column[at]) for key, column in measured.items()}
            if values:
                edits.append(SetSpot(spot_id=spot_id, features=values))
    return edits


def _depends_on_image(key: str) -> bool:
    return key in _TISSUE or _INTENSITY.fullmatch(key) is not None


def _measure_intensity(spots: Spots, frame: int, keys: list[str], images: Images) -> dict[str, np.ndarray]:
    matches = [match for key in keys if (match := _INTENSITY.fullmatch(key)) and int(match[3]) == images.channel]
    movie = images.movie
    if movie is None or not matches or frame >= movie.n_frames or "RADIUS" not in spots.table.columns:
        return {}
    radii = spots.table["RADIUS"].to_numpy(dtype=np.float64)
    found = measure_spot_intensity(
        spots.positions_zyx,
        radii,
        movie.frame(frame),
        movie.calibration.voxel_size,
        contours=[spots.contours.get(i) for i in spots.ids.tolist()],
        statistics=sorted({match[1] for match in matches if match[1]}),
        contrast=any(match[2] for match in matches),
    )
    return {match[0]: found[match[1] or match[2]] for match in matches}


def _measure_tissue(spots: Spots, frame: int, keys: list[str], images: Images) -> dict[str, np.ndarray]:
    wanted = _TISSUE.intersection(keys)
    tissue = images.tissue
    if tissue is None or not wanted or (tissue.labels.n_frames != 1 and frame >= tissue.labels.n_frames):
        return {}
    voxel_size = tissue.labels.calibration.voxel_size
    found = measure_positions_in_tissue(spots.positions_zyx, tissue.frame(frame), voxel_size)
    return {key: found[key] for key in sorted(wanted)}
