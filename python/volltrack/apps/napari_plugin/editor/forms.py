"""The buttons and fields of the track editor."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

__all__ = ["EditorForm"]

_MAX_RADIUS = 1e6


class EditorForm(QWidget):
    """What the track editor shows, without what it does."""

    def __init__(self) -> None:
        super().__init__()
        self.file_label = _wrapped_label()
        self.selection_label = _wrapped_label()
        self.message = _wrapped_label()
        self.look = _button("Look", "Move the view; a click changes nothing", checkable=True)
        self.pick = _button(
            "Select / move", "Click a spot to select it (Shift: several), drag it to move it", checkable=True
        )
        self.add = _button(
            "Add spots", "Click where a new spot is to be; it gets the radius of its neighbours", checkable=True
        )
        self.delete = _button("Delete", "Remove the selected spots and their links (Delete)")
        self.radius = QDoubleSpinBox()
        self.radius.setRange(0.0, _MAX_RADIUS)
        self.radius.setDecimals(2)
        self.set_radius = _button("Set radius", "Give this radius to the selected spots")
        self.check = _button("Mark checked", "Mark as checked by you; TrackMate shows it as the spot feature 'Checked'")
        self.uncheck = _button("Unmark", "Take the mark away")
        self.whole_tracks = QCheckBox("whole tracks")
        self.whole_tracks.setToolTip("Mark all spots of the tracks of the selected spots")
        self.link = _button("Link", "Link two selected spots, the earlier to the later")
        self.unlink = _button("Unlink", "Remove the link between the selected spots; of one spot, all its links")
        self.split = _button("New track from here", "Remove the link to the spot before: a new track begins here")
        self.merge = _button(
            "Merge tracks", "Select a spot of each: the end of one track is linked to the start of the other"
        )
        self.divide = _button(
            "Set division", "Select a mother and its two daughters, or a mother and its second daughter"
        )
        self.steps = QListWidget()
        self.steps.setToolTip("Edits since the file was read; those that were undone are grey")
        self.steps.setMinimumHeight(60)
        self.undo = _button("Undo", "Take the last edit back (Ctrl+Z)")
        self.redo = _button("Redo", "Bring the edit back (Ctrl+Shift+Z)")
        self.save = _button("Save", "Write the TrackMate XML; all that you did not edit stays as it is")
        self.save_as = _button("Save as...", "Write a TrackMate XML under another name")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)  # napari adds no space below
        self._lay_out()

    def show_selection(self, text: str) -> None:
        """Say which spots are selected."""
        self.selection_label.setText(text)

    def show_message(self, text: str, *, is_error: bool = False) -> None:
        """Say what was done, or why it was not."""
        self.message.setStyleSheet("color: #ff7b72" if is_error else "")
        self.message.setText(text)

    def _lay_out(self) -> None:
        modes = QHBoxLayout()
        group = QButtonGroup(self)
        for button in (self.look, self.pick, self.add):
            group.addButton(button)
            modes.addWidget(button)
        self.look.setChecked(True)
        spots = QGridLayout()
        spots.addWidget(self.radius, 0, 0)
        spots.addWidget(self.set_radius, 0, 1)
        spots.addWidget(self.delete, 0, 2)
        spots.addWidget(self.check, 1, 0)
        spots.addWidget(self.uncheck, 1, 1)
        spots.addWidget(self.whole_tracks, 1, 2)
        links = QGridLayout()
        links.addWidget(self.link, 0, 0)
        links.addWidget(self.unlink, 0, 1)
        links.addWidget(self.divide, 0, 2)
        links.addWidget(self.split, 1, 0, 1, 2)
        links.addWidget(self.merge, 1, 2)
        files = QHBoxLayout()
        for button in (self.undo, self.redo, self.save, self.save_as):
            files.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.file_label)
        layout.addLayout(modes)
        layout.addWidget(self.selection_label)
        layout.addWidget(_group("Selected spots", spots))
        layout.addWidget(_group("Links", links))
        layout.addWidget(QLabel("Edits"))
        layout.addWidget(self.steps, 1)
        layout.addLayout(files)
        layout.addWidget(self.message)


def _button(text: str, tip: str, *, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    return button


def _wrapped_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def _group(title: str, layout: QGridLayout) -> QGroupBox:
    box = QGroupBox(title)
    box.setLayout(layout)
    return box
