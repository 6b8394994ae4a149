"""Edits of tracks without windows: what a person may do, its steps, and what follows from it."""
