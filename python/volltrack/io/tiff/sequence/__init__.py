"""A folder of TIFF files, or a pattern of their names, read as one movie."""

from volltrack.io.tiff.sequence.read import inspect_sequence, read_sequence_labels, read_sequence_movie

__all__ = ["inspect_sequence", "read_sequence_labels", "read_sequence_movie"]
