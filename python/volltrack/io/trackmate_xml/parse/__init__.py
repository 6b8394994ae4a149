"""A TrackMate file taken apart in one streaming pass: bytes to elements, elements to tables, and what was odd in them.

``source`` is the bytes, ``scan`` the pass, ``spots``, ``tracks`` and ``declarations`` the tables, ``settings`` the
rest, ``problem`` and ``findings`` what can be said of it, ``document`` the whole in memory.
"""

from volltrack.io.trackmate_xml.parse.declarations import Declarations
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.parse.problem import Problem, Severity
from volltrack.io.trackmate_xml.parse.settings import FeatureFilter, ImageInfo, TrackMateSettings

__all__ = [
    "Declarations",
    "FeatureFilter",
    "ImageInfo",
    "Problem",
    "Severity",
    "TrackMateDocument",
    "TrackMateSettings",
]
