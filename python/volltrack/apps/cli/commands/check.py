"""`volltrack check`: what TrackMate would refuse in a file, or lose without a word."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_command
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]

_SHOWN = 50


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "check",
        summary="say what TrackMate would refuse in an XML, or lose silently; exit code 1 then",
        example="volltrack check tracks.xml",
        run=run,
    )
    parser.add_argument("file", type=Path, metavar="FILE.xml", help="TrackMate XML; nothing is written")


def run(arguments: argparse.Namespace) -> int:
    """Print the problems and return 0 when TrackMate opens the file and loses nothing, else 1."""
    from volltrack.errors import BadFile
    from volltrack.io.trackmate_xml import check_trackmate_xml, describe_verdict, is_accepted

    if not arguments.file.is_file():
        raise BadFile("no such file: expected a TrackMate XML", path=arguments.file)
    problems = check_trackmate_xml(arguments.file)
    accepted = is_accepted(problems)
    if arguments.json:
        print_result({"accepted": accepted, "problems": [asdict(problem) for problem in problems]}, as_json=True)
        return 0 if accepted else 1
    for problem in problems[:_SHOWN]:
        print(problem.text)
    if len(problems) > _SHOWN:
        print(f"... and {len(problems) - _SHOWN} more (--json lists all)")
    print(f"{arguments.file}: {describe_verdict(problems)}")
    return 0 if accepted else 1
