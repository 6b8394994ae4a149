"""Unsaved edits when the window is closed: a question, or a file beside the tracks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, QThread
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import VollTrackError

if TYPE_CHECKING:
    from volltrack.apps.napari_plugin.editor.track_editor import TrackEditor

__all__ = ["CloseGuard", "keep_unsaved"]

log = logging.getLogger(__name__)


def keep_unsaved(session: TrackSession) -> str:
    """Write tracks that are closed with unsaved edits to a new file beside theirs, and say so; no text if none are."""
    if not session.is_modified or session.path is None:
        return ""
    try:
        text = f"The tracks were closed with unsaved edits; with these they are in {session.write_backup()}"
        if session.journal is not None:
            session.journal.discard()
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
    editor
        The editor in it; the guard ends with it.
    """

    def __init__(self, window: QWidget, editor: TrackEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """Let the window close, or not."""
        session = self._editor.session
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
            self._editor,
            "Unsaved edits",
            "The tracks have edits that are not saved. Save them before the window closes?",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        if answer == buttons.Save:
            return self._editor.files.save()
        if answer == buttons.Discard:
            self._editor.discards_edits = True
            if session.journal is not None:
                session.journal.discard()
        return bool(answer == buttons.Discard)
