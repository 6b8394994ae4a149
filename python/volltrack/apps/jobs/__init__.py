"""What is done on files: jobs, each a value that can be run, repeated, resumed and looked at.

The whole way is a `RunJob` (and a `DemoJob`, on a synthetic movie); single steps are in `labels` (movie to labels to
cells), `tracks` (cells to tracks, tracks to tracks) and `truth` (results against a truth). `inputs` says what a job
reads and opens it, `settings` are those of all steps, `results` keeps what it writes; `job` says what a job is.

    from pathlib import Path
    from volltrack.apps.jobs import MovieSources, RunJob

    RunJob(sources=MovieSources(movie=Path("movie.tif")), out=Path("results")).run()

Each is loaded when it is used. A `ReportJob` is in `volltrack.apps.report`, an `AnalyseJob` in
`volltrack.apps.analysis`.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack.apps.jobs.demo import DemoJob
    from volltrack.apps.jobs.describe_file import InfoJob
    from volltrack.apps.jobs.inputs import ImageOptions, MovieSources
    from volltrack.apps.jobs.job import Job
    from volltrack.apps.jobs.labels.measure_labels import LabelSources, MeasureJob
    from volltrack.apps.jobs.labels.segment_movie import SegmentJob
    from volltrack.apps.jobs.run_movie import RunJob
    from volltrack.apps.jobs.tracks.check_xml import CheckJob
    from volltrack.apps.jobs.tracks.convert_tracks import ConvertJob
    from volltrack.apps.jobs.tracks.link_cells import LinkJob
    from volltrack.apps.jobs.tracks.link_sources import LinkSources
    from volltrack.apps.jobs.tracks.prune_xml import PruneJob
    from volltrack.apps.jobs.tracks.track_sources import TrackSources
    from volltrack.apps.jobs.train_networks import TrainFile, TrainJob
    from volltrack.apps.jobs.truth.evaluate_files import EvaluateJob
    from volltrack.apps.jobs.truth.score_files import ScoreJob

__all__ = [
    "CheckJob",
    "ConvertJob",
    "DemoJob",
    "EvaluateJob",
    "ImageOptions",
    "InfoJob",
    "Job",
    "LabelSources",
    "LinkJob",
    "LinkSources",
    "MeasureJob",
    "MovieSources",
    "PruneJob",
    "RunJob",
    "ScoreJob",
    "SegmentJob",
    "TrackSources",
    "TrainFile",
    "TrainJob",
]

__getattr__ = look_up_in(
    __name__,
    {
        "demo": ("DemoJob",),
        "describe_file": ("InfoJob",),
        "inputs": ("ImageOptions", "MovieSources"),
        "job": ("Job",),
        "labels.measure_labels": ("LabelSources", "MeasureJob"),
        "labels.segment_movie": ("SegmentJob",),
        "run_movie": ("RunJob",),
        "tracks.check_xml": ("CheckJob",),
        "tracks.convert_tracks": ("ConvertJob",),
        "tracks.link_cells": ("LinkJob",),
        "tracks.link_sources": ("LinkSources",),
        "tracks.prune_xml": ("PruneJob",),
        "tracks.track_sources": ("TrackSources",),
        "train_networks": ("TrainFile", "TrainJob"),
        "truth.evaluate_files": ("EvaluateJob",),
        "truth.score_files": ("ScoreJob",),
    },
)
