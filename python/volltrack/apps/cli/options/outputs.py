"""Options of what a command writes."""

from __future__ import annotations

from volltrack.apps.cli.options.command import Command

__all__ = ["add_break_lock", "add_output"]


def add_output(command: Command, *, default: str | None, help_text: str) -> None:
    """Add ``--out`` and ``--overwrite``."""
    command.add_argument("--out", default=default, required=default is None, metavar="PATH", help=help_text)
    command.add_argument("--overwrite", action="store_true", help="replace results that are already there")
    add_break_lock(command)


def add_break_lock(command: Command) -> None:
    """Add ``--break-lock``; `volltrack.apps.cli.main` does what it says."""
    command.add_argument(
        "--break-lock",
        action="store_true",
        help="take over outputs that were locked on another machine, when nothing is at work on them any more",
    )
