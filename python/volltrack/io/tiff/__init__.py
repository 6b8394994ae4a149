"""TIFF movies: ImageJ hyperstacks and OME-TIFF, read and written frame by frame."""

from volltrack.io.tiff.read import TiffInfo, inspect_tiff, read_label_movie, read_movie
from volltrack.io.tiff.write import write_label_movie, write_movie
from volltrack.model import KnownCalibration

__all__ = [
    "KnownCalibration",
    "TiffInfo",
    "inspect_tiff",
    "read_label_movie",
    "read_movie",
    "write_label_movie",
    "write_movie",
]
