"""How good a segmentation is: objects matched with the truth, and the form of the foreground."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadSettings, BadTable
from volltrack.model import LabelMovie
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.clean_up import relabel_in_order
from volltrack.segment.networks.packages import import_matching

__all__ = ["DEFAULT_TAUS", "Evaluation", "compare_segmentations", "evaluate_segmentation"]

_LOG = logging.getLogger(__name__)

DEFAULT_TAUS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Overlaps at which the paper compares."""

_COLUMNS = {
    "tp": "TP",
    "fp": "FP",
    "fn": "FN",
    "precision": "PRECISION",
    "recall": "RECALL",
    "f1": "F1",
    "accuracy": "AP",
    "mean_true_score": "MEAN_TRUE_SCORE",
    "mean_matched_score": "MEAN_MATCHED_SCORE",
    "panoptic_quality": "PANOPTIC_QUALITY",
}


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A result measured against the truth.

    Parameters
    ----------
    table
        One row for each least overlap ``TAU`` (intersection over union) with ``TP, FP, FN, PRECISION, RECALL, F1, AP``
        (= TP / (TP + FP + FN)), ``MEAN_TRUE_SCORE, MEAN_MATCHED_SCORE, PANOPTIC_QUALITY``; objects of all frames
        together, matched one to one within a frame.
    mse
        Mean squared error of the binarised result, 0 .. 1, mean over frames.
    ssim
        Structural similarity of the binarised result, -1 .. 1, mean over frames.
    n_frames
        Number of frames.
    """

    table: pd.DataFrame
    mse: float
    ssim: float
    n_frames: int


def evaluate_segmentation(
    result: LabelMovie,
    truth: LabelMovie,
    *,
    taus: Sequence[float] = DEFAULT_TAUS,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Return how well a label movie fits the truth; one frame of each is held at a time.

    Parameters
    ----------
    result, truth
        (T, Z, Y, X) of the same shape.
    taus
        Least overlaps, each 0 < .. <= 1.
    on_progress
        Told after each frame.

    Raises
    ------
    ShapeMismatch
        If the movies differ in shape.
    BadTable
        If the truth holds no object.
    BadSettings
        If a tau is out of range.
    MissingPackage
        If stardist is not installed.

    Notes
    -----
    The matching is `stardist.matching` (optimal assignment by overlap); mean squared error and structural similarity
    are those of scikit-image, with a window of 7 voxels, or the largest odd one that fits.
    """
    truth.require_same_shape(result)
    if not taus or not all(0 < tau <= 1 for tau in taus):
        raise BadSettings(f"taus = {tuple(taus)!r}: expected numbers above 0 and up to 1")
    errors: list[float] = []
    similarities: list[float] = []

    def pairs() -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
        report_progress(on_progress, "evaluate", 0, truth.n_frames)
        for done, (true, found) in enumerate(zip(truth.frames(), result.frames(), strict=True), start=1):
            mse, ssim = _compare_forms(found > 0, true > 0)
            errors.append(mse)
            similarities.append(ssim)
            yield relabel_in_order(true), relabel_in_order(found)
            report_progress(on_progress, "evaluate", done, truth.n_frames)

    stats = import_matching().matching_dataset_lazy(pairs(), thresh=tuple(taus), show_progress=False)
    table = pd.DataFrame([{"TAU": tau} | _row_of(stat) for tau, stat in zip(taus, stats, strict=True)])
    if (table["TP"] + table["FN"]).sum() == 0:
        raise BadTable(f"{truth.name} holds no label: nothing can be evaluated against it")
    return Evaluation(
        table=table, mse=float(np.mean(errors)), ssim=float(np.mean(similarities)), n_frames=truth.n_frames
    )


def compare_segmentations(
    results: Mapping[str, LabelMovie],
    truth: LabelMovie,
    *,
    taus: Sequence[float] = DEFAULT_TAUS,
    on_progress: OnProgress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the paper's comparison of several results on the same truth.

    Parameters
    ----------
    results
        Label movies by method, such as ``{"VollSeg": .., "StarDist": .., "U-Net": ..}``.
    truth, taus, on_progress
        See `evaluate_segmentation`.

    Returns
    -------
    matching
        The table of `Evaluation` for each method, with a column ``METHOD`` in front.
    forms
        One row per method: ``METHOD, MSE, SSIM``.

    Raises
    ------
    BadSettings
        If there is nothing to compare; and as `evaluate_segmentation`.
    """
    if not results:
        raise BadSettings("no result to compare: expected at least one label movie with its name")
    tables, forms = [], []
    for method, result in results.items():
        found = evaluate_segmentation(result, truth, taus=taus, on_progress=on_progress)
        table = found.table.copy()
        table.insert(0, "METHOD", method)
        tables.append(table)
        forms.append({"METHOD": method, "MSE": found.mse, "SSIM": found.ssim})
        _LOG.info("%s: mean squared error %.4f, structural similarity %.4f", method, found.mse, found.ssim)
    return pd.concat(tables, ignore_index=True), pd.DataFrame(forms)


def _row_of(stat: Any) -> dict[str, float]:
    """Return our columns of one line of the library's matching."""
    values = stat._asdict()
    return {ours: values[theirs] for theirs, ours in _COLUMNS.items()}


def _compare_forms(found: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return mean squared error and structural similarity of two binary images (Z, Y, X)."""
    import skimage.metrics as metrics

    found, true = np.squeeze(found), np.squeeze(true)
    mse = float(np.mean(found != true))
    if found.ndim == 0 or min(found.shape) < 3:
        return mse, 1.0 - mse  # too thin for a window
    window = min(7, min(found.shape) - 1 + min(found.shape) % 2)
    similarity: Any = metrics.structural_similarity
    return mse, float(similarity(true.astype(np.float32), found.astype(np.float32), data_range=1.0, win_size=window))
