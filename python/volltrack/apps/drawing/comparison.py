"""The figures of the paper's comparison: each measure over the overlap, and the errors of the form."""

from __future__ import annotations

import os

import pandas as pd

from volltrack.errors import BadTable
from volltrack.io.outputs import replace_file

__all__ = ["draw_comparison"]

_MEASURES = {"PRECISION": "precision", "RECALL": "recall", "F1": "F1", "AP": "accuracy AP"}


def draw_comparison(matching: pd.DataFrame, forms: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a picture of precision, recall, F1 and AP over the overlap, and of mean squared error and SSIM.

    Parameters
    ----------
    matching, forms
        From `volltrack.segment.evaluate.compare_segmentations`.
    path
        The picture, such as ``comparison.png``; the suffix gives its format.

    Raises
    ------
    BadTable
        If a column is missing.
    """
    from matplotlib.figure import Figure

    missing = ({"METHOD", "TAU", *_MEASURES} - set(matching)) | ({"METHOD", "MSE", "SSIM"} - set(forms))
    if missing:
        raise BadTable(
            f"the comparison lacks {', '.join(sorted(missing))}: expected the tables of compare_segmentations"
        )
    figure = Figure(figsize=(12, 7), layout="constrained")
    axes = figure.subplots(2, 3)
    curves = [axes[0, 0], axes[0, 1], axes[1, 0], axes[1, 1]]
    for plot, (column, words) in zip(curves, _MEASURES.items(), strict=True):
        for method, rows in matching.groupby("METHOD", sort=False):
            plot.plot(rows["TAU"], rows[column], marker="o", markersize=3, label=str(method))
        plot.set(xlabel="least overlap (IoU)", ylabel=words, ylim=(0, 1.02))
    curves[0].legend(frameon=False)
    for plot, column, words in ((axes[0, 2], "MSE", "mean squared error"), (axes[1, 2], "SSIM", "SSIM")):
        names = forms["METHOD"].str.replace(", ", ",\n")
        plot.bar(names, forms[column], color=[f"C{i}" for i in range(len(forms))], width=0.6)
        plot.set(ylabel=words)
    with replace_file(path) as temporary:
        figure.savefig(temporary, dpi=120)
