"""How likely objects are cells, as learned from segmentations of real and randomised images with truth."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.segment.judge.features import FEATURES, measure_objects
from volltrack.segment.memory.slabs import keep_labels

__all__ = ["Verdict", "drop_implausible", "judge_labels"]

Labels = npt.NDArray[np.int32]

_FILE = Path(__file__).parent / "judge.json"
"""Made by ``benchmarks/segment/fit_judge.py``: two hidden layers, and the scale of the measures."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the judge says of the objects of one frame.

    Parameters
    ----------
    numbers
        Labels, int (N,).
    chances
        How likely each is a cell with this outline (IoU with it above .5), float (N,), 0 .. 1.
    """

    numbers: npt.NDArray[np.int64]
    chances: npt.NDArray[np.float64]

    @property
    def n_likely(self) -> float:
        """How many of the objects are cells, as is to be expected."""
        return float(self.chances.sum())


def judge_labels(frame: npt.NDArray[np.float32], labels: Labels) -> Verdict:
    """Return what the judge says of all objects of a frame.

    Parameters
    ----------
    frame
        float32 (Z, Y, X).
    labels
        int32 (Z, Y, X): 1 .. n.
    """
    objects = measure_objects(frame, labels)
    return Verdict(numbers=objects.numbers, chances=_apply(_read_judge(), objects.values))


def drop_implausible(frame: npt.NDArray[np.float32], labels: Labels, least: float) -> Labels:
    """Return the labels without those that are less likely cells than `least`, numbered anew.

    Parameters
    ----------
    frame, labels
        See `judge_labels`.
    least
        0 .. 1; 0 keeps all.
    """
    if least <= 0 or not labels.any():
        return labels
    verdict = judge_labels(frame, labels)
    keep = np.ones(int(labels.max()) + 1, bool)
    keep[verdict.numbers[verdict.chances < least]] = False
    return labels if keep.all() else keep_labels(labels, keep)


@functools.cache
def _read_judge() -> dict[str, Any]:
    """Return the layers as arrays."""
    note = json.loads(_FILE.read_text(encoding="utf-8"))
    assert tuple(note["features"]) == FEATURES, "judge.json was made for other measures"
    layers = [(np.asarray(layer["weights"]), np.asarray(layer["bias"])) for layer in note["layers"]]
    return {"mean": np.asarray(note["mean"]), "spread": np.asarray(note["spread"]), "layers": layers}


def _apply(judge: dict[str, Any], values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outcome for each row: rectified layers, and the logistic function at the end."""
    hidden = (values - judge["mean"]) / judge["spread"]
    *inner, (weights, bias) = judge["layers"]
    for inner_weights, inner_bias in inner:
        hidden = np.maximum(hidden @ inner_weights.T + inner_bias, 0)
    return np.asarray(1 / (1 + np.exp(-np.clip((hidden @ weights.T + bias)[:, 0], -40, 40))))
