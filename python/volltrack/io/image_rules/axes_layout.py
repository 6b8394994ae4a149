"""Which stored axis of an image is time, channel, z, y and x."""

from __future__ import annotations

from dataclasses import dataclass

from volltrack.errors import BadFile, BadValue

__all__ = ["Layout", "UnclearAxes", "axes_like", "find_layout"]


class UnclearAxes(BadFile):
    """An image that does not say which of its axes is which.

    Attributes
    ----------
    lengths
        Lengths of the stored axes in order, without those of length 1 other than y and x.
    """

    def __init__(self, message: str, *, lengths: tuple[int, ...], path: object) -> None:
        super().__init__(message, path=path)
        self.lengths = lengths


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Named axes in stored order.

    Parameters
    ----------
    axes
        Letters of ``TCZYX``, each at most once, Y and X always there.
    shape
        Length of each.
    """

    axes: str
    shape: tuple[int, ...]

    def length(self, axis: str) -> int:
        """Length of one axis; 1 when it is not stored."""
        return self.shape[self.axes.index(axis)] if axis in self.axes else 1

    @property
    def shape_tzyx(self) -> tuple[int, int, int, int]:
        """Lengths in the order of every array of ours."""
        return (self.length("T"), self.length("Z"), self.length("Y"), self.length("X"))


def find_layout(axes: str, shape: tuple[int, ...], given: str | None, path: object) -> Layout:
    """Return the layout of an image.

    Parameters
    ----------
    axes, shape
        As the file tells, in tifffile's letters: S is colour samples; Q, I and others are not known.
    given
        What the user says, such as ``"TZYX"``: one letter for each stored axis that is longer than 1, or for all.
    path
        The file, for messages.

    Raises
    ------
    UnclearAxes
        A colour image, or axes that are not known while none are given.
    BadValue
        Given axes that do not fit.
    """
    if given is not None and "SYX" in axes:  # planes that a program took for colours because there are 3 or 4 of them
        axes = axes.replace("S", "Q")
    kept = [(a, n) for a, n in zip(axes, shape, strict=True) if n > 1 or a in "YX"]
    names, lengths = "".join(a for a, _ in kept), tuple(n for _, n in kept)
    if "S" in axes and shape[axes.index("S")] > 1:
        raise UnclearAxes(
            f"a colour image ({shape[axes.index('S')]} samples per pixel): expected grey values; split it into "
            "channels first (Fiji: Image > Color > Split Channels) or convert it (Image > Type > 16-bit); if the "
            "samples are slices or time points, say so with `axes`",
            lengths=lengths,
            path=path,
        )
    if given is not None:
        return _fit_given(axes, shape, given.upper(), path)
    if set(names) <= set("TCZYX") and len(set(names)) == len(names):
        return Layout(axes=names, shape=lengths)
    raise UnclearAxes(
        f"an image of shape {lengths} that does not say which axis is time and which is z; "
        f"say it, one letter per axis: {_suggest(len(lengths))}",
        lengths=lengths,
        path=path,
    )


def axes_like(lengths: tuple[int, ...], shape: tuple[int, ...]) -> str | None:
    """Return the letters of stored axes whose lengths are those of an image of shape (T, Z, Y, X), else None."""
    long = [(axis, n) for axis, n in zip("TZYX", shape, strict=True) if n > 1 or axis in "YX"]
    return "".join(axis for axis, _ in long) if lengths == tuple(n for _, n in long) else None


def _fit_given(axes: str, shape: tuple[int, ...], given: str, path: object) -> Layout:
    """Put the given letters on the stored axes."""
    if not set(given) <= set("TCZYX") or len(set(given)) != len(given) or not {"Y", "X"} <= set(given):
        raise BadValue(f"axes {given!r}: expected each of T, C, Z, Y, X at most once, with Y and X, such as 'TZYX'")
    stored = tuple(n for a, n in zip(axes, shape, strict=True) if a != "S")
    long = tuple(n for a, n in zip(axes, shape, strict=True) if n > 1 or a in "YX")
    for lengths in (long, stored, (1,) * (len(given) - len(long)) + long):
        if len(lengths) == len(given):
            return Layout(axes=given, shape=lengths)
    raise BadValue(f"{path}: axes {given!r} name {len(given)} axes, but the image has {len(long)}: shape {long}")


def _suggest(count: int) -> str:
    """Name the usual choices for so many axes."""
    choices = {3: ("TYX", "ZYX"), 4: ("TZYX", "ZCYX", "TCYX"), 5: ("TZCYX", "TCZYX")}.get(count, ("TZYX",))
    return " or ".join(f"`axes='{c}'`" for c in choices)
