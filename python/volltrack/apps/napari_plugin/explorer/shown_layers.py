"""Which of a session's tracks and spots are on view: all of a kind, or only the selected track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from volltrack.apps.napari_plugin.explorer.track_index import TrackIndex
from volltrack.apps.napari_plugin.explorer.track_table import TrackKind
from volltrack.apps.napari_plugin.layers import DIVIDING, NON_DIVIDING, SPOTS, find_layer
from volltrack.apps.napari_plugin.session import TrackSession

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["find_tails", "show_layers"]


def show_layers(
    viewer: Viewer, session: TrackSession, index: TrackIndex, kind: TrackKind, *, only: int | None = None
) -> None:
    """Show the tracks of a kind with their spots, or `only` one; the layer of the selected track stays as it is.

    Parameters
    ----------
    viewer, session
        Where the layers are; those that a person removed stay away.
    index
        The session's tracks.
    kind
        Which tracks.
    only
        Number of the only track on view; None for all of the kind.
    """
    for role in (DIVIDING, NON_DIVIDING):
        layer = find_layer(viewer, session, role)
        is_shown = only is None and kind in ("all", role)
        if layer is not None and layer.visible != is_shown:  # napari draws again even where nothing changes
            layer.visible = is_shown
    spots = find_layer(viewer, session, SPOTS)
    track = session.lineage.track_of_spot
    if spots is None or len(spots.data) != len(track):
        return
    if only is not None:
        shown = track == only
    elif kind == "all":
        shown = np.ones(len(track), dtype=bool)
    else:
        is_dividing = np.append(index.n_divisions > 0, False)  # the last for spots without a track
        shown = is_dividing[track] == (kind == "dividing")
    if not np.array_equal(spots.shown, shown):
        spots.shown = shown


def find_tails(viewer: Viewer, session: TrackSession) -> tuple[int, int]:
    """Return how many frames behind and ahead the tracks on view reach."""
    layers = [find_layer(viewer, session, role) for role in (DIVIDING, NON_DIVIDING)]
    shown = [layer for layer in layers if layer is not None and layer.visible]
    if not shown:
        return 0, 0
    return max(int(layer.tail_length) for layer in shown), max(int(layer.head_length) for layer in shown)
