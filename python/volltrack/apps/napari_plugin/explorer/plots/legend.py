"""The line that names the colours of all plots."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qtpy.QtWidgets import QLabel

__all__ = ["Legend"]


class Legend(QLabel):
    """Names with discs of their colours."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def show_names(self, names: Sequence[tuple[str, str]]) -> None:
        """Show names and colours (``#rrggbb``)."""
        self.setText(
            "&nbsp;&nbsp;&nbsp; ".join(
                f'<span style="color:{color}">●</span>&nbsp;{escape(name).replace(" ", "&nbsp;")}'
                for name, color in names
            )
        )
