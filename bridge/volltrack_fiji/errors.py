"""What can go wrong between Python and Java."""

from __future__ import annotations

from volltrack.errors import VollTrackError

__all__ = [
    "BadCommand",
    "FijiUnusable",
    "ImageTooLarge",
    "JarMissing",
    "JavaError",
    "JvmStartFailed",
    "JvmUnavailable",
    "MacroFailed",
    "TrackMateMissing",
]


class BadCommand(VollTrackError, ValueError):
    """A console script that is not there, or does not answer as volltrack does."""


class FijiUnusable(VollTrackError, ValueError):
    """A folder that is no Fiji, or a Fiji whose TrackMate BTrackMate does not run in."""


class ImageTooLarge(VollTrackError, ValueError):
    """A frame of 2^31 bytes or more, which no Java buffer can hold."""


class JarMissing(VollTrackError, FileNotFoundError):
    """The jar of the Java core is neither in the installed package nor built."""


class JvmStartFailed(VollTrackError, RuntimeError):
    """A Java was found, but it does not start."""


class JvmUnavailable(VollTrackError, RuntimeError):
    """No Java was found, or not where the caller or JAVA_HOME says."""


class MacroFailed(VollTrackError, RuntimeError):
    """A macro or a command of Fiji that stopped before its end; the message is what it said."""


class TrackMateMissing(VollTrackError, FileNotFoundError):
    """TrackMate or BTrackMate's plug-ins are not where they were looked for."""


class JavaError(VollTrackError, RuntimeError):
    """Something that Java threw.

    Parameters
    ----------
    java_type
        Full name of the Java class, such as ``io.github.volltrack.core.error.BadFileException``.
    java_message
        Its message; it also is the message of this error, after the simple name of the class.
    java_stack_trace
        The whole stack trace as Java prints it, causes included.
    """

    def __init__(self, java_type: str, java_message: str, java_stack_trace: str) -> None:
        super().__init__(f"{java_type.rpartition('.')[2]}: {java_message}")
        self.java_type = java_type
        self.java_message = java_message
        self.java_stack_trace = java_stack_trace
