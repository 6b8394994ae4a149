"""Search the two thresholds of StarDist on labelled images; the network runs once per image."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Interval, MinLen

from volltrack.errors import BadTable
from volltrack.model.settings import Fraction, require_fields
from volltrack.progress import OnProgress, track_progress
from volltrack.segment.networks.packages import import_matching, quiet_libraries
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.star.candidates import predict_candidates
from volltrack.segment.networks.star.grow_stars import grow_stars
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train.patches import scale_pair
from volltrack.segment.train.training_files import write_json
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
    slack
        The least probability threshold is taken whose accuracy is lower than the best by no more than this, 0 .. 1:
        images that were trained on call for a higher one than new images, of which a network is less sure.
    grow_probs
        Networks for planes: probabilities over which the objects may grow (see
        `volltrack.segment.networks.star.grow_stars`), each 0 < .. < 1; the best is kept, if it is better than none.
    """

    nms_threshs: Annotated[tuple[Fraction, ...], MinLen(1)] = (0.3, 0.4, 0.5)
    taus: Annotated[tuple[Annotated[float, Interval(gt=0, le=1)], ...], MinLen(1)] = (0.3, 0.5, 0.7)
    least_prob: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    steps: Annotated[int, Ge(2)] = 17
    percentiles: tuple[float, float] = (1.0, 99.8)
    slack: Fraction = 0.0
    grow_probs: tuple[Annotated[float, Interval(gt=0, lt=1)], ...] = ()

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
        ``prob``, ``nms`` and the ``accuracy`` reached without growth; ``grow``, where growth is better.

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
        image, truth = _show(network, pair, search)
        counts += _count_matches(network, image, truth, probs, search)
    if counts[..., 0].max() == 0 and counts[..., 2].max() == 0:
        raise BadTable("the images hold no labelled cell: thresholds cannot be searched")
    accuracy = (counts[..., 0] / np.maximum(counts.sum(axis=-1), 1)).mean(axis=-1)
    n = int(np.argmax(accuracy.max(axis=1)))
    p = int(np.argmax(accuracy[n] >= accuracy.max() - search.slack))
    best = {"prob": round(float(probs[p]), 4), "nms": float(search.nms_threshs[n])}
    network.library_model.thresholds = best
    grow = _choose_growth(network, pairs, search, best) if network.n_dim == 2 and search.grow_probs else None
    if write:
        target = network.folder.path / "thresholds.json"
        write_json(target, best, indent=None)
        if grow is not None:
            _note_growth(network.folder.path, grow)
    return best | {"accuracy": float(accuracy[n, p])} | ({} if grow is None else {"grow": grow})


def _show(
    network: StarNetwork, pair: TrainingPair, search: ThresholdSearch
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Return image and labels as the network sees them."""
    raw, truth = pair.load()
    low, high = np.percentile(raw, search.percentiles)
    image = ((raw - low) / max(high - low, 1e-20)).astype(np.float32)
    seen, given = network.folder.cell_diameter_px, network.folder.image_cell_diameter_px
    if seen is not None and given is not None:
        image, truth = scale_pair(image, truth, (seen, given), pair.name)
    return (image[0], truth[0]) if network.n_dim == 2 else (image, truth)


def _choose_growth(
    network: StarNetwork, pairs: Sequence[TrainingPair], search: ThresholdSearch, best: dict[str, float]
) -> float | None:
    """Return the probability over which objects grow best; None where they are best as they are."""
    matching = import_matching()
    how = PredictionSettings(prob_thresh=best["prob"], nms_thresh=best["nms"])
    tried = (None, *search.grow_probs)
    counts = np.zeros((len(tried), len(search.taus), 3))
    for pair in pairs:
        image, truth = _show(network, pair, search)
        found = network.predict(image, how)
        for n, prob in enumerate(tried):
            objects = found.labels[np.newaxis]
            grown = objects if prob is None else grow_stars(objects, found.probability[np.newaxis], prob)
            stats = matching.matching(truth, grown[0], thresh=tuple(search.taus))
            counts[n] += [[s.tp, s.fp, s.fn] for s in stats]
    accuracy = (counts[..., 0] / np.maximum(counts.sum(axis=-1), 1)).mean(axis=-1)
    return tried[int(np.argmax(accuracy))]


def _note_growth(folder: Path, grow: float) -> None:
    """Write the growth into ``volltrack.json``, beside what stands there."""
    file = folder / "volltrack.json"
    note = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    write_json(file, note | {"grow_prob": grow})


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
