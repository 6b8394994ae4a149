"""The offer to take over unsaved edits of a program that was ended."""

from __future__ import annotations

import html

from napari.utils.notifications import show_info, show_warning
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching.one_box import OneBox
from volltrack.edit.journal import LeftJournal, find_left_journals
from volltrack.errors import VollTrackError

__all__ = ["LeftEditsOffer"]


class LeftEditsOffer(OneBox):
    """Asks, without blocking, what becomes of each journal that lies beside the tracks; the newest first.

    Parameters
    ----------
    window
        The window of the viewer.
    session
        The tracks.
    """

    def __init__(self, window: QWidget, session: TrackSession) -> None:
        super().__init__(window)
        self._session = session
        self._left = [] if session.path is None else find_left_journals(session.path)
        for journal in [journal for journal in self._left if not journal.steps]:
            self._left.remove(journal)
            if journal.problem:
                show_warning(f"Unsaved edits of an earlier session cannot be read: {journal.problem}")
            else:
                journal.path.unlink(missing_ok=True)
        self._ask_next()

    def stop(self) -> None:
        """Ask no more; what was not answered is offered again at the next opening."""
        self._left.clear()
        self._close_box()

    def _ask_next(self) -> None:
        self._close_box()
        if not self._left:
            return
        journal, session = self._left[0], self._session
        n = len(journal.steps)
        name = "" if session.path is None else session.path.name
        box = QMessageBox(self.parent())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved edits")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            f"VollTrack ended before {n} edit{'' if n == 1 else 's'} of {name} {'was' if n == 1 else 'were'} saved "
            f"(last on {journal.when}, on {journal.host})."
        )
        said = ["Take them over? They stay unsaved, and each can be undone."]
        if journal.digest != session.digest:
            said.append("The file has changed since: edits that no longer fit are left out and named.")
        if journal.problem:
            said.append(f"Not all can be read: {journal.problem}.")
        box.setInformativeText(html.escape(" ".join(said)))
        take = box.addButton("Take over", QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
        box.setModal(False)
        take.clicked.connect(lambda: self._take(journal))
        drop.clicked.connect(lambda: self._discard(journal))
        self.box = box
        box.show()

    def _take(self, journal: LeftJournal) -> None:
        session = self._session
        try:
            report = session.take_left(journal)
        except (VollTrackError, OSError) as error:
            show_warning(f"Nothing was changed: {error}")
            return
        (show_warning if report.refused else show_info)(str(report))
        self._go_on()

    def _discard(self, journal: LeftJournal) -> None:
        journal.path.unlink(missing_ok=True)
        self._go_on()

    def _go_on(self) -> None:
        if self._left:
            self._left.pop(0)
        self._ask_next()
