"""`volltrack fiji`: BTrackMate put into a Fiji, and what is missing there."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options import add_command
from volltrack.apps.cli.terminal import print_result

__all__ = ["add_parser", "run_doctor", "run_install"]


def add_parser(commands: Any) -> None:
    """Add the subcommand; found by the entry point ``volltrack.commands``."""
    summary = "put BTrackMate into a Fiji (install), or say what is missing there (doctor)"
    parser = commands.add_parser("fiji", help=summary, description=summary[0].upper() + summary[1:] + ".")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_install(actions)
    _add_doctor(actions)


def _add_install(actions: Any) -> None:
    parser = add_command(
        actions,
        "install",
        summary="copy BTrackMate's jars and macros into a Fiji, and set which Python its menu commands call",
        example="volltrack fiji install ~/Fiji.app --dry-run\n\nWhat gives way is moved to btrackmate-old in Fiji's "
        "folder. Close Fiji first; start it again afterwards.",
        run=run_install,
    )
    parser.add_argument("fiji", type=Path, metavar="FIJI_DIR", help="folder of Fiji, which holds jars and plugins")
    parser.add_argument(
        "--command", dest="script", metavar="PATH", help="the script volltrack to call (default: of this Python)"
    )
    parser.add_argument(
        "--jar", type=Path, metavar="FILE", help="BTrackMate's plug-ins (default: what Maven built in the checkout)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done; change nothing")
    parser.add_argument(
        "--any-trackmate", action="store_true", help="install although TrackMate there is of another version, or absent"
    )


def _add_doctor(actions: Any) -> None:
    parser = add_command(
        actions,
        "doctor",
        summary="say what is there and what is missing, with a remedy; exit code 1 if something needed is missing",
        example="volltrack fiji doctor ~/Fiji.app",
        run=run_doctor,
    )
    parser.add_argument(
        "fiji", type=Path, nargs="?", metavar="FIJI_DIR", help="folder of Fiji (default: the variable VOLLTRACK_FIJI)"
    )


def run_install(arguments: argparse.Namespace) -> int:
    """Install, or say what would be done."""
    from volltrack import __version__
    from volltrack_fiji.errors import FijiUnusable
    from volltrack_fiji.fiji import make_absolute, open_fiji, require_trackmate
    from volltrack_fiji.installation import (
        check_command,
        find_command,
        find_plugin_jar,
        install,
        plan_install,
        require_same_version,
    )
    from volltrack_fiji.jvm import find_core_jar
    from volltrack_fiji.macros import find_macros

    fiji = open_fiji(make_absolute(arguments.fiji))
    try:
        trackmate = require_trackmate(fiji).version
    except FijiUnusable as error:
        if not arguments.any_trackmate:
            raise
        trackmate = f"not as expected: {error}"
    jars = (find_core_jar(), find_plugin_jar(arguments.jar))
    require_same_version(jars, __version__)
    command = find_command(arguments.script)
    answered = check_command(command)
    plan = plan_install(fiji, jars=jars, macros=find_macros(), command=command)
    if not arguments.dry_run:
        install(plan)
    result = {"fiji": arguments.fiji, "trackmate": trackmate, **plan.describe(), "command_version": answered}
    done = (
        "nothing was changed (--dry-run)" if arguments.dry_run else "start Fiji again: Plugins > Tracking > BTrackMate"
    )
    if arguments.json:
        print_result({**result, "dry_run": arguments.dry_run}, as_json=True)
    else:
        print_result({**result, "next": done}, as_json=False)
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print the findings and return 0 when nothing that is needed is missing, else 1."""
    from volltrack_fiji.fiji import name_fiji
    from volltrack_fiji.installation import examine

    findings = examine(name_fiji(arguments.fiji))
    is_fine = all(finding.state != "missing" for finding in findings)
    if arguments.json:
        print_result({"ok": is_fine, "findings": [asdict(finding) for finding in findings]}, as_json=True)
    else:
        marks = {"ok": "ok      ", "missing": "MISSING ", "optional": "optional"}
        lines = {f.what: f"{marks[f.state]}  {f.found}{f'  ->  {f.remedy}' if f.remedy else ''}" for f in findings}
        verdict = "nothing that is needed is missing" if is_fine else "something that is needed is missing"
        print_result({**lines, "verdict": verdict}, as_json=False)
    return 0 if is_fine else 1
