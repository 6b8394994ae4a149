"""From cells to tracks in a TrackMate file, and from tracks to tracks."""
