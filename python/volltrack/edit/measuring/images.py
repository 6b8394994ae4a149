"""The images that spots are measured in, and which of them do not fit the tracks."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace

from volltrack.io.tracks import TracksFile, find_named_shape
from volltrack.model import LabelMovie, Lineage, Movie, Tissue
from volltrack.pipeline import Misfit, find_misfit

__all__ = ["Images", "find_doubts"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Images:
    """What spots can be measured in.

    Parameters
    ----------
    movie
        One channel, or None.
    channel
        Its number in the names of features, from 1.
    labels
        Labels of the cells, or None.
    tissue
        Or None.
    """

    movie: Movie | None = None
    channel: int = 1
    labels: LabelMovie | None = None
    tissue: Tissue | None = None

    def without(self, kinds: Collection[str]) -> Images:
        """Return the images without those of some kinds: ``"movie"``, ``"labels"``, ``"tissue"``."""
        return Images(
            movie=None if "movie" in kinds else self.movie,
            channel=self.channel,
            labels=None if "labels" in kinds else self.labels,
            tissue=None if "tissue" in kinds else self.tissue,
        )

    def with_image(self, kind: str, image: Movie, doubted: Images) -> Images:
        """Return the images with one more; its channel, or which labels count, are those of `doubted`."""
        if kind == "movie":
            return replace(self, movie=image, channel=doubted.channel)
        if not isinstance(image, LabelMovie):
            return self
        if kind == "labels":
            return replace(self, labels=image)
        chosen = () if doubted.tissue is None else doubted.tissue.tissue_labels
        return replace(self, tissue=Tissue(labels=image, tissue_labels=chosen))


def find_doubts(images: Images, lineage: Lineage, tracks: TracksFile) -> dict[str, tuple[Movie, Misfit]]:
    """Return the images that do not fit the tracks, and why, by their kind; each is logged."""
    named, size = find_named_shape(tracks), tracks.calibration.voxel_size
    given: dict[str, Movie | None] = {
        "movie": images.movie,
        "labels": images.labels,
        "tissue": None if images.tissue is None else images.tissue.labels,
    }
    doubts = {}
    for kind, image in given.items():
        misfit = None
        if image is not None:
            misfit = find_misfit(image, lineage.spots, size, named_shape=named, may_be_one_frame=kind == "tissue")
        if image is not None and misfit is not None:
            _log.warning("%s: spots are not measured in it", misfit)
            doubts[kind] = (image, misfit)
    return doubts
