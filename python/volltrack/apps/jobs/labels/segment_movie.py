"""A label movie from a raw movie."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.content import describe_input
from volltrack.apps.jobs.inputs.movie_sources import MovieSources
from volltrack.apps.jobs.labels.label_step import make_labels
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.results.step_record import make_key
from volltrack.errors import BadValue, Cancelled, OutputFailed
from volltrack.io.image_rules import find_image_of_labels, is_image, list_frames
from volltrack.model import Movie
from volltrack.model.methods import Segmenter, SegmenterSettings
from volltrack.progress import OnProgress
from volltrack.segment import ClassicalSettings

__all__ = ["SegmentJob"]


@dataclass(frozen=True, kw_only=True)
class SegmentJob:
    """Find the cells of every frame of a movie.

    Frames that were finished before with the same input and settings are not done again: an interrupted segmentation
    goes on where it stopped. They lie in a hidden folder beside the output until that is complete.

    Parameters
    ----------
    sources
        The movie; labels and tissue count for nothing.
    out
        The label movie, ``.tif`` or ``.zarr``.
    settings
        Of any method.
    intermediates
        Folder for the images in between, as far as the method makes them: seeds, mask, probability, ...
    overwrite
        Whether existing files may be replaced.
    """

    sources: MovieSources
    out: Path
    settings: SegmenterSettings = field(default_factory=ClassicalSettings)
    intermediates: Path | None = None
    overwrite: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Do it and say what found the cells, with every estimate filled in.

        Raises
        ------
        FileExists, OutputFailed, OutputLocked
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
        BadValue
            Another suffix.
        BadFile, BadSettings, MissingCalibration, MissingPackage
            See the messages.
        """
        movie = self.sources.open_movie()
        used = self._segment(movie, on_progress)
        result: dict[str, Any] = {"frames": movie.n_frames}
        if movie.missing:
            result["frames_left_out"] = list_frames(movie.missing)
        return {**result, **used.facts, "out": self.out}

    def _segment(self, movie: Movie, on_progress: OnProgress | None) -> Segmenter:
        """Write the label movie and return the segmenter, ready: with every estimate filled in."""
        path, settings, source = self.out, self.settings, self.sources.movie
        if not is_image(path):
            raise BadValue(f"{path}: expected a name that ends in .tif (TIFF) or .zarr (OME-Zarr)")
        with reserve_outputs([path, self.intermediates], overwrite=self.overwrite, inputs=[source]):
            segmenter = settings.make()
            made_from = (describe_input(source), movie.name, movie.shape, movie.calibration)
            key = make_key(*made_from, settings, self.intermediates)
            beside = find_image_of_labels(path) or path
            start = f".{path.name[:60]}.frames-"
            frames = beside.resolve().parent / f"{start}{key[:16]}"
            try:
                used = make_labels(
                    movie, segmenter, frames, path, intermediates=self.intermediates, on_progress=on_progress
                )
            except (KeyboardInterrupt, Cancelled, OutputFailed):
                raise  # the same command goes on with the frames that there are
            except BaseException:
                shutil.rmtree(frames, ignore_errors=True)
                raise
            for old in [entry for entry in frames.parent.iterdir() if entry.name.startswith(start)]:
                shutil.rmtree(old, ignore_errors=True)  # of segmentations to this file that were not gone on with
        return used if used != segmenter else segmenter.prepare(movie)
