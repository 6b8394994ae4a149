"""How large the masks must be on which spots without masks are drawn."""

from __future__ import annotations

import numpy as np

from volltrack.errors import MissingCalibration
from volltrack.io.tracks.tracks_file import TracksFile

__all__ = ["find_shape"]

_MOST_VOXELS = 2**28
"""Of a mask whose size is guessed from the spots."""


def find_shape(tracks: TracksFile) -> tuple[int, int, int, int]:
    """Return the shape of the image that the file names, or larger where a spot lies outside it."""
    spots, size = tracks.lineage.spots, np.array(tracks.calibration.voxel_size.zyx)
    image = None if tracks.document is None else tracks.document.image
    named = (0, 0, 0, 0) if image is None else (image.n_frames, image.n_slices, image.height, image.width)
    if len(spots) == 0:
        if min(named) < 1:
            raise MissingCalibration("no spots and no image: give the shape of the masks")
        return named
    radius = spots.table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in spots.table.columns else 0.0
    if min(named) > 0:
        radius = 0.0  # of a ball at the border of a known image only what is inside is drawn
    ends = np.nan_to_num(spots.positions_zyx + np.reshape(radius, (-1, 1))) / size
    last = np.clip(np.floor(ends + 0.5).max(axis=0), 0, _MOST_VOXELS).astype(np.int64)
    is_flat = named[1] <= 1 and not np.ptp(spots.positions_zyx[:, 0])
    needed = (spots.n_frames, 1 if is_flat else int(last[0]) + 1, int(last[1]) + 1, int(last[2]) + 1)
    n_frames, n_slices, height, width = (max(a, b) for a, b in zip(named, needed, strict=True))
    if min(named) < 1 and n_slices * height * width > _MOST_VOXELS:
        raise MissingCalibration(
            f"no image is named, and the spots reach z, y, x = {n_slices}, {height}, {width} voxels, too many for "
            "masks: check voxel size and units, or convert to a TrackMate file with `movie` first"
        )
    return (n_frames, n_slices, height, width)
