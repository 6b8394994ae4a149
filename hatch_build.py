"""Puts the built jar of the Java core and the macros into wheels; the jar itself is never committed.

The jar of the plug-ins for Fiji stays out: it is GPL-3.0-or-later, and built only where TrackMate is at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CoreJarHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration untyped
    """Adds ``btrackmate-core-<version>.jar`` and ``macros``; an editable installation finds them in the checkout."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the jar and the macros to what is built.

        Raises
        ------
        FileNotFoundError
            The jar is not built; says how to build it.
        """
        if version == "editable":
            return
        name = f"btrackmate-core-{self.metadata.version}.jar"
        built = Path("java") / "btrackmate-core" / "target" / name
        jar = Path(self.root) / built
        if not jar.is_file():
            raise FileNotFoundError(
                f"{jar} is missing, and volltrack would be without its Java core: run 'make jar' "
                "(mvn -B package -DskipTests) before building; the versions in pom.xml and pyproject.toml must be equal"
            )
        # a source distribution keeps the jar where a wheel built from it looks
        place = Path("volltrack_fiji") / "jars" / name if self.target_name == "wheel" else built
        build_data["force_include"][str(jar)] = place.as_posix()
        macros = Path(self.root) / "macros"
        if self.target_name == "wheel" and macros.is_dir():
            build_data["force_include"][str(macros)] = "volltrack_fiji/macros/files"
