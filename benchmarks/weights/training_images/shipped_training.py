"""The training images of the shipped networks: synthetic tissue of many looks, none of it from a real microscope."""

from __future__ import annotations

import functools
import logging
import math

import numpy as np
import numpy.typing as npt

from training_images.training_tissue import TrainingStackSettings, make_training_stack
from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.train import TrainingPair
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

__all__ = ["FIRST_SEED", "SHIPPED_DIAMETER_PX", "make_hazy_pairs", "make_shipped_pairs"]

_LOG = logging.getLogger(__name__)

FIRST_SEED = 900_000
"""Seeds of `volltrack.testing.synthetic` from here on belong to training; tests take smaller ones."""

SHIPPED_DIAMETER_PX = 15.0
"""Median diameter of a cell, as its labels show it, in the stacks of one size; images are scaled to it before use."""

_SHAPE = (16, 128, 128)
_ALL_SIZES = TrainingStackSettings(shape_zyx=_SHAPE)
_ONE_SIZE = TrainingStackSettings(
    shape_zyx=_SHAPE, diameter_px=(12.0, 24.0), planes_per_cell=(2.5, 12.0), max_blur=0.16
)
_HAZY = TrainingStackSettings(
    shape_zyx=_SHAPE,
    stains=("nucleus", "nucleus", "body"),
    photons=(15.0, 300.0),
    diameter_px=(12.0, 24.0),
    planes_per_cell=(2.5, 12.0),
    max_blur=0.2,
    max_z_blur=2.2,
    max_haze=1.0,
)
_FIRST_HAZY = 3_000_000

_MOVIES_IN = 4
"""One of so many images is a frame of a synthetic tissue movie; the others are stacks of `training_tissue`."""


def make_shipped_pairs(count: int, *, first: int = 0, one_size: bool = False) -> list[TrainingPair]:
    """Return so many labelled stacks of 16 x 128 x 128 voxels, made when they are read.

    Parameters
    ----------
    count
        >= 1.
    first
        Number of the first stack, >= 0: other numbers give other stacks, for instance to test on.
    one_size
        Whether the cells are near the size that images are scaled to, by a factor of 1.4 up and down, and blurred more;
        else they are of all sizes from 10 to 34 pixels.
    """
    return [_make_pair(number, one_size) for number in range(first, first + count)]


def make_hazy_pairs(count: int) -> list[TrainingPair]:
    """Return so many stacks of nuclei and cells of one size with much blur, also across planes, and light between them.

    From them a U-Net learns that nuclei of thick tissue end before their light does.
    """
    return [
        TrainingPair(
            name=f"hazy {seed}",
            read_raw=lambda seed=seed: _make_hazy(seed)[0],  # type: ignore[misc]
            read_labels=lambda seed=seed: _make_hazy(seed)[1],  # type: ignore[misc]
        )
        for seed in range(_FIRST_HAZY, _FIRST_HAZY + count)
    ]


@functools.lru_cache(maxsize=1)  # image and labels are read one after the other
def _make_hazy(seed: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
    """Return image and labels of a stack."""
    return make_training_stack(_HAZY, seed)


def _make_pair(number: int, one_size: bool) -> TrainingPair:
    """Return one stack, the same for the same number."""
    return TrainingPair(
        name=f"synthetic {number}",
        read_raw=lambda: _make(number, one_size)[0],
        read_labels=lambda: _make(number, one_size)[1],
    )


@functools.lru_cache(maxsize=1)  # image and labels are read one after the other
def _make(number: int, one_size: bool) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
    """Return image and labels of a stack."""
    make = _make_movie_frame if number % _MOVIES_IN == 0 else _make_stack
    return make(number, one_size)


def _make_stack(number: int, one_size: bool) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
    """Return a stack of the training tissue; one with too few cells is made anew."""
    settings = _ONE_SIZE if one_size else _ALL_SIZES
    for attempt in range(20):
        raw, labels = make_training_stack(settings, FIRST_SEED + number + attempt * 10**7)
        if labels.max() >= 3:
            break
    return raw, labels


def _make_movie_frame(number: int, one_size: bool) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
    """Return one frame of a synthetic movie whose look is drawn at random."""
    smallest, largest, least_planes = (13.0, 26.0, 2.7) if one_size else (14.0, 30.0, 4.0)
    for attempt in range(20):
        rng = np.random.default_rng([number, attempt, 11])
        diameter_px = math.exp(rng.uniform(math.log(smallest), math.log(largest)))
        planes = min(rng.uniform(least_planes, 9), diameter_px)
        voxel = VoxelSize(z=0.5 * diameter_px / planes, y=0.5, x=0.5)
        room = math.prod(n * v for n, v in zip(_SHAPE, voxel.zyx, strict=True))
        n_cells = max(6, int(0.2 * rng.uniform(0.8, 1.3) * room / (math.pi / 6 * (0.5 * diameter_px) ** 3)))
        settings = SyntheticSettings(
            seed=FIRST_SEED + number,
            n_frames=1,
            shape_zyx=_SHAPE,
            voxel_size=voxel,
            n_cells=n_cells,
            cell_diameter_um=0.5 * diameter_px,
            elongation=float(rng.uniform(1.1, 1.9)),
            irregularity=float(rng.uniform(0.02, 0.14)),
            n_debris=int(rng.integers(0, 8)),
            photons=math.exp(rng.uniform(math.log(40), math.log(600))),
            background=float(rng.uniform(10, 100)),
            read_noise=float(rng.uniform(2, 10)),
            uneven_light=float(rng.uniform(0, 0.6)),
        )
        try:
            movie = make_tissue_movie(settings)
        except BadSettings as error:  # the cells of this draw do not fit
            _LOG.debug("stack %d, attempt %d: %s", number, attempt, error)
            continue
        return movie.raw.frame(0), movie.labels.frame(0).astype(np.int32)
    return _make_stack(number, one_size)
