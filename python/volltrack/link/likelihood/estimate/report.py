"""Estimated settings in words."""

from __future__ import annotations

from collections.abc import Iterator

from volltrack.link.likelihood.estimate.fit import FEW_LINKS
from volltrack.link.likelihood.estimate.statistics import LikelihoodStatistics
from volltrack.link.likelihood.estimate.symmetry import estimate_sister_share
from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.prediction import LEAST_PERSISTENCE
from volltrack.model.counted import counted

__all__ = ["describe_model"]


def describe_model(model: LikelihoodModel, statistics: LikelihoodStatistics) -> Iterator[str]:
    """Yield a line for each value of `model` and what it rests on."""
    sigma = ", ".join(f"{s:.3g}" for s in model.step_sigma_zyx)
    drift = ", ".join(f"{d:.3g}" for d in model.drift_zyx)
    yield f"drift_zyx = {drift} a frame on average; each frame has its own"
    share, _error = estimate_sister_share(statistics.cosine, model, statistics.step.shape[1])
    share = min(max(share, 0.0), 1.0)
    n_starts = len(statistics.cosine)
    sisters = f"of {counted(n_starts, 'start')} of tracks {share:.0%} look like sisters"
    if n_starts == 0:
        sisters = "no track starts beside another, so that none is known to look like a sister"
    few = " (too few: the guess was kept)" if len(statistics.step) < FEW_LINKS else ""
    yield f"step_sigma_zyx = {sigma}: from {counted(len(statistics.step), 'link')} of one frame{few}"
    yield f"step_tail = {model.step_tail:g}: 1000 is normal, 3 has many large steps"
    pairs = counted(len(statistics.successive), "pair")
    yield f"gap_variance_growth = {model.gap_variance_growth:.2f}: from {pairs} of steps"
    used = "used" if model.persistence > LEAST_PERSISTENCE else "not used for prediction"
    yield f"persistence = {model.persistence:.2f}: {used}"
    yield f"local_flow = {str(model.local_flow).lower()}: neighbours explain {statistics.explained_share:.0%} of a step"
    seen = f"{statistics.n_missed} of {counted(statistics.n_states, 'frame')} that cells went through"
    yield f"missed_rate = {model.missed_rate:.3g}: {seen}"
    alone = f"{statistics.n_isolated} of {counted(statistics.n_could_be_isolated, 'spot')} stand alone"
    yield f"false_rate = {model.false_rate:.3g}: {alone}"
    ends = f"{counted(statistics.n_ends, 'end')}, {counted(statistics.n_could_end, 'spot')}"
    yield f"end_rate = {model.end_rate:.3g}: {ends}"
    starts = f"{counted(statistics.n_starts, 'start')}, {counted(statistics.n_could_start, 'spot')}"
    yield f"appearance_rate = {model.appearance_rate:.3g}: {starts}"
    yield f"division_rate = {model.division_rate:.3g}: {counted(statistics.n_divisions, 'division')}; {sisters}"
    yield f"division_offset = {model.division_offset:.3g}, division_sigma = {model.division_sigma:.3g}"
    yield f"spot_density = {model.spot_density:.3g}: from the distance of nearest neighbours"
