"""The settings of all steps: as ``run.toml`` says them, as a person chooses them, as an older run was told."""

from volltrack.apps.jobs.settings.choices import SegmentationChoice, with_tracking
from volltrack.apps.jobs.settings.run_beside import MovieChoice, choose_as_run
from volltrack.apps.jobs.settings.run_file import RunFile, read_run_file, write_run_file

__all__ = [
    "MovieChoice",
    "RunFile",
    "SegmentationChoice",
    "choose_as_run",
    "read_run_file",
    "with_tracking",
    "write_run_file",
]
