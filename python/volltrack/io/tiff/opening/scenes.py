"""Several images in one file: which is the movie, or which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from volltrack.errors import BadFile, BadValue

__all__ = ["Scene", "SeveralScenes", "choose_scene", "list_scenes"]


class SeveralScenes(BadFile):
    """A file with several movies of which none is chosen."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One image of a file with several.

    Parameters
    ----------
    number
        From 1, in the order of the file.
    name
        What the file calls it; may be empty.
    axes, shape
        Its axes, slowest first, and their lengths.
    is_colour
        Whether its pixels are colours, as those of photographs of the slide are.
    """

    number: int
    name: str
    axes: str
    shape: tuple[int, ...]
    is_colour: bool = False

    @property
    def n_planes(self) -> int:
        """Planes over time and depth, of one channel."""
        count = 1
        for axis, length in zip(self.axes, self.shape, strict=True):
            count *= length if axis not in "CSYX" else 1
        return count

    def describe(self) -> str:
        """Return number, name and size in one line."""
        size = ", ".join(
            f"{axis} {length}" for axis, length in zip(self.axes, self.shape, strict=True) if length > 1 or axis in "YX"
        )
        name = f" {self.name!r}" if self.name else ""
        return f"{self.number}{name} ({size})"


def choose_scene(scenes: Sequence[Scene], wanted: str | None, path: object, *, is_strict: bool = True) -> Scene:
    """Return the image that is meant.

    Parameters
    ----------
    scenes
        All images of a file, at least one.
    wanted
        A name, or a number from 1; None takes the only movie: where there are images of several planes, single planes
        (thumbnails, maps of the slide) do not count, and neither do colour images.
    path
        The file, for messages.
    is_strict
        Whether a file with one image refuses to be asked for another.

    Raises
    ------
    SeveralScenes
        Several movies while none is chosen.
    BadValue
        No such image.
    """
    if wanted is not None:
        if len(scenes) == 1 and not is_strict:
            return scenes[0]
        named = [scene for scene in scenes if scene.name == wanted]
        found = named or [scene for scene in scenes if str(scene.number) == wanted.strip()]
        if len(found) == 1:
            return found[0]
        problem = f"{len(found)} images have that name" if found else "there is no such image"
        raise BadValue(f"{path}: `scene` {wanted!r}: {problem}; expected one of {list_scenes(scenes)}")
    movies = [scene for scene in scenes if not scene.is_colour] or list(scenes)
    movies = [scene for scene in movies if scene.n_planes > 1] or movies
    if len(movies) > 1:
        raise SeveralScenes(
            f"holds {len(movies)} movies: choose one with `scene` and its number or name: {list_scenes(movies)}",
            path=path,
        )
    return movies[0]


def list_scenes(scenes: Sequence[Scene], at_most: int = 20) -> str:
    """Return the images in one line."""
    shown = "; ".join(scene.describe() for scene in scenes[:at_most])
    return shown + (f"; and {len(scenes) - at_most} more" if len(scenes) > at_most else "")
