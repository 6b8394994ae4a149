"""What each program that writes TIFF means by its numbers: one rule per writer, with its source."""

from volltrack.io.tiff.writers.micromanager import find_micromanager_calibration
from volltrack.io.tiff.writers.resolution import find_resolution
from volltrack.io.tiff.writers.scifio import find_scifio_image

__all__ = ["find_micromanager_calibration", "find_resolution", "find_scifio_image"]
