"""The version of a jar, from what is in it or from its name."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Jar", "read_jar"]


@dataclass(frozen=True, kw_only=True)
class Jar:
    """A jar that was found.

    Parameters
    ----------
    path
        The file.
    version
        Such as ``"7.14.0"``; empty where neither the jar nor its name says it.
    is_whole
        False for a file that is no archive, such as a download that broke off.
    """

    path: Path
    version: str
    is_whole: bool

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version's leading numbers: (8, 1, 7) of ``8.1.7-SNAPSHOT``; empty where there are none."""
        found = re.match(r"\d+(\.\d+)*", self.version)
        return tuple(map(int, found[0].split("."))) if found else ()


def read_jar(path: Path) -> Jar:
    """Return a jar with the version of its manifest, else of Maven's properties in it, else of its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            version = _read_manifest(archive) or _read_maven(archive)
        is_whole = True
    except (zipfile.BadZipFile, OSError):
        version, is_whole = "", False
    in_name = re.search(r"-(\d[\w.\-]*)\.jar$", path.name)
    return Jar(path=path, version=version or (in_name[1] if in_name else ""), is_whole=is_whole)


def _read_manifest(archive: zipfile.ZipFile) -> str:
    return _find_line(archive, "META-INF/MANIFEST.MF", r"Implementation-Version: *(\S+)")


def _read_maven(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if re.fullmatch(r"META-INF/maven/.+/pom\.properties", name)]
    return _find_line(archive, names[0], r"version=(\S+)") if len(names) == 1 else ""


def _find_line(archive: zipfile.ZipFile, name: str, pattern: str) -> str:
    try:
        text = archive.read(name).decode("utf-8", "replace")
    except KeyError:
        return ""
    found = re.search(f"^{pattern}", text, flags=re.MULTILINE)
    return found[1] if found else ""
