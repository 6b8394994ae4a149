"""The row that says what the canvas shows: all tracks or one, planes or the volume."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QPushButton, QWidget

__all__ = ["ViewRow"]


class ViewRow(QWidget):
    """A box and two buttons.

    Signals
    -------
    all_toggled
        Whether all tracks are to be shown, or only the selected one.
    volume_toggled
        Whether the view is to be in 3D.
    """

    all_toggled = Signal(bool)
    volume_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.all_tracks = QCheckBox("All tracks")
        self.all_tracks.setChecked(True)
        self.all_tracks.setToolTip("Show all tracks in the canvas, or only the selected one")
        self.all_tracks.toggled.connect(self.all_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.all_tracks)
        row.addStretch(1)
        self.flat_button, self.volume_button = QPushButton("2D"), QPushButton("3D")
        group = QButtonGroup(self)
        for button, tip in ((self.flat_button, "Planes of the stack"), (self.volume_button, "The whole volume")):
            button.setFixedWidth(36)
            button.setToolTip(tip)
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
        self.volume_button.toggled.connect(self.volume_toggled)

    def show_3d(self, is_3d: bool) -> None:
        """Show which view is on."""
        (self.volume_button if is_3d else self.flat_button).setChecked(True)
