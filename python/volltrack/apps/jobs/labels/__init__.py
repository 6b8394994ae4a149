"""From a movie to labels (`segment_movie`) and from labels to a table of cells (`measure_labels`).

Frames are kept as they are made, so that an interrupted segmentation goes on where it stopped.
"""
