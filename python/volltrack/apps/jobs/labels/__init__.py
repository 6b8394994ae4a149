"""From a movie to labels, frame by frame, so that an interrupted segmentation goes on where it stopped."""
