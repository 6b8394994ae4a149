"""What a person does, as steps: to links and to spots; or why it cannot be done."""

from volltrack.edit.steps.links import (
    LinkTaken,
    OnTaken,
    link_spots,
    merge_tracks,
    set_division,
    split_track,
    unlink_spots,
)
from volltrack.edit.steps.spots import (
    CHECKED,
    add_spot,
    delete_spots,
    mark_checked,
    move_spots,
    set_radius,
    suggest_radius,
)

__all__ = [
    "CHECKED",
    "LinkTaken",
    "OnTaken",
    "add_spot",
    "delete_spots",
    "link_spots",
    "mark_checked",
    "merge_tracks",
    "move_spots",
    "set_division",
    "set_radius",
    "split_track",
    "suggest_radius",
    "unlink_spots",
]
