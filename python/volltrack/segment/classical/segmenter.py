"""Segmentation without a network: denoise, mask, seeds, watershed, join fragments, clean up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from volltrack.model import Frame, Movie, VoxelSize
from volltrack.model.methods import LABELS, MASK, RESPONSE, SEEDS, MovieInfo, Segmentation, Segmenter
from volltrack.progress import OnProgress
from volltrack.segment.classical.estimate import estimate_settings
from volltrack.segment.classical.maps import find_mask, find_response, smooth_frame
from volltrack.segment.classical.rims import trim_dim_rims
from volltrack.segment.classical.seeds import find_seeds
from volltrack.segment.classical.settings import ClassicalSettings
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.fragments import join_fragments
from volltrack.segment.frame_check import free_axes, require_frame
from volltrack.segment.judge import drop_implausible
from volltrack.segment.memory.padded_watershed import pad_depth, pad_mask
from volltrack.segment.size.blobs import even_out_noise
from volltrack.segment.watershed import grow_in_mask

__all__ = ["ClassicalSegmenter"]


@dataclass(frozen=True, kw_only=True)
class ClassicalSegmenter(Segmenter):
    """Bright cells on a dark background, without a network.

    Parameters
    ----------
    settings
        What is None in them, `prepare` estimates.
    movie
        Known when it is ready.

    Notes
    -----
    An image without any contrast gives no cells. About 0.5 CPU seconds for 8 x 256 x 256 voxels.
    """

    settings: ClassicalSettings
    movie: MovieInfo | None = None

    @property
    def title(self) -> str:
        """Which method."""
        return "without a network"

    @property
    def facts(self) -> Mapping[str, Any]:
        """The diameter of the cells."""
        unit = "" if self.movie is None else f" {self.movie.voxel_size.unit}"
        diameter = self.settings.cell_diameter_um
        return {"cell_diameter": "not estimated" if diameter is None else f"{diameter:.4g}{unit}"}

    def prepare(self, movie: Movie, *, on_progress: OnProgress | None = None) -> Self:
        """Return it with what the settings leave open estimated from three frames; see `estimate_settings`."""
        return replace(
            self, settings=estimate_settings(movie, self.settings, on_progress=on_progress), movie=MovieInfo.of(movie)
        )

    def segment(self, frame: Frame, t: int = 0, *, only_labels: bool = False) -> Segmentation:
        """Return the cells of one frame, with mask, response and seeds; see `Segmenter.segment`.

        Notes
        -----
        About 19 bytes a voxel with `only_labels`, if nobody else holds the frame: its 4 among them, and slabs beside.
        Each image goes when it is used no more.
        """
        movie, settings = MovieInfo.require(self.movie, self.title), self.settings
        voxel_size = movie.voxel_size
        image = require_frame(frame, movie.name_frame(t))
        del frame
        if float(np.ptp(image)) == 0.0:
            return _no_cells(image.shape, only_labels)
        assert settings.cell_diameter_um is not None  # filled in by `prepare`
        smallest, largest = _size_limits(image.shape, voxel_size, settings)
        # from here on the square root: noise is even, and dim cells count beside bright ones
        brightness = smooth_frame(even_out_noise(image), voxel_size, settings)
        mask = find_mask(image, brightness, voxel_size, settings)
        response = find_response(image, mask, voxel_size, settings)
        judged = image if settings.least_chance > 0 else None
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
        images: dict[str, npt.NDArray[Any]] = {} if only_labels else {MASK: mask, RESPONSE: response}
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
        if judged is not None:
            labels = drop_implausible(judged, labels, settings.least_chance)
        if not only_labels:
            images[SEEDS] = np.zeros(labels.shape, np.int32)
            images[SEEDS][tuple(seeds.points.T)] = seeds.cells + 1
        return Segmentation(images={**images, LABELS: labels})


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


def _no_cells(shape: tuple[int, ...], only_labels: bool) -> Segmentation:
    """Return the result for an image without contrast."""
    labels = {LABELS: np.zeros(shape, np.int32)}
    if only_labels:
        return Segmentation(images=labels)
    maps = {MASK: np.zeros(shape, bool), RESPONSE: np.zeros(shape, np.float32), SEEDS: np.zeros(shape, np.int32)}
    return Segmentation(images=maps | labels)
