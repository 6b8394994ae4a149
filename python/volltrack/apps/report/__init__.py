"""One HTML page that shows tracks to a person and needs nothing else."""
