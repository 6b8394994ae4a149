"""The main job on a synthetic movie, scored against its truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from volltrack.apps.drawing.overview import draw_overview
from volltrack.apps.jobs.inputs.movie_sources import MovieSources
from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.apps.jobs.results.run_folder import RunFolder
from volltrack.apps.jobs.results.step_record import StepRecord, make_key
from volltrack.apps.jobs.run_movie import RunJob
from volltrack.io.tiff import read_label_movie, write_label_movie, write_movie
from volltrack.io.trackmate_xml import describe_image, read_trackmate_xml, write_lineage_xml
from volltrack.link import PruneSettings
from volltrack.model import LabelMovie, Lineage
from volltrack.pipeline import RunSettings, choose_default_segmentation
from volltrack.progress import OnProgress
from volltrack.score import has_score_packages, score_segmentation, score_tracking
from volltrack.segment import ClassicalSettings
from volltrack.testing.synthetic import SyntheticMovie, SyntheticSettings, make_tissue_movie

__all__ = ["DemoJob"]

_MOVIE, _TISSUE, _TRUE_LABELS, _TRUE_TRACKS = "movie.tif", "tissue.tif", "truth_labels.tif", "truth.xml"
_SYNTHETIC: Final = (_MOVIE, _TISSUE, _TRUE_LABELS, _TRUE_TRACKS)
"""What the results folder holds besides the files of a run."""

_NO_SCORE: Final = "not computed: pip install 'volltrack[score]' brings what scores need"


@dataclass(frozen=True, kw_only=True)
class DemoJob:
    """Make a synthetic tissue movie, run the main job on it, and score what came out.

    Without the extra ``score`` the value of ``score`` is a text that says so.

    Parameters
    ----------
    out
        Results folder; the movie, its tissue and its truth are written there too.
    seed
        The movie follows from it.
    use_networks
        Whether the shipped networks segment it, where they are installed.
    overwrite
        Whether results of another seed may be replaced.
    """

    out: Path
    seed: int = 0
    use_networks: bool = True
    overwrite: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Do it and return what came out, with its scores.

        Raises
        ------
        FileExists
            The folder holds results of another seed and they may not be replaced.
        OutputLocked
            Another process is at work on the folder.
        """
        folder, files = self.out, RunFolder(self.out)
        made = make_tissue_movie(SyntheticSettings(seed=self.seed))
        with reserve_folder(folder):
            record = StepRecord(folder, overwrite=self.overwrite)
            key = make_key(made.settings)
            if not record.is_finished("synthetic movie", key, _SYNTHETIC):
                with record.open_folder(), record.make("synthetic movie", key, _SYNTHETIC):
                    _write_synthetic(folder, made, on_progress)
            # a daughter that is seen in one frame only is no evidence of a division
            default = choose_default_segmentation(made.raw)
            settings = RunSettings(
                segment=default.settings if self.use_networks else ClassicalSettings(),
                prune=PruneSettings(min_tracklet_length=2),
            )
            sources = MovieSources(movie=folder / _MOVIE, tissue=folder / _TISSUE)
            result = RunJob(sources=sources, out=folder, settings=settings, overwrite=self.overwrite).run(on_progress)

            labels = read_label_movie(files.labels)
            truth_labels = read_label_movie(folder / _TRUE_LABELS)
            lineage = read_trackmate_xml(files.tracks).lineage
            scores: dict[str, float] | str = _NO_SCORE
            if has_score_packages():
                scores = _score(labels, truth_labels, lineage, made.lineage, on_progress)
            draw_overview(
                files.picture,
                lineage,
                made.raw.calibration,
                raw=made.raw,
                labels=labels,
                title=f"synthetic tissue, seed {self.seed}",
                score=None if isinstance(scores, str) else scores,
            )
        if self.use_networks and default.why_no_network:
            result["segmentation"] += f" ({default.why_no_network})"
        return {**result, "true_divisions": made.lineage.n_divisions, "score": scores}


def _score(
    labels: LabelMovie, truth_labels: LabelMovie, lineage: Lineage, truth: Lineage, on_progress: OnProgress | None
) -> dict[str, float]:
    seg = score_segmentation(labels, truth_labels, on_progress=on_progress)
    tracking = score_tracking(lineage, truth, result_labels=labels, truth_labels=truth_labels)
    return {
        "SEG": seg["SEG"],
        "DET": tracking.det,
        "TRA": tracking.tra,
        "division F1": tracking.division_f1,
        "division F1 (1 frame)": tracking.division_f1_shifted,
    }


def _write_synthetic(folder: Path, made: SyntheticMovie, on_progress: OnProgress | None) -> None:
    write_movie(folder / _MOVIE, made.raw, on_progress=on_progress)
    write_label_movie(folder / _TISSUE, made.tissue.labels)
    write_label_movie(folder / _TRUE_LABELS, made.labels)
    write_lineage_xml(
        folder / _TRUE_TRACKS,
        made.lineage,
        calibration=made.raw.calibration,
        image=describe_image(made.raw, folder / _MOVIE, folder / _TRUE_TRACKS),
        log="synthetic truth",
    )
