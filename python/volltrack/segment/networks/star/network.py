"""Star-convex prediction with StarDist networks, in planes and in stacks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.segment.networks.care import load_library_model
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import import_network_package, quiet_libraries
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.star.candidates import LIBRARY_BORDER, predict_candidates
from volltrack.segment.networks.star.overlaps import suppress_overlapping
from volltrack.segment.networks.star.peaks import keep_peaks
from volltrack.segment.networks.star.upsample import upsample_grid
from volltrack.segment.networks.tiles import choose_n_tiles

__all__ = ["StarNetwork", "StarPrediction"]


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
        settings: PredictionSettings | None = None,
    ) -> StarPrediction:
        """Return objects, probability and distance of a normalised image; the network runs once.

        Parameters
        ----------
        image
            (Y, X) for a 2D network, (Z, Y, X) for a 3D one, about 0 .. 1.
        settings
            Defaults when not given.

        Raises
        ------
        BadValue
            If the image has another number of axes than the network.
        """
        settings = settings or PredictionSettings()
        if image.ndim != self.n_dim:
            raise BadValue(
                f"image of {image.ndim} axes for the {self.n_dim}D network {self.folder.name}: "
                f"expected {self.n_dim} axes"
            )
        tiles: tuple[int, ...]
        if settings.n_tiles is None:
            tiles = self.choose_tiles(image.shape, settings.memory_bytes)
        else:
            tiles = settings.n_tiles[-self.n_dim :]
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
