"""How a TrackMate file names the movie of its tracks."""

from __future__ import annotations

from pathlib import Path

from volltrack.errors import BadValue
from volltrack.io.trackmate_xml.parse import ImageInfo
from volltrack.io.trackmate_xml.write.xml_text import is_text
from volltrack.model import Movie

__all__ = ["describe_image"]


def describe_image(movie: Movie, path: Path, xml: Path) -> ImageInfo:
    """Return how the XML names its image: without a folder when both lie side by side, so that they can be moved.

    Parameters
    ----------
    movie
        Its shape is told to TrackMate.
    path
        Its file.
    xml
        The TrackMate file.

    Raises
    ------
    BadValue
        A name that XML cannot hold; found before any work.
    """
    if not is_text(str(path.resolve())):
        name = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
        raise BadValue(
            f"{name!r}: a name that is not UTF-8, or holds control characters, cannot stand in a TrackMate file: "
            "rename the file or its folder"
        )
    n_frames, n_slices, height, width = movie.shape
    folder = path.resolve().parent
    return ImageInfo(
        filename=path.name,
        folder="" if folder == xml.resolve().parent else f"{folder}/",
        width=width,
        height=height,
        n_slices=n_slices,
        n_frames=n_frames,
    )
