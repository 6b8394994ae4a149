"""The algorithms of the Java core on numpy arrays and VollTrack's own values."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadValue
from volltrack.link.prune.result import (
    LEAF_TRACKLET,
    ROOT_TRACKLET,
    WHOLE_TRACK,
    PruneResult,
    gather_prune_result,
)
from volltrack.link.prune.settings import PruneSettings
from volltrack.link.prune.tracklets import take_times
from volltrack.measure.cell_filter import CellFilterSettings
from volltrack.model import Lineage, Spots, VoxelSize
from volltrack_fiji.convert import (
    from_java_numbers,
    from_java_texts,
    to_java_cell_table,
    to_java_doubles,
    to_java_filter_settings,
    to_java_ints,
    to_java_label_image,
    to_java_prune_settings,
    to_java_tissue_settings,
    to_java_voxel_size,
)
from volltrack_fiji.jvm import JavaClasses, translate_java_errors

__all__ = ["filter_cells_java", "gate_by_tissue_java", "measure_labels_java", "prune_java"]

_RULES: Final = np.array([LEAF_TRACKLET, ROOT_TRACKLET, WHOLE_TRACK], dtype=object)
"""In the order of Java's ``PruneRule``."""


def measure_labels_java(labels: npt.NDArray[Any], voxel_size: VoxelSize) -> pd.DataFrame:
    """Return centre, radius, number of voxels and of pieces of each label of a frame, ascending by label.

    Parameters
    ----------
    labels
        (Z, Y, X) or (Y, X); see `volltrack_fiji.convert.images.to_java_label_image` for types and errors.
    voxel_size
        See `VoxelSize`.

    Returns
    -------
    DataFrame
        ``LABEL``, ``POSITION_X/Y/Z``, ``RADIUS`` (physical units), ``QUALITY`` = number of voxels, ``N_PIECES``.

    Raises
    ------
    JavaError
        A negative label.
    """
    with translate_java_errors():
        found = JavaClasses.LabelMeasurer.measure(to_java_label_image(labels), to_java_voxel_size(voxel_size))
        return pd.DataFrame(
            {
                "LABEL": from_java_numbers(found.labels()).astype(np.int64),
                "POSITION_X": from_java_numbers(found.centresX()),
                "POSITION_Y": from_java_numbers(found.centresY()),
                "POSITION_Z": from_java_numbers(found.centresZ()),
                "RADIUS": from_java_numbers(found.radii()),
                "QUALITY": from_java_numbers(found.voxelCounts()).astype(np.float64),
                "N_PIECES": from_java_numbers(found.pieceCounts()).astype(np.int64),
            }
        )


def gate_by_tissue_java(
    positions_zyx: npt.NDArray[np.float64],
    tissue: npt.NDArray[Any],
    voxel_size: VoxelSize,
    *,
    labels: npt.NDArray[Any] | None = None,
    label_of_cell: npt.NDArray[Any] | None = None,
    tissue_labels: tuple[int, ...] = (),
    border_is_surface: bool = False,
) -> pd.DataFrame:
    """Return where the cells of one frame lie in the tissue, one row per cell.

    Parameters
    ----------
    positions_zyx
        Positions in physical units, (N, 3).
    tissue
        Tissue labels of the frame, (Z, Y, X).
    voxel_size
        See `VoxelSize`.
    labels, label_of_cell
        Label image of the frame, (Z, Y, X), and the label of each cell, (N,); None where cells have no voxels.
    tissue_labels
        Which values count as tissue; empty for every value > 0.
    border_is_surface
        Whether the image border counts as surface of the tissue that it cuts.

    Returns
    -------
    DataFrame
        ``INSIDE_TISSUE``, ``TISSUE_LABEL``, ``DISTANCE_TO_TISSUE``; see tests/golden/README.md for the rule.

    Raises
    ------
    BadValue
        Only one of `labels` and `label_of_cell`.
    JavaError
        Images of different size, a position that is not finite, a label that the image does not hold.
    """
    if (labels is None) != (label_of_cell is None):
        raise BadValue("labels without label_of_cell, or the reverse: expected both, or neither where cells are points")
    positions = np.asarray(positions_zyx, dtype=np.float64).reshape(-1, 3)
    settings = to_java_tissue_settings(border_is_surface=border_is_surface, tissue_labels=tissue_labels)
    columns = [to_java_doubles(positions[:, axis]) for axis in range(3)]
    with translate_java_errors():
        gate = JavaClasses.TissueGate(
            to_java_label_image(tissue, name="tissue"), to_java_voxel_size(voxel_size), settings
        )
        if labels is None or label_of_cell is None:
            found = gate.readPositions(*columns)
        else:
            found = gate.readCells(to_java_label_image(labels), to_java_ints(label_of_cell), *columns)
        return pd.DataFrame(
            {
                "INSIDE_TISSUE": from_java_numbers(found.insideFractions()),
                "TISSUE_LABEL": from_java_numbers(found.tissueLabels()).astype(np.int64),
                "DISTANCE_TO_TISSUE": from_java_numbers(found.distances()),
            }
        )


def filter_cells_java(spots: Spots, settings: CellFilterSettings) -> tuple[Spots, pd.DataFrame]:
    """Return what `volltrack.measure.cell_filter.filter_cells` returns, computed in Java.

    Raises
    ------
    JavaError
        A column is missing that a limit needs.
    """
    with translate_java_errors():
        found = JavaClasses.CellFilter.filter(to_java_cell_table(spots.table), to_java_filter_settings(settings))
        kept = from_java_numbers(found.kept()).astype(bool)
        reasons = np.array(from_java_texts(found.reasonTexts()), dtype=object)
    removed = spots.table.iloc[np.flatnonzero(~kept)].reset_index(drop=True)
    return spots.select(kept), removed.assign(REASON=pd.Series(reasons[~kept], dtype=object))


def prune_java(lineage: Lineage, settings: PruneSettings) -> PruneResult:
    """Return what `volltrack.link.prune.tracklets.prune_short_tracklets` returns, computed in Java.

    Raises
    ------
    BadTable
        As there.
    """
    times = take_times(lineage, settings.unit)
    with translate_java_errors():
        graph = JavaClasses.TimedGraph(
            to_java_ints(lineage.spots.ids),
            to_java_doubles(times),
            to_java_ints(lineage.source_rows),
            to_java_ints(lineage.target_rows),
        )
        pruning = JavaClasses.TrackletPruner.prune(graph, to_java_prune_settings(settings))
        tracklets = pd.DataFrame(
            {
                "RULE": pd.Series(_RULES[from_java_numbers(pruning.rules())], dtype=object),
                "FIRST_SPOT_ID": from_java_numbers(pruning.firstSpotIds()).astype(np.int64),
                "LAST_SPOT_ID": from_java_numbers(pruning.lastSpotIds()).astype(np.int64),
                "DIVISION_SPOT_ID": from_java_numbers(pruning.divisionSpotIds()).astype(np.int64),
                "LENGTH": from_java_numbers(pruning.lengths()),
            }
        )
        removal_of_link = from_java_numbers(pruning.removalOfLink()).astype(np.int64)
    return gather_prune_result(lineage, removal_of_link, tracklets)
