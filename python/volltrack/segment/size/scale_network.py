"""The small network that reads the diameter from curves over diameters."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from volltrack.segment.size.scale_curves import STEPS_AN_OCTAVE, ScaleCurves

__all__ = ["DILATIONS", "WEIGHTS_FILE", "WIDTH", "SizeEstimate", "read_diameter"]

Floats = npt.NDArray[np.float32]
Layers = dict[str, Floats]

WEIGHTS_FILE = "scale_network.npz"
"""Written by ``benchmarks/segment/fit_size.py``."""

WIDTH = 5
"""Diameters that a filter of the network spans."""

DILATIONS = (1, 2, 1)
"""Steps between them, layer by layer."""

_TOLERANCE = math.log(1.2)
"""The diameter is where most of the probability lies within this of it."""

_FINER = 8
"""Places that are tried between two diameters."""


@dataclass(frozen=True, kw_only=True)
class SizeEstimate:
    """A diameter and how sure it is.

    Parameters
    ----------
    diameter
        In the unit of the spacing.
    confidence
        Probability, 0 .. 1, that there are cells and that their median diameter is within 20 % of it.
    """

    diameter: float
    confidence: float


def read_diameter(curves: ScaleCurves) -> SizeEstimate:
    """Return the diameter that curves tell.

    Notes
    -----
    Several small convolutional networks over the logarithm of the diameter, the same at each diameter, so that cells of
    any size are treated alike; the mean of the probabilities that they give is taken.
    """
    weights = _load_weights()
    chances = np.mean([_apply(w, curves.values) for w in weights], axis=0)
    places = np.arange(len(curves.diameters), dtype=np.float64)
    fine = np.arange(0, len(places) - 1 + 0.5 / _FINER, 1 / _FINER)
    reach = _TOLERANCE / (math.log(2) / STEPS_AN_OCTAVE)
    # each diameter stands for the range half-way to its neighbours
    covered = np.clip(
        np.minimum(places + 0.5, fine[:, None] + reach) - np.maximum(places - 0.5, fine[:, None] - reach), 0, 1
    )
    mass = covered @ chances[:-1]
    best = fine[mass >= mass.max() - 1e-9].mean()
    diameter = float(curves.diameters[0] * 2 ** (best / STEPS_AN_OCTAVE))
    return SizeEstimate(diameter=diameter, confidence=float(min(max(mass.max(), 0.0), 1.0)))


def _apply(weights: Layers, values: Floats) -> npt.NDArray[np.float64]:
    """Return the probability of each diameter, and of no cells last, (S + 1,)."""
    x = (values - weights["mean"]) / weights["deviation"]
    for number, dilation in enumerate(DILATIONS):
        y = np.maximum(_convolve(x, weights[f"kernel{number}"], dilation) + weights[f"bias{number}"], 0)
        x = y if number == 0 else x + y
    pooled = np.concatenate([x.mean(axis=0), x.max(axis=0)])
    context = np.maximum(pooled @ weights["context"] + weights["context_bias"], 0)
    x = np.maximum(x @ weights["joint"] + context @ weights["joint_context"] + weights["joint_bias"], 0)
    logits = np.append(x @ weights["score"], context @ weights["none"] + weights["none_bias"])
    chances = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(chances / chances.sum())


def _convolve(x: Floats, kernel: Floats, dilation: int) -> Floats:
    """Return a convolution along the first axis with zeros beyond its ends; kernel (`WIDTH`, in, out)."""
    reach = WIDTH // 2 * dilation
    padded = np.pad(x, ((reach, reach), (0, 0)))
    parts = [padded[i * dilation : i * dilation + len(x)] @ kernel[i] for i in range(WIDTH)]
    return np.asarray(np.sum(parts, axis=0), np.float32)


@functools.cache
def _load_weights() -> tuple[Layers, ...]:
    """Return the layers of each network."""
    with (files(__package__) / WEIGHTS_FILE).open("rb") as file, np.load(file, allow_pickle=False) as stored:
        names = {name.split("/", 1)[0] for name in stored.files}
        return tuple(
            {key.split("/", 1)[1]: stored[key].astype(np.float32) for key in stored.files if key.startswith(f"{n}/")}
            for n in sorted(names)
        )
