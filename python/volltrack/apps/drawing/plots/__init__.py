"""Plots of numbers per spot, link and tracklet: drawn on given axes (`axes`), and those of an analysis."""
