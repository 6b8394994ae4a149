"""The choices of an animation."""

from __future__ import annotations

from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from volltrack.apps.napari_plugin.explorer.rows.animation import AnimationSettings

__all__ = ["AnimationDialog"]


class AnimationDialog(QDialog):
    """Asks for frames, turn and length of an animation.

    Parameters
    ----------
    frames
        First and last frame that are offered, such as those of the selected track.
    last_frame
        Last frame of the movie.
    is_3d
        Whether the view can turn.
    """

    def __init__(self, frames: tuple[int, int], last_frame: int, *, is_3d: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Animation of the view")
        self.first, self.last = QSpinBox(), QSpinBox()
        for box, value in zip((self.first, self.last), frames, strict=True):
            box.setRange(0, last_frame)
            box.setValue(value)
        self.rotates = QCheckBox("Turn the view once around")
        self.rotates.setChecked(is_3d)
        self.rotates.setEnabled(is_3d)
        self.rotates.setToolTip("" if is_3d else "Switch to 3D first")
        self.duration = QDoubleSpinBox()
        self.duration.setRange(0.2, 600)
        self.duration.setValue(6.0)
        self.duration.setSuffix(" s")
        self.rate = QSpinBox()
        self.rate.setRange(1, 60)
        self.rate.setValue(15)
        self.rate.setSuffix(" pictures/s")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("From frame", self.first)
        form.addRow("To frame", self.last)
        form.addRow("", self.rotates)
        form.addRow("Length", self.duration)
        form.addRow("Speed", self.rate)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("A film of the canvas as it looks now, while time runs."))
        layout.addLayout(form)
        layout.addWidget(self.buttons)

    @property
    def settings(self) -> AnimationSettings:
        """What a person chose."""
        return AnimationSettings(
            first_frame=self.first.value(),
            last_frame=self.last.value(),
            rotation_degrees=360.0 if self.rotates.isChecked() else 0.0,
            duration_s=self.duration.value(),
            frames_per_second=self.rate.value(),
        )
