"""Values of the likelihood model from the spots of a movie: first solutions, what they count, and what follows."""

from volltrack.link.likelihood.estimate.settings_from_spots import LineageEstimate, estimate_lineage_settings

__all__ = ["LineageEstimate", "estimate_lineage_settings"]
