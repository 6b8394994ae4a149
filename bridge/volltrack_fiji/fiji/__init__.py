"""A complete Fiji as a place to start from: which folder, which jars and Java, ImageJ patched, and tried for real."""

from volltrack_fiji.fiji.choose_java import choose_java
from volltrack_fiji.fiji.class_path import list_jars
from volltrack_fiji.fiji.named import VARIABLE, make_absolute, name_fiji
from volltrack_fiji.fiji.said import drop_logging

__all__ = ["VARIABLE", "choose_java", "drop_logging", "list_jars", "make_absolute", "name_fiji"]
