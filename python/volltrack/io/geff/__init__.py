"""GEFF, the graph exchange format of the tracking community and main file of TrackMate 9: read and written."""

from volltrack.io.geff.read import GeffFile, read_geff
from volltrack.io.geff.write import write_geff

__all__ = ["GeffFile", "read_geff", "write_geff"]
