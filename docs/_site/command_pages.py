"""The reference of the command line, from its own parsers."""

from __future__ import annotations

import argparse
import os

from volltrack.apps.cli.main import build_parser

__all__ = ["format_commands"]


def format_commands() -> str:
    """Return the page: the help of each command as the command line prints it."""
    os.environ["COLUMNS"] = "110"
    parser = build_parser()
    lines = ["# Commands", "", "Each command as `volltrack COMMAND --help` prints it.", ""]
    for name, command in sorted(_find_commands(parser).items()):
        lines += [f"## volltrack {name}", "", "```text", command.format_help().rstrip(), "```", ""]
        for inner, part in sorted(_find_commands(command).items()):
            lines += [f"### volltrack {name} {inner}", "", "```text", part.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


def _find_commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the subcommands of a parser."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: command for group in groups for name, command in group.choices.items()}
