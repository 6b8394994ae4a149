"""Base error classes of VollTrack.

Every error that a user can cause is a `VollTrackError`. Each also inherits the matching builtin, so that callers who
only know Python's own errors still catch them. A message says what was found, what was expected and what to do.
"""

__all__ = [
    "BadFile",
    "BadSettings",
    "BadTable",
    "BadValue",
    "Cancelled",
    "FileExists",
    "MissingCalibration",
    "MissingPackage",
    "OutputFailed",
    "OutputLocked",
    "ShapeMismatch",
    "VollTrackError",
]


class VollTrackError(Exception):
    """Base of every error that VollTrack raises on purpose."""


class BadFile(VollTrackError, ValueError):
    """A file that cannot be read as what it should be.

    Parameters
    ----------
    message
        What was found, what was expected, what to do.
    path
        The file.
    line
        1-based line number, when known.

    Attributes
    ----------
    reason
        The message without file and line, for those who show these elsewhere.
    """

    def __init__(self, message: str, *, path: object = None, line: int | None = None) -> None:
        where = "" if path is None else f"{path}{'' if line is None else f', line {line}'}: "
        super().__init__(where + message)
        self.reason = message
        self.path = path
        self.line = line


class BadSettings(VollTrackError, ValueError):
    """A setting that is unknown or out of its range."""


class BadTable(VollTrackError, ValueError):
    """A table of spots or links that breaks its own rules."""


class BadValue(VollTrackError, ValueError):
    """An argument of a public function that cannot be used."""


class Cancelled(VollTrackError):
    """The person or program that watches the progress asked to stop."""


class FileExists(VollTrackError, FileExistsError):
    """A result that would be overwritten without being told so."""


class UnsavedEdits(VollTrackError, RuntimeError):
    """Editing ended with edits that are neither saved nor given up; the message names the file that keeps them."""


class MissingCalibration(VollTrackError, ValueError):
    """Voxel size, unit or frame interval is not known and was not given.

    Parameters
    ----------
    message
        What is missing, and how it can be given.
    missing
        Names of the quantities: ``voxel_size``, ``unit``, ``frame_interval``, ``time_unit``.
    reason
        The message without how it can be given, for those who ask in a way of their own; None: the message.
    """

    def __init__(self, message: str, *, missing: tuple[str, ...] = (), reason: str | None = None) -> None:
        super().__init__(message)
        self.missing = missing
        self.reason = message if reason is None else reason


class MissingPackage(VollTrackError, ImportError):
    """An optional package that a function needs is not installed."""


class OutputFailed(VollTrackError, OSError):
    """A result could not be written (disk full, no permission)."""


class OutputLocked(VollTrackError, BlockingIOError):
    """Another process is at work on the same output."""


class ShapeMismatch(VollTrackError, ValueError):
    """Two images that belong together differ in shape."""
