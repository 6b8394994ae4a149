"""What TrackMate would refuse in a file, or lose without a word; reading takes the same pass (``gather``)."""

from volltrack.io.trackmate_xml.check.check_file import check_trackmate_xml, describe_verdict, is_accepted

__all__ = ["check_trackmate_xml", "describe_verdict", "is_accepted"]
