"""A full Fiji in this process, started through pyimagej; does what pyimagej leaves to its caller."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from volltrack.errors import MissingPackage
from volltrack_fiji.errors import JvmStartFailed, JvmUnavailable
from volltrack_fiji.fiji import choose_java, is_maven_coordinates, open_fiji
from volltrack_fiji.jvm import LEAVE_SIGNALS, JavaHome, choose_options, find_core_jar, find_java, is_jvm_started, jpype

__all__ = ["start_imagej"]

_FIRST_JAVA: Final = 11
"""Oldest Java that scyjava starts."""

_logger = logging.getLogger(__name__)


def start_imagej(
    fiji: str, *, headless: bool, jvm: str | os.PathLike[str] | None = None, options: tuple[str, ...] = ()
) -> Any:
    """Start Java with a Fiji and VollTrack's core on its class path; return pyimagej's gateway.

    Parameters
    ----------
    fiji
        Folder of Fiji, checked by `require_imagej`, or Maven coordinates.
    headless
        Whether Java must do without a screen.
    jvm, options
        See `volltrack_fiji.jvm.start_jvm`.

    Raises
    ------
    MissingPackage
        pyimagej is not installed.
    JvmUnavailable
        No Java of version 11 or newer, no screen, or this process runs a Java already.
    JvmStartFailed
        pyimagej cannot start it, for example because Maven coordinates cannot be resolved.

    Notes
    -----
    scyjava would download a Java whatever JAVA_HOME says, and fails with ``fetch="never"`` before Java runs (pyimagej
    1.8.0), so JAVA_HOME is set while Java starts. Importing pyimagej asks Maven for imglib2-imglyb, which a Fiji folder
    that has this jar does not need: then nothing is downloaded.
    """
    if find_spec("imagej") is None or find_spec("scyjava") is None:
        raise MissingPackage("a full Fiji needs the package pyimagej: install it with pip install 'volltrack[fiji]'")
    if is_jvm_started():
        raise JvmUnavailable(
            "this process runs a Java without this Fiji, and a Java cannot be started twice: open the Fiji before "
            "anything else of volltrack_fiji, or in a process of its own"
        )
    if not headless and sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise JvmUnavailable(
            "mode 'gui' needs a screen: expected the variable DISPLAY; use mode 'headless' or xvfb-run"
        )
    java = choose_java(open_fiji(Path(fiji)), jvm, at_least=_FIRST_JAVA) if Path(fiji).is_dir() else find_java(jvm)
    if java.version is not None and java.version < _FIRST_JAVA:
        raise JvmUnavailable(
            f"{java.library} ({java.origin}) is Java {java.version}: pyimagej needs {_FIRST_JAVA} or newer"
        )
    return _call_pyimagej(fiji, java, headless, options)


def _call_pyimagej(fiji: str, java: JavaHome, headless: bool, options: tuple[str, ...]) -> Any:
    import imagej  # 4 s, and it changes scyjava's settings
    import scyjava

    scyjava.config.set_java_constraints(fetch="auto")
    scyjava.config.add_options([*choose_options(java, headless), LEAVE_SIGNALS, *options])
    scyjava.config.add_kwargs(interrupt=False)
    scyjava.config.add_classpath(str(find_core_jar()))
    if Path(fiji).is_dir():
        scyjava.config.add_option(f"-Dij.dir={Path(fiji).absolute()}")
        if any((Path(fiji) / "jars").rglob("imglib2-imglyb-*.jar")):
            scyjava.config.endpoints.clear()
    _logger.info("starting %s in Java %s of %s", fiji, java.version or "of unknown version", java.library)
    before = os.environ.get("JAVA_HOME")
    os.environ["JAVA_HOME"] = str(java.home)
    try:
        gateway = imagej.init(fiji, mode="headless" if headless else "interactive")
    except (RuntimeError, OSError, ValueError, TypeError, subprocess.CalledProcessError, jpype.JException) as error:
        raise JvmStartFailed(f"pyimagej cannot open {fiji}: {error}; {_advise(fiji)}") from error
    finally:
        if before is None:
            del os.environ["JAVA_HOME"]
        else:
            os.environ["JAVA_HOME"] = before
    if not gateway or not gateway.legacy or not gateway.legacy.isActive():
        raise JvmStartFailed(
            f"pyimagej opened {fiji}, but ImageJ itself (net.imagej:imagej-legacy) is not active there"
        )
    return gateway


def _advise(fiji: str) -> str:
    if is_maven_coordinates(fiji):
        return "Maven coordinates are resolved over the network or from ~/.m2: check them, or give a Fiji folder"
    return "check that this Fiji starts by itself, and that its jars are not damaged (Help > Update...)"
