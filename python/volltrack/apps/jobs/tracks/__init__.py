"""From cells to tracks (`link_cells`), and what is done with files of tracks.

`prune_xml`, `check_xml` and `convert_tracks` are jobs, too; `track_sources` says what report, analysis and windows
read: tracks and the images that belong to them (`fit_tracks`, `image_features`).
"""
