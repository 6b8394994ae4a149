"""Cells without a network: denoise, mask, seeds, watershed, join fragments, clean up.

``settings`` make a ``segmenter``, ``estimate`` fills in what they leave open; the other modules are its steps.
"""

from volltrack.segment.classical.estimate import estimate_settings
from volltrack.segment.classical.segmenter import ClassicalSegmenter
from volltrack.segment.classical.settings import ClassicalSettings

__all__ = ["ClassicalSegmenter", "ClassicalSettings", "estimate_settings"]
