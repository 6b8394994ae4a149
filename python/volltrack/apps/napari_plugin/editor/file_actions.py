"""Saving and reloading from the dock, with the questions that they need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from volltrack.apps.napari_plugin.editor.forms import EditorForm
from volltrack.apps.napari_plugin.question import ask
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import FileExists, OutputLocked, VollTrackError

__all__ = ["FileActions"]


class FileActions:
    """What the buttons Save and Save as do.

    Parameters
    ----------
    parent
        The dock, over which questions stand.
    form
        Where it is said what was done.
    """

    def __init__(self, parent: QWidget, form: EditorForm) -> None:
        self.session: TrackSession | None = None
        self.box: QMessageBox | None = None
        self._parent = parent
        self._form = form

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> bool:
        """Write the file and return whether it was written; asks where it has changed on the disk or has no name."""
        session = self.session
        if session is None:
            return False
        if path is None and session.path is None:
            return self.save_as()
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            saved = session.save(path, overwrite=overwrite)
        except (FileExists, OutputLocked) as error:
            self._ask(session, path, str(error))
        except (VollTrackError, OSError) as error:
            self._form.show_message(str(error), is_error=True)
        else:
            self._form.show_message("\n".join([f"Saved {saved}", *session.notes]))
            return True
        finally:
            QApplication.restoreOverrideCursor()
        return False

    def save_as(self) -> bool:
        """Ask for a name, write the file there, and return whether it was written."""
        if self.session is None:
            return False
        start = "tracks.xml" if self.session.path is None else str(self.session.path.with_suffix(".xml"))
        title = "Save the tracks as TrackMate XML"
        name, _ = QFileDialog.getSaveFileName(self._parent, title, start, "TrackMate XML (*.xml)")
        if not name:
            return False
        has_suffix = Path(name).suffix.lower() == ".xml"
        # the dialog has asked before it gave the name of a file that is there
        return self.save(Path(name if has_suffix else f"{name}.xml"), overwrite=has_suffix)

    def reload(self) -> None:
        """Read the file again; unsaved edits are applied to it."""
        if self.session is None:
            return
        try:
            self._form.show_message(str(self.session.reload()))
        except (VollTrackError, OSError) as error:
            self._form.show_message(f"Nothing was changed: {error}", is_error=True)

    def _ask(self, session: TrackSession, path: Path | None, text: str) -> None:
        answers: dict[str, Callable[[], object]] = {
            "Save as...": self.save_as,
            "Overwrite": lambda: self.save(path, overwrite=True),
        }
        if path is None and session.has_changed_on_disk():
            answers = {"Reload, keep my edits": self.reload, **answers}
        self._form.show_message(text, is_error=True)
        self.box = ask(self._parent, "The file is another one", text, answers)
