"""VollSeg: what StarDist and U-Net see, joined to cells by seed pool and watershed (spec/vollseg.md); each alone, too.

``network_settings`` name the networks and make the ``segmenters``, ``settings`` say how their outputs become cells;
``predict`` is one frame, ``cells`` what the outputs give, and the others are steps of it.
"""

from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.predict import predict_frame
from volltrack.segment.vollseg.segmenters import DenoiseOnly, StarDistAlone, UnetAlone, VollSeg
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = [
    "DenoiseOnly",
    "NetworkSettings",
    "StarDistAlone",
    "UnetAlone",
    "VollSeg",
    "VollSegSettings",
    "predict_frame",
]
