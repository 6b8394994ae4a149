"""The functions of `import volltrack as vt`: a movie to lineages in memory, and files to values and back."""

from volltrack.edit import edit_tracks as edit
from volltrack.front_door.images import open_labels, open_movie
from volltrack.front_door.steps import analyse, measure, segment, track
from volltrack.front_door.tracks import read_tracks, write_tracks

__all__ = [
    "analyse",
    "edit",
    "measure",
    "open_labels",
    "open_movie",
    "read_tracks",
    "segment",
    "track",
    "write_tracks",
]
