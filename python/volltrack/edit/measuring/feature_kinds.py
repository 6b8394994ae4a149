"""Which features of a spot come from its label, its outline, the movie or the tissue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

__all__ = ["INTENSITY", "OF_LABEL", "OF_OUTLINE", "OF_PLACE", "depends_on_movie", "list_stale"]

INTENSITY: Final = re.compile(r"(?:(MEAN|MEDIAN|MIN|MAX|TOTAL|STD)_INTENSITY|(CONTRAST|SNR))_CH([0-9]+)")

OF_LABEL: Final = frozenset(
    ["LABEL", "N_PIECES", "N_VOXELS", "VOLUME", "SURFACE", "SPHERICITY"]
    + [f"ELLIPSOID_{axis}" for axis in ("A", "B", "C", "AX", "AY", "AZ", "CX", "CY", "CZ")]
)
OF_OUTLINE: Final = frozenset(
    ["AREA", "PERIMETER", "CIRCULARITY", "SOLIDITY", "SHAPE_INDEX"]
    + [f"ELLIPSE_{key}" for key in ("X0", "Y0", "MAJOR", "MINOR", "THETA", "ASPECTRATIO")]
)
"""What TrackMate computes from the outline; of a spot without one it is that of its label."""
OF_PLACE: Final = frozenset(["DISTANCE_TO_TISSUE", "INSIDE_TISSUE", "TISSUE_LABEL"])


def depends_on_movie(key: str) -> bool:
    """Whether a feature is an intensity."""
    return INTENSITY.fullmatch(key) is not None


def list_stale(values: Mapping[str, float], known: Mapping[str, float], *, has_outline: bool) -> list[str]:
    """Return the features of a moved or resized spot that are those of the place or size before.

    Parameters
    ----------
    values
        All features of the spot before.
    known
        Those that were measured again.
    has_outline
        Whether the spot has an outline, which moves along with it.
    """
    kinds = OF_LABEL | OF_PLACE if has_outline else OF_LABEL | OF_PLACE | OF_OUTLINE
    return [
        key
        for key, value in values.items()
        if key not in known and np.isfinite(value) and (key in kinds or depends_on_movie(key))
    ]
