"""Where TrackMate and BTrackMate's plug-ins are: in a Fiji folder, or built by Maven in this checkout."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import JvmUnavailable, TrackMateMissing
from volltrack_fiji.fiji.class_path import list_jars
from volltrack_fiji.fiji.folder import needed_java, open_fiji, require_trackmate
from volltrack_fiji.fiji.jar_version import read_jar
from volltrack_fiji.fiji.named import VARIABLE, name_fiji

__all__ = ["find_trackmate_jars", "require_java_for"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_PLUGIN: Final = "btrackmate-fiji-[0-9]*[0-9].jar"


def find_trackmate_jars(fiji: str | os.PathLike[str] | None = None, *, package: Path = _PACKAGE) -> list[Path]:
    """Return the jars of TrackMate, of what it needs, and of BTrackMate's plug-ins.

    Parameters
    ----------
    fiji
        Folder of Fiji, which holds ``jars/``. Default: the variable VOLLTRACK_FIJI, else what Maven found when it built
        ``java/btrackmate-fiji`` in this checkout.
    package
        Folder of the package `volltrack_fiji`.

    Raises
    ------
    FijiUnusable
        No such folder, or no TrackMate there that BTrackMate runs in.
    TrackMateMissing
        No plug-ins of ours there, or, without a folder, nothing in the checkout.
    """
    folder = name_fiji(fiji)
    if folder is not None:
        return _list_fiji(folder)
    target = package.parent.parent / "java" / "btrackmate-fiji" / "target"
    listed = target / "trackmate-classpath.txt"
    plugins = sorted(target.glob(_PLUGIN))
    jars = [Path(name) for name in listed.read_text(encoding="utf-8").split(os.pathsep)] if listed.is_file() else []
    if not plugins or not jars or not all(jar.is_file() for jar in jars):
        raise TrackMateMissing(
            f"TrackMate was not found: name a Fiji folder that holds it (argument fiji, or the variable {VARIABLE}), "
            "or run 'make plugins' in a checkout of VollTrack"
        )
    return [plugins[-1], *jars]


def require_java_for(jars: list[Path], java_version: int) -> None:
    """Refuse a Java that is too old for the TrackMate among `jars`.

    Raises
    ------
    JvmUnavailable
        It is; names the version that is needed.
    """
    for jar in (read_jar(path) for path in jars if re.match(r"TrackMate(_?-\d|_?\.jar)", path.name)):
        needed = needed_java(jar)
        if java_version < needed:
            raise JvmUnavailable(
                f"TrackMate {jar.version} needs Java {needed} or newer, but Java {java_version} is running: set "
                "JAVA_HOME to a newer one, such as the one in the folder 'java' of Fiji, before Python starts Java"
            )


def _list_fiji(folder: Path) -> list[Path]:
    fiji = open_fiji(folder)
    require_trackmate(fiji)
    if not fiji.find_own("btrackmate-fiji"):
        raise TrackMateMissing(
            f"{folder}: BTrackMate's plug-ins ({_PLUGIN}) are not in jars or plugins; "
            f"run 'volltrack fiji install {folder}'"
        )
    return list_jars(folder)
