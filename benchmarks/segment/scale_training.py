"""The training of `volltrack.segment.size.scale_network`: TensorFlow here, plain NumPy where it is used."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from volltrack.segment.size.scale_curves import CHANNELS, STEPS_AN_OCTAVE
from volltrack.segment.size.scale_network import DILATIONS, WIDTH

__all__ = ["Examples", "place_of", "train_network"]

Floats = npt.NDArray[np.float32]

FILTERS = 32
_BATCH = 64
_LEARNING_RATE, _DECAY, _DROPOUT, _NOISE = 3e-3, 1e-4, 0.1, 0.05
_SPREAD = 0.55
"""Standard deviation of the wanted probability, in steps between diameters."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Curves with what they tell.

    Parameters
    ----------
    values
        float32 (N, S, `CHANNELS`), 0 beyond the diameters of an image.
    lengths
        int (N,): number of diameters.
    places
        float (N,): the true diameter as `place_of` gives it; NaN where there is no cell.
    weights
        float (N,): how much each counts.
    """

    values: Floats
    lengths: npt.NDArray[np.int64]
    places: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def place_of(diameter: float, smallest: float) -> float:
    """Return the index of a diameter among those from the smallest on."""
    return STEPS_AN_OCTAVE * math.log2(diameter / smallest)


def train_network(examples: Examples, seed: int, epochs: int) -> dict[str, Floats]:
    """Return the layers of one network, in the names of `scale_network`; the same for the same seed."""
    rng = np.random.default_rng(seed)
    tf.random.set_seed(seed)
    n_scales = examples.values.shape[1]
    mask = (np.arange(n_scales) < examples.lengths[:, None]).astype(np.float32)
    wanted = _want(examples, n_scales)
    counted = mask[..., None] / mask.sum()
    mean = (examples.values * counted).sum(axis=(0, 1))
    deviation = np.sqrt((np.square(examples.values - mean) * counted).sum(axis=(0, 1))) + np.float32(1e-3)
    values = ((examples.values - mean) / deviation * mask[..., None]).astype(np.float32)
    layers = _make_layers(rng)
    variables = list(layers.values())
    optimiser = tf.keras.optimizers.Adam(_LEARNING_RATE)
    optimiser.build(variables)

    @tf.function
    def step(x: tf.Tensor, m: tf.Tensor, y: tf.Tensor, w: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            each = tf.nn.softmax_cross_entropy_with_logits(y, _give_logits(layers, x, m))
            loss = tf.reduce_sum(each * w) / tf.reduce_sum(w)
            loss += _DECAY * sum(tf.nn.l2_loss(v) for v in variables if len(v.shape) > 1)
        optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    batches = len(values) // _BATCH
    weights = examples.weights.astype(np.float32)
    for number in range(epochs * batches):
        if number % batches == 0:
            order = rng.permutation(len(values))
        optimiser.learning_rate.assign(0.5 * _LEARNING_RATE * (1 + math.cos(math.pi * number / (epochs * batches))))
        at = order[number % batches * _BATCH :][:_BATCH]
        step(values[at], mask[at], wanted[at], weights[at])
    done = {name: variable.numpy() for name, variable in layers.items()}
    done |= {"mean": mean, "deviation": deviation, "score": done["score"][:, 0], "none": done["none"][:, 0]}
    return {name: np.asarray(layer, np.float32) for name, layer in done.items()}


def _want(examples: Examples, n_scales: int) -> Floats:
    """Return the wanted probabilities, (N, S + 1); sizes beyond the ends count as those of the ends."""
    scales = np.arange(n_scales)
    inside = scales < examples.lengths[:, None]
    places = np.clip(examples.places, 0, examples.lengths - 1)
    wanted = np.exp(-0.5 * ((scales - np.nan_to_num(places)[:, None]) / _SPREAD) ** 2) * inside
    wanted *= np.isfinite(places)[:, None] / wanted.sum(axis=1, keepdims=True)
    return np.concatenate([wanted, np.isnan(places)[:, None]], axis=1).astype(np.float32)


def _make_layers(rng: np.random.Generator) -> dict[str, tf.Variable]:
    """Return the layers before training."""
    n = FILTERS
    shapes = {"kernel0": (WIDTH, CHANNELS, n)} | {f"kernel{i}": (WIDTH, n, n) for i in range(1, len(DILATIONS))}
    shapes |= {"context": (2 * n, n), "joint": (n, n), "joint_context": (n, n), "score": (n, 1), "none": (n, 1)}
    layers = {
        name: tf.Variable(rng.normal(0, math.sqrt(2 / math.prod(shape[:-1])), shape).astype(np.float32))
        for name, shape in shapes.items()
    }
    zeros = [*(f"bias{i}" for i in range(len(DILATIONS))), "context_bias", "joint_bias"]
    layers |= {name: tf.Variable(np.zeros(n, np.float32)) for name in zeros}
    return layers | {"none_bias": tf.Variable(np.zeros(1, np.float32))}


def _give_logits(layers: dict[str, tf.Variable], x: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Return what the network says in training, (N, S + 1)."""
    m = mask[..., None]
    x = (x + _NOISE * tf.random.normal(tf.shape(x))) * m
    for number, dilation in enumerate(DILATIONS):
        y = tf.nn.conv1d(x, layers[f"kernel{number}"], 1, "SAME", dilations=dilation)
        y = tf.nn.dropout(tf.nn.relu(y + layers[f"bias{number}"]) * m, _DROPOUT)
        x = y if number == 0 else x + y
    largest = tf.reduce_max(x - 1e3 * (1 - m), axis=1)
    pooled = tf.concat([tf.reduce_sum(x, axis=1) / tf.reduce_sum(m, axis=1), largest], axis=1)
    context = tf.nn.dropout(tf.nn.relu(pooled @ layers["context"] + layers["context_bias"]), _DROPOUT)
    joint = x @ layers["joint"] + (context @ layers["joint_context"])[:, None] + layers["joint_bias"]
    score = (tf.nn.dropout(tf.nn.relu(joint), _DROPOUT) @ layers["score"])[..., 0] - 1e4 * (1 - mask)
    return tf.concat([score, context @ layers["none"] + layers["none_bias"]], axis=1)
