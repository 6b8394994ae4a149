"""What a program said, without what Java's libraries log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["drop_logging"]

_LOGGED: Final = re.compile(
    r"\[(TRACE|DEBUG|INFO|WARN|WARNING|ERROR)\]\s"  # SciJava
    r"|(SEVERE|WARNING|INFO|CONFIG|FINE): "  # java.util.logging, second line; Java itself
    r"|[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d\s+[AP]M \S+"  # java.util.logging, first line
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S* "
    r"|SLF4J(\(\w\))?: |log4j:|OpenJDK .* warning: |Java HotSpot.* warning: |Picked up _?JAVA_|Loading initial plugins"
    r"|\s+at [\w.$/]+\(.*\)|\s*\.\.\. \d+ (more|common frames)"  # of a stack trace
)


def drop_logging(lines: Sequence[str]) -> list[str]:
    """Return the lines that are no logging of Java, SciJava or SLF4J, and no part of a stack trace."""
    return [line for line in lines if line.strip() and not _LOGGED.match(line)]
