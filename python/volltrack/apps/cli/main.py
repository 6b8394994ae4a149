"""Entry point of the command `volltrack`."""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from volltrack import __version__
from volltrack.apps.cli.commands.job import read_job
from volltrack.apps.cli.options import Command
from volltrack.apps.cli.terminal import (
    Interruption,
    ProgressBars,
    are_events_on,
    has_been_interrupted,
    print_event,
    turn_events_on,
)
from volltrack.apps.extensions import COMMANDS_GROUP, find_extensions, load_extension
from volltrack.apps.option_names import OptionFormatter, name_options
from volltrack.errors import BadFile, BadSettings, Cancelled, VollTrackError

__all__ = ["build_parser", "main", "parse_job"]

COMMANDS = (
    "run",
    "demo",
    "segment",
    "measure",
    "link",
    "prune",
    "check",
    "convert",
    "score",
    "evaluate",
    "train",
    "analyse",
    "report",
    "napari",
    "info",
    "job",
)
"""Subcommands, in the order in which ``--help`` lists them; each is a module of `volltrack.apps.cli.commands`."""

_INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C stopped; SIGTERM, as clusters send it, is the same
_GOES_ON = dict.fromkeys(("run", "demo", "segment", "train"), "; the same command goes on where it stopped")
_LONGEST = 2000


class _Parser(argparse.ArgumentParser):
    """A parser that tells a program which reads events what is wrong with its arguments as an event, too."""

    def error(self, message: str) -> NoReturn:
        """Raise `BadSettings` in a job; else print the usage and leave."""
        if are_events_on():
            raise BadSettings(f"{self.prog}: {message}")
        super().error(message)


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all subcommands, or of one (which then starts faster: nothing else is imported).

    After our own come those that the bridge to Fiji adds; see `volltrack.apps.extensions`.
    """
    parser = _Parser(
        prog="volltrack",
        description="From a 3D+t (or 2D+t) microscopy movie to cell lineages that TrackMate opens.",
        epilog="example: volltrack run movie.tif --out results\n\n'volltrack COMMAND --help' shows the options of a "
        "command with an example. Exit codes: 0 done, 1 a check found problems, 2 error, 130 interrupted.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"volltrack {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in (*COMMANDS, *sorted(find_extensions(COMMANDS_GROUP))) if only is None else (only,):
        if name in COMMANDS:
            _add_command(commands, name)
        else:
            load_extension(COMMANDS_GROUP, name)(commands)
    return parser


def _add_command(commands: Any, name: str) -> Command:
    """Return one of our own subcommands, added to those of a parser."""
    command: Command = importlib.import_module(f"volltrack.apps.cli.commands.{name}").add_parser(commands)
    return command


def parse_job(words: Sequence[str]) -> Any:
    """Return the job (see `volltrack.apps.jobs.job`) that a command line says; nothing is run, nothing written.

    A command line ``job FILE`` says what stands in the file.

    Raises
    ------
    BadSettings, BadFile
        See the messages.
    """
    arguments = build_parser(words[0]).parse_args(list(words))
    if arguments.command == "job":
        return parse_job(_read_words(arguments.job))
    return arguments.make_job(arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; see `build_parser`."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = words[0] if words and (words[0] in COMMANDS or words[0] in find_extensions(COMMANDS_GROUP)) else None
    gc.set_threshold(100_000, 50, 50)  # millions of small objects live to the end; looking at them again costs seconds
    with Interruption() as interruption:
        try:
            return _call(command, words)
        except Cancelled as stop:
            return _fail(str(stop), _INTERRUPTED)
        except BrokenPipeError:  # the reader of our output, such as `head`, has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except BaseException as error:
            # a library that is interrupted while it builds or loads something may fail in a way of its own
            is_stop = isinstance(error, KeyboardInterrupt)
            if not is_stop and (isinstance(error, SystemExit) or not interruption.has_come):
                raise
            return _fail(f"interrupted; nothing half-written was left{_GOES_ON.get(command or '', '')}", _INTERRUPTED)


def _call(command: str | None, words: list[str]) -> int:
    """Run the command that these words say."""
    try:
        arguments = build_parser(command).parse_args(words)
    except BadSettings as error:
        return _fail(str(error), 2)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's own start-up talk
    log = logging.StreamHandler()
    log.setFormatter(OptionFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[log])
    logging.getLogger("volltrack").setLevel(logging.DEBUG if arguments.verbose else logging.NOTSET)
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    """Run the command; say what is wrong in one line, after the place where it happened when that was asked for."""
    try:
        if getattr(arguments, "break_lock", False):
            from volltrack.io.outputs import break_foreign_locks

            with break_foreign_locks():
                return _do(arguments)
        return _do(arguments)
    except Cancelled:
        raise
    except (VollTrackError, OSError, MemoryError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        if arguments.verbose:
            traceback.print_exc()
        if has_been_interrupted():
            raise KeyboardInterrupt from error
        return _fail(_describe(error), 2)


def _do(arguments: argparse.Namespace) -> int:
    """Make the job and run it, or do what a command without one does; return the exit code."""
    if arguments.command == "job":
        turn_events_on()
        return main(_read_words(arguments.job))
    if arguments.make_job is None:
        return int(arguments.run(arguments))
    job = arguments.make_job(arguments)
    if arguments.announce is not None:
        arguments.announce(job, arguments)
    with ProgressBars(quiet=arguments.quiet) as bars:
        result = job.run(bars)
    return int(arguments.show(result, arguments))


def _read_words(path: Path) -> list[str]:
    """Return the words of a command line that say what a JSON file says; see `volltrack.apps.cli.commands.job`.

    Raises
    ------
    BadFile
        It says nothing that a command line could say.
    """
    job = read_job(path)
    if are_events_on():
        turn_events_on(job.token)
    values = job.values
    if job.command not in COMMANDS or job.command == "job":
        names = [name for name in COMMANDS if name != "job"]
        raise BadFile(f"command {job.command!r}: expected one of {names}", path=path)
    try:
        return _add_command(_Parser(prog="volltrack").add_subparsers(), job.command).to_words(values)
    except BadSettings as error:
        raise BadFile(str(error), path=path) from error


def _describe(error: Exception) -> str:
    """Return the message of an error; those of the operating system get a sentence."""
    if isinstance(error, MemoryError):
        return f"not enough memory ({error}): use a computer with more, or a part of the movie"
    if isinstance(error, OSError) and not isinstance(error, VollTrackError):
        where = "" if error.filename is None else f"{error.filename}: "
        return f"{where}{error.strerror or error}: check the path and its permissions"
    return str(error)


def _shorten(message: str) -> str:
    """Return a message as one line that a person can read; what a file holds may be of any length."""
    line = "".join(letter if letter.isprintable() else _show(letter) for letter in message)
    half = _LONGEST // 2
    return line if len(line) <= _LONGEST else f"{line[:half]} ... {line[-half:]}"


def _fail(message: str, code: int) -> int:
    """Say what is wrong, in one line whatever a file made of it, and return the exit code."""
    message = _shorten(name_options(message))
    if are_events_on():
        print_event("error", message=message, exit_code=code)
        return code
    print(f"volltrack: {message}", file=sys.stderr)
    return code


def _show(letter: str) -> str:
    """Return what stands for a letter that would break the line or cannot be printed."""
    return " " if letter.isspace() else ascii(letter)[1:-1]


if __name__ == "__main__":
    sys.exit(main())
