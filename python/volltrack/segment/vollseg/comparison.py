"""The paper's comparison: VollSeg, StarDist alone and U-Net alone, from one run of the networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings
from volltrack.model import LabelMovie, Movie, VoxelSize
from volltrack.model.methods import LABELS
from volltrack.progress import OnProgress, track_progress
from volltrack.segment.frame_check import require_frame
from volltrack.segment.networks.load import Networks
from volltrack.segment.networks.outputs import normalise_frame, predict_denoised
from volltrack.segment.size.trained_scale import estimate_trained_scale
from volltrack.segment.vollseg.cells import find_cells, look_with_networks
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["METHODS", "predict_methods", "predict_methods_movie"]

METHODS = ("VollSeg", "StarDist", "U-Net")
"""The methods of the comparison."""


def predict_methods(
    raw: npt.NDArray[Any], voxel_size: VoxelSize, networks: Networks, settings: VollSegSettings | None = None
) -> dict[str, npt.NDArray[np.int32]]:
    """Return the labels of each method for one frame; every network runs once.

    Parameters
    ----------
    raw, voxel_size, settings
        See `volltrack.segment.vollseg.predict.predict_frame`.
    networks
        With star and unet; denoise is used for all methods where given.

    Returns
    -------
    dict
        int32 (Z, Y, X) for each of `METHODS`.

    Raises
    ------
    BadSettings
        If star or unet is missing.
    BadValue
        See `predict_frame`.
    """
    settings = settings or VollSegSettings()
    if networks.star is None or networks.unet is None:
        raise BadSettings("the comparison needs both networks: expected star and unet")
    image = require_frame(raw)
    networks.require_fit(image.shape[0], "the frame")
    if networks.denoise is not None:
        image = predict_denoised(networks.denoise, image, settings)
    settings = estimate_trained_scale([image], voxel_size, networks, settings)
    view = look_with_networks(normalise_frame(image, settings.percentiles), None, voxel_size, networks, settings)
    star_view, mask_view = replace(view, mask=None, frame_mask=None), replace(view, stars=None)
    return {
        "VollSeg": find_cells(view, settings)[LABELS],
        "StarDist": find_cells(star_view, settings)[LABELS],
        "U-Net": find_cells(mask_view, settings)[LABELS],
    }


def predict_methods_movie(
    movie: Movie,
    networks: Networks,
    settings: VollSegSettings | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> dict[str, LabelMovie]:
    """Return the label movies of each method, for `compare_segmentations`.

    Parameters
    ----------
    movie
        The raw channel.
    networks, settings
        See `predict_methods`.
    on_progress
        Told after each frame.

    Notes
    -----
    All labels are kept in memory: three times the voxels of the movie, 4 bytes each.
    """
    frames: dict[str, list[npt.NDArray[np.int32]]] = {method: [] for method in METHODS}
    for raw in track_progress(movie.frames(), on_progress, "compare", movie.n_frames):
        for method, labels in predict_methods(raw, movie.calibration.voxel_size, networks, settings).items():
            frames[method].append(labels)
    return {
        method: LabelMovie.from_array(np.stack(labels), movie.calibration, name=method)
        for method, labels in frames.items()
    }
