"""How large the cells of a movie are, for networks that were trained for cells of one size."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from volltrack.model import Movie, VoxelSize
from volltrack.segment.frame_check import read_frame
from volltrack.segment.networks.load import Networks
from volltrack.segment.networks.outputs import normalise_frame, predict_stars
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.size.blob_diameter import estimate_cell_diameter
from volltrack.segment.size.object_diameter import cut_middle, measure_object_diameter, search_cell_diameter
from volltrack.segment.size.work_scale import choose_work_scale

__all__ = ["estimate_movie_scale", "estimate_trained_scale"]

_LOOKS = 2
"""The network is asked at most so often."""

_CLOSE = 1.3
"""The guess stays as it is if StarDist's objects differ by less than this factor."""

_LARGEST_STEP = 1.6
"""Far from its size a network errs: no correction is larger."""

_MOST_VOXELS = 3_000_000
"""Of a larger frame the middle is looked at."""

Settings = TypeVar("Settings", bound=PredictionSettings)

_LOG = logging.getLogger(__name__)


def estimate_movie_scale(movie: Movie, networks: Networks, settings: Settings) -> Settings:
    """Return the settings with the diameter of the cells filled in from the middle frame, if the networks need it.

    Parameters
    ----------
    movie
        The raw channel.
    networks, settings
        See `estimate_trained_scale`.
    """
    if networks.trained_diameter_px is None or settings.cell_diameter_um is not None or not networks.gives_labels:
        return settings
    movie = movie.without_missing()
    frame = read_frame(movie, movie.n_frames // 2)
    return estimate_trained_scale([frame], movie.calibration.voxel_size, networks, settings)


def estimate_trained_scale(
    frames: Sequence[npt.NDArray[np.float32]], voxel_size: VoxelSize, networks: Networks, settings: Settings
) -> Settings:
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
    The first guess comes from the blobs (`volltrack.segment.size.blob_diameter`), which takes groups of touching cells,
    or the walls of membrane tissue, for the cells. Where StarDist finds objects of a clearly different size, theirs is
    taken. A network for membranes is asked at several scales instead (`volltrack.segment.size.object_diameter`). For
    one of an own training the movie counts as one of the same magnification: it is scaled as the training images were.
    """
    trained = networks.trained_diameter_px
    if trained is None or settings.cell_diameter_um is not None:
        return settings
    if networks.image_diameter_px is not None:
        return replace(settings, cell_diameter_um=networks.image_diameter_px * math.sqrt(voxel_size.y * voxel_size.x))
    star = networks.star
    found: list[float] = []
    if star is not None and star.folder.bright == "membranes":
        searched = (search_cell_diameter(f, voxel_size, star, settings, trained) for f in frames)
        found = [diameter for diameter in searched if diameter is not None]
    if not found:
        guess = estimate_cell_diameter(frames, voxel_size)
        found = [guess] if star is None else [_correct(f, voxel_size, star, settings, guess, trained) for f in frames]
    diameter = float(np.median(found))
    _LOG.info("cells of %.3g %s are scaled to %g pixels", diameter, voxel_size.unit, trained)
    return replace(settings, cell_diameter_um=diameter)


def _correct(
    frame: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    star: StarNetwork,
    settings: PredictionSettings,
    diameter: float,
    trained: float,
) -> float:
    """Return the guessed diameter, or that of StarDist's objects where it is clearly another."""
    image = cut_middle(normalise_frame(frame, settings.percentiles), _MOST_VOXELS)
    for _ in range(_LOOKS):
        scale = choose_work_scale(image.shape, voxel_size, cell_diameter_um=diameter, trained_diameter_px=trained)
        stars = predict_stars(star, scale.to_work(image), settings).labels
        found_px = measure_object_diameter(stars)
        if found_px is None:
            break
        work_pixel = math.sqrt(voxel_size.y * voxel_size.x * image[0].size / stars[0].size)
        factor = found_px * work_pixel / diameter
        if 1 / _CLOSE < factor < _CLOSE:
            break
        diameter *= min(max(factor, 1 / _LARGEST_STEP), _LARGEST_STEP)
    return diameter
