"""Edits as values, what a sequence of them changes in the end, and the lineage after it."""

from volltrack.model.edits.apply import apply_edits, apply_net_edits
from volltrack.model.edits.edit import AddLink, AddSpot, DeleteSpot, Edit, Outline, RemoveLink, SetSpot
from volltrack.model.edits.net_edits import NetEdits, Pair, find_net_edits

__all__ = [
    "AddLink",
    "AddSpot",
    "DeleteSpot",
    "Edit",
    "NetEdits",
    "Outline",
    "Pair",
    "RemoveLink",
    "SetSpot",
    "apply_edits",
    "apply_net_edits",
    "find_net_edits",
]
