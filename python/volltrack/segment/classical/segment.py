"""Segmentation without a network: denoise, mask, seeds, watershed, join fragments, clean up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.model import Frame, LabelMovie, Movie, VoxelSize
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.classical.estimate import complete_settings, estimate_settings, read_frame
from volltrack.segment.classical.maps import find_mask, find_response, smooth_frame
from volltrack.segment.classical.rims import trim_dim_rims
from volltrack.segment.classical.seeds import Seeds, find_seeds
from volltrack.segment.classical.settings import ClassicalSettings
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.fragments import join_fragments
from volltrack.segment.frame_check import free_axes, require_frame
from volltrack.segment.memory.padded_watershed import pad_depth, pad_mask
from volltrack.segment.size.blobs import even_out_noise
from volltrack.segment.watershed import grow_in_mask

__all__ = ["SegmentResult", "segment_frame", "segment_movie"]


@dataclass(frozen=True, kw_only=True)
class SegmentResult:
    """What came out of one frame, with the images in between.

    Parameters
    ----------
    labels
        int32 (Z, Y, X): 1 .. n, 0 is background.
    mask
        bool (Z, Y, X): foreground before the watershed.
    response
        float32 (Z, Y, X): on whose maxima the seeds lie.
    seeds
        See `volltrack.segment.classical.seeds.Seeds`.
    settings
        The settings with every estimated value filled in.
    """

    labels: npt.NDArray[np.int32]
    mask: npt.NDArray[np.bool_]
    response: npt.NDArray[np.float32]
    seeds: Seeds
    settings: ClassicalSettings

    @property
    def n_cells(self) -> int:
        """Number of labels."""
        return int(self.labels.max(initial=0))


def segment_frame(
    raw: npt.NDArray[Any], voxel_size: VoxelSize, settings: ClassicalSettings | None = None
) -> SegmentResult:
    """Return the cells of one frame.

    Parameters
    ----------
    raw
        (Z, Y, X), or (Y, X) as one plane; bright cells on a dark background, any real type.
    voxel_size
        Edge lengths of a voxel; z is not used for a single plane.
    settings
        Defaults when not given; what is None in it is estimated from this frame.

    Raises
    ------
    BadValue
        NaN or infinite values, wrong number of axes, no voxels.

    Notes
    -----
    An image without any contrast gives no cells. About 0.5 CPU seconds for 8 x 256 x 256 voxels.
    """
    image = require_frame(raw)
    found = _segment(image, voxel_size, complete_settings(settings or ClassicalSettings(), [image], voxel_size))
    assert isinstance(found, SegmentResult)
    return found


def _segment(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings, *, only_labels: bool = False
) -> SegmentResult | npt.NDArray[np.int32]:
    """Return the cells of a checked frame, or their labels alone; then each image goes when it is used no more.

    Notes
    -----
    About 19 bytes a voxel with `only_labels`, if nobody else holds the frame: its 4 among them, and slabs beside.
    """
    if float(np.ptp(image)) == 0.0:
        nothing = _no_cells(image.shape, settings)
        return nothing.labels if only_labels else nothing
    assert settings.cell_diameter_um is not None  # filled in by _complete
    smallest, largest = _size_limits(image.shape, voxel_size, settings)
    # from here on the square root: noise is even, and dim cells count beside bright ones
    brightness = smooth_frame(even_out_noise(image), voxel_size, settings)
    mask = find_mask(image, brightness, voxel_size, settings)
    response = find_response(image, mask, voxel_size, settings)
    del image
    np.square(brightness, out=brightness)
    seeds = find_seeds(
        response,
        voxel_size,
        diameter_um=settings.cell_diameter_um,
        min_response=settings.min_seed_contrast,
        merge_valley=settings.merge_valley,
    )
    # a seed that the mask misses would be lost
    mask[tuple(seeds.points.T)] = True
    maps = None if only_labels else (mask, response)
    inside = pad_mask(mask)
    del mask
    depth = pad_depth(response)
    del response
    basins = grow_in_mask(depth, seeds.points, seeds.cells + 1, inside)
    del depth, inside
    labels = np.ascontiguousarray(basins)
    del basins
    labels = trim_dim_rims(labels, brightness, edge_level=settings.edge_level)
    labels = join_fragments(labels, brightness, voxel_size, min_score=settings.merge_score)
    del brightness
    labels = clean_labels(
        labels, min_size=smallest, max_size=largest, fill_holes=settings.fill_holes, largest_piece=True
    )
    if maps is None:
        return labels
    return SegmentResult(labels=labels, mask=maps[0], response=maps[1], seeds=seeds, settings=settings)


def segment_movie(
    movie: Movie, settings: ClassicalSettings | None = None, *, on_progress: OnProgress | None = None
) -> LabelMovie:
    """Return the labels of a movie, int32; each frame is segmented when it is read, and nothing is kept.

    Parameters
    ----------
    movie
        The raw channel.
    settings
        See `estimate_settings`, which is called once, here.
    on_progress
        Told after each frame that was segmented.

    Raises
    ------
    BadValue
        See `segment_frame`; the message names the frame.
    Cancelled
        While reading, if `on_progress` asks to stop.
    """
    complete = estimate_settings(movie, settings)

    def read_labels(t: int) -> Frame:
        labels = _segment(read_frame(movie, t), movie.calibration.voxel_size, complete, only_labels=True)
        assert isinstance(labels, np.ndarray)
        report_progress(on_progress, "segment", t + 1, movie.n_frames)
        return labels

    return LabelMovie(
        shape=movie.shape,
        dtype=np.dtype(np.int32),
        calibration=movie.calibration,
        read_frame=read_labels,
        name=f"labels of {movie.name}",
    )


def _size_limits(shape: tuple[int, ...], voxel_size: VoxelSize, settings: ClassicalSettings) -> tuple[int, int | None]:
    """Return the smallest and largest number of voxels of a cell."""
    assert settings.cell_diameter_um is not None
    radius = 0.5 * settings.cell_diameter_um
    if 0 in free_axes(shape):
        ball = 4 / 3 * math.pi * radius**3 / voxel_size.volume
    else:
        ball = math.pi * radius**2 / (voxel_size.y * voxel_size.x)
    largest = None if settings.max_volume is None else max(1, math.ceil(settings.max_volume * ball))
    smallest = max(1, math.ceil(settings.min_volume * ball))
    return (smallest if largest is None else min(smallest, largest)), largest


def _no_cells(shape: tuple[int, ...], settings: ClassicalSettings) -> SegmentResult:
    """Return the result for an image without contrast."""
    none = Seeds(points=np.zeros((0, 3), np.int64), cells=np.zeros(0, np.int64), strengths=np.zeros(0, np.float32))
    return SegmentResult(
        labels=np.zeros(shape, np.int32),
        mask=np.zeros(shape, bool),
        response=np.zeros(shape, np.float32),
        seeds=none,
        settings=settings,
    )
