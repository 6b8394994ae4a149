"""What pruning keeps and removes, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from volltrack.model.lineage import IntArray, Lineage

__all__ = ["LEAF_TRACKLET", "ROOT_TRACKLET", "WHOLE_TRACK", "PruneResult", "gather_prune_result"]

LEAF_TRACKLET: Final = "leaf tracklet"
ROOT_TRACKLET: Final = "root tracklet"
WHOLE_TRACK: Final = "whole track"


@dataclass(frozen=True, kw_only=True)
class PruneResult:
    """What pruning keeps, and what it removed and why.

    Parameters
    ----------
    lineage
        All spots, and the links that stay.
    removed_tracklets
        One row per removed tracklet, in the order of removal: ``RULE`` (`LEAF_TRACKLET`, `ROOT_TRACKLET` or
        `WHOLE_TRACK`), ``FIRST_SPOT_ID``, ``LAST_SPOT_ID``, ``DIVISION_SPOT_ID`` (-1 if not a daughter), ``LENGTH``
        (unit of the settings), ``N_LINKS``. The row number is the removal.
    removed_links
        One row per removed link: ``SPOT_SOURCE_ID``, ``SPOT_TARGET_ID`` and ``REMOVAL``.
    unlinked_spots
        One row per spot that lost its last link: ``ID``, ``FRAME`` and ``REMOVAL``.
    """

    lineage: Lineage
    removed_tracklets: pd.DataFrame
    removed_links: pd.DataFrame
    unlinked_spots: pd.DataFrame


def gather_prune_result(lineage: Lineage, removal_of_link: IntArray, removed_tracklets: pd.DataFrame) -> PruneResult:
    """Return the tables that follow from which removal takes which link.

    Parameters
    ----------
    lineage
        Before pruning.
    removal_of_link
        Row of `removed_tracklets` that takes each link, (M,); -1 where the link stays.
    removed_tracklets
        As in `PruneResult`, without ``N_LINKS``.
    """
    gone = removal_of_link >= 0
    taker = np.full(len(lineage.spots), -1, dtype=np.int64)
    stays = np.zeros(len(lineage.spots), dtype=bool)
    for ends in (lineage.source_rows, lineage.target_rows):
        np.maximum.at(taker, ends[gone], removal_of_link[gone])
        stays[ends[~gone]] = True
    unlinked = np.flatnonzero((taker >= 0) & ~stays)
    n_links = np.bincount(removal_of_link[gone], minlength=len(removed_tracklets))
    return PruneResult(
        lineage=lineage.with_links(lineage.links.select(~gone)) if gone.any() else lineage,
        removed_tracklets=removed_tracklets.assign(N_LINKS=n_links.astype(np.int64)),
        removed_links=pd.DataFrame(
            {
                "SPOT_SOURCE_ID": lineage.links.source_ids[gone],
                "SPOT_TARGET_ID": lineage.links.target_ids[gone],
                "REMOVAL": removal_of_link[gone],
            }
        ),
        unlinked_spots=pd.DataFrame(
            {
                "ID": lineage.spots.ids[unlinked],
                "FRAME": lineage.spots.frames[unlinked],
                "REMOVAL": taker[unlinked],
            }
        ),
    )
