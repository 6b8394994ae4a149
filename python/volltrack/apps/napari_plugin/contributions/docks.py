"""The dock widgets as napari makes them: it hands a guarded viewer out, and they need the viewer itself."""

from __future__ import annotations

from typing import Any

from volltrack.apps.napari_plugin.editor import TrackEditor
from volltrack.apps.napari_plugin.explorer import TrackExplorer
from volltrack.apps.napari_plugin.layers import find_session
from volltrack.apps.napari_plugin.watching import attach

__all__ = ["EditorDock", "ExplorerDock", "prepare_viewer"]


def prepare_viewer(napari_viewer: Any) -> Any:
    """Return the viewer itself, with the session on view attached to it."""
    viewer = getattr(napari_viewer, "__wrapped__", napari_viewer)
    session = find_session(viewer)
    if session is not None:
        attach(viewer, session)
    return viewer


class ExplorerDock(TrackExplorer):
    """The track explorer of Plugins > VollTrack."""

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(prepare_viewer(napari_viewer))


class EditorDock(TrackEditor):
    """The track editor of Plugins > VollTrack."""

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(prepare_viewer(napari_viewer))
