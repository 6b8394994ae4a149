"""What a job reads: which files (`Sources` and its kinds), how they are opened, what is remembered of them."""

from volltrack.apps.jobs.inputs.content import describe_input
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.movie_sources import MovieSources
from volltrack.apps.jobs.inputs.record import InputRecord
from volltrack.apps.jobs.inputs.sources import Sources, name_file

__all__ = ["ImageOptions", "InputRecord", "MovieSources", "Sources", "describe_input", "name_file"]
