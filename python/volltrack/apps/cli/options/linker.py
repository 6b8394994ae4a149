"""Options that say who links."""

from __future__ import annotations

from volltrack.apps.cli.options.command import Command
from volltrack.registry import LINKERS

__all__ = ["add_linker"]


def add_linker(command: Command) -> None:
    """Add ``--preset`` and ``--linker``."""
    group = command.add_argument_group("linking")
    group.add_argument(
        "--preset",
        choices=("likelihood", "trackmate", "lineage"),
        help="VollTrack's own (likelihood, which was called lineage; default), or TrackMate's LAP with its defaults",
    )
    group.add_argument(
        "--linker", metavar="NAME", help=f"a linker by its name, with its defaults. {LINKERS.describe()}"
    )
