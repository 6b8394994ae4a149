"""Which of a session's tracks and spots are on view: all of a kind, or only the selected track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from volltrack.apps.napari_plugin.explorer.picking import TrackIndex, TrackKind
from volltrack.apps.napari_plugin.layers import DIVIDING, NON_DIVIDING, SELECTION, SPOTS, find_layer
from volltrack.apps.napari_plugin.session import TrackSession

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["find_links_on_view", "show_layers"]


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
        hidden = {row for row in spots.selected_data if not shown[row]}
        if hidden:  # nobody deletes what is not on view
            spots.selected_data = set(spots.selected_data) - hidden


def find_links_on_view(viewer: Viewer, session: TrackSession, frame: int) -> npt.NDArray[np.bool_]:
    """Return which links are drawn at a frame, bool (M,): those of visible layers, as far as their tails reach."""
    lineage = session.lineage
    frames, track = lineage.spots.frames, lineage.track_of_spot[lineage.source_rows]
    is_dividing = np.zeros(lineage.n_tracks, dtype=bool)
    is_dividing[lineage.track_of_spot[lineage.out_degrees > 1]] = True
    of_role = {DIVIDING: is_dividing[track], NON_DIVIDING: ~is_dividing[track]}
    if session.selected_track is not None:
        (row,) = lineage.spots.rows_of([session.selected_track])
        of_role[SELECTION] = track == lineage.track_of_spot[row]
    on_view = np.zeros(len(track), dtype=bool)
    for role, links in of_role.items():
        layer = find_layer(viewer, session, role)
        if layer is not None and layer.visible:
            begins_in_time = frames[lineage.source_rows] >= frame - int(layer.tail_length)
            on_view |= links & begins_in_time & (frames[lineage.target_rows] <= frame + int(layer.head_length))
    return on_view
