"""A TrackMate file in memory: tables, what surrounds them, and the bytes they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.io.trackmate_xml.parse.declarations import Declarations
from volltrack.io.trackmate_xml.parse.problem import Problem
from volltrack.io.trackmate_xml.parse.settings import ImageInfo, TrackMateSettings
from volltrack.io.trackmate_xml.parse.source import Source
from volltrack.model import Calibration, KnownCalibration, Lineage

__all__ = ["TrackMateDocument"]


@dataclass(frozen=True, kw_only=True)
class TrackMateDocument:
    """What a TrackMate file holds.

    Parameters
    ----------
    lineage
        All spots, linked or not, and all links in time order, with every numeric feature as a column.
    track_ids
        ``TRACK_ID`` of each link, int64 (M,), in the order of ``lineage.links.table``.
    tracks
        One row per Track element: ``TRACK_ID``, ``NAME``, ``VISIBLE`` (listed in FilteredTracks) and the track features
        as the file states them.
    declarations
        Declared features of spots, edges and tracks.
    known_calibration
        What the file states of voxel size, units and frame interval.
    image
        The image that the file names, or None.
    settings
        Detector, tracker and filters.
    version
        Version of the TrackMate that wrote the file; empty when it is not stated.
    log, gui_state, display_settings
        Texts of these parts.
    problems
        What is wrong with the file without stopping us; the same as `check_trackmate_xml` gives.
    source
        The bytes, so that a change leaves all else as it is.
    path
        Where the file was read from.
    """

    lineage: Lineage
    track_ids: npt.NDArray[np.int64]
    tracks: pd.DataFrame
    declarations: Declarations
    known_calibration: KnownCalibration
    image: ImageInfo | None
    settings: TrackMateSettings
    version: str
    log: str
    gui_state: str
    display_settings: str
    problems: tuple[Problem, ...]
    source: Source
    path: Path

    @property
    def calibration(self) -> Calibration | None:
        """Voxel size, units and frame interval, or None where the file does not state all of them."""
        return self.known_calibration.fill() if self.known_calibration.is_complete else None

    @property
    def visible_links(self) -> npt.NDArray[np.bool_]:
        """Whether each link belongs to a visible track, bool (M,)."""
        return np.isin(self.track_ids, self.tracks.loc[self.tracks["VISIBLE"], "TRACK_ID"].to_numpy(dtype=np.int64))
