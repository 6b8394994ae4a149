"""VollTrack's own linking: each link and division weighed by its likelihood, with settings from the data alone.

``settings`` are what a person may fix and ``estimate`` fills in the rest, ``points`` and ``drift`` prepare the spots,
``model`` and ``step`` say how likely a link is, ``search`` finds the best links and divisions together, ``solve`` is
one pass of it with ``prediction``, and ``links`` is the whole.
"""

from volltrack.link.likelihood.estimate import LineageEstimate, estimate_lineage_settings
from volltrack.link.likelihood.links import link_lineage
from volltrack.link.likelihood.settings import LineageLinkSettings

__all__ = ["LineageEstimate", "LineageLinkSettings", "estimate_lineage_settings", "link_lineage"]
