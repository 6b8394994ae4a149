"""The offer to read a file again that somebody else has saved, such as TrackMate."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from napari.utils.notifications import show_info, show_warning
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching.one_box import OneBox
from volltrack.errors import VollTrackError

__all__ = ["ReloadOffer"]

_INTERVAL_MS: Final = 1000

Stamp = tuple[int, int, int]


class ReloadOffer(OneBox):
    """Looks at the file of a session every second and asks, without blocking, whether to read it again.

    A file that was replaced by another of the same name (as careful programs save) is seen too, and one that is still
    being written is left alone until it has been the same for a second. Each state of the file is offered once.

    Parameters
    ----------
    window
        The window of the viewer; the offer stands over it and ends with it.
    session
        The tracks.
    """

    def __init__(self, window: QWidget, session: TrackSession) -> None:
        super().__init__(window)
        self._session = session
        self._seen = _stamp(session.path)
        self._offered = self._seen
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_INTERVAL_MS)
        session.saved.connect(self._note_own_save)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._session.saved.disconnect(self._note_own_save)
        self._close_box()

    def look(self) -> None:
        """Look at the file now; offer to read it again where it has changed and is at rest."""
        stamp = _stamp(self._session.path)
        is_at_rest, self._seen = stamp == self._seen, stamp
        if stamp is None or stamp == self._offered or not is_at_rest:
            return
        self._offered = stamp
        if self._session.has_changed_on_disk():
            self._ask()

    def _ask(self) -> None:
        self._close_box()
        path, session = self._session.path, self._session
        box = QMessageBox(self.parent())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Tracks have changed")
        box.setText(f"{'' if path is None else path.name} was saved by another program.")
        kept = "Your unsaved edits are kept and applied to it. " if session.is_modified else ""
        box.setInformativeText(f"Read it again? {kept}The view and the selection stay.")
        again = box.addButton("Read again", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep what is shown", QMessageBox.ButtonRole.RejectRole)
        box.setModal(False)
        again.clicked.connect(self._reload)
        self.box = box
        box.show()

    def _reload(self) -> None:
        self._close_box()
        try:
            report = self._session.reload()
        except (VollTrackError, OSError) as error:
            show_warning(f"Nothing was changed: {error}")
            return
        (show_warning if report.refused or report.conflicts else show_info)(str(report))

    def _note_own_save(self, _path: Path) -> None:
        self._seen = self._offered = _stamp(self._session.path)
        self._close_box()


def _stamp(path: Path | None) -> Stamp | None:
    """Return what tells one state of a file from another at little cost; None where there is no file."""
    try:
        stat = None if path is None else path.stat()
    except OSError:
        return None
    return None if stat is None else (stat.st_size, stat.st_mtime_ns, stat.st_ino)
