"""VollTrack's own linker, the likelihood linker: drift, gaps and divisions, with settings from the data alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.link.likelihood.estimate.settings_from_spots import describe_estimate, estimate_drift_of, estimate_model
from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints, sort_points
from volltrack.link.likelihood.search import CandidateTable, LikelihoodSolution
from volltrack.link.likelihood.settings import LikelihoodLinkSettings
from volltrack.link.likelihood.solve import solve_points
from volltrack.model import LabelMovie, Links, Spots
from volltrack.model.methods import Linker
from volltrack.progress import OnProgress, report_progress

__all__ = ["LikelihoodLinker", "link_by_likelihood"]

_TASK = "link lineages"


@dataclass(frozen=True, kw_only=True)
class _Drift:
    """The drift of each frame, float64 (T, D), and the places of the spots that it was estimated from, as a digest."""

    per_frame: npt.NDArray[np.float64]
    digest: bytes

    def fits(self, points: FramePoints) -> bool:
        """Whether it was estimated from these points."""
        return self.digest == _digest(points)


@dataclass(frozen=True, kw_only=True)
class LikelihoodLinker(Linker):
    """Each link and division weighed by its likelihood, over the whole movie.

    Parameters
    ----------
    settings
        Values that are not to be estimated; all of them when it is ready.
    report
        What `prepare` estimated, and from what; empty when nothing was left open.
    drift
        Of each frame of the spots that it was prepared for; others get their own.

    Notes
    -----
    Every spot is explained: it continues a cell, it is the daughter of one, a new cell, or a false detection. The
    explanation of largest likelihood over the whole movie is looked for, not frame by frame, under a model whose
    values the movie itself tells. Time and memory grow in proportion to the number of spots. Known limits: cells
    divide into two and never merge, and the places of daughters are symmetric about the mother's.
    """

    settings: LikelihoodLinkSettings
    report: tuple[str, ...] = ()
    drift: _Drift | None = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """Which linker."""
        return "likelihood linker"

    def prepare(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Self:
        """Return it with every value that is open estimated from the spots; see `Linker.prepare`."""
        report_progress(on_progress, _TASK, 0, 2)
        points = sort_points(spots)
        model, drift, statistics = estimate_model(points, self.settings)
        report = () if self.settings.is_complete else describe_estimate(model, statistics)
        report_progress(on_progress, _TASK, 1, 2)
        found = _Drift(per_frame=drift, digest=_digest(points))
        return replace(self, settings=model.to_settings(), report=report, drift=found)

    def link(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Links:
        """Return the most likely links between `spots`, over missed frames and through divisions.

        Parameters
        ----------
        spots
            All spots of a movie, in 3D or, when all lie in one plane, in 2D. Spots with a column ``VISIBILITY`` of 0
            get no links. The order of the rows does not matter.
        labels
            Not used.
        on_progress
            Called before and after.

        Returns
        -------
        Links
            Sorted by frame and id of the source. A spot has at most one link in, and at most two out (a division); a
            spot that is taken for a false detection has none. ``LINK_COST`` is the squared distance between the target
            and the place where its source was expected.

        Raises
        ------
        BadValue
            It is not ready.
        Cancelled
            If `on_progress` asks for it.
        """
        if not self.settings.is_complete:
            raise BadValue(f"{self.title}: not ready; expected a call of prepare(spots), and what it returns")
        report_progress(on_progress, _TASK, 1, 2)
        points = sort_points(spots)
        model = LikelihoodModel.of(self.settings)
        known = self.drift is not None and self.drift.fits(points)
        drift = self.drift.per_frame if known and self.drift else estimate_drift_of(points, self.settings)
        table, solution = solve_points(points, drift, model)
        links = _to_links(spots, points, table, solution)
        report_progress(on_progress, _TASK, 2, 2)
        return links


def link_by_likelihood(
    spots: Spots, settings: LikelihoodLinkSettings | None = None, *, on_progress: OnProgress | None = None
) -> Links:
    """Return the most likely links between `spots`: a `LikelihoodLinker` prepared for them, and run.

    Parameters
    ----------
    spots
        See `LikelihoodLinker.link`.
    settings
        Values that are not to be estimated; None to estimate all. `estimate_likelihood_settings` tells what they are.
    on_progress
        Called before the estimate, before and after linking.

    Raises
    ------
    Cancelled
        If `on_progress` asks for it.
    """
    ready = LikelihoodLinker(settings=settings or LikelihoodLinkSettings()).prepare(spots, on_progress=on_progress)
    return ready.link(spots, on_progress=on_progress)


def _digest(points: FramePoints) -> bytes:
    """Return what tells the places of spots from others."""
    found = hashlib.blake2b(points.first.tobytes(), digest_size=16)
    found.update(np.ascontiguousarray(points.position).tobytes())
    return found.digest()


def _to_links(spots: Spots, points: FramePoints, table: CandidateTable, solution: LikelihoodSolution) -> Links:
    """Return the solution in ids, with costs."""
    order = np.lexsort((solution.target, solution.source))
    source, target = solution.source[order], solution.target[order]
    n_frames = points.frame[target] - points.frame[source]
    off = table.place[target] - table.place[source] - n_frames[:, None] * table.expected[source]
    ids = spots.ids[points.row]
    return Links.from_arrays(ids[source], ids[target], np.sum(off**2, axis=1))
