"""Writing: a lineage to a fresh TrackMate file, or a document back to the bytes it stands for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from volltrack.analyse.trackmate.track_features import track_features
from volltrack.errors import BadValue
from volltrack.io.outputs import replace_file
from volltrack.io.trackmate_xml.parse.display_settings import default_display_settings
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.parse.settings import ImageInfo, TrackMateSettings
from volltrack.io.trackmate_xml.write.model import (
    format_declarations,
    format_model,
    format_spots,
    format_track_features,
    format_tracks,
    format_visible,
)
from volltrack.io.trackmate_xml.write.settings import format_settings, guess_image
from volltrack.io.trackmate_xml.write.table import complete_spots, declare_features, edge_columns, spot_columns
from volltrack.io.trackmate_xml.write.xml_text import escape_text
from volltrack.model import Calibration, Feature, Lineage

__all__ = ["TRACKMATE_VERSION", "format_lineage_xml", "write_lineage_xml", "write_trackmate_xml"]

TRACKMATE_VERSION = "7.14.0"
"""The version that fresh files state; TrackMate 7 and 8 read it."""


def write_trackmate_xml(path: str | os.PathLike[str], document: TrackMateDocument, *, overwrite: bool = True) -> None:
    """Write a document that was read, or edited, with everything that was not changed byte for byte as it was.

    Raises
    ------
    OutputFailed
        Disk full, no permission, no such folder; an existing file is then left as it was.
    FileExists
        The file exists and `overwrite` is false.
    """
    with replace_file(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(document.source.to_bytes())


def write_lineage_xml(
    path: str | os.PathLike[str],
    lineage: Lineage,
    *,
    calibration: Calibration,
    image: ImageInfo | None = None,
    settings: TrackMateSettings | None = None,
    log: str = "",
    features: Iterable[Feature] = (),
    track_names: Sequence[str] | None = None,
    visible_tracks: npt.ArrayLike | None = None,
    display_settings: str | None = None,
    overwrite: bool = True,
) -> None:
    """Write spots and links as a fresh TrackMate file that opens at the last page of TrackMate's wizard.

    Parameters
    ----------
    path
        The file. It appears only when it is complete.
    lineage
        Spots and links. Edge and track features are computed anew as TrackMate does; all other columns are kept.
    calibration
        Voxel size, frame interval and their units.
    image
        The image that the tracks belong to; without one TrackMate shows them on an empty image.
    settings
        How the tracks were made; without them the file names TrackMate's manual detector and tracker.
    log
        Text that TrackMate shows when it opens the file.
    features
        Declarations of columns that VollTrack does not know.
    track_names
        Names by track number (``lineage.track_of_spot``); ``Track_0`` ... if not given.
    visible_tracks
        Which tracks are visible, bool by track number; all if not given.
    display_settings
        JSON text of TrackMate's display settings.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    BadTable
        A column of text or with an impossible name, a contour of fewer than three points.
    BadValue
        A text that XML cannot hold; names or visibilities that are not one per track.
    OutputFailed
        Disk full, no permission, no such folder; nothing half-written remains.
    FileExists
        The file exists and `overwrite` is false.
    """
    text = format_lineage_xml(
        lineage,
        calibration=calibration,
        image=image,
        settings=settings,
        log=log,
        features=features,
        track_names=track_names,
        visible_tracks=visible_tracks,
        display_settings=display_settings,
    )
    with (
        replace_file(path, overwrite=overwrite) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(text)


def format_lineage_xml(
    lineage: Lineage,
    *,
    calibration: Calibration,
    image: ImageInfo | None = None,
    settings: TrackMateSettings | None = None,
    log: str = "",
    features: Iterable[Feature] = (),
    track_names: Sequence[str] | None = None,
    visible_tracks: npt.ArrayLike | None = None,
    display_settings: str | None = None,
) -> Iterator[str]:
    """Return the text of the file that `write_lineage_xml` writes; see there for parameters and errors."""
    lineage = complete_spots(lineage, calibration)
    n_tracks = lineage.n_tracks
    names = [f"Track_{i}" for i in range(n_tracks)] if track_names is None else list(track_names)
    visible = np.ones(n_tracks, dtype=bool) if visible_tracks is None else np.asarray(visible_tracks, dtype=bool)
    for what, found in (("track names", len(names)), ("track visibilities", len(visible))):
        if found != n_tracks:
            raise BadValue(f"{found} {what} for {n_tracks} tracks: expected one per track")
    declared = {feature.key: feature for feature in features}
    spots, edges = spot_columns(lineage, declared), edge_columns(lineage, declared)
    radii = lineage.spots.table["RADIUS"].to_numpy(dtype=np.float64)
    model = format_model(
        calibration,
        [
            format_declarations(declare_features(spots, edges)),
            format_spots(lineage, spots),
            format_tracks(lineage, edges, format_track_features(track_features(lineage)), names),
            format_visible(visible),
        ],
    )
    about = format_settings(
        settings or TrackMateSettings(),
        image or guess_image(lineage, calibration),
        calibration,
        spot_keys={c.feature.key for c in spots},
        radius=float(np.median(radii)) if len(radii) else 1.0,
    )
    display = default_display_settings(n_tracks) if display_settings is None else display_settings
    return _format_file(log, model, about, display)


def _format_file(log: str, model: Iterator[str], settings: Iterator[str], display: str) -> Iterator[str]:
    """Yield the text of the whole file."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<TrackMate version="{TRACKMATE_VERSION}">\n'
    yield f"  <Log>{escape_text(log)}</Log>\n"
    yield from model
    yield from settings
    yield '  <GUIState state="ConfigureViews" />\n'
    yield f"  <DisplaySettings>{escape_text(display)}</DisplaySettings>\n"
    yield "</TrackMate>\n"
