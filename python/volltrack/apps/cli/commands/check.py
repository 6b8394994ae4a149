"""`volltrack check`: what TrackMate would refuse in a file, or lose without a word."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_command,
)
from volltrack.apps.cli.terminal import print_result

if TYPE_CHECKING:
    from volltrack.apps.jobs import CheckJob

__all__ = ["add_parser", "make_job"]

_SHOWN = 50


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "check",
        summary="say what TrackMate would refuse in an XML, or lose silently; exit code 1 then",
        example="volltrack check tracks.xml",
        make_job=make_job,
        show=_show,
    )
    command.add_argument("file", type=Path, metavar="FILE.xml", help="TrackMate XML; nothing is written")
    return command


def make_job(arguments: argparse.Namespace) -> CheckJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import CheckJob

    return CheckJob(file=arguments.file)


def _show(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print the problems and return 0 when TrackMate opens the file and loses nothing, else 1."""
    code = 0 if result["accepted"] else 1
    problems = result["problems"]
    if arguments.json:
        print_result({"accepted": result["accepted"], "problems": problems}, as_json=True)
        return code
    for problem in problems[:_SHOWN]:
        print(problem.text)
    if len(problems) > _SHOWN:
        print(f"... and {len(problems) - _SHOWN} more (--json lists all)")
    print(f"{arguments.file}: {result['verdict']}")
    return code
