"""What a method is: settings make one, `prepare` returns it ready, and it runs on frames or spots, here or elsewhere.

Four steps, the same for all of them::

    method = settings.make()           # a value, made in no time; nothing is loaded or estimated
    method.why_not(movie)              # "" where it can be used, else why not
    ready = method.prepare(movie)      # another value: what the settings left open is estimated, networks are loaded
    ready.segment(frame)               # a `Segmenter`;  detect(frame): a `Detector`;  link(spots): a `Linker`

A method is frozen: it can be pickled, ready or not, and runs in another process as it would have here. A new one is a
folder of its own with a class for the settings and one for the method, and a line in `volltrack.registry`;
`volltrack.testing.contracts` tells whether it behaves.

These are abstract classes, not protocols: a method inherits what is the same for all (`describe`, the plain answers of
`why_not`), so that a new one has little to say, and a word misspelt is found when the class is made.
"""

from __future__ import annotations

import dataclasses
import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings, BadValue
from volltrack.model.calibration import VoxelSize
from volltrack.model.links import Links
from volltrack.model.movie import Frame, LabelMovie, Movie
from volltrack.model.spots import Spots
from volltrack.progress import OnProgress

__all__ = [
    "DENOISED",
    "DISTANCE",
    "IMAGE_NAMES",
    "LABELS",
    "MASK",
    "PROBABILITY",
    "RESPONSE",
    "SEEDS",
    "TISSUE",
    "Detector",
    "DetectorSettings",
    "Linker",
    "LinkerSettings",
    "MethodSettings",
    "MovieInfo",
    "Segmentation",
    "Segmenter",
    "SegmenterSettings",
    "list_changed",
]

LABELS: Final = "labels"
"""int32: the cells, 1 .. n; 0 is background."""
SEEDS: Final = "seeds"
"""int32: the markers from which the cells grew."""
MASK: Final = "mask"
"""bool: foreground."""
RESPONSE: Final = "response"
"""float32: on whose maxima seeds lie, without a network."""
PROBABILITY: Final = "probability"
"""float32, 0 .. 1: StarDist's probability of being near the centre of an object."""
DISTANCE: Final = "distance"
"""float32, pixels: StarDist's distance to the border, the mean over all rays."""
DENOISED: Final = "denoised"
"""float32, in the units of the frame."""
TISSUE: Final = "tissue"
"""bool: where cells were looked for."""

IMAGE_NAMES: Final = (SEEDS, MASK, RESPONSE, PROBABILITY, DISTANCE, DENOISED, TISSUE, LABELS)
"""Images that a segmentation may hold, labels last; other methods may add others."""


@dataclass(frozen=True, kw_only=True)
class MovieInfo:
    """What a method that is ready remembers of the movie that it was prepared for; it travels with the method.

    Parameters
    ----------
    name
        For messages.
    voxel_size
        Edge lengths of a voxel.
    """

    name: str
    voxel_size: VoxelSize

    @classmethod
    def of(cls, movie: Movie) -> Self:
        """Return what is to be remembered of `movie`."""
        return cls(name=movie.name, voxel_size=movie.calibration.voxel_size)

    def name_frame(self, t: int) -> str:
        """Return what a frame is called in messages."""
        return f"{self.name}, frame {t}"

    @staticmethod
    def require(known: MovieInfo | None, title: str) -> MovieInfo:
        """Return what is known of the movie.

        Raises
        ------
        BadValue
            Nothing is: the method was not prepared.
        """
        if known is None:
            raise BadValue(f"{title}: not ready; expected a call of prepare(movie), and what it returns")
        return known


@dataclass(frozen=True, kw_only=True)
class Segmentation:
    """What came out of one frame: labels, and the images in between as far as they were asked for.

    Parameters
    ----------
    images
        By name (`IMAGE_NAMES`), each (Z, Y, X).
    """

    images: Mapping[str, npt.NDArray[Any]]

    @property
    def labels(self) -> npt.NDArray[np.int32]:
        """The cells, int32 (Z, Y, X): 1 .. n, 0 is background.

        Raises
        ------
        BadValue
            Of a method that only denoises, or only finds the tissue.
        """
        return self[LABELS]

    @property
    def n_cells(self) -> int:
        """Number of labels."""
        return int(self.labels.max(initial=0))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return an image by its name.

        Raises
        ------
        BadValue
            It is not there: the method does not make it, or only the labels were asked for.
        """
        if name not in self.images:
            raise BadValue(f"no image {name!r} in the segmentation: there is {', '.join(self.images) or 'none'}")
        return self.images[name]


class MethodSettings(ABC):
    """Settings that make a method; a frozen dataclass inherits from `SegmenterSettings`, `LinkerSettings`, ..."""

    @property
    @abstractmethod
    def method(self) -> str:
        """Name of the method in `volltrack.registry`, as in ``run.toml`` and on the command line."""

    @property
    @abstractmethod
    def made_by(self) -> str:
        """Class of the method as ``module:Class``; it is imported when it is made, since it may need much."""

    def list_changed(self) -> tuple[str, ...]:
        """Return ``name = value`` for each setting that has not its default."""
        return tuple(list_changed(self))

    def _make(self) -> Any:
        module, _, name = self.made_by.partition(":")
        return getattr(importlib.import_module(module), name)(settings=self)


class SegmenterSettings(MethodSettings):
    """Settings that make a `Segmenter`."""

    @property
    def uses_cell_diameter(self) -> bool:
        """Whether it matters to the method how large the cells are."""
        return False

    def with_cell_diameter(self, diameter: float) -> Self:
        """Return the settings with the diameter of the cells, in the unit of the voxel size.

        Raises
        ------
        BadSettings
            The method has no use for it.
        """
        raise BadSettings(f"cell diameter {diameter:g}: the method {self.method!r} does not need it; leave it out")

    def with_networks(self, named: Mapping[str, str]) -> SegmenterSettings | None:
        """Return the settings with networks by role (star, unet, denoise, tissue); None where it has none."""
        return None

    def make(self) -> Segmenter:
        """Return the method, not ready yet."""
        made: Segmenter = self._make()
        return made


class DetectorSettings(MethodSettings):
    """Settings that make a `Detector`."""

    def make(self) -> Detector:
        """Return the method, not ready yet."""
        made: Detector = self._make()
        return made


class LinkerSettings(MethodSettings):
    """Settings that make a `Linker`."""

    def make(self) -> Linker:
        """Return the method, not ready yet."""
        made: Linker = self._make()
        return made

    @property
    def engines(self) -> tuple[str, ...]:
        """Other programs that link by the same settings."""
        return ()

    def to_trackmate(self) -> dict[str, Any]:
        """Return the settings in TrackMate's own words, for its XML; empty where it is none of its trackers."""
        return {}


class _Method(ABC):
    """What segmenters, detectors and linkers have in common."""

    settings: MethodSettings
    """What made it; of a method that is ready with every estimate filled in."""

    @property
    def title(self) -> str:
        """A few words for a person: which method."""
        return self.settings.method

    @property
    def report(self) -> tuple[str, ...]:
        """Lines for a person: what `prepare` estimated, and from what."""
        return ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a person wants to see after the work, by name: the diameter used, the networks."""
        return {}

    def describe(self) -> str:
        """Return one line: which method, and the settings that are not the default."""
        changed = self.settings.list_changed()
        return f"{self.title} ({', '.join(changed)})" if changed else self.title


class _FrameMethod(_Method):
    """What segmenters and detectors have in common."""

    @property
    def n_dims(self) -> tuple[int, ...]:
        """2 if it takes single planes, 3 if it takes stacks."""
        return (2, 3)

    @property
    def stains(self) -> tuple[str, ...]:
        """What may be bright in the frames: ``"nuclei"`` (or whole cells), ``"membranes"``."""
        return ("nuclei",)

    def why_not(self, movie: Movie) -> str:
        """Return why it cannot be used on this movie, in one line; empty where it can. Reads no frame."""
        if movie.is_2d and 2 not in self.n_dims:
            return f"{self.title} takes stacks and {movie.name} is 2D"
        if not movie.is_2d and 3 not in self.n_dims:
            return f"{self.title} takes single planes and {movie.name} has {movie.shape[1]} of them"
        return ""

    @abstractmethod
    def prepare(self, movie: Movie, *, on_progress: OnProgress | None = None) -> Self:
        """Return it ready for the frames of `movie`: estimates made, networks loaded.

        Raises
        ------
        BadValue
            It cannot take this movie.
        Cancelled
            If `on_progress` asks for it.
        """


class Segmenter(_FrameMethod):
    """Finds the cells of a frame and where each of them ends."""

    settings: SegmenterSettings

    @property
    def gives_labels(self) -> bool:
        """Whether cells come out, not only a denoised image or a tissue."""
        return True

    @abstractmethod
    def segment(self, frame: Frame, t: int = 0, *, only_labels: bool = False) -> Segmentation:
        """Return the cells of one frame; the same for the same frame, whatever was segmented before.

        Parameters
        ----------
        frame
            (Z, Y, X), or (Y, X) as one plane, any real type; it is not changed.
        t
            Which frame of the movie it is.
        only_labels
            Leave out the images in between, which saves their memory (not of methods that give no labels).

        Raises
        ------
        BadValue
            NaN or infinite values, wrong number of axes, or it is not ready.
        """


class Detector(_FrameMethod):
    """Finds the cells of a frame as spots, without their outlines."""

    settings: DetectorSettings

    @abstractmethod
    def detect(self, frame: Frame, t: int = 0) -> Spots:
        """Return the spots of one frame, with ids from 0 and ``FRAME`` t; for parameters and errors see `Segmenter`."""


class Linker(_Method):
    """Finds which spots of later frames are the same cell, or her daughters."""

    settings: LinkerSettings

    def why_not(self, spots: Spots, labels: LabelMovie | None = None) -> str:
        """Return why it cannot link these spots, in one line; empty where it can."""
        return ""

    @abstractmethod
    def prepare(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Self:
        """Return it ready for these spots: what the settings left open is estimated from them.

        Raises
        ------
        BadSettings
            It cannot link these spots; see `why_not`.
        Cancelled
            If `on_progress` asks for it.
        """

    @abstractmethod
    def link(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Links:
        """Return the links, each from an earlier to a later frame.

        Parameters
        ----------
        spots
            All spots of a movie; it is not changed.
        labels
            The label movie that they were measured in; some methods need it.
        on_progress
            Told as it goes on.

        Raises
        ------
        BadSettings
            It cannot link these spots; see `why_not`.
        BadValue
            It is not ready.
        Cancelled
            If `on_progress` asks for it.
        """


def list_changed(settings: Any, before: str = "") -> Iterator[str]:
    """Yield ``name = value`` for each field that has not its default, through settings in settings."""
    if not dataclasses.is_dataclass(settings):
        return
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if value == default:
            continue
        if dataclasses.is_dataclass(value) and type(value) is type(default):
            yield from list_changed(value, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name} = {f'{value:.4g}' if isinstance(value, float) else value}"
