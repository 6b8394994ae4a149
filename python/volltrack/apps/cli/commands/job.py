"""`volltrack job`: a subcommand whose arguments stand in a JSON file, for programs such as Fiji."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any, Final

from volltrack.apps.cli.options.shared import add_command
from volltrack.apps.cli.terminal.events import turn_events_on
from volltrack.errors import BadFile

__all__ = ["add_parser", "run"]

_HALF: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters but those by which Python stands for bytes of a name that is not UTF-8."""


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "job",
        summary="run a command whose arguments stand in a JSON file, and print events; this is how Fiji calls",
        example="volltrack job job.json",
        run=run,
    )
    parser.add_argument(
        "job",
        type=Path,
        metavar="FILE",
        help='such as {"command": "segment", "arguments": {"movie": "movie.tif", "out": "labels.tif"}}; '
        'with a "token" of letters and digits, every event repeats it',
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the job; progress, result and error are printed as one JSON object per line."""
    from volltrack.apps.cli.main import main

    turn_events_on()
    job = _read_job(arguments.job)
    turn_events_on(_read_token(job, arguments.job))
    return main(_to_command_line(job, arguments.job))


def _read_job(path: Path) -> dict[str, Any]:
    try:
        job = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"cannot be read as JSON: {error}", path=path) from error
    if not isinstance(job, dict) or not isinstance(job.get("command"), str):
        raise BadFile("no 'command': expected an object with the name of a subcommand and 'arguments'", path=path)
    return job


def _read_token(job: dict[str, Any], path: Path) -> str | None:
    token = job.get("token")
    if token is not None and not (isinstance(token, str) and re.fullmatch(r"[0-9A-Za-z]{1,64}", token)):
        raise BadFile("'token': expected 1 to 64 letters and digits of ASCII, or none", path=path)
    return token


def _to_command_line(job: dict[str, Any], path: Path) -> list[str]:
    """Return the words of a command line that says what the job says."""
    values = job.get("arguments", {})
    if not isinstance(values, dict):
        raise BadFile(f"'arguments' is {values!r}: expected an object of options", path=path)
    _require_text(values, path)
    parser = _find_parser(job["command"], path)
    known = {action.dest: action for action in parser._actions if action.dest not in ("help", "job")}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise BadFile(f"unknown arguments {unknown}: {job['command']} knows {sorted(known)}", path=path)
    options = [word for key, value in values.items() for word in _to_words(known[key], value)]
    operands = [str(values[key]) for key, action in known.items() if not action.option_strings and key in values]
    return [job["command"], *options, "--", *operands]


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


def _find_parser(command: str, path: Path) -> argparse.ArgumentParser:
    """Return the parser of a subcommand; argparse offers no public way to it."""
    from volltrack.apps.cli.main import COMMANDS, build_parser

    if command not in COMMANDS or command == "job":
        raise BadFile(f"command {command!r}: expected one of {[name for name in COMMANDS if name != 'job']}", path=path)
    parsers = next(a for a in build_parser(command)._actions if isinstance(a, argparse._SubParsersAction))
    parser: argparse.ArgumentParser = parsers.choices[command]
    return parser


def _to_words(action: argparse.Action, value: Any) -> list[str]:
    """Return an option as words; nothing for null, false and operands."""
    if not action.option_strings or value is None or value is False:
        return []
    name = max(action.option_strings, key=len)
    if value is True:
        return [name]
    return [f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"]
