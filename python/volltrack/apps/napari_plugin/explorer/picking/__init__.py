"""Which track a person means: the list of all tracks, searched and sorted, and clicks beside the spots."""

from volltrack.apps.napari_plugin.explorer.picking.pick_spot import find_link_at
from volltrack.apps.napari_plugin.explorer.picking.track_index import TrackIndex, index_tracks
from volltrack.apps.napari_plugin.explorer.picking.track_names import name_tracks
from volltrack.apps.napari_plugin.explorer.picking.track_picker import TrackPicker
from volltrack.apps.napari_plugin.explorer.picking.track_table import TrackKind, TrackTable

__all__ = ["TrackIndex", "TrackKind", "TrackPicker", "TrackTable", "find_link_at", "index_tracks", "name_tracks"]
