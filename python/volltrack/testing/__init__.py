"""Movies, clouds of spots and lineages with known truth, each from a seed, for tests of your own and for benchmarks."""

from volltrack.testing.clouds import Cloud, CloudSettings, make_cloud
from volltrack.testing.dense_tissue import DenseTissue, DenseTissueSettings, make_dense_tissue
from volltrack.testing.lineages import LineageShape, make_random_lineage
from volltrack.testing.pulsing_tissue import PulsingSettings, PulsingTissue, make_pulsing_tissue
from volltrack.testing.synthetic import SyntheticMovie, SyntheticSettings, make_tissue_movie

__all__ = [
    "Cloud",
    "CloudSettings",
    "DenseTissue",
    "DenseTissueSettings",
    "LineageShape",
    "PulsingSettings",
    "PulsingTissue",
    "SyntheticMovie",
    "SyntheticSettings",
    "make_cloud",
    "make_dense_tissue",
    "make_pulsing_tissue",
    "make_random_lineage",
    "make_tissue_movie",
]
