"""Lineages as the TrackMate file that the main job leaves."""

from __future__ import annotations

from pathlib import Path

from volltrack import __version__
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.tracks.fit_tracks import find_doubt
from volltrack.io.trackmate_xml import ImageInfo, TrackMateSettings, describe_image, write_lineage_xml
from volltrack.io.trackmate_xml.write.xml_text import clean_text
from volltrack.io.tracks import TracksFile
from volltrack.link import PruneSettings
from volltrack.model import Calibration, Lineage
from volltrack.model.methods import LinkerSettings

__all__ = ["find_movie_of", "write_tracks"]


def find_movie_of(tracks: TracksFile, path: Path, images: ImageOptions, xml: Path) -> tuple[ImageInfo, list[str]]:
    """Return how an XML names the movie of tracks, and doubts whether it is theirs.

    Raises
    ------
    BadFile
        The movie cannot be read.
    ShapeMismatch
        It cannot be that of the tracks.
    """
    movie = images.open_raw(path, tracks.calibration)
    doubt = find_doubt(movie, tracks, "movie")
    return describe_image(movie, path, xml), [doubt] if doubt else []


def write_tracks(
    path: Path,
    lineage: Lineage,
    calibration: Calibration,
    *,
    link: LinkerSettings,
    prune: PruneSettings,
    image: ImageInfo | None,
    log: str,
    overwrite: bool,
) -> None:
    """Write the lineages, and their settings into the log; errors as of `write_lineage_xml`."""
    how = f"VollTrack {__version__}: {log}\nLinking: {link}\nPruning: {prune}\n"
    write_lineage_xml(
        path,
        lineage,
        calibration=calibration,
        image=image,
        settings=TrackMateSettings(tracker=link.to_trackmate()),
        log=clean_text(how),
        overwrite=overwrite,
    )
