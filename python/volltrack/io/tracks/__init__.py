"""What is made of lineages after reading: whose times hold, what TrackMate hides; import the modules."""
