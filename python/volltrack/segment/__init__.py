"""Segmentation on arrays, a raw frame (Z, Y, X) in, labels out; no files.

A method is a folder: without a network (`classical`), with networks (`vollseg`: VollSeg, StarDist alone, U-Net alone),
labels that are there already (`given`). `segment_movie` runs any of them. How large the cells are is found in `size`,
networks are loaded and asked in `networks` and trained in `train`; the other modules are steps that these share.
"""

from volltrack.segment.classical import ClassicalSettings, estimate_settings
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.seed_pool import SeedPool, pool_seeds
from volltrack.segment.segment_movie import label_movie, segment_frame, segment_frames, segment_movie
from volltrack.segment.watershed import grow_seeds

__all__ = [
    "ClassicalSettings",
    "SeedPool",
    "clean_labels",
    "estimate_settings",
    "grow_seeds",
    "label_movie",
    "pool_seeds",
    "segment_frame",
    "segment_frames",
    "segment_movie",
]
