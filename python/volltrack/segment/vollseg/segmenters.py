"""The methods with trained networks: VollSeg, StarDist alone, U-Net alone, and networks that only prepare images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from volltrack.errors import VollTrackError
from volltrack.model import Frame, Movie
from volltrack.model.methods import MovieInfo, Segmentation, Segmenter
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.frame_check import require_frame
from volltrack.segment.networks.lazy import LazyNetworks
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import is_installed
from volltrack.segment.size.trained_scale import estimate_movie_scale
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.predict import predict_frame

__all__ = ["DenoiseOnly", "NetworkSegmenter", "StarDistAlone", "UnetAlone", "VollSeg"]


@dataclass(frozen=True, kw_only=True)
class NetworkSegmenter(Segmenter):
    """What the methods with networks have in common; which of them it is follows from the networks that are named.

    Parameters
    ----------
    settings
        The networks, and how their outputs become cells; the diameter of the cells is estimated where a network needs
        it.
    movie
        Known when it is ready.
    networks
        Loaded by `prepare`, or after a journey to another process by the first frame there.
    """

    settings: NetworkSettings
    movie: MovieInfo | None = None
    networks: LazyNetworks = field(default_factory=LazyNetworks, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.networks.is_named:
            object.__setattr__(self, "networks", LazyNetworks(self.settings.by_role))

    @property
    def title(self) -> str:
        """The networks."""
        return f"networks {', '.join(self.settings.names)}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """The networks."""
        return {"networks": ", ".join(self.settings.names)}

    @property
    def n_dims(self) -> tuple[int, ...]:
        """A 3D network takes stacks only; 2D ones take stacks plane by plane, too. Errors as of `find_model`."""
        return (3,) if any(folder.n_dim == 3 for folder in self._find_folders()) else (2, 3)

    @property
    def stains(self) -> tuple[str, ...]:
        """What was bright in the images that the networks were trained on. Errors as of `find_model`."""
        bright = {folder.bright for folder in self._find_folders()}
        return ("membranes",) if bright == {"membranes"} else ("nuclei",)

    def why_not(self, movie: Movie) -> str:
        """Return why the networks cannot be used; none of their libraries is imported."""
        missing = ""
        try:
            if 2 not in self.n_dims and movie.is_2d:
                return f"the networks {', '.join(self.settings.names)} take stacks and this movie is 2D"
        except VollTrackError as error:
            missing = str(error)
        installed = "the networks need TensorFlow and StarDist (pip install 'volltrack[segment]')"
        return missing if is_installed() else installed

    def prepare(self, movie: Movie, *, on_progress: OnProgress | None = None) -> Self:
        """Return it with the networks loaded, and the diameter of the cells where one of them needs it.

        Raises
        ------
        BadFile, BadSettings, MissingPackage
            See `volltrack.segment.networks.load.load_networks`.
        BadValue
            Single planes for a 3D network; NaN or infinite values in the middle frame.
        Cancelled
            If `on_progress` asks for it.
        """
        report_progress(on_progress, "load networks", 0, 2)
        networks = self.networks.load()
        networks.require_fit(movie.shape[1], movie.name)
        report_progress(on_progress, "load networks", 1, 2)
        how = self.settings.how if movie.n_frames == 0 else estimate_movie_scale(movie, networks, self.settings.how)
        report_progress(on_progress, "load networks", 2, 2)
        return replace(self, settings=replace(self.settings, how=how), movie=MovieInfo.of(movie))

    def segment(self, frame: Frame, t: int = 0, *, only_labels: bool = False) -> Segmentation:
        """Return the cells of one frame, and what the networks said of it; see `Segmenter.segment`."""
        movie = MovieInfo.require(self.movie, self.title)
        image = require_frame(frame, movie.name_frame(t))
        del frame
        return predict_frame(image, movie.voxel_size, self.networks.load(), self.settings.how, only_labels=only_labels)

    def _find_folders(self) -> tuple[ModelFolder, ...]:
        return tuple(self.settings.find_folders().values())


class VollSeg(NetworkSegmenter):
    """StarDist's objects and the U-Net's foreground, joined to cells (spec/vollseg.md)."""


class StarDistAlone(NetworkSegmenter):
    """StarDist's objects as they are."""


class UnetAlone(NetworkSegmenter):
    """The connected pieces of the U-Net's foreground."""


class DenoiseOnly(NetworkSegmenter):
    """No cells: the denoised image, or the tissue."""

    @property
    def gives_labels(self) -> bool:
        """No."""
        return False
