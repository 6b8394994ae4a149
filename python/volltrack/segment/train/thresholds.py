"""Search the two thresholds of StarDist on labelled images; the network runs once per image."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Interval, MinLen

from volltrack.errors import BadTable
from volltrack.model.settings import Fraction, require_fields
from volltrack.progress import OnProgress, track_progress
from volltrack.segment.networks.packages import import_matching, quiet_libraries
from volltrack.segment.networks.star.candidates import predict_candidates
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train.patches import scale_pair
from volltrack.segment.train.training_pairs import TrainingPair

__all__ = ["ThresholdSearch", "optimise_thresholds"]


@dataclass(frozen=True, kw_only=True)
class ThresholdSearch:
    """Where the thresholds are looked for.

    Parameters
    ----------
    nms_threshs
        Overlaps that are tried, each 0 .. 1 (StarDist's own choice).
    taus
        The score is the mean accuracy AP over these overlaps with the truth (StarDist's own choice).
    least_prob
        Candidates below it are not kept, 0 < .. < 1.
    steps
        How many probability thresholds are tried for each overlap, >= 2.
    percentiles
        As at prediction.
    """

    nms_threshs: Annotated[tuple[Fraction, ...], MinLen(1)] = (0.3, 0.4, 0.5)
    taus: Annotated[tuple[Annotated[float, Interval(gt=0, le=1)], ...], MinLen(1)] = (0.3, 0.5, 0.7)
    least_prob: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    steps: Annotated[int, Ge(2)] = 17
    percentiles: tuple[float, float] = (1.0, 99.8)

    def __post_init__(self) -> None:
        require_fields(self)


def optimise_thresholds(
    network: StarNetwork,
    pairs: Sequence[TrainingPair],
    search: ThresholdSearch | None = None,
    *,
    write: bool = True,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Return the probability and overlap thresholds of the best mean accuracy, and set them in the network.

    Parameters
    ----------
    network
        StarDist, 2D for images of one plane or 3D for stacks. One that was trained on planes scaled to one size of
        cells sees these scaled by the same factor.
    pairs
        Labelled images that were not trained on (paper: 32 stacks).
    search
        Defaults when not given.
    write
        Whether ``thresholds.json`` of the model folder is written.
    on_progress
        Told after each image.

    Returns
    -------
    dict
        ``prob``, ``nms`` and the ``accuracy`` reached.

    Raises
    ------
    BadTable
        If there are no images, or no cells in them.

    Notes
    -----
    StarDist suppresses candidates in the order of their probability, so a lower threshold only adds objects behind:
    one suppression per overlap at the lowest threshold gives the objects of all higher ones. StarDist's own search
    suppresses anew for each pair of thresholds and keeps all rays of all voxels.
    """
    search = search or ThresholdSearch()
    if not pairs:
        raise BadTable("no labelled images: thresholds cannot be searched")
    probs = np.linspace(search.least_prob, 0.9, search.steps)
    counts = np.zeros((len(search.nms_threshs), len(probs), len(search.taus), 3))
    for pair in track_progress(pairs, on_progress, "search thresholds", len(pairs)):
        raw, truth = pair.load()
        low, high = np.percentile(raw, search.percentiles)
        image = ((raw - low) / max(high - low, 1e-20)).astype(np.float32)
        seen, given = network.folder.cell_diameter_px, network.folder.image_cell_diameter_px
        if seen is not None and given is not None:
            image, truth = scale_pair(image, truth, (seen, given), pair.name)
        if network.n_dim == 2:
            image, truth = image[0], truth[0]
        counts += _count_matches(network, image, truth, probs, search)
    if counts[..., 0].max() == 0 and counts[..., 2].max() == 0:
        raise BadTable("the images hold no labelled cell: thresholds cannot be searched")
    accuracy = (counts[..., 0] / np.maximum(counts.sum(axis=-1), 1)).mean(axis=-1)
    n, p = np.unravel_index(int(np.argmax(accuracy)), accuracy.shape)
    best = {"prob": round(float(probs[p]), 4), "nms": float(search.nms_threshs[n])}
    network.library_model.thresholds = best
    if write:
        target = network.folder.path / "thresholds.json"
        temporary = target.with_name(".thresholds.json")
        temporary.write_text(json.dumps(best), encoding="utf-8")
        os.replace(temporary, target)
    return best | {"accuracy": float(accuracy[n, p])}


def _count_matches(
    network: StarNetwork,
    image: npt.NDArray[np.float32],
    truth: npt.NDArray[np.int32],
    probs: npt.NDArray[np.float64],
    search: ThresholdSearch,
) -> npt.NDArray[np.float64]:
    """Return TP, FP and FN for every pair of thresholds and every tau, (nms, prob, tau, 3)."""
    matching = import_matching()
    model = network.library_model
    counts = np.zeros((len(search.nms_threshs), len(probs), len(search.taus), 3))
    with quiet_libraries():
        found = predict_candidates(model, image, network.choose_tiles(image.shape), search.least_prob)
        for n, nms in enumerate(search.nms_threshs):
            labels, details = model._instances_from_prediction(
                image.shape,
                found.scores,
                found.distances,
                points=found.points,
                prob_thresh=search.least_prob,
                nms_thresh=nms,
            )
            scores = np.asarray(details["prob"])
            for p, prob in enumerate(probs):
                kept = np.append(False, scores > prob)
                stats = matching.matching(truth, _keep(labels, kept), thresh=tuple(search.taus))
                counts[n, p] = [[s.tp, s.fp, s.fn] for s in stats]
    return counts


def _keep(labels: npt.NDArray[Any], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Return the labels without those that are not kept, numbered 1 .. n.

    An object of higher probability covers one of lower probability where both lie, so what a lower threshold adds
    never takes voxels from the others.
    """
    numbers = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    return np.asarray(numbers[labels])
