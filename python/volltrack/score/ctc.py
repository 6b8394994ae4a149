"""Cell Tracking Challenge measures of a lineage against a known truth, through the library traccuracy."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Gt, Interval

from volltrack.errors import BadSettings, BadTable
from volltrack.model import LabelMovie, Lineage
from volltrack.model.settings import NoneMeans, require_fields
from volltrack.score.packages import import_score_package

__all__ = ["ScoreSettings", "TrackingScore", "score_tracking"]


@dataclass(frozen=True, kw_only=True)
class ScoreSettings:
    """How result and truth are matched.

    Parameters
    ----------
    max_distance
        Largest distance between a spot and its true spot, in the unit of the positions, > 0; used where one side has
        no label movie. ``None``: the median radius of the true spots.
    min_iou
        Smallest intersection over union at which two labels are one cell when divisions are judged, 0 < x <= 1.
        0.5 is the usual choice; a cell can then match one other at most.
    max_division_shift_frames
        Divisions found up to this many frames early or late count in ``division_f1_shifted``.
    """

    max_distance: Annotated[float, Gt(0), NoneMeans("for the median radius")] | None = None
    min_iou: Annotated[float, Interval(gt=0, le=1)] = 0.5
    max_division_shift_frames: Annotated[int, Ge(0)] = 1

    def __post_init__(self) -> None:
        require_fields(self)


@dataclass(frozen=True, kw_only=True)
class TrackingScore:
    """Measures between 0 and 1 (1 = perfect); NaN where the truth has nothing to find.

    Parameters
    ----------
    det, tra, lnk
        Cell Tracking Challenge measures of detection, tracking and linking.
    division_precision, division_recall, division_f1
        Divisions whose mother and both daughters are right, in the right frame.
    division_f1_shifted
        The same, up to `ScoreSettings.max_division_shift_frames` early or late.
    n_divisions_true, n_divisions_found
        How many there are in the truth and in the result.
    matched_by
        ``"labels"`` or ``"positions"``.
    """

    det: float
    tra: float
    lnk: float
    division_precision: float
    division_recall: float
    division_f1: float
    division_f1_shifted: float
    n_divisions_true: int
    n_divisions_found: int
    matched_by: str


def score_tracking(
    result: Lineage,
    truth: Lineage,
    settings: ScoreSettings | None = None,
    *,
    result_labels: LabelMovie | None = None,
    truth_labels: LabelMovie | None = None,
) -> TrackingScore:
    """Return the Cell Tracking Challenge measures of `result`.

    Parameters
    ----------
    result, truth
        Lineages with positions in the same unit.
    settings
        See `ScoreSettings`.
    result_labels, truth_labels
        Label movies (T, Z, Y, X) whose values are the ``LABEL`` of the spots. With both, cells are matched by overlap
        as the challenge does (Matula et al. 2015, doi:10.1371/journal.pone.0144959); else by position.

    Raises
    ------
    BadTable
        If the truth has no spots, or ``LABEL`` is missing although label movies are given.
    ShapeMismatch
        If the label movies differ in shape.
    MissingPackage
        If the extra ``score`` is not installed.

    Notes
    -----
    The library wants both label movies in memory: 4 bytes per voxel and movie.
    """
    settings = settings or ScoreSettings()
    if len(truth.spots) == 0:
        raise BadTable("the truth holds no spots: nothing can be scored against it")
    matchers_of, metrics_of = import_score_package("traccuracy.matchers"), import_score_package("traccuracy.metrics")

    by_labels = result_labels is not None and truth_labels is not None
    if result_labels is not None and truth_labels is not None:
        truth_labels.require_same_shape(result_labels)
        matchers = (matchers_of.CTCMatcher(), matchers_of.IOUMatcher(iou_threshold=settings.min_iou, one_to_one=True))
    else:
        result_labels = truth_labels = None
        threshold = settings.max_distance or _median_radius(truth)
        matchers = tuple(matchers_of.PointMatcher(threshold=threshold) for _ in range(2))
    if len(result.spots) == 0:  # the library cannot match nothing; by its formulas all is missed
        n_true = truth.n_divisions
        nothing = np.nan if n_true == 0 else 0.0
        return TrackingScore(
            det=0.0, tra=0.0, lnk=0.0, division_precision=np.nan, division_recall=nothing, division_f1=nothing,
            division_f1_shifted=nothing, n_divisions_true=n_true, n_divisions_found=0,
            matched_by="labels" if by_labels else "positions",
        )  # fmt: skip
    first = int(truth.spots.frames.min())
    n_frames = truth.spots.n_frames - first

    def graph(lineage: Lineage, labels: LabelMovie | None) -> Any:
        return _to_tracking_graph(lineage, labels, first, n_frames)

    def measure(matcher: Any, metric: Any) -> dict[str, Any]:
        with _quiet():
            matched = matcher.compute_mapping(graph(truth, truth_labels), graph(result, result_labels))
            results: dict[str, Any] = metric.compute(matched).results
        return results

    ctc = measure(matchers[0], metrics_of.CTCMetrics())
    divisions = measure(matchers[1], metrics_of.DivisionMetrics(max_frame_buffer=settings.max_division_shift_frames))
    exact, shifted = divisions["Frame Buffer 0"], divisions[f"Frame Buffer {settings.max_division_shift_frames}"]
    return TrackingScore(
        det=float(ctc["DET"]),
        tra=float(ctc["TRA"]),
        lnk=float(ctc["LNK"]),
        division_precision=float(exact["Division Precision"]),
        division_recall=float(exact["Division Recall"]),
        division_f1=float(exact["Division F1"]),
        division_f1_shifted=float(shifted["Division F1"]),
        n_divisions_true=truth.n_divisions,
        n_divisions_found=result.n_divisions,
        matched_by="labels" if by_labels else "positions",
    )


def _median_radius(truth: Lineage) -> float:
    if "RADIUS" not in truth.spots.table.columns:
        raise BadSettings("spots of the truth have no RADIUS: give `max_distance`")
    return float(np.nanmedian(truth.spots.table["RADIUS"].to_numpy(dtype=np.float64)))


def _to_tracking_graph(lineage: Lineage, labels: LabelMovie | None, first: int, n_frames: int) -> Any:
    """Return a traccuracy TrackingGraph; frames count from `first`.

    The library's label matcher takes the first image for the first true frame, so both start there.
    """
    import networkx as nx

    spots = lineage.spots
    graph: Any = nx.DiGraph()
    positions = spots.positions_zyx
    nodes = np.arange(1, len(spots) + 1)  # the library wants numbers > 0, and a TrackMate id may be negative
    has_labels = labels is not None
    if has_labels and "LABEL" not in spots.table.columns:
        raise BadTable("spots have no LABEL column: it must name each spot's value in the label movie")
    values = spots.table["LABEL"].to_numpy(dtype=np.int64) if has_labels else np.zeros(len(spots), np.int64)
    box = _boxes(labels, spots.frames, values) if labels is not None else [None] * len(spots)
    for row, (node, frame) in enumerate(zip(nodes.tolist(), (spots.frames - first).tolist(), strict=True)):
        attributes: dict[str, Any] = {"t": frame, "location": positions[row]}
        if has_labels:
            attributes |= {"segmentation_id": int(values[row]), "bbox": box[row]}
        graph.add_node(node, **attributes)
    graph.add_edges_from(zip(nodes[lineage.source_rows].tolist(), nodes[lineage.target_rows].tolist(), strict=True))
    segmentation: npt.NDArray[np.int32] | None = None
    if labels is not None:
        segmentation = np.stack([labels.frame(t + first).astype(np.int32) for t in range(n_frames)])
    return import_score_package("traccuracy").TrackingGraph(graph, segmentation=segmentation, location_keys="location")


def _boxes(labels: LabelMovie, frames: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> list[Any]:
    """Return each label's box as the library wants it: (z0, y0, x0, z1, y1, x1), end exclusive."""
    import skimage.measure

    regionprops: Any = skimage.measure.regionprops  # has no types of its own
    boxes: list[Any] = [None] * len(frames)
    for t in np.unique(frames):
        found = {region.label: region.bbox for region in regionprops(labels.frame(int(t)).astype(np.int32))}
        for row in np.flatnonzero(frames == t):
            if int(values[row]) not in found:
                raise BadTable(
                    f"spot of frame {t} has LABEL {values[row]}, which is not in that frame of {labels.name}: "
                    "expected the label movie that the spots were measured on"
                )
            boxes[int(row)] = np.array(found[int(values[row])])
    return boxes


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the library's own progress bars and its warnings about empty sums."""
    loaded: list[tuple[str, Any]] = list(sys.modules.items())
    loud = [m for name, m in loaded if name.startswith("traccuracy.") and hasattr(m, "tqdm")]
    bars = [m.tqdm for m in loud]
    logger = logging.getLogger("traccuracy")
    level = logger.level
    for module in loud:
        module.tqdm = _no_bar
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        for module, bar in zip(loud, bars, strict=True):
            module.tqdm = bar


def _no_bar(items: Iterable[Any], *_: Any, **__: Any) -> Iterable[Any]:
    return items
