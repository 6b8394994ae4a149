"""VollTrack's own linking: drift, gaps and divisions, with settings from the data alone."""

from __future__ import annotations

import numpy as np

from volltrack.link.likelihood.estimate.settings_from_spots import estimate_model
from volltrack.link.likelihood.points import FramePoints, sort_points
from volltrack.link.likelihood.search import CandidateTable, LineageSolution
from volltrack.link.likelihood.settings import LineageLinkSettings
from volltrack.link.likelihood.solve import solve_points
from volltrack.model import Links, Spots
from volltrack.progress import OnProgress, report_progress

__all__ = ["link_lineage"]

_TASK = "link lineages"


def link_lineage(
    spots: Spots, settings: LineageLinkSettings | None = None, *, on_progress: OnProgress | None = None
) -> Links:
    """Return the most likely links between `spots`, over missed frames and through divisions.

    Parameters
    ----------
    spots
        All spots of a movie, in 3D or, when all lie in one plane, in 2D. Spots with a column ``VISIBILITY`` of 0 get
        no links. The order of the rows does not matter.
    settings
        Values that are not to be estimated; None to estimate all. `estimate_lineage_settings` tells what they are.
    on_progress
        Called before the estimate, before and after linking.

    Returns
    -------
    Links
        Sorted by frame and id of the source. A spot has at most one link in, and at most two out (a division); a spot
        that is taken for a false detection has none. ``LINK_COST`` is the squared distance between the target and
        the place where its source was expected.

    Raises
    ------
    Cancelled
        If `on_progress` asks for it.

    Notes
    -----
    Every spot is explained: it continues a cell, it is the daughter of one, a new cell, or a false detection. The
    explanation of largest likelihood over the whole movie is looked for, not frame by frame, under a model whose
    values the movie itself tells. Time and memory grow in proportion to the number of spots. Known limits: cells
    divide into two and never merge, and the places of daughters are symmetric about the mother's.
    """
    report_progress(on_progress, _TASK, 0, 2)
    points = sort_points(spots)
    model, drift, _statistics = estimate_model(points, settings or LineageLinkSettings())
    report_progress(on_progress, _TASK, 1, 2)
    table, solution = solve_points(points, drift, model)
    links = _to_links(spots, points, table, solution)
    report_progress(on_progress, _TASK, 2, 2)
    return links


def _to_links(spots: Spots, points: FramePoints, table: CandidateTable, solution: LineageSolution) -> Links:
    """Return the solution in ids, with costs."""
    order = np.lexsort((solution.target, solution.source))
    source, target = solution.source[order], solution.target[order]
    n_frames = points.frame[target] - points.frame[source]
    off = table.place[target] - table.place[source] - n_frames[:, None] * table.expected[source]
    ids = spots.ids[points.row]
    return Links.from_arrays(ids[source], ids[target], np.sum(off**2, axis=1))
