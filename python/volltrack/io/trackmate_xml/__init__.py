"""TrackMate XML: read, check, edit without loss, and write fresh files that TrackMate opens."""

from volltrack.io.trackmate_xml.check import check_trackmate_xml, describe_verdict, is_accepted
from volltrack.io.trackmate_xml.declarations import Declarations
from volltrack.io.trackmate_xml.document import TrackMateDocument
from volltrack.io.trackmate_xml.edit import edit_trackmate_xml
from volltrack.io.trackmate_xml.edit_values import complete_edits
from volltrack.io.trackmate_xml.problem import Problem, Severity
from volltrack.io.trackmate_xml.read import read_trackmate_xml
from volltrack.io.trackmate_xml.settings import FeatureFilter, ImageInfo, TrackMateSettings
from volltrack.io.trackmate_xml.write import write_lineage_xml, write_trackmate_xml

__all__ = [
    "Declarations",
    "FeatureFilter",
    "ImageInfo",
    "Problem",
    "Severity",
    "TrackMateDocument",
    "TrackMateSettings",
    "check_trackmate_xml",
    "complete_edits",
    "describe_verdict",
    "edit_trackmate_xml",
    "is_accepted",
    "read_trackmate_xml",
    "write_lineage_xml",
    "write_trackmate_xml",
]
