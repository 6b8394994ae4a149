"""The plots of the selected track: what they show as values, drawn on the screen, saved as figures and tables."""

from volltrack.apps.napari_plugin.explorer.plots.legend import Legend
from volltrack.apps.napari_plugin.explorer.plots.plot_data import PlotData
from volltrack.apps.napari_plugin.explorer.plots.save_plot import save_figure, save_table
from volltrack.apps.napari_plugin.explorer.plots.track_plots import TrackPlots

__all__ = ["Legend", "PlotData", "TrackPlots", "save_figure", "save_table"]
