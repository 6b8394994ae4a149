"""What napari calls, by the names in napari.yaml: readers, writers, sample data, dock widgets."""
