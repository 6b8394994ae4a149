"""Which spot is under the mouse: one rule for selecting, moving, looking and napari's status bar."""

from volltrack.apps.napari_plugin.layers.picking.nearest_spot import find_nearest_disc
from volltrack.apps.napari_plugin.layers.picking.pick_on_layer import let_pick_discs
from volltrack.apps.napari_plugin.layers.picking.view_plane import make_view_plane

__all__ = ["find_nearest_disc", "let_pick_discs", "make_view_plane"]
