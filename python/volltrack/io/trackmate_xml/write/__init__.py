"""Fresh files that TrackMate opens: ``model`` and ``settings`` are their two halves, ``table`` what they need."""

from volltrack.io.trackmate_xml.write.image import describe_image
from volltrack.io.trackmate_xml.write.write_file import format_lineage_xml, write_lineage_xml, write_trackmate_xml

__all__ = ["describe_image", "format_lineage_xml", "write_lineage_xml", "write_trackmate_xml"]
