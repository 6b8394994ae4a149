"""Segmentation with networks: denoise, tissue, star-convex objects, mask, joined cells; each step optional."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings
from volltrack.model import Frame, LabelMovie, Movie, VoxelSize
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.frame_check import require_frame
from volltrack.segment.networks.load import Networks
from volltrack.segment.networks.outputs import normalise_frame, predict_denoised, predict_mask
from volltrack.segment.size.trained_scale import estimate_movie_scale, estimate_trained_scale
from volltrack.segment.vollseg.cells import find_cells, look_with_networks
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["VollSegResult", "predict_frame", "predict_frames", "predict_movie"]

_MARGIN_VOXELS = 16
"""So much around the tissue is shown to the networks."""


@dataclass(frozen=True, kw_only=True)
class VollSegResult:
    """What the networks found in one frame; every array is (Z, Y, X), or None where no given network makes it.

    Parameters
    ----------
    labels
        int32: the cells, 1 .. n.
    seeds
        int32: the markers from which the cells grew.
    mask
        bool: foreground of the U-Net, within the tissue.
    probability
        float32, 0 .. 1: StarDist's probability of being near the centre of an object.
    distance
        float32, pixels: StarDist's distance to the border, the mean over all rays.
    denoised
        float32, in the units of the image.
    tissue
        bool: where cells were looked for.
    """

    labels: npt.NDArray[np.int32] | None = None
    seeds: npt.NDArray[np.int32] | None = None
    mask: npt.NDArray[np.bool_] | None = None
    probability: npt.NDArray[np.float32] | None = None
    distance: npt.NDArray[np.float32] | None = None
    denoised: npt.NDArray[np.float32] | None = None
    tissue: npt.NDArray[np.bool_] | None = None


def predict_frame(
    raw: npt.NDArray[Any],
    voxel_size: VoxelSize,
    networks: Networks,
    settings: VollSegSettings | None = None,
    *,
    only_labels: bool = False,
) -> VollSegResult:
    """Return what the networks find in one frame.

    StarDist and U-Net together give VollSeg's joined cells; StarDist alone its objects; the U-Net alone the connected
    components of its mask. Each works with or without denoising, and with or without a tissue.

    Parameters
    ----------
    raw
        (Z, Y, X), or (Y, X) as one plane, any real type. A 2D network takes a stack plane by plane; its StarDist
        objects are then joined by `merge_slices`.
    voxel_size
        Edge lengths of a voxel.
    networks
        From `load_networks`.
    settings
        Defaults when not given.
    only_labels
        Whether seeds, mask, probability and distance are left out, which saves their enlargement.

    Raises
    ------
    BadValue
        NaN or infinite values, wrong number of axes, or single planes for a 3D network.
    BadSettings
        If not even one tile fits into the memory.
    """
    settings = settings or VollSegSettings()
    image = require_frame(raw)
    networks.require_fit(image.shape[0], "the frame")
    denoised = None
    if networks.denoise is not None:
        denoised = predict_denoised(networks.denoise, image, settings)
        image = denoised
    if networks.gives_labels:
        settings = estimate_trained_scale([image], voxel_size, networks, settings)
    image = normalise_frame(image, settings.percentiles)
    tissue = None
    box: tuple[slice, ...] = (slice(None),) * 3
    if networks.tissue is not None:
        tissue = predict_mask(networks.tissue, image, settings, settings.tissue_threshold)
        box = _box_around(tissue)
    if not networks.gives_labels:
        return VollSegResult(denoised=denoised, tissue=tissue)
    shape = image.shape
    image = image[box]
    allowed = None if tissue is None else tissue[box]
    found = find_cells(
        look_with_networks(image, allowed, voxel_size, networks, settings), settings, only_labels=only_labels
    )
    whole = {name: _put_back(values, box, shape) for name, values in found.items()}
    return VollSegResult(**whole, denoised=denoised, tissue=tissue)


def predict_frames(
    movie: Movie,
    networks: Networks,
    settings: VollSegSettings | None = None,
    *,
    frames: Iterable[int] | None = None,
    only_labels: bool = False,
    on_progress: OnProgress | None = None,
) -> Iterator[tuple[int, VollSegResult]]:
    """Yield (frame number, result) one after the other; nothing is kept between frames.

    Parameters
    ----------
    movie
        The raw channel.
    networks, settings
        See `predict_frame`.
    frames
        Which frames, all when not given: a run that was interrupted asks for those that it lacks.
    only_labels
        See `predict_frame`.
    on_progress
        Told after each frame.

    Raises
    ------
    BadValue
        See `predict_frame`; the message names the frame.
    Cancelled
        If `on_progress` asks to stop.
    """
    networks.require_fit(movie.shape[1], movie.name)
    settings = estimate_movie_scale(movie, networks, settings or VollSegSettings())
    wanted = list(range(movie.n_frames) if frames is None else frames)
    report_progress(on_progress, "segment", 0, len(wanted))
    for done, t in enumerate(wanted, start=1):
        raw = require_frame(movie.frame(t), f"{movie.name}, frame {t}")
        yield t, predict_frame(raw, movie.calibration.voxel_size, networks, settings, only_labels=only_labels)
        report_progress(on_progress, "segment", done, len(wanted))


def predict_movie(
    movie: Movie,
    networks: Networks,
    settings: VollSegSettings | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> LabelMovie:
    """Return the labels of a movie, int32; each frame is predicted when it is read, and nothing is kept.

    Parameters
    ----------
    movie, networks, settings, on_progress
        See `predict_frames`.

    Raises
    ------
    BadSettings
        If no network gives labels.
    BadValue
        If a 3D network would get single planes; see `predict_frame` for errors while reading.
    """
    if not networks.gives_labels:
        raise BadSettings("denoise and tissue networks give no labels: expected a star or unet network, or both")
    networks.require_fit(movie.shape[1], movie.name)
    complete = estimate_movie_scale(movie, networks, settings or VollSegSettings())

    def read_labels(t: int) -> Frame:
        raw = require_frame(movie.frame(t), f"{movie.name}, frame {t}")
        labels = predict_frame(raw, movie.calibration.voxel_size, networks, complete, only_labels=True).labels
        report_progress(on_progress, "segment", t + 1, movie.n_frames)
        assert labels is not None
        return labels

    return LabelMovie(
        shape=movie.shape,
        dtype=np.dtype(np.int32),
        calibration=movie.calibration,
        read_frame=read_labels,
        name=f"labels of {movie.name}",
    )


def _box_around(tissue: npt.NDArray[np.bool_]) -> tuple[slice, ...]:
    """Return the box of the tissue with a margin; the whole frame where there is no tissue."""
    box = []
    for axis, length in enumerate(tissue.shape):
        present = np.flatnonzero(tissue.any(axis=tuple(a for a in range(3) if a != axis)))
        if len(present) == 0:
            return (slice(None),) * 3
        box.append(slice(max(0, int(present[0]) - _MARGIN_VOXELS), min(length, int(present[-1]) + 1 + _MARGIN_VOXELS)))
    return tuple(box)


def _put_back(values: npt.NDArray[Any], box: tuple[slice, ...], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return an array of the whole frame that is 0 outside the box."""
    if values.shape == shape:
        return values
    whole = np.zeros(shape, values.dtype)
    whole[box] = values
    return whole
