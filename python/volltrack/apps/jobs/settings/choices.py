"""Settings as a person chooses them with a few words, on top of what a file says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from volltrack.apps.jobs.settings.run_file import RunFile
from volltrack.errors import BadSettings
from volltrack.link import LengthUnit, LineageLinkSettings, LinkSettings
from volltrack.model import Movie
from volltrack.pipeline import (
    DefaultSegmentation,
    NetworkSettings,
    RunSettings,
    choose_default_segmentation,
    choose_preset,
)
from volltrack.segment import ClassicalSettings

__all__ = ["SegmentationChoice", "with_tracking"]


def with_tracking(
    settings: RunSettings,
    *,
    preset: str | None = None,
    min_tracklet_length: float | None = None,
    unit: LengthUnit | None = None,
) -> RunSettings:
    """Return the settings with what was chosen of linking and pruning.

    Parameters
    ----------
    settings
        From a file, or the defaults.
    preset
        ``"trackmate"``: TrackMate's own defaults and nothing more; ``"lineage"``: VollTrack's own linking, everything
        estimated; None: as in `settings`.
    min_tracklet_length, unit
        See `volltrack.link.PruneSettings`.
    """
    if preset is not None:
        settings = replace(settings, link=LinkSettings.trackmate() if preset == "trackmate" else LineageLinkSettings())
    if min_tracklet_length is not None:
        settings = replace(settings, prune=replace(settings.prune, min_tracklet_length=min_tracklet_length))
    if unit is not None:
        settings = replace(settings, prune=replace(settings.prune, unit=unit))
    return settings


@dataclass(frozen=True, kw_only=True)
class SegmentationChoice:
    """How to segment, in a few words.

    Named networks, a stain or `no_network` win over a settings file, that over the default: the shipped networks for
    nuclei where they can be used.

    Parameters
    ----------
    stain
        Which of the shipped pairs, by what is bright; None for nuclei, or what a file says.
    star, unet, denoise, tissue_network
        Networks, by folder or name; None where none is named.
    no_network
        Segment without a network.
    cell_diameter
        Typical diameter, in the movie's unit of length; None to estimate it.
    """

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
        """Return how to segment `movie`, and in one line why the shipped networks cannot.

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
        named, before, why = self.named, file.settings.segment, ""
        chosen = before
        if self.no_network:
            chosen = before if isinstance(before, ClassicalSettings) else ClassicalSettings()
        elif self.stain or (not named and not file.says_segmentation):
            default = choose_default_segmentation(movie, self.stain or "nuclei")
            chosen, why = default.settings, default.why_no_network
        if named:
            networks = chosen if isinstance(chosen, NetworkSettings) else None
            networks = networks or choose_preset(named.get("star", ""), named.get("unet", ""))
            chosen = NetworkSettings(**named) if networks is None else replace(networks, **named)
        return DefaultSegmentation(settings=_with_diameter(chosen, self.cell_diameter), why_no_network=why)

    def _require_one_way(self) -> None:
        named = self.named
        if self.no_network and named:
            raise BadSettings(f"--no-network and the networks {', '.join(named.values())}: give one of the two")
        if self.stain and (self.star or self.unet):
            raise BadSettings("--stain names the shipped networks: leave it out, or --star and --unet")
        if self.stain == "membranes" and self.no_network:
            raise BadSettings("--stain membranes and --no-network: only networks find cells by their membranes")


def _with_diameter(
    settings: ClassicalSettings | NetworkSettings, diameter: float | None
) -> ClassicalSettings | NetworkSettings:
    """Return the settings with the diameter of ``--cell-diameter``."""
    if diameter is None:
        return settings
    if isinstance(settings, ClassicalSettings):
        return replace(settings, cell_diameter_um=diameter)
    if not settings.uses_cell_diameter:
        raise BadSettings("--cell-diameter: networks do not need it; leave it out, or leave out the networks")
    return replace(settings, how=replace(settings.how, cell_diameter_um=diameter))
