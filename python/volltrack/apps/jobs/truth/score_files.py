"""Files of a result against files of the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.errors import BadSettings
from volltrack.io.image_rules import is_image
from volltrack.io.tracks import TracksFile, leave_out_hidden, read_tracks_file
from volltrack.model import LabelMovie
from volltrack.pipeline import require_frames_in_reach
from volltrack.progress import OnProgress
from volltrack.score import ScoreSettings, require_score_packages, score_segmentation, score_tracking

__all__ = ["ScoreJob"]


@dataclass(frozen=True, kw_only=True)
class ScoreJob:
    """Score lineages, or label movies, against a known truth.

    Parameters
    ----------
    result, truth
        Lineages in any format that is read, or label movies; both the same.
    result_labels, truth_labels
        Label movies of lineages: their spots are matched by overlap.
    settings
        How spots are matched.
    images
        What is said of the calibration.
    all_spots
        Whether what TrackMate hides counts, too; ``notes`` of the result say what was left out.
    """

    result: Path
    truth: Path
    result_labels: Path | None = None
    truth_labels: Path | None = None
    settings: ScoreSettings = field(default_factory=ScoreSettings)
    images: ImageOptions = field(default_factory=ImageOptions)
    all_spots: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Return the measures of tracking; with label movies on both sides, or alone, those of the segmentation.

        Raises
        ------
        MissingPackage
            The extra ``score`` is not installed.
        BadSettings
            A label movie on one side only.
        BadFile, BadTable, ShapeMismatch
            See the messages.
        """
        require_score_packages()
        if is_image(self.result):  # the calibration does not matter
            true_labels = self.images.open_uncalibrated(self.truth)
            labels = self.images.open_uncalibrated(self.result)
            return dict(score_segmentation(labels, true_labels, on_progress=on_progress))
        return self._score_tracks(on_progress)

    def _score_tracks(self, on_progress: OnProgress | None) -> dict[str, Any]:
        found, known = self._read_tracks(self.result), self._read_tracks(self.truth)
        for tracks in (found, known):
            require_frames_in_reach(tracks.lineage)
        result_labels = self._open_labels(self.result_labels, found)
        truth_labels = self._open_labels(self.truth_labels, known)
        is_half = result_labels is None or truth_labels is None
        if is_half and (self.result_labels is None) != (self.truth_labels is None):
            raise BadSettings("a label movie on one side only: give both --result-labels and --truth-labels, or none")
        if is_half:
            result_labels = truth_labels = None
        score = score_tracking(
            found.lineage,
            known.lineage,
            self.settings,
            result_labels=result_labels,
            truth_labels=truth_labels,
        )
        seg: dict[str, float] = {}
        if result_labels is not None and truth_labels is not None:
            seg = score_segmentation(result_labels, truth_labels, on_progress=on_progress)
        sides = ((self.result, found), (self.truth, known))
        notes = [f"{path.name}: {note}" for path, tracks in sides for note in tracks.notes]
        return {**seg, **asdict(score), **({"notes": notes} if notes else {})}

    def _read_tracks(self, path: Path) -> TracksFile:
        return leave_out_hidden(self.images.read(read_tracks_file, path), all_spots=self.all_spots)

    def _open_labels(self, path: Path | None, tracks: TracksFile) -> LabelMovie | None:
        return tracks.labels if path is None else self.images.open_uncalibrated(path)
