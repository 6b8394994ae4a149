"""How large the cells of a movie are, for networks that were trained for cells of one size."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from volltrack.model import Movie, VoxelSize
from volltrack.segment.cell_size import estimate_cell_diameter
from volltrack.segment.frame_check import require_frame
from volltrack.segment.networks import Networks
from volltrack.segment.object_size import search_cell_diameter
from volltrack.segment.vollseg_settings import VollSegSettings

__all__ = ["estimate_movie_scale", "estimate_trained_scale"]

_LOG = logging.getLogger(__name__)


def estimate_movie_scale(movie: Movie, networks: Networks, settings: VollSegSettings | None) -> VollSegSettings:
    """Return the settings with the diameter of the cells filled in from the middle frame, if the networks need it.

    Parameters
    ----------
    movie
        The raw channel.
    networks, settings
        See `estimate_trained_scale`.
    """
    settings = settings or VollSegSettings()
    if networks.trained_diameter_px is None or settings.cell_diameter_um is not None or not networks.gives_labels:
        return settings
    t = movie.n_frames // 2
    frame = require_frame(movie.frame(t), f"{movie.name}, frame {t}")
    return estimate_trained_scale([frame], movie.calibration.voxel_size, networks, settings)


def estimate_trained_scale(
    frames: Sequence[npt.NDArray[np.float32]], voxel_size: VoxelSize, networks: Networks, settings: VollSegSettings
) -> VollSegSettings:
    """Return the settings with the diameter of the cells filled in, if the networks need it and it is not given.

    Parameters
    ----------
    frames
        (Z, Y, X) each.
    voxel_size
        Edge lengths of a voxel.
    networks
        From `load_networks`.
    settings
        Returned as they are where nothing is to be estimated.

    Notes
    -----
    StarDist is asked at several scales (`volltrack.segment.object_size`). Where that gives nothing, or there is only a
    U-Net, the diameter of the blobs is taken (`volltrack.segment.cell_size`), which errs where cells touch.
    """
    trained = networks.trained_diameter_px
    if trained is None or settings.cell_diameter_um is not None:
        return settings
    found: list[float] = []
    if networks.star is not None:
        searched = (search_cell_diameter(f, voxel_size, networks.star, settings, trained) for f in frames)
        found = [diameter for diameter in searched if diameter is not None]
    diameter = float(np.median(found)) if found else estimate_cell_diameter(frames, voxel_size)
    _LOG.info("cells of %.3g %s are scaled to %g pixels", diameter, voxel_size.unit, trained)
    return replace(settings, cell_diameter_um=diameter)
