"""Settings of Python to those of Java, field by field."""

from __future__ import annotations

from typing import Any

from volltrack.link.prune.settings import PruneSettings
from volltrack.measure.cell_filter import CellFilterSettings
from volltrack.model import VoxelSize
from volltrack_fiji.convert.arrays import to_java_ints
from volltrack_fiji.jvm import JavaClasses

__all__ = ["to_java_filter_settings", "to_java_prune_settings", "to_java_tissue_settings", "to_java_voxel_size"]


def to_java_voxel_size(voxel_size: VoxelSize) -> Any:
    """Return a Java ``VoxelSize``."""
    return JavaClasses.VoxelSize(*map(float, voxel_size.zyx))


def to_java_prune_settings(settings: PruneSettings) -> Any:
    """Return a Java ``PruneSettings``."""
    unit = JavaClasses.LengthUnit.FRAMES if settings.unit == "frames" else JavaClasses.LengthUnit.TIME
    return (
        JavaClasses.PruneSettings.shorterThan(float(settings.min_tracklet_length), unit)
        .withLeafTracklets(settings.leaf_tracklets)
        .withWholeTracks(settings.whole_tracks)
        .withRootTracklets(settings.root_tracklets)
    )


def to_java_tissue_settings(*, border_is_surface: bool, tissue_labels: tuple[int, ...]) -> Any:
    """Return a Java ``TissueSettings``."""
    settings = JavaClasses.TissueSettings.defaults().withBorderAsSurface(border_is_surface)
    return settings.withTissueLabels(to_java_ints(tissue_labels))


def to_java_filter_settings(settings: CellFilterSettings) -> Any:
    """Return a Java ``CellFilterSettings``."""
    java = JavaClasses.CellFilterSettings.builder()
    if settings.min_volume is not None:
        java.minVolume(float(settings.min_volume))
    if settings.max_volume is not None:
        java.maxVolume(float(settings.max_volume))
    if settings.min_mean_intensity is not None:
        java.minMeanIntensity(float(settings.min_mean_intensity))
    java.channel(settings.channel).minInsideFraction(float(settings.min_inside_fraction))
    return java.tissueLabels(to_java_ints(settings.tissue_labels)).build()
