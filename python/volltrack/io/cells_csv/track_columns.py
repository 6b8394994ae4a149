"""Which columns of a table say how cells are linked, in the words of the programs that write such tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "PARENT",
    "PARENT_TRACK",
    "SOURCE_NAMES",
    "TARGET_NAMES",
    "TrackColumns",
    "find_track_columns",
    "is_track_table",
    "name_like",
    "rename_btrack",
]

PARENT: Final = "PARENT_ID"
"""Column of a table of cells that names the spot from which a link comes; without one -1, or NaN where -1 is an id."""

PARENT_TRACK: Final = frozenset(["parenttrackid", "parenttrack", "parenttrackletid", "parenttracklet"])
SOURCE_NAMES: Final = ("spotsourceid", "sourceid", "source")
TARGET_NAMES: Final = ("spottargetid", "targetid", "target")

_TRACK: Final = ("trackletid", "trackid", "particle", "tracknumber")
"""Names of a track, the narrowest first: laptrack, napari, ultrack and TrackMate say track_id, trackpy particle."""
_PARENT_SPOT: Final = ("parentid", "parentspotid", "parentspot")
_GROUP: Final = frozenset(["trackid", "treeid", "lineageid", "root", "rootid"])
"""What several tracks of one lineage have in common; it does not say which cell divided into which."""
_LIKE_TRACKS: Final = re.compile(r"track|tree|lineage|parent|mother|daughter|child|root|particle")
_NO_LINKS: Final = frozenset(["trackname", "trackvisible", "trackindex"])


@dataclass(frozen=True, kw_only=True)
class TrackColumns:
    """Names of the columns as they stand in the table, or None.

    Parameters
    ----------
    track
        Says the track (unbranched, or TrackMate's whole ones) of each spot.
    parent_track
        Says the track from which that of the spot comes.
    parent_spot
        Says the spot from which a link comes.
    groups
        Join tracks without saying how.
    unknown
        Look like tracks and are none of these.
    """

    track: str | None = None
    parent_track: str | None = None
    parent_spot: str | None = None
    groups: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """All that say links."""
        return tuple(name for name in (self.track, self.parent_track, self.parent_spot) if name is not None)


def name_like(name: str) -> str:
    """Return a name without case, blanks, hyphens and underscores, so that ``Track ID`` is ``trackid``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find_track_columns(names: Sequence[str]) -> TrackColumns:
    """Return the columns of a table, named as `resolve_columns` does, that say how its cells are linked."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(name_like(name), name)
    track = next((known[key] for key in _TRACK if key in known), None)
    parent_track = next((known[key] for key in known if key in PARENT_TRACK), None)
    parent_spot = next((known[key] for key in _PARENT_SPOT if key in known), None)
    if track is not None and parent_spot is not None and parent_track is None and "id" not in known:
        parent_track, parent_spot = parent_spot, None  # spots have no ids there: it is the track that is meant
    if track is not None and parent_track is None and parent_spot is None:
        parent_track = known.get("parent")
    used = {track, parent_track, parent_spot}
    groups = tuple(name for key, name in known.items() if key in _GROUP and name not in used)
    unknown = tuple(
        name
        for key, name in known.items()
        if name not in used and name not in groups and key not in _NO_LINKS and _is_like_tracks(key)
    )
    return TrackColumns(track=track, parent_track=parent_track, parent_spot=parent_spot, groups=groups, unknown=unknown)


def rename_btrack(header: list[str]) -> list[str]:
    """Return a header in which btrack's ``ID`` and ``parent``, which count tracks, are named so."""
    keys = [name_like(name) for name in header]
    if not {"id", "parent", "root"} <= set(keys) or "trackid" in keys:
        return header
    renamed = {"id": "track_id", "parent": "parent_track_id"}
    return [renamed.get(key, name) for key, name in zip(keys, header, strict=True)]


def is_track_table(names: Sequence[str]) -> str | None:
    """Return ``"edges"`` or ``"tracks"`` for a table of TrackMate that holds these and no spots, else None."""
    keys = {name_like(name) for name in names}
    if any(key in keys for key in SOURCE_NAMES) and any(key in keys for key in TARGET_NAMES):
        return "edges"
    return "tracks" if {"trackid", "numberspots"} <= keys or {"trackid", "trackduration"} <= keys else None


def _is_like_tracks(key: str) -> bool:
    return (key.endswith(("id", "ids")) and bool(_LIKE_TRACKS.search(key))) or key in (
        "parent",
        "track",
        "lineage",
        "tree",
    )
