"""Tables and plots of tracks in a folder, with the settings that made them."""

from volltrack.apps.analysis.analyse_tracks import AnalyseJob
from volltrack.apps.analysis.analysis_input import read_analysis_settings, write_analysis_settings

__all__ = ["AnalyseJob", "read_analysis_settings", "write_analysis_settings"]
