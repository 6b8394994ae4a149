"""Segmenters, detectors, linkers and the settings that make them: made, made ready, run."""

from __future__ import annotations

import dataclasses
import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Self

from volltrack.errors import BadSettings
from volltrack.model.links import Links
from volltrack.model.methods.segmentation import Segmentation
from volltrack.model.movie import Frame, LabelMovie, Movie
from volltrack.model.spots import Spots
from volltrack.progress import OnProgress

__all__ = [
    "Detector",
    "DetectorSettings",
    "Linker",
    "LinkerSettings",
    "MethodSettings",
    "Segmenter",
    "SegmenterSettings",
    "SizedSegmenterSettings",
    "list_changed",
]


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

    @property
    def cell_diameter(self) -> float | None:
        """Typical diameter of a cell in the unit of the voxel size; None where it is not known, or does not matter."""
        return None

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


class SizedSegmenterSettings(SegmenterSettings):
    """Settings of a segmenter that wants to know how large the cells are: a dataclass with this field."""

    cell_diameter_um: float | None
    """Typical diameter of a cell within a plane, in the unit of the voxel size; estimated when not given."""

    @property
    def uses_cell_diameter(self) -> bool:
        """Yes."""
        return True

    @property
    def cell_diameter(self) -> float | None:
        """As it is set, or was estimated."""
        return self.cell_diameter_um

    def with_cell_diameter(self, diameter: float) -> Self:
        """Return the settings with the diameter of the cells, in the unit of the voxel size."""
        changed: Self = dataclasses.replace(self, cell_diameter_um=diameter)  # type: ignore[type-var]
        return changed


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
