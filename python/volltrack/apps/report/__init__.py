"""One HTML page that shows tracks to a person and needs nothing else."""

from volltrack.apps.report.report_tracks import ReportJob

__all__ = ["ReportJob"]
