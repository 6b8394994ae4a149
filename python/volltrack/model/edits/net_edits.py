"""The net effect of a sequence of edits: what is different in the end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from volltrack.errors import BadValue
from volltrack.model.edits.edit import AddLink, AddSpot, DeleteSpot, Edit, Outline, RemoveLink, SetSpot
from volltrack.model.lineage import Lineage

__all__ = ["NetEdits", "Pair", "find_net_edits"]

_NEEDED = ("FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z")

Pair = tuple[int, int]

Features = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class NetEdits:
    """What a sequence of edits changes in the end; a value like the edits themselves.

    Parameters
    ----------
    changed
        New values of the features of spots that were there before, by spot id.
    names
        New names by spot id, of old and of added spots.
    contours
        New outlines by spot id, of old and of added spots.
    added
        Features of spots that are new, by spot id.
    deleted
        Ids of spots that go.
    linked
        Features of links that are new, by (source, target) id as given.
    unlinked
        Links that go, (source, target) id in time order.
    """

    changed: Mapping[int, Features] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    contours: Mapping[int, Outline] = field(default_factory=dict)
    added: Mapping[int, Features] = field(default_factory=dict)
    deleted: frozenset[int] = frozenset()
    linked: Mapping[Pair, Features] = field(default_factory=dict)
    unlinked: frozenset[Pair] = frozenset()

    def __post_init__(self) -> None:
        for name in ("changed", "added", "linked"):
            object.__setattr__(self, name, {key: dict(given) for key, given in getattr(self, name).items()})
        for name in ("names", "contours"):
            object.__setattr__(self, name, dict(getattr(self, name)))


def find_net_edits(lineage: Lineage, edits: Iterable[Edit]) -> NetEdits:
    """Return the net effect of `edits`, applied one after the other to `lineage`.

    Raises
    ------
    BadValue
        An edit of a spot or link that is not there, an added one that is there already, an added spot without frame or
        position, an outline of fewer than three points.
    """
    editor = _Editor(lineage)
    for edit in edits:
        editor.apply(edit)
    return editor.finish()


class _Editor:
    """Gathers the net effect while edits are applied.

    Only what the edits touch is held here; all else is looked up in the lineage, so that one edit of many spots is
    cheap.
    """

    def __init__(self, lineage: Lineage) -> None:
        self.changed: dict[int, dict[str, float]] = {}
        self.names: dict[int, str] = {}
        self.contours: dict[int, Outline] = {}
        self.added: dict[int, dict[str, float]] = {}
        self.deleted: set[int] = set()
        self.linked: dict[Pair, dict[str, float]] = {}
        self.unlinked: set[Pair] = set()
        self.lineage = lineage
        self.n_spots = len(lineage.spots)
        self.there: dict[int, bool] = {}
        self.neighbours: dict[int, dict[int, Pair]] = {}

    def finish(self) -> NetEdits:
        """Return what was gathered."""
        return NetEdits(
            changed=self.changed,
            names=self.names,
            contours=self.contours,
            added=self.added,
            deleted=frozenset(self.deleted),
            linked=self.linked,
            unlinked=frozenset(self.unlinked),
        )

    def apply(self, edit: Edit) -> None:
        """Apply one edit."""
        match edit:
            case SetSpot():
                self._require(edit.spot_id)
                known = self.added if edit.spot_id in self.added else self.changed
                known.setdefault(edit.spot_id, {}).update(edit.features)
                if edit.name is not None:
                    self.names[edit.spot_id] = edit.name
                if edit.contour is not None:
                    self._set_contour(edit.spot_id, edit.contour)
            case AddSpot():
                self._add(edit)
            case DeleteSpot():
                self._delete(edit.spot_id)
            case AddLink():
                self._link(edit)
            case RemoveLink():
                self._unlink((edit.source_id, edit.target_id))

    def _is_there(self, spot_id: int) -> bool:
        if spot_id not in self.there:
            self.there[spot_id] = self.lineage.spots.has(spot_id)
        return self.there[spot_id]

    def _require(self, spot_id: int) -> None:
        if not self._is_there(spot_id):
            raise BadValue(f"spot {spot_id} is not there ({self.n_spots} spots): expected the ID of a spot")

    def _set_contour(self, spot_id: int, contour: Outline) -> None:
        if len(contour) < 3 or not all(math.isfinite(v) for point in contour for v in point):
            raise BadValue(f"spot {spot_id}: an outline of {len(contour)} points: expected three or more, all finite")
        self.contours[spot_id] = contour

    def _links_of(self, spot_id: int) -> dict[int, Pair]:
        """Return the links of a spot, in time order or as given, by the spot at the other end."""
        if spot_id not in self.neighbours:
            pairs = self.lineage.links_of_spot(spot_id) if self.lineage.spots.has(spot_id) else []
            self.neighbours[spot_id] = {a if b == spot_id else b: (a, b) for a, b in pairs}
        return self.neighbours[spot_id]

    def _add(self, edit: AddSpot) -> None:
        if self._is_there(edit.spot_id):
            raise BadValue(f"spot {edit.spot_id} is there already: expected an ID that no spot has")
        missing = [key for key in _NEEDED if key not in edit.features]
        if missing:
            raise BadValue(f"new spot {edit.spot_id} without {', '.join(missing)}: expected {', '.join(_NEEDED)}")
        self.there[edit.spot_id] = True
        self.n_spots += 1
        self.neighbours.setdefault(edit.spot_id, {})
        self.added[edit.spot_id] = dict(edit.features)
        if edit.name is not None:
            self.names[edit.spot_id] = edit.name

    def _delete(self, spot_id: int) -> None:
        self._require(spot_id)
        for pair in sorted(self._links_of(spot_id).values()):
            self._unlink(pair)
        self.there[spot_id] = False
        self.n_spots -= 1
        self.names.pop(spot_id, None)
        self.contours.pop(spot_id, None)
        if spot_id in self.added:
            del self.added[spot_id]
        else:
            self.changed.pop(spot_id, None)
            self.deleted.add(spot_id)

    def _link(self, edit: AddLink) -> None:
        pair = (edit.source_id, edit.target_id)
        for end in pair:
            self._require(end)
        if pair[0] == pair[1]:
            raise BadValue(f"link of spot {pair[0]} to itself: expected two spots")
        if pair[1] in self._links_of(pair[0]):
            raise BadValue(f"spots {pair[0]} and {pair[1]} are linked already: remove that link first")
        self._links_of(pair[1])[pair[0]] = pair
        self._links_of(pair[0])[pair[1]] = pair
        self.linked[pair] = dict(edit.features)

    def _unlink(self, pair: Pair) -> None:
        stored = self._links_of(pair[0]).get(pair[1])
        if stored is None:
            raise BadValue(f"spots {pair[0]} and {pair[1]} are not linked: expected a link to remove")
        del self._links_of(pair[0])[pair[1]]
        del self._links_of(pair[1])[pair[0]]
        if stored in self.linked:
            del self.linked[stored]
        else:
            self.unlinked.add(stored)
