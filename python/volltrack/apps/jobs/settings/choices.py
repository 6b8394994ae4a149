"""Settings as a person chooses them with a few words, on top of what a file says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from volltrack.apps.jobs.settings.run_file import RunFile
from volltrack.errors import BadSettings
from volltrack.link import LengthUnit
from volltrack.model import Movie
from volltrack.model.methods import SegmenterSettings
from volltrack.pipeline import (
    DefaultSegmentation,
    RunSettings,
    choose_default_segmentation,
    choose_method,
    name_networks,
)
from volltrack.registry import LINKERS

__all__ = ["SegmentationChoice", "with_tracking"]


def with_tracking(
    settings: RunSettings,
    *,
    preset: str | None = None,
    linker: str | None = None,
    min_tracklet_length: float | None = None,
    unit: LengthUnit | None = None,
) -> RunSettings:
    """Return the settings with what was chosen of linking and pruning.

    Parameters
    ----------
    settings
        From a file, or the defaults.
    preset
        ``"trackmate"``: TrackMate's own defaults and nothing more; ``"likelihood"``, which was called ``"lineage"``:
        VollTrack's own linking, everything estimated; None: as in `settings`.
    linker
        Name of a linker (`volltrack.registry.LINKERS`): its defaults, unless `settings` are of it already.
    min_tracklet_length, unit
        See `volltrack.link.PruneSettings`.

    Raises
    ------
    BadSettings
        There is no such linker, or the preset is another.
    """
    wanted = None if preset is None else _LINKER_OF_PRESET[preset]
    if wanted is not None and linker not in (None, wanted):
        raise BadSettings(f"--preset {preset} and --linker {linker}: give one of the two")
    if wanted is not None:
        settings = replace(settings, link=LINKERS.make_settings(wanted))
    elif linker is not None and linker != settings.link.method:
        settings = replace(settings, link=LINKERS.make_settings(linker))
    if min_tracklet_length is not None:
        settings = replace(settings, prune=replace(settings.prune, min_tracklet_length=min_tracklet_length))
    if unit is not None:
        settings = replace(settings, prune=replace(settings.prune, unit=unit))
    return settings


_LINKER_OF_PRESET = {"trackmate": "lap", "likelihood": "likelihood", "lineage": "likelihood"}

_NO_NETWORK = "classical"
"""The method that `SegmentationChoice.no_network` means."""


@dataclass(frozen=True, kw_only=True)
class SegmentationChoice:
    """How to segment, in a few words.

    A method, named networks, a stain or `no_network` win over a settings file, that over the default: the method whose
    cells look best on a few frames.

    Parameters
    ----------
    method
        Name of a segmenter (`volltrack.registry.SEGMENTERS`); None to choose by the rest.
    stain
        Which of the shipped pairs, by what is bright; None for nuclei, or what a file says.
    star, unet, denoise, tissue_network
        Networks, by folder or name; None where none is named.
    no_network
        Segment without a network.
    cell_diameter
        Typical diameter, in the movie's unit of length; None to estimate it.
    """

    method: str | None = None
    stain: str | None = None
    star: str | None = None
    unet: str | None = None
    denoise: str | None = None
    tissue_network: str | None = None
    no_network: bool = False
    cell_diameter: float | None = None

    @property
    def named(self) -> dict[str, Any]:
        """The networks that are named, by their role."""
        roles = {"star": self.star, "unet": self.unet, "denoise": self.denoise, "tissue": self.tissue_network}
        return {role: name for role, name in roles.items() if name}

    def choose(self, movie: Movie, file: RunFile | None = None) -> DefaultSegmentation:
        """Return how to segment `movie`, and in one line why the shipped networks cannot be tried.

        Parameters
        ----------
        movie
            The raw channel.
        file
            Settings; without a file the default.

        Raises
        ------
        BadSettings
            If networks are named beside `no_network` or `stain`, the networks of the stain cannot be used, or a
            diameter is given for networks that do not need it.
        BadFile
            If a named network is not there.
        """
        file = file or RunFile()
        self._require_one_way()
        named, chosen, why = self.named, file.settings.segment, ""
        method = _NO_NETWORK if self.no_network else self.method
        if method is not None:
            if not ("star" in named or "unet" in named) and (chosen.method != method or self.stain):
                chosen = choose_method(method, self.stain or "nuclei", is_2d=movie.is_2d)
        elif self.stain or (not named and not file.says_segmentation):
            default = choose_default_segmentation(movie, self.stain or "nuclei")
            chosen, why = default.settings, default.why_no_network
        if named:
            chosen = name_networks(chosen, named)
        if self.method is not None:
            self._require_method(chosen, movie)
        return DefaultSegmentation(settings=self._with_diameter(chosen), why_no_network=why)

    def _require_one_way(self) -> None:
        named = self.named
        if self.no_network and named:
            raise BadSettings(f"--no-network and the networks {', '.join(named.values())}: give one of the two")
        if self.no_network and self.method not in (None, _NO_NETWORK):
            raise BadSettings(f"--no-network and --method {self.method}: give one of the two")
        if self.stain and (self.star or self.unet):
            raise BadSettings("--stain names the shipped networks: leave it out, or --star and --unet")
        if self.stain == "membranes" and self.no_network:
            raise BadSettings("--stain membranes and --no-network: only networks find cells by their membranes")

    def _require_method(self, chosen: SegmenterSettings, movie: Movie) -> None:
        """Check that the method that was asked for is the one that was chosen, and can take the movie."""
        if chosen.method != self.method:
            names = ", ".join(self.named.values())
            raise BadSettings(
                f"--method {self.method} and the networks {names}: those are the method {chosen.method!r}; give that "
                "name, other networks, or leave --method out"
            )
        why = chosen.make().why_not(movie)
        if why:
            raise BadSettings(f"--method {self.method}: {why}")

    def _with_diameter(self, settings: SegmenterSettings) -> SegmenterSettings:
        """Return the settings with the diameter of ``--cell-diameter``."""
        if self.cell_diameter is None:
            return settings
        if not settings.uses_cell_diameter:
            raise BadSettings(
                "--cell-diameter: networks do not need it; leave it out, or leave out the networks"
                if settings.with_networks({}) is not None
                else f"--cell-diameter: the method {settings.method!r} does not need it; leave it out"
            )
        return settings.with_cell_diameter(self.cell_diameter)
