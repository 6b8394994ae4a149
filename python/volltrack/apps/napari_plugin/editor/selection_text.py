"""The selected spots in words."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from volltrack.apps.napari_plugin.session import TrackSession

__all__ = ["describe_selection"]

_MAX_NAMED = 4


def describe_selection(session: TrackSession, spot_ids: Collection[int]) -> str:
    """Return which spots are selected, with their frames, in time order."""
    if not spot_ids:
        return "No spot is selected."
    if len(spot_ids) > _MAX_NAMED:
        return f"{len(spot_ids)} spots are selected."
    spots, checked = session.lineage.spots, session.checked
    rows = spots.rows_of(sorted(spot_ids))
    rows = rows[np.argsort(spots.frames[rows], kind="stable")]
    told = [
        f"{spots.ids[row]} (frame {spots.frames[row]}{', checked' if checked[row] else ''})" for row in rows.tolist()
    ]
    return f"Selected: {', '.join(told)}"
