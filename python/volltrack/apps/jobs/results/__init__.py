"""What a job writes: outputs that are looked at and locked before any work, and the steps that are finished."""
