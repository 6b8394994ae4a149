"""VollSeg: what StarDist and U-Net see, joined to cells by seed pool and watershed (spec/vollseg.md)."""

from volltrack.segment.vollseg.predict import VollSegResult, predict_frame, predict_frames, predict_movie
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["VollSegResult", "VollSegSettings", "predict_frame", "predict_frames", "predict_movie"]
