"""Labels that are there already, from another program or an earlier run, in the place of a segmentation."""

from volltrack.segment.given.segmenter import GivenLabels, GivenLabelsSettings

__all__ = ["GivenLabels", "GivenLabelsSettings"]
