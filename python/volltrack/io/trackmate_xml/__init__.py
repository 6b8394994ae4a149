"""TrackMate XML: read, check, edit without loss, and write fresh files that TrackMate opens."""

from volltrack.io.trackmate_xml.check import check_trackmate_xml, describe_verdict, is_accepted
from volltrack.io.trackmate_xml.edit import complete_edits, edit_trackmate_xml, name_image
from volltrack.io.trackmate_xml.parse import (
    Declarations,
    FeatureFilter,
    ImageInfo,
    Problem,
    Severity,
    TrackMateDocument,
    TrackMateSettings,
)
from volltrack.io.trackmate_xml.read import read_trackmate_xml
from volltrack.io.trackmate_xml.write import describe_image, write_lineage_xml, write_trackmate_xml

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
    "describe_image",
    "describe_verdict",
    "edit_trackmate_xml",
    "is_accepted",
    "name_image",
    "read_trackmate_xml",
    "write_lineage_xml",
    "write_trackmate_xml",
]
