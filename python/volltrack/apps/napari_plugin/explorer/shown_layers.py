"""Which of a session's layers are on view: all tracks or only the selected one, of the chosen kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from volltrack.apps.napari_plugin.explorer.track_table import TrackKind
from volltrack.apps.napari_plugin.layers import DIVIDING, NON_DIVIDING, find_layer
from volltrack.apps.napari_plugin.session import TrackSession

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["find_tails", "show_layers"]


def show_layers(viewer: Viewer, session: TrackSession, kind: TrackKind, *, all_tracks: bool) -> None:
    """Show the tracks of a kind beside the selected one, or hide them."""
    for role in (DIVIDING, NON_DIVIDING):
        layer = find_layer(viewer, session, role)
        is_shown = all_tracks and kind in ("all", role)
        if layer is not None and layer.visible != is_shown:  # napari draws again even where nothing changes
            layer.visible = is_shown


def find_tails(viewer: Viewer, session: TrackSession) -> tuple[int, int]:
    """Return how many frames behind and ahead the tracks on view reach."""
    layers = [find_layer(viewer, session, role) for role in (DIVIDING, NON_DIVIDING)]
    shown = [layer for layer in layers if layer is not None and layer.visible]
    if not shown:
        return 0, 0
    return max(int(layer.tail_length) for layer in shown), max(int(layer.head_length) for layer in shown)
