"""The main job on a synthetic movie, scored against its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from volltrack.apps.drawing.overview import draw_overview
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.run_input import RunInput
from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.apps.jobs.results.step_record import StepRecord, make_key
from volltrack.apps.jobs.run_movie import LABELS, PICTURE, TRACKS, run_movie
from volltrack.io.tiff import read_label_movie, write_label_movie, write_movie
from volltrack.io.trackmate_xml import describe_image, read_trackmate_xml, write_lineage_xml
from volltrack.link import PruneSettings
from volltrack.pipeline import RunSettings, choose_default_segmentation
from volltrack.progress import OnProgress
from volltrack.score import score_segmentation, score_tracking
from volltrack.segment import ClassicalSettings
from volltrack.testing.synthetic import SyntheticMovie, SyntheticSettings, make_tissue_movie

__all__ = ["run_demo"]

MOVIE, TISSUE, TRUE_LABELS, TRUE_TRACKS = "movie.tif", "tissue.tif", "truth_labels.tif", "truth.xml"


def run_demo(
    folder: Path,
    *,
    seed: int = 0,
    use_networks: bool = True,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Make a synthetic tissue movie, run the main job on it, and return what came out with its scores.

    Parameters
    ----------
    folder
        Results folder; the movie, its tissue and its truth are written there too.
    seed
        The movie follows from it.
    use_networks
        Whether the shipped networks segment it, where they are installed.
    overwrite
        Whether results of another seed may be replaced.
    on_progress
        Told of each frame of each step.

    Raises
    ------
    FileExists
        The folder holds results of another seed and they may not be replaced.
    OutputLocked
        Another process is at work on the folder.
    """
    made = make_tissue_movie(SyntheticSettings(seed=seed))
    with reserve_folder(folder):
        record = StepRecord(folder, overwrite=overwrite)
        key = make_key(made.settings)
        outputs = (MOVIE, TISSUE, TRUE_LABELS, TRUE_TRACKS)
        if not record.is_finished("synthetic movie", key, outputs):
            with record.open_folder(), record.make("synthetic movie", key, outputs):
                _write_synthetic(folder, made, on_progress)
        source = RunInput(movie=folder / MOVIE, tissue=folder / TISSUE, images=ImageOptions())
        # a daughter that is seen in one frame only is no evidence of a division
        default = choose_default_segmentation(made.raw)
        settings = RunSettings(
            segment=default.settings if use_networks else ClassicalSettings(),
            prune=PruneSettings(min_tracklet_length=2),
        )
        result = run_movie(source, folder, settings, overwrite=overwrite, on_progress=on_progress)

        labels = read_label_movie(folder / LABELS)
        truth_labels = read_label_movie(folder / TRUE_LABELS)
        lineage = read_trackmate_xml(folder / TRACKS).lineage
        seg = score_segmentation(labels, truth_labels, on_progress=on_progress)
        tracking = score_tracking(lineage, made.lineage, result_labels=labels, truth_labels=truth_labels)
        scores = {
            "SEG": seg["SEG"],
            "DET": tracking.det,
            "TRA": tracking.tra,
            "division F1": tracking.division_f1,
            "division F1 (1 frame)": tracking.division_f1_shifted,
        }
        draw_overview(
            folder / PICTURE,
            lineage,
            made.raw.calibration,
            raw=made.raw,
            labels=labels,
            title=f"synthetic tissue, seed {seed}",
            score=scores,
        )
    if use_networks and default.why_no_network:
        result["segmentation"] += f" ({default.why_no_network})"
    return {**result, "true_divisions": tracking.n_divisions_true, "score": scores}


def _write_synthetic(folder: Path, made: SyntheticMovie, on_progress: OnProgress | None) -> None:
    write_movie(folder / MOVIE, made.raw, on_progress=on_progress)
    write_label_movie(folder / TISSUE, made.tissue.labels)
    write_label_movie(folder / TRUE_LABELS, made.labels)
    write_lineage_xml(
        folder / TRUE_TRACKS,
        made.lineage,
        calibration=made.raw.calibration,
        image=describe_image(made.raw, folder / MOVIE, folder / TRUE_TRACKS),
        log="synthetic truth",
    )
