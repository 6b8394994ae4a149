"""What a job writes: outputs that are looked at and locked before any work, the files of a run, finished steps."""

from volltrack.apps.jobs.results.outputs import require_free, reserve_folder, reserve_outputs
from volltrack.apps.jobs.results.run_folder import RUN_SETTINGS, STEPS, RunFolder
from volltrack.apps.jobs.results.step_record import StepRecord, make_key

__all__ = [
    "RUN_SETTINGS",
    "STEPS",
    "RunFolder",
    "StepRecord",
    "make_key",
    "require_free",
    "reserve_folder",
    "reserve_outputs",
]
