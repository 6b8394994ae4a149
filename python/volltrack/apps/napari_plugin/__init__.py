"""The napari plugin: tracks as layers, a track explorer, editing; the only room that imports napari and Qt."""
