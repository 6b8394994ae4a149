"""Tables and plots of tracks in a folder, with the settings that made them."""
