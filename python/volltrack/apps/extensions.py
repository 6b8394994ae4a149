"""What `volltrack_fiji` adds to the applications: found by entry points, imported when it is used.

`volltrack` never imports the bridge; the distribution names there what the bridge offers:

- group ``volltrack.commands``: functions ``add_parser(commands)`` that add a subcommand;
- group ``volltrack.engines``: functions that link a label movie, see `volltrack.apps.jobs.tracks.link_by_engine`.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from typing import Any, Final

from volltrack.errors import MissingPackage

__all__ = ["COMMANDS_GROUP", "ENGINES_GROUP", "find_extensions", "load_extension"]

COMMANDS_GROUP: Final = "volltrack.commands"
ENGINES_GROUP: Final = "volltrack.engines"


def find_extensions(group: str) -> dict[str, EntryPoint]:
    """Return the extensions of a group by name; nothing is imported.

    Notes
    -----
    Only those of the distribution `volltrack` itself: to look through every installed package takes longer than
    ``volltrack --help``.
    """
    try:
        found = distribution("volltrack").entry_points
    except PackageNotFoundError:  # a checkout that was not installed
        return {}
    return {entry.name: entry for entry in found.select(group=group)}


def load_extension(group: str, name: str) -> Any:
    """Return the function that an extension names.

    Raises
    ------
    MissingPackage
        There is no such extension, or a package that it needs is not installed.
    """
    entry = find_extensions(group).get(name)
    if entry is None:
        raise MissingPackage(
            f"{name!r} is not in this installation of volltrack ({group}): install volltrack anew, with "
            "'pip install \"volltrack[fiji]\"', or 'uv sync --all-extras' in a checkout"
        )
    return entry.load()
