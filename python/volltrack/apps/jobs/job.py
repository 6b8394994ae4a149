"""What a job is: a value that says what is read, how, and what is written, and that can be run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from volltrack.progress import OnProgress

__all__ = ["Job"]


class Job(Protocol):
    """A frozen dataclass of sources, settings and output.

    The command line, the JSON of Fiji, ``run.toml`` and Python make the same value. Nothing is written before it runs.
    """

    def run(self, on_progress: OnProgress | None = None) -> Mapping[str, Any]:
        """Do the job and return what a person wants to know of the result.

        Raises
        ------
        VollTrackError
            What is wrong with input, settings or output; see each job.
        Cancelled
            `on_progress` asked to stop.
        """
        ...
