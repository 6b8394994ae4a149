"""Whether a layer of labels shows the cells one by one, told by the labels under the spots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from volltrack.model import Spots

if TYPE_CHECKING:
    from napari.layers import Labels

__all__ = ["has_label_per_spot"]

_MIN_SPOTS: Final = 4
_SHARE: Final = 0.5
"""From so many labels per spot on these are cells; tissues hold many spots each."""


def has_label_per_spot(layer: Labels, spots: Spots) -> bool:
    """Return whether about every spot of the fullest frame lies in a label of its own; one frame is read."""
    if len(spots) == 0:
        return False
    frame = int(np.bincount(spots.frames).argmax())
    rows = np.flatnonzero(spots.frames == frame)
    data = layer.data[0] if layer.multiscale else layer.data
    n_space = min(3, data.ndim)
    if len(rows) < _MIN_SPOTS or data.ndim > 4 or (data.ndim == 4 and frame >= data.shape[0]):
        return False
    volume = np.asarray(data[frame] if data.ndim == 4 else data)
    scale, origin = np.asarray(layer.scale)[-n_space:], np.asarray(layer.translate)[-n_space:]
    at = np.rint((spots.positions_zyx[rows][:, -n_space:] - origin) / scale).astype(np.int64)
    at = at[((at >= 0) & (at < volume.shape)).all(axis=1)]
    found = volume[tuple(at.T)]
    return len(np.unique(found[found > 0])) >= max(_MIN_SPOTS, _SHARE * len(rows))
