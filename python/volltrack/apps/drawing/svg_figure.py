"""Figures of matplotlib as SVG inside an HTML page: text stays text, and its ink follows the page's colours."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from typing import Any, Final

__all__ = ["INK", "convert_to_svg", "page_style"]

INK: Final = "#010203"
"""Colour of axes and text while drawing; becomes the page's colour of text, light or dark."""

_STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "figure.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 8,
    "legend.labelcolor": INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelcolor": INK,
    "ytick.color": INK,
    "ytick.labelcolor": INK,
}
_NO_METADATA: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@contextlib.contextmanager
def page_style() -> Iterator[None]:
    """Draw and convert figures within this block, so that they follow the page's colours."""
    from matplotlib import rc_context

    with rc_context(_STYLE):
        yield


def convert_to_svg(figure: Any, name: str, *, description: str, dpi: int = 110) -> str:
    """Return a figure as an SVG element for an HTML page.

    Parameters
    ----------
    figure
        A matplotlib figure drawn within `page_style`.
    name
        Letters, digits and underscores, unique in the page: ids inside the figure begin with it.
    description
        What the figure shows, for those who cannot see it.
    dpi
        Resolution of parts that are drawn as pixels (artists with ``rasterized=True``).
    """
    from html import escape

    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA, dpi=dpi)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-").replace('xlink:href="#', f'href="#{name}-')
    text = text.replace("xlink:href=", "href=").replace(INK, "currentColor")
    width, height = (f"{length * 72:.0f}" for length in figure.get_size_inches())
    label = f'<svg class="figure" role="img" aria-label="{escape(description)}" viewBox="0 0 {width} {height}"'
    return re.sub(r"^<svg [^>]*>", f'{label} style="max-width:{int(width) * 4 // 3}px">', text.strip(), count=1)
