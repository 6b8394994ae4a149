"""Cells without a network: denoise, mask, seeds, watershed, join fragments, clean up."""

from volltrack.segment.classical.estimate import estimate_settings
from volltrack.segment.classical.segment import SegmentResult, segment_frame, segment_movie
from volltrack.segment.classical.settings import ClassicalSettings

__all__ = ["ClassicalSettings", "SegmentResult", "estimate_settings", "segment_frame", "segment_movie"]
