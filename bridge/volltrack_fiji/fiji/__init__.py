"""A Fiji on the disk: which folder is meant, what is in it, and which Java it needs; nothing here starts one."""

from volltrack_fiji.fiji.choose_java import choose_java
from volltrack_fiji.fiji.class_path import list_jars
from volltrack_fiji.fiji.folder import PROPERTIES_NAME, FijiFolder, needed_java, open_fiji, require_trackmate
from volltrack_fiji.fiji.imagej import is_maven_coordinates, require_imagej
from volltrack_fiji.fiji.jar_version import Jar, read_jar
from volltrack_fiji.fiji.named import VARIABLE, make_absolute, name_fiji
from volltrack_fiji.fiji.said import drop_logging
from volltrack_fiji.fiji.trackmate_jars import find_trackmate_jars, require_java_for

__all__ = [
    "PROPERTIES_NAME",
    "VARIABLE",
    "FijiFolder",
    "Jar",
    "choose_java",
    "drop_logging",
    "find_trackmate_jars",
    "is_maven_coordinates",
    "list_jars",
    "make_absolute",
    "name_fiji",
    "needed_java",
    "open_fiji",
    "read_jar",
    "require_imagej",
    "require_java_for",
    "require_trackmate",
]
