"""What imagej-legacy has to do before the first class of ImageJ is loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import JvmUnavailable
from volltrack_fiji.jvm import jpype

__all__ = ["has_legacy_layer", "patch_imagej"]

_LEGACY: Final = re.compile(r"imagej-legacy-\d.*\.jar")


def has_legacy_layer(jars: Sequence[Path]) -> bool:
    """Return whether the layer between ImageJ2 and ImageJ is among the jars of a Fiji."""
    return any(_LEGACY.fullmatch(jar.name) for jar in jars)


def patch_imagej(jars: Sequence[Path]) -> None:
    """Let imagej-legacy change ImageJ's classes; do nothing where it is not among `jars`.

    Raises
    ------
    JvmUnavailable
        It is too late in this Java, or Java does not let it.

    Notes
    -----
    TrackMate asks SciJava for all its services, and that of imagej-legacy is only valid with an ImageJ that it has
    changed ("Invalid service: net.imagej.legacy.LegacyService"). It changes the classes as they are loaded, through
    the class loader of the thread, so nothing may have touched ``ij.*`` before; a second call finds them changed.
    """
    if not has_legacy_layer(jars):
        return
    try:
        jpype.JClass("net.imagej.patcher.LegacyInjector").preinit()
        jpype.JClass("ij.IJ").class_.getField("_hooks")
    except (jpype.JException, TypeError) as error:
        raise JvmUnavailable(
            f"imagej-legacy cannot change ImageJ in this Java ({_last_line(error)}): ImageJ was loaded before, or Java "
            "was started without --add-opens=java.base/java.lang=ALL-UNNAMED; use a process of its own for this Fiji"
        ) from error


def _last_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()
