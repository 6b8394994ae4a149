"""TrackMate's own linking, link by link: LAP and Kalman trackers, and links by overlap of labels.

``settings`` are TrackMate's, and make one of the ``linkers``; ``candidates``, ``cost`` and ``assignment`` are one step
of the LAP, ``frame_links`` and ``segments`` its two stages, ``kalman`` and ``kalman_links`` its prediction, ``overlap``
its overlap tracker, and ``spot_links`` puts them in their order.
"""

from volltrack.link.trackmate.linkers import KalmanLinker, LapLinker, OverlapLinker
from volltrack.link.trackmate.overlap import link_labels_by_overlap
from volltrack.link.trackmate.settings import LINK_METHODS, LinkSettings
from volltrack.link.trackmate.spot_links import link_spots

__all__ = [
    "LINK_METHODS",
    "KalmanLinker",
    "LapLinker",
    "LinkSettings",
    "OverlapLinker",
    "link_labels_by_overlap",
    "link_spots",
]
