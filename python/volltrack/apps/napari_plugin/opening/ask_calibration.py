"""A dialog for what a file does not say: voxel size, frame interval and their units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from qtpy.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import BadValue, MissingCalibration
from volltrack.model import KnownCalibration

__all__ = ["CalibrationDialog", "open_or_ask", "read_or_ask"]

T = TypeVar("T")

_FIELDS: Final = {
    "voxel_size": ("Voxel size z, y, x", "such as 2, 0.5, 0.5"),
    "unit": ("Unit of length", "such as µm, or pixel"),
    "frame_interval": ("Time between two frames", "such as 60"),
    "time_unit": ("Unit of time", "such as sec, or frame"),
}


def open_or_ask(path: Path, viewer: Any | None) -> TrackSession:
    """Return a session on a file; see `read_or_ask`."""
    return read_or_ask(TrackSession.open, path, viewer)


def read_or_ask(read: Callable[..., T], path: Path, viewer: Any | None) -> T:
    """Return what a reader makes of a file; ask for what the file does not say where there is a window to ask in.

    Parameters
    ----------
    read
        Takes the path, and ``voxel_size``, ``unit``, ``frame_interval``, ``time_unit`` by name.
    path
        The file.
    viewer
        napari's viewer, or None.

    Raises
    ------
    MissingCalibration
        There is no window on the screen, or the person gave up.
    """
    window = getattr(getattr(viewer, "window", None), "_qt_window", None)
    given: KnownCalibration | None = None
    while True:
        try:
            return read(path, **({} if given is None else given.as_given()))
        except (MissingCalibration, BadValue) as error:
            if window is None or not window.isVisible() or (isinstance(error, BadValue) and given is None):
                raise
            dialog = CalibrationDialog(window, error.reason if isinstance(error, MissingCalibration) else str(error))
            if dialog.exec() != QDialog.DialogCode.Accepted:
                raise
            given = dialog.given()


class CalibrationDialog(QDialog):
    """Asks for a calibration; an empty field leaves what the file says."""

    def __init__(self, parent: QWidget | None, message: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("The file does not say its calibration")
        form = QFormLayout(self)
        label = QLabel(message)
        label.setWordWrap(True)
        form.addRow(label)
        self.fields = {name: QLineEdit() for name in _FIELDS}
        for name, (title, example) in _FIELDS.items():
            self.fields[name].setPlaceholderText(f"as in the file; {example}")
            form.addRow(title, self.fields[name])
        self.problem = QLabel()
        form.addRow(self.problem)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._check)
        self.buttons.rejected.connect(self.reject)
        form.addRow(self.buttons)

    def given(self) -> KnownCalibration:
        """Return what was filled in.

        Raises
        ------
        ValueError
            A number that is none, or cannot be.
        """
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        found = {name: text for name, text in texts.items() if text}
        size, interval = found.get("voxel_size"), found.get("frame_interval")
        z, y, x = (None, None, None) if size is None else (float(part) for part in size.split(","))
        return KnownCalibration.given(
            voxel_size=None if z is None or y is None or x is None else (z, y, x),
            unit=found.get("unit"),
            frame_interval=None if interval is None else float(interval),
            time_unit=found.get("time_unit"),
        )

    def _check(self) -> None:
        try:
            self.given()
        except BadValue as error:
            self.problem.setText(str(error))
            return
        except ValueError:
            self.problem.setText("Expected three numbers with commas for the voxel size, one for the time.")
            return
        self.accept()
