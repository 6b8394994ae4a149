"""What stands over a window and asks one thing at a time."""

from __future__ import annotations

from qtpy.QtCore import QObject
from qtpy.QtWidgets import QMessageBox, QWidget

__all__ = ["OneBox"]


class OneBox(QObject):
    """Ends with its window, and shows one box that does not block.

    Parameters
    ----------
    window
        The window of the viewer.

    Attributes
    ----------
    box
        What is shown, or None.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.box: QMessageBox | None = None

    def _close_box(self) -> None:
        if self.box is not None:
            self.box.hide()
            self.box.deleteLater()
            self.box = None
