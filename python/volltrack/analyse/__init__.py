"""Numbers per link, tracklet and track, as tables whose columns and units `QUANTITIES` declares."""

from volltrack.analyse.boundary_distance import BoundarySettings, boundary_distance
from volltrack.analyse.quantity import QUANTITIES, Quantity, describe_column, unit_of_dimension
from volltrack.analyse.spectrum import Spectrum, SpectrumSettings, compute_spectrum
from volltrack.analyse.tables.lineages import lineage_table
from volltrack.analyse.tables.links import link_table
from volltrack.analyse.tables.localisation import localisation_table
from volltrack.analyse.tables.msd import msd_table
from volltrack.analyse.tables.over_time import plot_quantities, quantity_values, spot_table
from volltrack.analyse.tables.spectra import TrackletSpectra, compute_tracklet_spectra
from volltrack.analyse.tables.tracklets import tracklet_table
from volltrack.analyse.tracklets import Tracklets
from volltrack.analyse.trackmate.edge_features import edge_features, spot_times
from volltrack.analyse.trackmate.track_features import track_features

__all__ = [
    "QUANTITIES",
    "BoundarySettings",
    "Quantity",
    "Spectrum",
    "SpectrumSettings",
    "TrackletSpectra",
    "Tracklets",
    "boundary_distance",
    "compute_spectrum",
    "compute_tracklet_spectra",
    "describe_column",
    "edge_features",
    "lineage_table",
    "link_table",
    "localisation_table",
    "msd_table",
    "plot_quantities",
    "quantity_values",
    "spot_table",
    "spot_times",
    "track_features",
    "tracklet_table",
    "unit_of_dimension",
]
