"""The folder of a Fiji: what is where in it, and whether its TrackMate is one that BTrackMate runs in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import FijiUnusable
from volltrack_fiji.fiji.jar_version import Jar, read_jar
from volltrack_fiji.jvm import read_java_version

__all__ = ["PROPERTIES_NAME", "SUPPORTED", "FijiFolder", "needed_java", "open_fiji", "require_trackmate"]

PROPERTIES_NAME: Final = "btrackmate.properties"
"""File in the folder of Fiji that tells BTrackMate which Python to call; Java's class PythonCommand reads it."""

SUPPORTED: Final = ((7, 14), (8, 1))
"""Releases of TrackMate that the tests run in (../shared/spec/trackmate-plugins.md)."""

_FIRST_ON_JAVA_21: Final = 8
_JAVA_RELEASES: Final = ("*/*/release", "*/*/jre/release", "*/*/Contents/Home/release")
_UPDATE: Final = "update Fiji (Help > Update...), or take a new one from https://fiji.sc"


@dataclass(frozen=True)
class FijiFolder:
    """A folder that holds ``jars``; see `open_fiji`."""

    path: Path

    @property
    def properties(self) -> Path:
        """Where the console script is named, whether the file exists or not."""
        return self.path / PROPERTIES_NAME

    @property
    def macros(self) -> Path:
        """Where our macros go: Fiji shows what lies below ``scripts`` in the menu that the path spells."""
        return self.path / "scripts" / "Plugins" / "Tracking" / "BTrackMate" / "Macros"

    @cached_property
    def trackmates(self) -> list[Jar]:
        """TrackMate itself, without its companions such as TrackMate-Cellpose; one in a Fiji that is in order."""
        return self._find(r"TrackMate(_?-\d.*|_?)\.jar")

    def find_own(self, name: str) -> list[Jar]:
        """Return every version of a jar of ours, ``"btrackmate-core"`` or ``"btrackmate-fiji"``."""
        return self._find(rf"{name}(-\d.*)?\.jar")

    @cached_property
    def has_imagej(self) -> bool:
        """Whether ImageJ is there."""
        return bool(self._find(r"ij-\d.*\.jar"))

    @cached_property
    def java_version(self) -> int | None:
        """Newest version of the Java that came with this Fiji; None if none did."""
        releases = [file for pattern in _JAVA_RELEASES for file in (self.path / "java").glob(pattern)]
        return max((version for file in releases if (version := read_java_version(file))), default=None)

    @cached_property
    def java_homes(self) -> list[Path]:
        """Homes of the Javas that came with this Fiji, the newest first."""
        releases = [file for pattern in _JAVA_RELEASES for file in (self.path / "java").glob(pattern)]
        return [file.parent for file in sorted(releases, key=lambda file: read_java_version(file) or 0, reverse=True)]

    def _find(self, pattern: str) -> list[Jar]:
        found = [path for folder in ("jars", "plugins") for path in (self.path / folder).rglob("*.jar")]
        return [read_jar(path) for path in sorted(found) if re.fullmatch(pattern, path.name)]


def open_fiji(path: Path) -> FijiFolder:
    """Return the folder of a Fiji.

    Raises
    ------
    FijiUnusable
        It is none; names the one that was meant where that can be seen.
    """
    if (path / "jars").is_dir():
        return FijiFolder(path)
    near = [path / "Fiji.app", path / "Fiji", *path.resolve().parents[:3]]
    meant = next((folder for folder in near if (folder / "jars").is_dir()), None)
    if meant is not None:
        raise FijiUnusable(f"{path}: no folder 'jars' there, but in {meant}: give that one")
    what = "no folder 'jars' there" if path.is_dir() else "is a file" if path.exists() else "there is no such folder"
    raise FijiUnusable(f"{path}: {what}; expected the folder of Fiji, such as Fiji.app, which holds jars and plugins")


def require_trackmate(fiji: FijiFolder) -> Jar:
    """Return the TrackMate of a Fiji.

    Raises
    ------
    FijiUnusable
        There is none, there are several, or it is not a release of `SUPPORTED`.
    """
    found = fiji.trackmates
    wanted = "expected " + " or ".join(f"{major}.{minor}.x" for major, minor in SUPPORTED)
    if not found:
        raise FijiUnusable(f"{fiji.path}: no TrackMate in jars or plugins; {wanted}: {_UPDATE}")
    if len(found) > 1:
        names = ", ".join(str(jar.path.relative_to(fiji.path)) for jar in found)
        raise FijiUnusable(f"{fiji.path}: TrackMate is there {len(found)} times ({names}): keep the newest only")
    jar = found[0]
    if not jar.is_whole:
        raise FijiUnusable(f"{jar.path}: is damaged (no archive): {_UPDATE}")
    if jar.numbers[:2] in SUPPORTED:
        return jar
    if not jar.numbers:
        advice = f"its version is not known; {wanted}: {_UPDATE}"
    elif jar.numbers[:2] > SUPPORTED[-1]:
        advice = f"is newer than what BTrackMate was tested with; {wanted}: take a newer volltrack"
    elif jar.numbers[:2] < SUPPORTED[0]:
        advice = f"is too old; {wanted}: {_UPDATE}"
    else:
        advice = f"lies between what BTrackMate was tested with; {wanted}: {_UPDATE}"
    raise FijiUnusable(f"{jar.path}: TrackMate {jar.version or '?'} {advice}")


def needed_java(trackmate: Jar) -> int:
    """Return the first version of Java that a TrackMate runs on."""
    return 21 if trackmate.numbers[:1] >= (_FIRST_ON_JAVA_21,) else 8
