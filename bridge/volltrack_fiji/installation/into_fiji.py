"""Puts BTrackMate into the folder of a Fiji; whatever gives way is moved to a backup folder there."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from volltrack.errors import OutputFailed
from volltrack_fiji.fiji import PROPERTIES_NAME, FijiFolder
from volltrack_fiji.installation.python_command import format_properties, read_properties

__all__ = ["InstallPlan", "install", "plan_install"]

_BACKUP: Final = "btrackmate-old"
"""In Fiji's folder, where Fiji looks for no jars."""


@dataclass(frozen=True, kw_only=True)
class InstallPlan:
    """What an installation would do; all paths are absolute or below the working folder, as the Fiji was given.

    Parameters
    ----------
    copies
        Target and content of each file that is written.
    moves
        Files that give way, with their place in the backup folder.
    kept
        Files that are there as they should be.
    command
        The console script, and the one that was named before (empty for none).
    """

    copies: dict[Path, bytes] = field(default_factory=dict)
    moves: dict[Path, Path] = field(default_factory=dict)
    kept: list[Path] = field(default_factory=list)
    command: tuple[str, str] = ("", "")

    def describe(self) -> dict[str, Any]:
        """Return the plan in words, for printing."""
        command, before = self.command
        return {
            "written": list(self.copies),
            "moved_away": [f"{old} -> {new}" for old, new in self.moves.items()],
            "already_there": self.kept,
            "command": command if before in ("", command) else f"{command} (was {before})",
        }


def plan_install(
    fiji: FijiFolder, *, jars: tuple[Path, ...], macros: dict[str, Path], command: Path, stamp: str | None = None
) -> InstallPlan:
    """Return what has to be done so that `fiji` holds the jars and macros, once each, and knows the command.

    Parameters
    ----------
    fiji
        The folder.
    jars
        Jars to put into ``jars``; other versions of them, in ``jars`` or ``plugins``, give way.
    macros
        Files by their path below `FijiFolder.macros`; a file there that differs gives way.
    command
        The console script that the menu commands call.
    stamp
        Name of the backup folder; default: the time.
    """
    backup = fiji.path / _BACKUP / (stamp or time.strftime("%Y-%m-%d_%H%M%S"))
    wanted = {fiji.path / "jars" / jar.name: jar.read_bytes() for jar in jars}
    wanted |= {fiji.macros / name: path.read_bytes() for name, path in macros.items()}
    properties = format_properties(command).encode()
    kept = [path for path, content in wanted.items() if _holds(path, content)]
    names = [jar.name.split("-")[:2] for jar in jars]
    old = {found.path for first, second in names for found in fiji.find_own(f"{first}-{second}")}
    old |= {path for path in wanted if path.exists()}
    copies = {path: content for path, content in wanted.items() if path not in kept}
    if not _holds(fiji.properties, properties):
        copies[fiji.properties] = properties
    return InstallPlan(
        copies=copies,
        moves={path: backup / path.relative_to(fiji.path) for path in sorted(old - set(kept))},
        kept=kept,
        command=(str(command), read_properties(fiji.properties)),
    )


def install(plan: InstallPlan) -> None:
    """Do what a plan says: everything, or, if a file cannot be written or moved, nothing.

    Raises
    ------
    OutputFailed
        A file cannot be written or moved, for example because a running Fiji holds it.
    """
    parts: dict[Path, Path] = {}
    moved: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for path, content in plan.copies.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path] = path.with_name(f".{path.name}.{uuid4().hex}.part")
            parts[path].write_bytes(content)
        for old, new in plan.moves.items():
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(old, new)
            moved[old] = new
        for path, part in parts.items():
            os.replace(part, path)
            placed.append(path)
    except OSError as error:
        for path in placed:
            if path.name != PROPERTIES_NAME:  # the only file that is replaced in place, and the last one
                path.unlink(missing_ok=True)
        for old, new in moved.items():
            with suppress(OSError):
                os.replace(new, old)
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise OutputFailed(
            f"{error.filename}: {error.strerror or error}; nothing was installed: close Fiji if it runs, and check "
            "that you may write in its folder and that the disk is not full"
        ) from error


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
