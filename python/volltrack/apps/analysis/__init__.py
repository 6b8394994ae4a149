"""Analyses of tracks as folders of tables and plots."""
