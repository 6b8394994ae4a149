"""What is there and what is missing for BTrackMate in a Fiji, each with a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from volltrack import __version__
from volltrack.errors import VollTrackError
from volltrack_fiji.errors import FijiUnusable
from volltrack_fiji.fiji import FijiFolder, choose_java, needed_java, open_fiji, require_trackmate
from volltrack_fiji.installation.python_command import check_command, read_properties
from volltrack_fiji.installation.trial import try_engine, try_gateway, try_macro
from volltrack_fiji.jvm import find_java

__all__ = ["Finding", "examine", "examine_fiji", "examine_python"]

_PACKAGES: Final = {
    "jpype1": ("fiji", "TrackMate called from Python"),
    "scyjava": ("fiji", "Fiji called from Python"),
    "pyimagej": ("fiji", "Fiji called from Python"),
    "napari": ("napari", "Open in napari"),
    "tensorflow": ("segment", "segmentation with networks"),
}
"""Packages that are not needed by every command: extra that brings it, and what it is for."""

_INSTALL: Final = "run 'volltrack fiji install {}'"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what
        Its name.
    state
        ``"ok"``, ``"missing"`` (needed), or ``"optional"`` (missing, but needed by some commands only).
    found
        What was found.
    remedy
        What to do; empty where nothing is missing.
    """

    what: str
    state: Literal["ok", "missing", "optional"]
    found: str
    remedy: str = ""


def examine(fiji: Path | None) -> list[Finding]:
    """Return the findings on a Fiji and on this Python; without `fiji` those on Python."""
    if fiji is None:
        remedy = "give its folder, or set the variable VOLLTRACK_FIJI"
        not_named = Finding(what="Fiji", state="optional", found="not named, not looked at", remedy=remedy)
        return [not_named, *examine_python(None)]
    try:
        folder = open_fiji(fiji)
    except FijiUnusable as error:
        remedy = "give the folder of Fiji; if there is none, take one from https://fiji.sc"
        return [Finding(what="Fiji", state="missing", found=str(error), remedy=remedy), *_examine_packages(None)]
    return [*examine_fiji(folder), *examine_python(folder)]


def examine_fiji(fiji: FijiFolder) -> Iterator[Finding]:
    """Give the findings on the folder of a Fiji."""
    lacking = [name for name in ("plugins", "macros") if not (fiji.path / name).is_dir()]
    if not fiji.has_imagej:
        found, remedy = f"{fiji.path}: no ImageJ (ij-*.jar) in jars", "take a new Fiji from https://fiji.sc"
        yield Finding(what="Fiji", state="missing", found=found, remedy=remedy)
    else:
        note = f", without {' and '.join(lacking)}" if lacking else ""
        yield Finding(what="Fiji", state="ok", found=f"{fiji.path}{note}")
    yield from _examine_trackmate(fiji)
    for name in ("btrackmate-core", "btrackmate-fiji"):
        yield _examine_own_jar(fiji, name)
    macros = sorted(fiji.macros.rglob("*.*"))
    yield Finding(
        what="macros",
        state="ok" if macros else "optional",
        found=f"{len(macros)} in {fiji.macros.relative_to(fiji.path)}",
        remedy="" if macros else _INSTALL.format(fiji.path),
    )
    yield _examine_command(fiji)


def _examine_trackmate(fiji: FijiFolder) -> Iterator[Finding]:
    try:
        trackmate = require_trackmate(fiji)
    except FijiUnusable as error:
        found, _, remedy = str(error).rpartition(": ")
        yield Finding(what="TrackMate", state="missing", found=found, remedy=remedy)
        return
    yield Finding(what="TrackMate", state="ok", found=trackmate.version)
    yield _examine_java(fiji, needed_java(trackmate))


def _examine_java(fiji: FijiFolder, needed: int) -> Finding:
    """Look at the Java that Fiji starts: its own, else the system's."""
    what, origin, known = "Java of Fiji", "came with Fiji", fiji.java_version
    remedy = f"take a Fiji that brings its Java from https://fiji.sc, or install Java {needed} or newer"
    if known is None:
        try:
            java = find_java()
        except VollTrackError:
            return Finding(what=what, state="missing", found="none in its folder, none in the system", remedy=remedy)
        known, origin = java.version, java.origin
    if known is None:
        return Finding(what=what, state="ok", found=f"of unknown version ({origin}); TrackMate needs {needed} or newer")
    if known < needed:
        return Finding(
            what=what, state="missing", found=f"{known} ({origin}); this TrackMate needs {needed}", remedy=remedy
        )
    return Finding(what=what, state="ok", found=f"{known} ({origin})")


def _examine_own_jar(fiji: FijiFolder, name: str) -> Finding:
    jars, remedy = fiji.find_own(name), _INSTALL.format(fiji.path)
    if not jars:
        return Finding(what=name, state="missing", found="not installed", remedy=remedy)
    if len(jars) > 1:
        places = ", ".join(str(jar.path.relative_to(fiji.path)) for jar in jars)
        return Finding(
            what=name, state="missing", found=f"{len(jars)} times ({places}): Fiji takes either", remedy=remedy
        )
    if not jars[0].is_whole:
        return Finding(what=name, state="missing", found=f"{jars[0].path} is damaged (no archive)", remedy=remedy)
    if jars[0].version != __version__:
        found = f"version {jars[0].version or 'unknown'}, but this volltrack is {__version__}"
        return Finding(what=name, state="missing", found=found, remedy=remedy)
    return Finding(what=name, state="ok", found=jars[0].version)


def _examine_command(fiji: FijiFolder) -> Finding:
    what, remedy = "Python command", f"{_INSTALL.format(fiji.path)} with the Python that the menu is to call"
    command = read_properties(fiji.properties)
    if not command:
        found = f"not set (no command in {fiji.properties}): the menu calls 'volltrack', if the system finds it"
        return Finding(what=what, state="missing", found=found, remedy=remedy)
    try:
        answered = check_command(Path(command))
    except VollTrackError as error:
        return Finding(what=what, state="missing", found=str(error).rpartition("; ")[0], remedy=remedy)
    if answered != __version__:
        found = f"{command} is version {answered}, but this volltrack is {__version__}"
        return Finding(what=what, state="missing", found=found, remedy=remedy)
    return Finding(what=what, state="ok", found=f"{command} ({answered})")


def examine_python(fiji: FijiFolder | None) -> Iterator[Finding]:
    """Give the findings on this Python, and on what it can do with the Fiji."""
    yield from _examine_packages(fiji)
    yield from _try_out(fiji)


def _examine_packages(fiji: FijiFolder | None) -> Iterator[Finding]:
    """Only some commands need these packages."""
    for package, (extra, purpose) in _PACKAGES.items():
        yield _examine_package(package, extra, purpose)
    yield _examine_java_of_python(fiji)


def _try_out(fiji: FijiFolder | None) -> Iterator[Finding]:
    """Do what each way from Python into this Fiji promises, in processes of their own."""
    if find_spec("jpype") is None:
        return  # said by the packages above
    folder = None if fiji is None else fiji.path
    origin, remedy = (folder or "Maven's, in this checkout"), _INSTALL.format(folder or "FIJI_DIR")
    yield _try("TrackMate for Python", lambda: f"{try_engine(folder)} ({origin})", remedy)
    if folder is None:
        return
    whole = "take a complete Fiji from https://fiji.sc, update it (Help > Update...), and use a Java that fits it"
    if find_spec("imagej") is not None:
        yield _try("Fiji for Python", lambda: try_gateway(folder), whole)
    yield _try("macros for Python", lambda: try_macro(folder), whole)


def _try(what: str, attempt: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(what=what, state="ok", found=attempt())
    except VollTrackError as error:
        return Finding(what=what, state="optional", found=str(error), remedy=remedy)


def _examine_java_of_python(fiji: FijiFolder | None) -> Finding:
    what, needed = "Java of Python", max((needed_java(jar) for jar in fiji.trackmates), default=8) if fiji else 8
    try:
        java = find_java()
    except VollTrackError as error:
        _, _, remedy = str(error).partition(": ")
        found = "none: TrackMate cannot be called from Python"
        return Finding(what=what, state="optional", found=found, remedy=remedy)
    if fiji is not None and java.version is not None and java.version < needed:
        with suppress(VollTrackError):
            java = choose_java(fiji)
    found = f"{java.version or 'unknown'} ({java.origin})"
    if java.version is not None and java.version < needed:
        remedy = f"set JAVA_HOME to Java {needed} or newer, for: TrackMate called from Python"
        return Finding(what=what, state="optional", found=f"{found}; this TrackMate needs {needed}", remedy=remedy)
    return Finding(what=what, state="ok", found=found)


def _examine_package(package: str, extra: str, purpose: str) -> Finding:
    names = (package, f"{package}-cpu") if package == "tensorflow" else (package,)
    for name in names:
        try:
            return Finding(what=package, state="ok", found=version(name))
        except PackageNotFoundError:
            continue
    remedy = f"pip install 'volltrack[{extra}]', for: {purpose}"
    return Finding(what=package, state="optional", found="not installed in this Python", remedy=remedy)
