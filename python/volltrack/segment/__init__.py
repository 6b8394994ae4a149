"""Segmentation on arrays, a raw frame (Z, Y, X) in, labels out; no files.

Without a network (`classical`), with networks (`vollseg`, from `networks`), how large the cells are (`size`), training
(`train`); the other modules are steps that these share.
"""

from volltrack.segment.classical import (
    ClassicalSettings,
    SegmentResult,
    estimate_settings,
    segment_frame,
    segment_movie,
)
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.seed_pool import SeedPool, pool_seeds
from volltrack.segment.watershed import grow_seeds

__all__ = [
    "ClassicalSettings",
    "SeedPool",
    "SegmentResult",
    "clean_labels",
    "estimate_settings",
    "grow_seeds",
    "pool_seeds",
    "segment_frame",
    "segment_movie",
]
