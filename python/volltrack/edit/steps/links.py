"""What a person does to links, as steps: link, unlink, split, merge, division; or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, TypeAlias

from volltrack.edit.history import EditStep
from volltrack.errors import BadValue
from volltrack.model import AddLink, Edit, Lineage, RemoveLink

__all__ = ["LinkTaken", "OnTaken", "link_spots", "merge_tracks", "set_division", "split_track", "unlink_spots"]

OnTaken: TypeAlias = Literal["refuse", "replace", "keep"]
"""What to do where a spot already has a predecessor: raise `LinkTaken`, remove the old link, or keep both (a merge)."""


class LinkTaken(BadValue):
    """A new link leads to a spot that has a predecessor; the person has to choose what becomes of the old link."""


def link_spots(lineage: Lineage, spot_ids: Collection[int], *, on_taken: OnTaken = "refuse") -> EditStep:
    """Return the step that links two spots, the earlier to the later.

    Raises
    ------
    LinkTaken
        The later one has a predecessor, and `on_taken` is ``"refuse"``.
    BadValue
        Not two spots, two of one frame, or two that are linked.
    """
    source, target = _require_two(lineage, spot_ids, "link")
    if target in _successors(lineage, source):
        raise BadValue(f"spots {source} and {target} are linked already")
    divides = " (a division)" if _successors(lineage, source) else ""
    edits = _link(lineage, source, target, on_taken)
    return EditStep(label=f"link spot {source} to {target}{divides}", edits=tuple(edits))


def unlink_spots(lineage: Lineage, spot_ids: Collection[int]) -> EditStep:
    """Return the step that removes all links between the spots; of a single spot, all its links.

    Raises
    ------
    BadValue
        There is no such link.
    """
    chosen = set(spot_ids)
    pairs = {pair for i in chosen for pair in lineage.links_of_spot(i)}
    if len(chosen) > 1:
        pairs = {pair for pair in pairs if chosen.issuperset(pair)}
    if not pairs:
        if not chosen:
            raise BadValue("no spot is selected: select the two spots of a link, or one spot to remove all its links")
        raise BadValue(f"no link joins {_name(chosen)}: select two spots that are linked")
    label = "unlink spots {} and {}".format(*min(pairs)) if len(pairs) == 1 else f"remove {len(pairs)} links"
    return EditStep(label=label, edits=tuple(RemoveLink(source_id=a, target_id=b) for a, b in sorted(pairs)))


def split_track(lineage: Lineage, spot_ids: Collection[int]) -> EditStep:
    """Return the step after which a new track begins with this spot: its links to earlier spots go.

    Raises
    ------
    BadValue
        Not one spot, or one without a predecessor.
    """
    if len(spot_ids) != 1:
        raise BadValue(f"{_count(spot_ids)}: select the one spot with which the new track is to begin")
    (spot_id,) = spot_ids
    before = _predecessors(lineage, spot_id)
    if not before:
        raise BadValue(f"spot {spot_id} has no predecessor: a track begins with it already")
    edits = tuple(RemoveLink(source_id=a, target_id=spot_id) for a in before)
    return EditStep(label=f"new track from spot {spot_id}", edits=edits)


def merge_tracks(lineage: Lineage, spot_ids: Collection[int]) -> EditStep:
    """Return the step that links the end of one track to the start of another, given any spot of each.

    The end is that of the tracklet of the earlier spot, the start that of the tracklet of the later one.

    Raises
    ------
    BadValue
        Not two spots, two of one track, or an end that is not before the start; the message says where they are.
    """
    if len(spot_ids) != 2:
        raise BadValue(f"{_count(spot_ids)}: select one spot of each of the two tracks")
    rows = lineage.spots.rows_of(sorted(spot_ids))
    track = lineage.track_of_spot[rows]
    if track[0] == track[1] and track[0] >= 0:
        raise BadValue(f"{_name(spot_ids)} are in one track: select one spot of each of two tracks")
    ends = [_follow(lineage, i, _successors, "divides") for i in sorted(spot_ids)]
    starts = [_follow(lineage, i, _predecessors, "follows a merge") for i in sorted(spot_ids)]
    frames = lineage.spots.frames
    for first, second in ((0, 1), (1, 0)):
        end, start = ends[first], starts[second]
        if isinstance(end, int) and isinstance(start, int):
            last, begin = (int(frames[row]) for row in lineage.spots.rows_of([end, start]))
            if last < begin:
                edit = AddLink(source_id=end, target_id=start)
                return EditStep(label=f"merge tracks: spot {end} to {start}", edits=(edit,))
    said = [text for text in (*ends, *starts) if isinstance(text, str)]
    if said:
        reasons = "; ".join(dict.fromkeys(said))
        raise BadValue(f"the tracks cannot be joined end to start: {reasons}; link two spots instead")
    spans = [
        "{} to {}".format(*(int(frames[row]) for row in lineage.spots.rows_of([start, end])))
        for start, end in zip(starts, ends, strict=True)
    ]
    raise BadValue(
        f"the tracks overlap in time (frames {spans[0]} and frames {spans[1]}): expected one to end before the other "
        "begins; split one first"
    )


def set_division(lineage: Lineage, spot_ids: Collection[int], *, on_taken: OnTaken = "refuse") -> EditStep:
    """Return the step that makes the earliest spot the mother of the two others.

    With two spots, the later one becomes the second daughter of the earlier one.

    Raises
    ------
    LinkTaken
        A daughter has another predecessor, or the mother other daughters, and `on_taken` is ``"refuse"``.
    BadValue
        Not two or three spots, no single earliest one, or a mother without a daughter when two are given.
    """
    if len(spot_ids) not in (2, 3):
        raise BadValue(f"{_count(spot_ids)}: select a mother and its two daughters, or a mother and its new daughter")
    mother, *daughters = _in_time_order(lineage, spot_ids)
    frames = lineage.spots.frames[lineage.spots.rows_of([mother, daughters[0]])]
    if frames[0] == frames[1]:
        raise BadValue(f"spots {mother} and {daughters[0]} are both in frame {frames[0]}: the mother must be earlier")
    known = _successors(lineage, mother)
    if len(spot_ids) == 2:
        if not known:
            raise BadValue(f"spot {mother} has no daughter yet: select the mother and both daughters")
        if daughters[0] in known:
            raise BadValue(f"spot {daughters[0]} is a daughter of spot {mother} already: select the other daughter")
        daughters = [*known, daughters[0]] if len(known) == 1 else daughters
    edits: list[Edit] = []
    others = [i for i in known if i not in daughters]
    if others and on_taken == "refuse":
        raise LinkTaken(f"spot {mother} already leads to {_name(others)}: replace, or keep it as a further daughter?")
    if others and on_taken == "replace":
        edits += [RemoveLink(source_id=mother, target_id=i) for i in others]
    new = [i for i in daughters if i not in known]
    if not new and not edits:
        raise BadValue(f"{_name(daughters)} are the daughters of spot {mother} already")
    for daughter in new:
        edits += _link(lineage, mother, daughter, on_taken)
    return EditStep(label=f"division of spot {mother}", edits=tuple(edits))


def _link(lineage: Lineage, source: int, target: int, on_taken: OnTaken) -> list[Edit]:
    """Return the edits that link two spots in time order."""
    before = _predecessors(lineage, target)
    if before and on_taken == "refuse":
        raise LinkTaken(f"spot {target} already follows {_name(before)}: replace that link, or keep both (a merge)?")
    removed: list[Edit] = []
    if on_taken == "replace":
        removed = [RemoveLink(source_id=i, target_id=target) for i in before]
    return [*removed, AddLink(source_id=source, target_id=target)]


def _require_two(lineage: Lineage, spot_ids: Collection[int], verb: str) -> tuple[int, int]:
    """Return two spots in time order."""
    if len(spot_ids) != 2:
        raise BadValue(f"{_count(spot_ids)}: select two spots of different frames to {verb} them")
    first, second = _in_time_order(lineage, spot_ids)
    frames = lineage.spots.frames[lineage.spots.rows_of([first, second])]
    if frames[0] == frames[1]:
        raise BadValue(f"spots {first} and {second} are both in frame {frames[0]}: a link joins two frames")
    return first, second


def _in_time_order(lineage: Lineage, spot_ids: Collection[int]) -> list[int]:
    ids = sorted(spot_ids)
    frames = lineage.spots.frames[lineage.spots.rows_of(ids)].tolist()
    return [i for _, i in sorted(zip(frames, ids, strict=True))]


def _predecessors(lineage: Lineage, spot_id: int) -> list[int]:
    return [a for a, b in lineage.links_of_spot(spot_id) if b == spot_id]


def _successors(lineage: Lineage, spot_id: int) -> list[int]:
    return [b for a, b in lineage.links_of_spot(spot_id) if a == spot_id]


def _follow(lineage: Lineage, spot_id: int, neighbours: Callable[[Lineage, int], list[int]], what: str) -> int | str:
    """Return the last spot on the way from a spot, or where the way branches."""
    while found := neighbours(lineage, spot_id):
        if len(found) > 1:
            return f"spot {spot_id} {what}"
        (spot_id,) = found
    return spot_id


def _count(spot_ids: Collection[int]) -> str:
    return {0: "no spot is selected", 1: "1 spot is selected"}.get(len(spot_ids), f"{len(spot_ids)} spots are selected")


def _name(spot_ids: Collection[int]) -> str:
    ids = sorted(spot_ids)
    if len(ids) > 4:
        return f"{len(ids)} spots"
    return f"spot {ids[0]}" if len(ids) == 1 else f"spots {', '.join(map(str, ids[:-1]))} and {ids[-1]}"
