"""Two windows on one file of tracks are told of each other."""

from __future__ import annotations

import weakref
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching.one_box import OneBox
from volltrack.errors import OutputFailed, OutputLocked
from volltrack.io.outputs import OutputLock, lock_file

__all__ = ["FileLock"]

_open: weakref.WeakSet[FileLock] = weakref.WeakSet()


class FileLock(OneBox):
    """Holds the lock on the file of a session while its window is open; says where somebody else holds it.

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
        self._held: OutputLock | None = None
        self._path: Path | None = None
        self._hold()
        session.saved.connect(self._hold)
        _open.add(self)

    @property
    def path(self) -> Path | None:
        """The file that is open here."""
        return self._path

    def stop(self) -> None:
        """Give the lock back."""
        self._session.saved.disconnect(self._hold)
        self._release()
        _open.discard(self)
        self._close_box()

    def _hold(self, _path: object = None) -> None:
        path = self._session.path
        if path is None or (path == self._path and self._held is not None):
            return
        self._release()
        self._path = path
        others = [lock for lock in _open if lock is not self and lock.path == path]
        try:
            self._held = lock_file(path)
            weakref.finalize(self, self._held.release)  # with the window
        except OutputLocked as error:
            self._tell(str(error))
        except (OutputFailed, OSError):  # a folder that is read-only: nothing can be saved there either
            self._held = None
        if others:
            self._tell(f"{path} is open in another window of this program, too.")

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()
        self._held = self._path = None

    def _tell(self, text: str) -> None:
        box = QMessageBox(self.parent())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("The tracks are open elsewhere")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText("You can look at them here, and save edits under another name.")
        box.setModal(False)
        self.box = box
        box.show()
