"""The dock widget in which a person corrects tracks; the edits themselves are in `volltrack.edit`."""

from volltrack.apps.napari_plugin.editor.track_editor import TrackEditor

__all__ = ["TrackEditor"]
