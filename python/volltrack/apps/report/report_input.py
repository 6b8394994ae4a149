"""What a report of tracks is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse import plot_quantities
from volltrack.apps.drawing.roles import find_roles
from volltrack.io.tracks import TracksFile
from volltrack.model import Calibration, LabelMovie, Lineage, Movie, Tissue
from volltrack.pipeline import Analysis, AnalysisSettings, analyse_tracks

__all__ = ["ReportInput"]

_SPECTRUM_OF: Final = ("DISTANCE_TO_TISSUE", "VOLUME", "AREA", "SPEED")


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """Tracks, and what else is at hand.

    Parameters
    ----------
    path
        The file of the tracks.
    tracks
        What was read from it.
    movie, labels, tissue
        As many voxels as the spots lie in; None where there is none.
    settings_path, settings
        ``run.toml`` and its text; empty where there is none.
    notes
        What the reader of the page must know, such as a movie that was not found; one sentence each.
    """

    path: Path
    tracks: TracksFile
    movie: Movie | None = None
    labels: LabelMovie | None = None
    tissue: Tissue | None = None
    settings_path: Path | None = None
    settings: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def calibration(self) -> Calibration:
        """Voxel size, frame interval and units."""
        return self.tracks.calibration

    @property
    def lineage(self) -> Lineage:
        """Spots and links, with what was measured for the report as features."""
        return self.tracks.lineage

    @cached_property
    def spectrum_of(self) -> tuple[str, ...]:
        """The quantity whose spectra are shown, a mean intensity if there is one; empty where none is known."""
        known = plot_quantities(self.lineage)
        intensities = (key for key in known if key.startswith("MEAN_INTENSITY_CH"))
        return tuple(key for key in (*intensities, *_SPECTRUM_OF) if key in known)[:1]

    @cached_property
    def analysis(self) -> Analysis:
        """The tables of `volltrack analyse` of what the spots hold, with tracks by our number."""
        return analyse_tracks(self.lineage, self.calibration, AnalysisSettings(spectrum_of=self.spectrum_of))

    @property
    def tracklets(self) -> pd.DataFrame:
        """One row per tracklet; see `volltrack.analyse.tables.tracklets`."""
        return self.analysis.tables["tracklets"]

    @cached_property
    def roles(self) -> npt.NDArray[np.int8]:
        """Role of the tracklet of each spot, (N,); see `volltrack.apps.drawing.roles`."""
        return find_roles(self.lineage)

    @cached_property
    def track_names(self) -> dict[int, str]:
        """Id and, where it says more, name of each track by our number; ids are those of the file, if it has some."""
        lineage, document = self.lineage, self.tracks.document
        numbers = range(lineage.n_tracks)
        if document is None:
            return {number: str(number) for number in numbers}
        track_of_link = lineage.track_of_spot[document.lineage.source_rows]
        found, first = np.unique(track_of_link, return_index=True)
        ids = dict(zip(found.tolist(), document.track_ids[first].tolist(), strict=True))
        names = dict(zip(document.tracks["TRACK_ID"].tolist(), document.tracks["NAME"].tolist(), strict=True))
        named = {}
        for number in numbers:
            number_in_file = ids[number]
            name = str(names.get(number_in_file, "") or "")
            plain = name in ("", str(number_in_file), f"Track_{number_in_file}")
            named[number] = str(number_in_file) if plain else f"{number_in_file} {name}"
        return named
