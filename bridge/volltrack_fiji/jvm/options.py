"""The options that every Java of ours gets, in this process or another."""

from __future__ import annotations

from typing import Final

from volltrack_fiji.jvm.java_home import JavaHome

__all__ = ["LEAVE_SIGNALS", "STRICT", "choose_options"]

_FIRST_WITH_NATIVE_ACCESS: Final = 22
"""From this version on a Java may be told that native code is meant; from 24 on it warns if it is not."""

_FIRST_WITH_MODULES: Final = 9

STRICT: Final = "scijava.context.strict"
"""Property of Java that Fiji's own launcher sets to false: one service that does not start ("Invalid service") then is
left out, instead of ending everything."""

LEAVE_SIGNALS: Final = "-Xrs"
"""Option for a Java in the process of Python: SIGTERM, SIGINT and SIGHUP stay Python's."""


def choose_options(java: JavaHome, headless: bool) -> list[str]:
    """Return the options that VollTrack always gives."""
    options = [f"-Djava.awt.headless={'true' if headless else 'false'}", f"-D{STRICT}=false"]
    if java.version is not None and java.version >= _FIRST_WITH_MODULES:
        # TrackMate 7.14 writes its display settings by reflection on fonts; imagej-legacy defines changed classes
        opened = ("java.desktop/java.awt", "java.desktop/sun.font", "java.base/java.lang")
        options += [f"--add-opens={package}=ALL-UNNAMED" for package in opened]
    if java.version is not None and java.version >= _FIRST_WITH_NATIVE_ACCESS:
        options.append("--enable-native-access=ALL-UNNAMED")
    return options
