"""`volltrack job`: a subcommand whose arguments stand in a JSON file, for programs such as Fiji."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from volltrack.apps.cli.options import Command, add_command
from volltrack.errors import BadFile

__all__ = ["WrittenJob", "add_parser", "read_job"]

_HALF: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters but those by which Python stands for bytes of a name that is not UTF-8."""


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "job",
        summary="run a command whose arguments stand in a JSON file, and print events; this is how Fiji calls",
        example="volltrack job job.json",
    )
    command.add_argument(
        "job",
        type=Path,
        metavar="FILE",
        help='such as {"command": "segment", "arguments": {"movie": "movie.tif", "out": "labels.tif"}}; '
        'with a "token" of letters and digits, every event repeats it',
    )
    return command


@dataclass(frozen=True)
class WrittenJob:
    """What stands in the JSON file of a job.

    Parameters
    ----------
    path
        The file.
    command
        Name of a subcommand.
    arguments
        What stands for its arguments.
    token
        Repeated in every event; None where there is none.
    """

    path: Path
    command: str
    arguments: Any
    token: str | None

    @property
    def values(self) -> Mapping[str, Any]:
        """Values by the names of the arguments.

        Raises
        ------
        BadFile
            There are no such, or one is a text that can be no word and no name of a file.
        """
        if not isinstance(self.arguments, dict):
            raise BadFile(f"'arguments' is {self.arguments!r}: expected an object of options", path=self.path)
        _require_text(self.arguments, self.path)
        return self.arguments


def read_job(path: Path) -> WrittenJob:
    """Return what stands in a JSON file.

    Raises
    ------
    BadFile
        It cannot be read, names no command, or holds a token that is none.
    """
    try:
        job = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"cannot be read as JSON: {error}", path=path) from error
    if not isinstance(job, dict) or not isinstance(job.get("command"), str):
        raise BadFile("no 'command': expected an object with the name of a subcommand and 'arguments'", path=path)
    token = job.get("token")
    if token is not None and not (isinstance(token, str) and re.fullmatch(r"[0-9A-Za-z]{1,64}", token)):
        raise BadFile("'token': expected 1 to 64 letters and digits of ASCII, or none", path=path)
    return WrittenJob(path=path, command=job["command"], arguments=job.get("arguments", {}), token=token)


def _require_text(values: Any, path: Path) -> None:
    """Refuse what can be no name of a file and no word: zero characters, halves of a character.

    Raises
    ------
    BadFile
        There is one.
    """
    if isinstance(values, str):
        if "\0" in values or _HALF.search(values):
            raise BadFile(f"{values[:200]!a}: holds a character that no name of a file has", path=path)
    elif isinstance(values, dict | list):
        for value in values.values() if isinstance(values, dict) else values:
            _require_text(value, path)
