"""Star-convex prediction with StarDist networks, in planes and in stacks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings, BadValue
from volltrack.segment.care_network import load_library_model
from volltrack.segment.models import ModelFolder
from volltrack.segment.network_packages import import_network_package, quiet_libraries
from volltrack.segment.star_overlaps import suppress_overlapping
from volltrack.segment.star_peaks import keep_peaks
from volltrack.segment.tiles import choose_n_tiles
from volltrack.segment.upsample import upsample_grid

__all__ = ["StarCandidates", "StarNetwork", "StarPrediction", "StarSettings", "predict_candidates"]

LIBRARY_BORDER = 2
"""Grid points at the border of the image that StarDist never takes for centres (its own default)."""


@dataclass(frozen=True, kw_only=True)
class StarSettings:
    """How candidates become objects.

    Parameters
    ----------
    prob_thresh
        Least probability of an object, 0 .. 1; the value in ``thresholds.json`` of the model when not given, or else
        StarDist's default 0.5.
    nms_thresh
        Overlap above which two candidates are one object, 0 .. 1; as `prob_thresh`, default 0.4.
    only_peaks
        Whether only the peaks of the probability are candidates, which is much faster (see
        `volltrack.segment.star_peaks`); else all voxels above `prob_thresh`, as the library does it.
    memory_bytes
        What the network may use when the number of tiles is chosen, > 0; half of the free memory, and at
        most 3 GiB, when not given.
    """

    prob_thresh: float | None = None
    nms_thresh: float | None = None
    only_peaks: bool = False
    memory_bytes: int | None = None

    def __post_init__(self) -> None:
        for name in ("prob_thresh", "nms_thresh"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise BadSettings(f"{name} = {value!r}: expected 0 to 1, or nothing for the value of the model")
        if self.memory_bytes is not None and self.memory_bytes <= 0:
            raise BadSettings(f"memory_bytes = {self.memory_bytes!r}: expected more than 0")


@dataclass(frozen=True, kw_only=True)
class StarPrediction:
    """What a StarDist network says about one image; all arrays have the shape of the image.

    Parameters
    ----------
    labels
        int32, 0 is background; without `only_peaks` the same as `predict_instances` of the library gives.
    probability
        float32, 0 .. 1: that a voxel is near the centre of an object.
    distance
        float32, pixels: mean over the rays of the distance to the border of the object.
    points
        int64 (N, ndim): the voxel from which object i was predicted; row i belongs to label i + 1.
    scores
        float32 (N,): probability of each object.

    Notes
    -----
    The network predicts on a grid. Probability and distance are brought to image size by linear interpolation
    between grid points, each of which lies on the first voxel of its cell.
    """

    labels: npt.NDArray[np.int32]
    probability: npt.NDArray[np.float32]
    distance: npt.NDArray[np.float32]
    points: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


class StarNetwork:
    """A StarDist2D or StarDist3D network ready to predict.

    Parameters
    ----------
    folder
        From `find_model`.

    Raises
    ------
    BadFile
        If the weights do not fit the settings of the network.
    MissingPackage
        If stardist is not installed.
    """

    def __init__(self, folder: ModelFolder) -> None:
        self.folder = folder
        self.n_dim = folder.n_dim
        name = "StarDist2D" if folder.n_dim == 2 else "StarDist3D"
        self.library_model: Any = load_library_model(
            folder, lambda: getattr(import_network_package("stardist.models"), name), "stardist"
        )

    @property
    def default_thresholds(self) -> tuple[float, float]:
        """Probability and overlap thresholds of the model."""
        return float(self.library_model.thresholds.prob), float(self.library_model.thresholds.nms)

    def choose_tiles(self, shape: tuple[int, ...], memory_bytes: int | None = None) -> tuple[int, ...]:
        """Return into how many tiles an image of this shape is cut to fit into memory, one number per axis."""
        config = self.library_model.config
        first = getattr(config, "unet_n_filter_base", getattr(config, "resnet_n_filter_base", 32))
        after = getattr(config, "net_conv_after_unet", getattr(config, "net_conv_after_resnet", 128))
        # measured on tiles of 1 to 7 million voxels: 287 to 397 bytes for 16 filters, 32 after and 64 rays on a grid of
        # (1, 2, 2), of which this makes 408
        coarse = (4 * first + after + 2 * config.n_rays) / math.prod(config.grid)
        return choose_n_tiles(
            shape, bytes_per_voxel=3.4 * (4 * first + coarse), overlap=(32,) * len(shape), memory_bytes=memory_bytes
        )

    def predict(
        self,
        image: npt.NDArray[np.float32],
        settings: StarSettings | None = None,
        *,
        n_tiles: tuple[int, ...] | None = None,
    ) -> StarPrediction:
        """Return objects, probability and distance of a normalised image; the network runs once.

        Parameters
        ----------
        image
            (Y, X) for a 2D network, (Z, Y, X) for a 3D one, about 0 .. 1.
        settings
            Defaults when not given.
        n_tiles
            Number of tiles per axis; chosen from the memory when not given. An object on a seam stays one object:
            the tiles give candidates, and objects are chosen among all of them.

        Raises
        ------
        BadValue
            If the image has another number of axes than the network.
        """
        settings = settings or StarSettings()
        if image.ndim != self.n_dim:
            raise BadValue(
                f"image of {image.ndim} axes for the {self.n_dim}D network {self.folder.name}: "
                f"expected {self.n_dim} axes"
            )
        tiles = n_tiles or self.choose_tiles(image.shape, settings.memory_bytes)
        prob_thresh, nms_thresh = self.default_thresholds
        prob_thresh = prob_thresh if settings.prob_thresh is None else settings.prob_thresh
        nms_thresh = nms_thresh if settings.nms_thresh is None else settings.nms_thresh
        with quiet_libraries():
            # stacks have few planes: two at each end without centres would lose the cells there
            border = 0 if settings.only_peaks else LIBRARY_BORDER
            candidates = predict_candidates(self.library_model, image, tiles, prob_thresh, border=border)
            if settings.only_peaks:
                candidates = keep_peaks(candidates, self.library_model.config.grid)
                if self.n_dim == 3:
                    rays = import_network_package("stardist.rays3d").rays_from_json(self.library_model.config.rays_json)
                    candidates = suppress_overlapping(candidates, rays, nms_thresh)
                    nms_thresh = math.inf  # done
            labels, details = self.library_model._instances_from_prediction(  # as predict_instances does
                image.shape,
                candidates.scores,
                candidates.distances,
                points=candidates.points,
                prob_thresh=prob_thresh,
                nms_thresh=nms_thresh,
            )
        return StarPrediction(
            labels=np.asarray(labels, dtype=np.int32),
            probability=upsample_grid(candidates.probability, self.library_model.config.grid, image.shape),
            distance=upsample_grid(candidates.distance, self.library_model.config.grid, image.shape),
            points=np.asarray(details["points"], dtype=np.int64).reshape(-1, image.ndim),
            scores=np.asarray(details["prob"], dtype=np.float32).reshape(-1),
        )


@dataclass(frozen=True, kw_only=True)
class StarCandidates:
    """What the network gives before objects are chosen; the two maps are on the grid."""

    probability: npt.NDArray[np.float32]
    distance: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    distances: npt.NDArray[np.float32]
    points: npt.NDArray[np.int64]


def predict_candidates(
    model: Any,
    image: npt.NDArray[np.float32],
    n_tiles: tuple[int, ...],
    prob_thresh: float,
    *,
    border: int = LIBRARY_BORDER,
) -> StarCandidates:
    """Run the network once, tile by tile, and keep all rays only where an object may be.

    `predict_instances` of the library either forgets the probability map, or keeps all rays of all voxels (4.4 GB for
    22 x 512 x 512 voxels and 192 rays). This does what its sparse variant does, with its own parts, and keeps the map.
    """
    find_peaks = import_network_package("stardist.nms")._ind_prob_thresh
    x, _, axes, _, _, resizer, _, grid, by_axis, channel, predict_tile, set_up_tiles = model._predict_setup(
        image, None, None, n_tiles, False, {"verbose": 0}
    )
    grid_shape = tuple(n // by_axis[a] for n, a in zip(x.shape, axes, strict=True) if a != "C")
    probability = np.zeros(grid_shape, np.float32)
    distance = np.zeros(grid_shape, np.float32)
    whole = (slice(None),) * x.ndim
    pieces = set_up_tiles()[0] if math.prod(n_tiles) > 1 else [(x, whole, whole)]
    scores, distances, points = [], [], []
    for tile, source, target in pieces:
        outputs = predict_tile(tile)
        take = _on_grid(source, axes, by_axis)
        put = tuple(s for s, a in zip(_on_grid(target, axes, by_axis), axes, strict=True) if a != "C")
        prob = np.take(outputs[0][take], 0, axis=channel)
        rays = np.maximum(np.moveaxis(outputs[1][take], channel, -1), 1e-3)
        probability[put] = prob
        distance[put] = rays.mean(axis=-1)
        starts = [s.start or 0 for s in put]
        edges = [
            (border if start == 0 else -1, border if start + n == full else -1)
            for start, n, full in zip(starts, prob.shape, grid_shape, strict=True)
        ]
        peaks = find_peaks(prob, prob_thresh, b=edges)
        scores.append(prob[peaks])
        distances.append(rays[peaks])
        points.append((np.argwhere(peaks) + starts) * np.array(grid))
    all_points = np.concatenate(points)
    inside = resizer.filter_points(x.ndim, all_points, axes)
    crop = tuple(slice(0, math.ceil(n / g)) for n, g in zip(image.shape, grid, strict=True))
    return StarCandidates(
        probability=probability[crop],
        distance=distance[crop],
        scores=np.concatenate(scores)[inside],
        distances=np.concatenate(distances)[inside],
        points=all_points[inside],
    )


def _on_grid(place: tuple[slice, ...], axes: str, by_axis: dict[str, int]) -> tuple[slice, ...]:
    """Return where voxels lie on the grid of the network; all channels."""
    return tuple(
        slice(None)
        if a == "C"
        else slice(None if s.start is None else s.start // by_axis[a], None if s.stop is None else s.stop // by_axis[a])
        for s, a in zip(place, axes, strict=True)
    )
