"""The only room that knows Python and the JVM: VollTrack's Java core, called with numpy arrays and tables.

`start_jvm` finds a Java and starts it once per process; every other function does so with the defaults if nobody did.
The functions of `volltrack_fiji.core` compute what `volltrack.measure` and `volltrack.link` compute, in Java; the tests
prove that the results are equal.

Importing the package loads nothing: a name is looked up when it is first used, so that ``volltrack fiji`` starts fast
and tells what is missing where jpype is.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from volltrack_fiji.cells_csv import read_cells_csv_java, write_cells_csv_java
    from volltrack_fiji.core import filter_cells_java, gate_by_tissue_java, measure_labels_java, prune_java
    from volltrack_fiji.errors import ImageTooLarge, JarMissing, JavaError, JvmStartFailed, JvmUnavailable
    from volltrack_fiji.jvm import is_jvm_started, start_jvm

__all__ = [
    "ImageTooLarge",
    "JarMissing",
    "JavaError",
    "JvmStartFailed",
    "JvmUnavailable",
    "filter_cells_java",
    "gate_by_tissue_java",
    "is_jvm_started",
    "measure_labels_java",
    "prune_java",
    "read_cells_csv_java",
    "start_jvm",
    "write_cells_csv_java",
]

_MODULES: Final = {
    "cells_csv": ("read_cells_csv_java", "write_cells_csv_java"),
    "core": ("filter_cells_java", "gate_by_tissue_java", "measure_labels_java", "prune_java"),
    "errors": ("ImageTooLarge", "JarMissing", "JavaError", "JvmStartFailed", "JvmUnavailable"),
    "jvm": ("is_jvm_started", "start_jvm"),
}
"""Where each name of `__all__` is."""


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"volltrack_fiji.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
