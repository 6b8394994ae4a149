"""Puts the built jar of the Java core and the macros into wheels; the jar itself is never committed.

A wheel is built without Java, too: then it holds no jar, and what needs Java says so when it is used. The jar of the
plug-ins for Fiji stays out: it is GPL-3.0-or-later, and built only where TrackMate is at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CoreJarHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration untyped
    """Adds ``btrackmate-core-<version>.jar`` and ``macros``; an editable installation finds them in the checkout."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the jar, where it is built, and the macros to what is built."""
        if version == "editable":
            return
        name = f"btrackmate-core-{self.metadata.version}.jar"
        built = Path("java") / "btrackmate-core" / "target" / name
        jar = Path(self.root) / built
        if jar.is_file():
            # a source distribution keeps the jar where a wheel built from it looks
            place = Path("volltrack_fiji") / "jars" / name if self.target_name == "wheel" else built
            build_data["force_include"][str(jar)] = place.as_posix()
        else:
            others = ", ".join(sorted(path.name for path in jar.parent.glob("btrackmate-core-[0-9]*[0-9].jar")))
            self.app.display_warning(
                f"no Java core travels along: {built} is not built{f' (but {others} is)' if others else ''}; "
                "'make jar' builds it, and only calls from Python into Java need it"
            )
        macros = Path(self.root) / "macros"
        if self.target_name == "wheel" and macros.is_dir():
            build_data["force_include"][str(macros)] = "volltrack_fiji/macros/files"
