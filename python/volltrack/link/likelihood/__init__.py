"""The likelihood linker, VollTrack's own: each link and division weighed by its likelihood, settings from the data.

``settings`` are what a person may fix and ``estimate`` fills in the rest, ``points`` and ``drift`` prepare the spots,
``model`` and ``step`` say how likely a link is, ``search`` finds the best links and divisions together, ``solve`` is
one pass of it with ``prediction``, and ``linker`` is the whole.
"""

from volltrack.link.likelihood.estimate import LikelihoodEstimate, estimate_likelihood_settings
from volltrack.link.likelihood.linker import LikelihoodLinker, link_by_likelihood
from volltrack.link.likelihood.settings import LikelihoodLinkSettings

__all__ = [
    "LikelihoodEstimate",
    "LikelihoodLinkSettings",
    "LikelihoodLinker",
    "estimate_likelihood_settings",
    "link_by_likelihood",
]
