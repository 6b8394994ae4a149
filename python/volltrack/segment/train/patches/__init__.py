"""Patches of labelled images: cut, scaled to one size of cells, varied, kept in a file."""

from volltrack.segment.train.patches.augmentation import VARY
from volltrack.segment.train.patches.cut_patches import measure_cell_diameter, scale_pair
from volltrack.segment.train.patches.patch_set import Patches, make_patches, read_patches, write_patches

__all__ = ["VARY", "Patches", "make_patches", "measure_cell_diameter", "read_patches", "scale_pair", "write_patches"]
