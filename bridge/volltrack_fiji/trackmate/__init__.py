"""The real TrackMate, with BTrackMate's detector and tracker, in the Java of this process."""

from volltrack_fiji.trackmate.run_trackmate import TrackMateRunSettings, add_trackmate, run, track_in_java

__all__ = ["TrackMateRunSettings", "add_trackmate", "run", "track_in_java"]
