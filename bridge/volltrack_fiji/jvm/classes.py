"""Every Java class that VollTrack's Python uses, each imported when it is first touched."""

from __future__ import annotations

from typing import Any

from volltrack_fiji.jvm.java_package import jpype
from volltrack_fiji.jvm.start import start_jvm

__all__ = ["JavaClasses", "TrackMateClasses"]


class _Imported:
    """A class attribute that becomes a Java class when it is first read; this starts the JVM if need be."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: Any = None

    def __get__(self, instance: object, owner: type) -> Any:
        if self._found is None:
            start_jvm()
            self._found = jpype.JClass(self._name)
        return self._found


def _core(name: str) -> _Imported:
    return _Imported(f"io.github.volltrack.core.{name}")


class JavaClasses:
    """The Java surface in use, to be read in one place: ``JavaClasses.LabelMeasurer.measure(...)``."""

    BufferLabelImage = _core("image.BufferLabelImage")
    CellFilter = _core("filter.CellFilter")
    CellFilterSettings = _core("filter.CellFilterSettings")
    CellTable = _core("table.CellTable")
    CellsCsvReader = _core("table.CellsCsvReader")
    CellsCsvWriter = _core("table.CellsCsvWriter")
    LabelMeasurer = _core("measure.LabelMeasurer")
    LengthUnit = _core("prune.LengthUnit")
    PruneSettings = _core("prune.PruneSettings")
    TimedGraph = _core("prune.TimedGraph")
    TissueGate = _core("tissue.TissueGate")
    TissueSettings = _core("tissue.TissueSettings")
    TrackletPruner = _core("prune.TrackletPruner")
    VoxelSize = _core("image.VoxelSize")
    VoxelType = _core("image.VoxelType")

    Arrays = _Imported("java.util.Arrays")
    Boolean = _Imported("java.lang.Boolean")
    Double = _Imported("java.lang.Double")
    File = _Imported("java.io.File")
    HashMap = _Imported("java.util.HashMap")
    Integer = _Imported("java.lang.Integer")
    Paths = _Imported("java.nio.file.Paths")
    String = _Imported("java.lang.String")
    System = _Imported("java.lang.System")
    Thread = _Imported("java.lang.Thread")


class TrackMateClasses:
    """What needs TrackMate and BTrackMate's plug-ins on the class path; see `volltrack_fiji.trackmate`."""

    LabelDetectorSettings = _Imported("io.github.volltrack.fiji.detect.LabelDetectorSettings")
    PruningTrackerFactory = _Imported("io.github.volltrack.fiji.track.PruningTrackerFactory")
    TrackMateSession = _Imported("io.github.volltrack.fiji.session.TrackMateSession")

    DisplaySettingsIO = _Imported("fiji.plugin.trackmate.gui.displaysettings.DisplaySettingsIO")
    FloatProcessor = _Imported("ij.process.FloatProcessor")
    ImagePlus = _Imported("ij.ImagePlus")
    ImageStack = _Imported("ij.ImageStack")
    Logger = _Imported("fiji.plugin.trackmate.Logger")
    ShortProcessor = _Imported("ij.process.ShortProcessor")
    TrackMate = _Imported("fiji.plugin.trackmate.TrackMate")
