"""The reference of the Python API, from the docstrings of the faces of the rooms."""

from __future__ import annotations

import importlib

__all__ = ["format_api"]

ROOMS = (
    "volltrack.model", "volltrack.segment", "volltrack.measure", "volltrack.link", "volltrack.analyse",
    "volltrack.pipeline", "volltrack.edit", "volltrack.score", "volltrack.testing",
    "volltrack.io.images", "volltrack.io.trackmate_xml", "volltrack.io.cells_csv", "volltrack.io.geff",
    "volltrack.io.ctc", "volltrack.errors", "volltrack.progress", "volltrack_fiji",
)  # fmt: skip
"""What users may call, by the rooms of the house."""


def format_api() -> str:
    """Return the page: each room with the names of its face."""
    lines = [
        "# API",
        "",
        "The rooms that `import volltrack as vt` is built on; see [In Python](python.md) for that.",
        "",
    ]
    for name in ROOMS:
        room = importlib.import_module(name)
        lines += [f"## {name}", "", (room.__doc__ or "").partition("\n\n")[0].strip(), ""]
        for member in sorted(getattr(room, "__all__", []), key=str.lower):
            found = getattr(room, member)
            if (
                not callable(found)
                or not hasattr(found, "__doc__")
                or not getattr(found, "__module__", "").startswith("volltrack")
            ):
                continue
            lines += [
                f"::: {found.__module__}.{found.__qualname__}",
                "    options:",
                "      heading_level: 3",
                "      show_root_heading: true",
                "      show_root_toc_entry: true",
                "",
            ]
    return "\n".join(lines)
