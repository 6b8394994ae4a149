"""Label movies against the truth over all overlaps, with table and picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from volltrack.apps.drawing.comparison import draw_comparison
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.io.outputs import replace_file
from volltrack.progress import OnProgress
from volltrack.segment.evaluate import compare_segmentations

__all__ = ["EvaluateJob"]


@dataclass(frozen=True, kw_only=True)
class EvaluateJob:
    """Compare segmentations with a truth.

    Parameters
    ----------
    results
        Label movies by the name of the method.
    truth
        Label movie.
    out
        CSV of the matching, with MSE and SSIM of each method in further columns; None to write none.
    picture
        PNG of the curves; None to draw none.
    images
        Which part of the files is read, and how.
    overwrite
        Whether existing files may be replaced.
    """

    results: Mapping[str, Path]
    truth: Path
    out: Path | None = None
    picture: Path | None = None
    images: ImageOptions = field(default_factory=ImageOptions)
    overwrite: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, pd.DataFrame]:
        """Return the tables of `volltrack.segment.evaluate.compare_segmentations`, ``matching`` and ``forms``.

        Raises
        ------
        FileExists
            A file is there already and may not be replaced; found before any work.
        BadFile, BadTable, MissingPackage, ShapeMismatch
            See the messages.
        """
        inputs = [self.truth, *self.results.values()]
        with reserve_outputs([self.out, self.picture], overwrite=self.overwrite, inputs=inputs):
            labels = {name: self.images.open_uncalibrated(path) for name, path in self.results.items()}
            truth = self.images.open_uncalibrated(self.truth)
            matching, forms = compare_segmentations(labels, truth, on_progress=on_progress)
            if self.out is not None:
                with replace_file(self.out) as temporary:
                    matching.merge(forms, on="METHOD").to_csv(temporary, index=False)
            if self.picture is not None:
                draw_comparison(matching, forms, self.picture)
        return {"matching": matching, "forms": forms}
