"""The question for the frame interval where the file does not give one."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

__all__ = ["IntervalForm"]

_UNITS = ("sec", "min", "hour", "day")


class IntervalForm(QWidget):
    """Asks how much time lies between two frames.

    Signals
    -------
    interval_given
        A number > 0, and its unit; 1 and ``"frame"`` when a person wants to count in frames.
    """

    interval_given = Signal(float, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        question = QLabel("A spectrum needs the time between two frames, and the file does not give it. What is it?")
        question.setWordWrap(True)
        question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number = QDoubleSpinBox()
        self.number.setRange(0.0, 1e9)
        self.number.setDecimals(4)
        self.number.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.number.valueChanged.connect(self._allow)
        self.unit = QComboBox()
        self.unit.addItems(_UNITS)
        self.unit.setCurrentText("min")
        self.use_button = QPushButton("Use")
        self.use_button.clicked.connect(lambda: self.interval_given.emit(self.number.value(), self.unit.currentText()))
        self.frames_button = QPushButton("Count in frames")
        self.frames_button.clicked.connect(lambda: self.interval_given.emit(1.0, "frame"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addStretch(1)
        for widget in (self.number, self.unit, self.use_button, self.frames_button):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(question)
        layout.addLayout(row)
        layout.addStretch(1)
        self._allow()

    def _allow(self) -> None:
        self.use_button.setEnabled(self.number.value() > 0)
