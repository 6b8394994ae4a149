"""Lineage trees: where each tracklet stands (`layout`), and rows of trees as SVG (`svg`)."""
