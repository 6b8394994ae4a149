"""From a table of cells to pruned lineages: filter, link, prune."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from volltrack.link import PruneResult, PruneSettings, prune_short_tracklets
from volltrack.measure import CellFilterSettings, filter_cells
from volltrack.model import LabelMovie, Lineage, Spots
from volltrack.model.methods import LinkerSettings
from volltrack.progress import OnProgress

__all__ = ["Linking", "Tracking", "link_cells", "track_cells"]


@dataclass(frozen=True, kw_only=True)
class Linking:
    """Linked spots and the settings that were used.

    Parameters
    ----------
    lineage
        The spots as given, with links.
    settings
        The settings, with every estimate filled in.
    report
        Lines that say what was estimated from the data; empty when nothing was.
    """

    lineage: Lineage
    settings: LinkerSettings
    report: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """Pruned lineages and everything that was taken out on the way.

    Parameters
    ----------
    lineage
        Spots that passed the filter, with the links that remain.
    removed_cells
        The cells that did not pass, one row each with the reason.
    linking
        Links before pruning, and the settings used.
    pruning
        What was pruned.
    """

    lineage: Lineage
    removed_cells: pd.DataFrame
    linking: Linking
    pruning: PruneResult


def link_cells(
    spots: Spots,
    settings: LinkerSettings,
    *,
    labels: LabelMovie | None = None,
    on_progress: OnProgress | None = None,
) -> Linking:
    """Return `spots` linked by the linker that `settings` make; what they leave open is estimated once.

    Raises
    ------
    BadSettings
        Linking by overlap without `labels`; a penalty on a feature that the spots do not have.
    """
    ready = settings.make().prepare(spots, labels=labels, on_progress=on_progress)
    links = ready.link(spots, labels=labels, on_progress=on_progress)
    return Linking(lineage=Lineage(spots=spots, links=links), settings=ready.settings, report=ready.report)


def track_cells(
    cells: Spots,
    *,
    cell_filter: CellFilterSettings,
    link: LinkerSettings,
    prune: PruneSettings,
    labels: LabelMovie | None = None,
    on_progress: OnProgress | None = None,
) -> Tracking:
    """Return the lineages of `cells` that pass the filter (spec btrackmate.md, sections 2 to 4).

    Parameters
    ----------
    cells
        One row per cell and frame, as `volltrack.measure.measure_movie` gives it.
    cell_filter, link, prune
        Settings of the three steps.
    labels
        The label movie that the cells were measured in; only linking by overlap needs it.
    on_progress
        Told after each frame pair.

    Raises
    ------
    BadSettings
        A setting asks for a column that the table does not have.
    Cancelled
        `on_progress` asked to stop.
    """
    kept, removed = filter_cells(cells, cell_filter)
    linking = link_cells(kept, link, labels=labels, on_progress=on_progress)
    pruning = prune_short_tracklets(linking.lineage, prune)
    return Tracking(lineage=pruning.lineage, removed_cells=removed, linking=linking, pruning=pruning)
