"""The only room that knows Python and the JVM: VollTrack's Java core, TrackMate and Fiji, called from Python.

`start_jvm` finds a Java and starts it once per process; every other function does so with the defaults if nobody did.

- `core`: the Java core on arrays and tables; computes what `volltrack.measure` and `volltrack.link` compute, and the
  tests prove that the results are equal
- `trackmate`: the real TrackMate on a label movie (``volltrack link --engine trackmate``, which `engine` answers)
- `gateway`: a full Fiji in this process
- `macros`: one macro in a Fiji of its own process
- `installation`: BTrackMate put into a Fiji, and what is missing there (``volltrack fiji``, which `cli` reads)
- `convert`, `fiji`, `jvm`: what these stand on: values <-> Java, a Fiji on the disk, the Java of this process

Importing the package loads nothing: a name is looked up when it is first used, so that ``volltrack fiji`` starts fast
and tells what is missing where jpype is.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack_fiji.core import (
        filter_cells_java,
        gate_by_tissue_java,
        measure_labels_java,
        prune_java,
        read_cells_csv_java,
        write_cells_csv_java,
    )
    from volltrack_fiji.errors import ImageTooLarge, JarMissing, JavaError, JvmStartFailed, JvmUnavailable
    from volltrack_fiji.gateway import open_gateway
    from volltrack_fiji.jvm import is_jvm_started, start_jvm
    from volltrack_fiji.macros import run_macro

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
    "open_gateway",
    "prune_java",
    "read_cells_csv_java",
    "run_macro",
    "start_jvm",
    "write_cells_csv_java",
]

__getattr__ = look_up_in(
    __name__,
    {
        "core": (
            "filter_cells_java",
            "gate_by_tissue_java",
            "measure_labels_java",
            "prune_java",
            "read_cells_csv_java",
            "write_cells_csv_java",
        ),
        "errors": ("ImageTooLarge", "JarMissing", "JavaError", "JvmStartFailed", "JvmUnavailable"),
        "gateway": ("open_gateway",),
        "jvm": ("is_jvm_started", "start_jvm"),
        "macros": ("run_macro",),
    },
)
