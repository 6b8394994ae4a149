"""A subcommand: what it is called with, in words or by name, and the job that it makes of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from volltrack.apps.cli.terminal import print_result
from volltrack.errors import BadSettings

__all__ = ["Arguments", "Command", "add_command", "parse_numbers", "show_result"]

_TOGETHER, _SPREAD, _AGAIN = "together", "spread", "again"
"""How a list is said in words: ``--size=1,2``, ``--only a b``, ``--raw=a --raw=b``."""


@dataclass(frozen=True)
class _Said:
    """How one argument is said in words; an operand has no flag."""

    flag: str
    lists: str


class Arguments:
    """Arguments of a subcommand, or of a group of them, that are noted as argparse gets them.

    Parameters
    ----------
    add
        The method ``add_argument`` of a parser or a group.
    said
        Where they are noted, by name.
    """

    def __init__(self, add: Callable[..., argparse.Action], said: dict[str, _Said]) -> None:
        self._add = add
        self._said = said

    def add_argument(self, *names: str, **how: Any) -> None:
        """Add an argument as argparse does."""
        action = self._add(*names, **how)
        lists = _AGAIN if how.get("action") == "append" else _SPREAD if how.get("nargs") else _TOGETHER
        self._said[action.dest] = _Said(flag=max(action.option_strings, key=len, default=""), lists=lists)


@dataclass(frozen=True)
class Command:
    """A subcommand.

    Parameters
    ----------
    name
        Its name.
    parser
        Reads its words.
    """

    name: str
    parser: argparse.ArgumentParser
    _said: dict[str, _Said] = field(default_factory=dict)

    def add_argument(self, *names: str, **how: Any) -> None:
        """Add an argument as argparse does."""
        Arguments(self.parser.add_argument, self._said).add_argument(*names, **how)

    def add_argument_group(self, title: str, description: str | None = None) -> Arguments:
        """Return a group of arguments, with a title of their own in the help."""
        return Arguments(self.parser.add_argument_group(title, description).add_argument, self._said)

    def to_words(self, values: Mapping[str, Any]) -> list[str]:
        """Return the words of a command line that say what these values of arguments say.

        Parameters
        ----------
        values
            By name, such as ``{"movie": "a.tif", "cell_diameter": 8.0, "voxel_size": [1, 0.5, 0.5]}``; nothing is said
            of options that are None or False.

        Raises
        ------
        BadSettings
            The command knows no such argument.
        """
        unknown = sorted(set(values) - set(self._said))
        if unknown:
            raise BadSettings(f"unknown arguments {unknown}: {self.name} knows {sorted(self._said)}")
        options = [word for name, value in values.items() for word in _say(self._said[name], value)]
        operands = [values[name] for name, said in self._said.items() if not said.flag and name in values]
        words = [str(word) for value in operands for word in (value if isinstance(value, list) else [value])]
        return [self.name, *options, *(["--", *words] if words else [])]


def _say(said: _Said, value: Any) -> list[str]:
    """Return an option as words; nothing for null, false and operands."""
    if not said.flag or value is None or value is False:
        return []
    if value is True:
        return [said.flag]
    if not isinstance(value, list):
        return [f"{said.flag}={value}"]
    if said.lists == _SPREAD:
        return [said.flag, *map(str, value)]
    if said.lists == _AGAIN:
        return [f"{said.flag}={each}" for each in value]
    return [f"{said.flag}={','.join(map(str, value))}"]


def show_result(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print what a job gave and return the exit code 0."""
    print_result(result, as_json=arguments.json)
    return 0


def add_command(
    commands: Any,
    name: str,
    *,
    summary: str,
    example: str,
    make_job: Callable[[argparse.Namespace], Any] | None = None,
    announce: Callable[[Any, argparse.Namespace], None] | None = None,
    show: Callable[[Any, argparse.Namespace], int] = show_result,
    run: Callable[[argparse.Namespace], int] | None = None,
) -> Command:
    """Return a new subcommand with its example and the options that every command has.

    Parameters
    ----------
    commands
        What ``add_subparsers`` of argparse gave.
    name, summary, example
        What the help shows.
    make_job
        Makes the job of the parsed arguments; see `volltrack.apps.jobs.Job`.
    announce
        Told of the job before it runs.
    show
        Prints what the job gave and returns the exit code.
    run
        Does it all and returns the exit code, in place of `make_job`.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="example: " + example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command = Command(name, parser)
    command.add_argument("--json", action="store_true", help="print the result as one JSON object")
    command.add_argument("--quiet", action="store_true", help="no progress bars")
    command.add_argument("--verbose", action="store_true", help="log what happens; show where an error came from")
    parser.set_defaults(make_job=make_job, announce=announce, show=show, run=run)
    return command


def parse_numbers(count: int) -> Any:
    """Return a converter of 'a,b,c' to `count` numbers, for argparse."""

    def convert(text: str) -> tuple[float, ...]:
        try:
            numbers = tuple(float(part) for part in text.split(","))
        except ValueError:
            numbers = ()
        if len(numbers) != count:
            raise argparse.ArgumentTypeError(f"{text!r}: expected {count} numbers separated by commas")
        return numbers

    return convert
