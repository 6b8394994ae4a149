"""A spot measured in the label under it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.edit.measuring.feature_kinds import INTENSITY
from volltrack.edit.measuring.outline import to_outline
from volltrack.measure import STATISTICS, MeasureSettings, measure_frame, measure_spot_intensity
from volltrack.model import Outline, VoxelSize

__all__ = ["measure_label_under"]


def measure_label_under(
    position: npt.NDArray[np.float64],
    labels: npt.NDArray[Any],
    voxel_size: VoxelSize,
    keys: Collection[str],
    *,
    raw: npt.NDArray[Any] | None = None,
    channel: int = 1,
    with_outline: bool = False,
) -> tuple[dict[str, float], Outline | None] | None:
    """Return the features `keys` and the outline of the label at a place; None where there is none.

    Parameters
    ----------
    position
        (z, y, x), physical units.
    labels
        The frame, (Z, Y, X).
    voxel_size
        See `VoxelSize`.
    keys
        Features that the spots have; ``RADIUS`` and ``LABEL`` are always returned.
    raw, channel
        The movie's frame, (Z, Y, X), and its number in the names of features.
    with_outline
        Whether the outline of a flat label is wanted.
    """
    at = np.floor(position / np.array(voxel_size.zyx) + 0.5).astype(np.int64)
    if labels.shape[0] == 1:
        at[0] = 0  # the height of a flat movie's only plane means nothing
    if (at < 0).any() or (at >= labels.shape).any() or labels[tuple(at)] == 0:
        return None
    label = labels[tuple(at)]
    mask = labels == label
    box = tuple(_span(mask.any(axis=tuple(a for a in range(3) if a != axis))) for axis in range(3))
    statistics = {match[1] for key in keys if (match := INTENSITY.fullmatch(key)) and int(match[3]) == channel}
    measured = measure_frame(
        np.where(mask[box], label, 0).astype(np.int32),
        voxel_size,
        raws=[] if raw is None else [raw[box]],
        settings=MeasureSettings(
            statistics=tuple(name for name in STATISTICS if name in statistics),
            contrast=False,
            pieces="N_PIECES" in keys,
            ellipsoid="ELLIPSOID_A" in keys,
            surface="SURFACE" in keys or "SPHERICITY" in keys,
            contours=labels.shape[0] == 1 and (with_outline or "PERIMETER" in keys),
        ),
        first_channel=channel,
    )
    row = measured.table.iloc[0]
    wanted = {"RADIUS", "LABEL", *keys} - {"FRAME", "QUALITY", "VISIBILITY"}
    found = {key: float(row[key]) for key in measured.feature_keys if key in wanted and not key.startswith("POSITION_")}
    outline = measured.contours.get(int(row["ID"]))
    if outline is not None:  # relative to the centre of the label, within the box
        start = np.array([part.start for part in box]) * np.array(voxel_size.zyx)
        outline = outline + (measured.positions_zyx[0] + start - position)[:0:-1]
    if raw is not None and any(key in keys for key in (f"CONTRAST_CH{channel}", f"SNR_CH{channel}")):
        around = measure_spot_intensity(
            position[np.newaxis],
            np.array([found["RADIUS"]]),
            raw,
            voxel_size,
            contours=[outline],
            statistics=(),
        )
        found |= {f"{key}_CH{channel}": float(around[key][0]) for key in ("CONTRAST", "SNR")}
    found = {key: value for key, value in found.items() if key in keys or key in ("RADIUS", "LABEL")}
    return found, to_outline(outline) if with_outline and outline is not None else None


def _span(covered: npt.NDArray[np.bool_]) -> slice:
    """Return the range of an axis that a label covers and one voxel more, so that its border is seen."""
    at = np.flatnonzero(covered)
    return slice(max(0, int(at[0]) - 1), int(at[-1]) + 2)
