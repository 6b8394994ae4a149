"""A session in a viewer on the screen: its layers are kept as it is, and its file is watched."""

from __future__ import annotations

from typing import Any

from volltrack.apps.napari_plugin.layers import SessionLayers, connect_session
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching.file_lock import FileLock
from volltrack.apps.napari_plugin.watching.fit_question import FitQuestion
from volltrack.apps.napari_plugin.watching.left_edits import LeftEditsOffer
from volltrack.apps.napari_plugin.watching.reload_offer import ReloadOffer

__all__ = ["attach"]


def attach(viewer: Any, session: TrackSession) -> SessionLayers:
    """Keep the layers of a session as it is and watch its file; a second call changes nothing."""
    keeper = connect_session(viewer, session)
    window = getattr(getattr(viewer, "window", None), "_qt_window", None)
    if window is not None and keeper.watch is None:
        session.keep_journal()
        keeper.watch = ReloadOffer(window, session)
        keeper.lock = FileLock(window, session)
        keeper.fit = FitQuestion(window, viewer, session)
        keeper.left_edits = LeftEditsOffer(window, session)
    return keeper
