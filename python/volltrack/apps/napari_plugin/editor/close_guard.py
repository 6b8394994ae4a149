"""Unsaved edits when the window is closed: a question, or a file beside the tracks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject, QThread
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import VollTrackError

__all__ = ["CloseGuard", "keep_unsaved"]

log = logging.getLogger(__name__)


def keep_unsaved(session: TrackSession) -> str:
    """Write tracks that are closed with unsaved edits to a new file beside theirs, and say so; no text if none are."""
    if not session.is_modified or session.path is None:
        return ""
    try:
        text = f"The tracks were closed with unsaved edits; with these they are in {session.set_aside()}"
    except (VollTrackError, OSError) as error:
        text = f"The tracks were closed with unsaved edits, which could not be kept: {error}"
    log.warning(text)
    return text


class CloseGuard(QObject):
    """Asks before a window with unsaved edits closes.

    Where nobody can answer, because a program closes the window and no event loop runs, the tracks with all edits are
    written to a new file beside the old one instead (``tracks.unsaved-1.xml``).

    Parameters
    ----------
    window
        The window of the viewer.
    owner
        The widget in it that asks; the guard ends with it.
    find_session
        Returns the tracks that are shown, or None.
    save
        Saves them and returns whether that was done.
    discard
        Called when their edits are given up.
    """

    def __init__(
        self,
        window: QWidget,
        owner: QWidget,
        *,
        find_session: Callable[[], TrackSession | None],
        save: Callable[[], bool],
        discard: Callable[[], None],
    ) -> None:
        super().__init__(owner)
        self._owner = owner
        self._find_session, self._save, self._discard = find_session, save, discard
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """Let the window close, or not."""
        session = self._find_session()
        if event.type() != QEvent.Type.Close or session is None or not session.is_modified:
            return False
        thread = QThread.currentThread()
        if thread is None or thread.loopLevel() == 0:  # a program closes the window: nobody could answer
            keep_unsaved(session)
        elif not self._ask(session):
            event.ignore()
            return True
        return False

    def _ask(self, session: TrackSession) -> bool:
        """Return whether the window may close."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._owner,
            "Unsaved edits",
            "The tracks have edits that are not saved. Save them before the window closes?",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        if answer == buttons.Save:
            return self._save()
        if answer == buttons.Discard:
            self._discard()
            if session.journal is not None:
                session.journal.discard()
        return bool(answer == buttons.Discard)
