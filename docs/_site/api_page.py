"""The reference of the Python API, from the docstrings of the faces of the rooms."""

from __future__ import annotations

import importlib

__all__ = ["format_api"]

ROOMS = (
    "volltrack", "volltrack.model", "volltrack.model.methods", "volltrack.registry", "volltrack.segment",
    "volltrack.measure", "volltrack.link", "volltrack.analyse", "volltrack.score", "volltrack.pipeline",
    "volltrack.edit", "volltrack.io.images", "volltrack.io.tiff", "volltrack.io.ome_zarr", "volltrack.io.tracks",
    "volltrack.io.trackmate_xml", "volltrack.io.cells_csv", "volltrack.io.geff", "volltrack.io.ctc",
    "volltrack.apps.jobs", "volltrack.testing", "volltrack.errors", "volltrack.progress", "volltrack_fiji",
)  # fmt: skip
"""What users may call, by the rooms of the house."""


def format_api() -> str:
    """Return the page: each room with the names of its face."""
    lines = [
        "# API",
        "",
        "What `import volltrack as vt` offers, then the rooms behind it. [In Python](python.md) shows how it is used.",
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
