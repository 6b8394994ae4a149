"""Values of the likelihood model from the spots of a movie: first solutions, what they count, and what follows."""

from volltrack.link.likelihood.estimate.settings_from_spots import LikelihoodEstimate, estimate_likelihood_settings

__all__ = ["LikelihoodEstimate", "estimate_likelihood_settings"]
