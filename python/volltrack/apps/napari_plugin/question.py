"""A question to the person that does not block the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qtpy.QtWidgets import QMessageBox, QWidget

__all__ = ["ask"]


def ask(parent: QWidget, title: str, text: str, answers: Mapping[str, Callable[[], object]]) -> QMessageBox:
    """Show a question with a button for each answer, and Cancel; an answer's function is called when it is clicked."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    for name, act in answers.items():
        box.addButton(name, QMessageBox.ButtonRole.AcceptRole).clicked.connect(lambda _=False, act=act: act())
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setModal(False)
    box.finished.connect(box.deleteLater)
    box.show()
    return box
