"""The track explorer: list, plots and lineage tree of tracks, in step with the canvas."""

from volltrack.apps.napari_plugin.explorer.track_explorer import TrackExplorer

__all__ = ["TrackExplorer"]
