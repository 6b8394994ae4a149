"""One table each: of links, tracklets, lineages, spots over time, spectra, displacement, place in the tissue."""

from volltrack.analyse.tables.lineages import lineage_table
from volltrack.analyse.tables.links import LinkMotion, compute_link_motion, link_table
from volltrack.analyse.tables.localisation import localisation_table
from volltrack.analyse.tables.msd import msd_table
from volltrack.analyse.tables.over_time import plot_quantities, quantity_values, spot_table
from volltrack.analyse.tables.spectra import TrackletSpectra, compute_tracklet_spectra
from volltrack.analyse.tables.tracklets import tracklet_table

__all__ = [
    "LinkMotion",
    "TrackletSpectra",
    "compute_link_motion",
    "compute_tracklet_spectra",
    "lineage_table",
    "link_table",
    "localisation_table",
    "msd_table",
    "plot_quantities",
    "quantity_values",
    "spot_table",
    "tracklet_table",
]
