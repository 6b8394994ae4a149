"""Label movies against the truth, with table and picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from volltrack.apps.drawing.comparison import draw_comparison
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.io.atomic import replace_file
from volltrack.progress import OnProgress
from volltrack.segment.evaluate import compare_segmentations

__all__ = ["evaluate_files"]


def evaluate_files(
    results: Mapping[str, Path],
    truth: Path,
    *,
    table: Path | None = None,
    picture: Path | None = None,
    images: ImageOptions | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of `volltrack.segment.evaluate.compare_segmentations`, and write what is asked for.

    Parameters
    ----------
    results
        Label movies by the name of the method.
    truth
        Label movie.
    table
        CSV of the matching, with MSE and SSIM of each method in further columns.
    picture
        PNG of the curves.
    images
        Which part of the files is read, and how.
    overwrite
        Whether existing files may be replaced.
    on_progress
        Told after each frame.

    Raises
    ------
    FileExists
        A file is there already and may not be replaced; found before any work.
    BadFile, BadTable, MissingPackage, ShapeMismatch
        See the messages.
    """
    with reserve_outputs([table, picture], overwrite=overwrite, inputs=[truth, *results.values()]):
        images = images or ImageOptions()
        labels = {name: images.open_uncalibrated(path) for name, path in results.items()}
        matching, forms = compare_segmentations(labels, images.open_uncalibrated(truth), on_progress=on_progress)
        if table is not None:
            with replace_file(table) as temporary:
                matching.merge(forms, on="METHOD").to_csv(temporary, index=False)
        if picture is not None:
            draw_comparison(matching, forms, picture)
    return matching, forms
