"""Cell Tracking Challenge measure of a segmentation, through the library py-ctcmetrics."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from volltrack.errors import BadTable
from volltrack.model import Frame, LabelMovie
from volltrack.progress import OnProgress, track_progress
from volltrack.score.packages import import_score_package

__all__ = ["score_segmentation"]


def score_segmentation(
    result: LabelMovie, truth: LabelMovie, *, on_progress: OnProgress | None = None
) -> dict[str, float]:
    """Return the measure SEG and the share of true cells that were found.

    SEG is the mean over all true cells of the Jaccard index with the result label that covers more than half of the
    cell, 0 where there is none (Maska et al. 2014, doi:10.1093/bioinformatics/btu080).

    Parameters
    ----------
    result, truth
        Label movies (T, Z, Y, X) of the same shape.

    Returns
    -------
    dict
        ``SEG`` and ``found`` (share of true cells that a label covers by more than half), both 0 .. 1.

    Raises
    ------
    ShapeMismatch
        If the movies differ in shape.
    BadTable
        If the truth holds no cell.
    MissingPackage
        If the extra ``score`` is not installed.

    Notes
    -----
    The library reads files only, so each frame passes through a temporary folder.
    """
    truth.require_same_shape(result)
    seg = import_score_package("ctc_metrics.metrics").seg

    references, overlaps = [], []
    for matched in track_progress(_match_frames(result, truth), on_progress, "score segmentation", truth.n_frames):
        references.append(matched[0])
        overlaps.append(matched[1])
    n_true = sum(len(labels) for labels in references)
    if n_true == 0:
        raise BadTable(f"{truth.name} holds no label: nothing can be scored against it")
    return {"SEG": float(seg(references, overlaps)), "found": sum(len(o) for o in overlaps) / n_true}


def _match_frames(result: LabelMovie, truth: LabelMovie) -> Iterator[tuple[list[int], list[float]]]:
    """Yield per frame the true labels and the Jaccard index of each that is covered by more than half."""
    import tifffile

    match = import_score_package("ctc_metrics.utils.representations").match

    with tempfile.TemporaryDirectory(prefix="volltrack-score-") as folder:
        paths = (Path(folder) / "truth.tif", Path(folder) / "result.tif")
        for true_frame, found_frame in zip(truth.frames(), result.frames(), strict=True):
            if not true_frame.any():
                yield [], []
                continue
            for path, frame in zip(paths, (true_frame, found_frame), strict=True):
                tifffile.imwrite(path, _with_background(frame), photometric="minisblack")
            labels, _, _, _, iou = match(str(paths[0]), str(paths[1]))
            yield labels, iou


def _with_background(frame: Frame) -> Frame:
    """Return the frame numbered 1..n with a plane of background added: the library takes the lowest value for it."""
    values, place = np.unique(frame, return_inverse=True)
    numbered = place.reshape(frame.shape).astype(np.int32) + (1 if values[0] != 0 else 0)
    return np.pad(numbered, ((0, 1), (0, 0), (0, 0)))
