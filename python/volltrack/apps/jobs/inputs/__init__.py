"""What a job reads: image files with what is said of their calibration, settings, the record of an older run."""
