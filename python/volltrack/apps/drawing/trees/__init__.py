"""Lineage trees: where each tracklet stands (`layout`), and rows of trees as SVG (`svg`)."""

from volltrack.apps.drawing.trees.layout import TreeLayout, lay_out_trees
from volltrack.apps.drawing.trees.svg import draw_tree_rows

__all__ = ["TreeLayout", "draw_tree_rows", "lay_out_trees"]
