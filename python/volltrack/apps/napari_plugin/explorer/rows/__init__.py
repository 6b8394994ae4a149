"""The rows of controls around list and plots: what the canvas shows, distance to a tissue, files that are written."""

from volltrack.apps.napari_plugin.explorer.rows.output_row import OutputRow
from volltrack.apps.napari_plugin.explorer.rows.tissue_row import TissueRow
from volltrack.apps.napari_plugin.explorer.rows.view_row import ViewRow

__all__ = ["OutputRow", "TissueRow", "ViewRow"]
