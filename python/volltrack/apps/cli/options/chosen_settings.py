"""The settings of all steps, as the command line chooses them."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from volltrack.apps.jobs.inputs.settings_file import has_segmentation, read_run_settings, with_choices
from volltrack.errors import BadSettings
from volltrack.model import Movie
from volltrack.pipeline import NetworkSettings, RunSettings, choose_default_segmentation, choose_preset
from volltrack.segment import ClassicalSettings

__all__ = ["choose_segmentation", "chosen_settings"]


def chosen_settings(arguments: argparse.Namespace) -> RunSettings:
    """Return the settings of ``--settings`` with ``--preset``, ``--min-tracklet-length`` and ``--unit``."""
    return with_choices(
        read_run_settings(arguments.settings),
        preset=arguments.preset,
        min_tracklet_length=arguments.min_tracklet_length,
        unit=arguments.unit,
    )


def choose_segmentation(
    settings: ClassicalSettings | NetworkSettings, arguments: argparse.Namespace, movie: Movie
) -> ClassicalSettings | NetworkSettings:
    """Return how to segment `movie`.

    Named networks, ``--stain`` or ``--no-network`` win over the file of ``--settings``, that over the default: the
    shipped networks for nuclei where they can be used. Where they cannot, one line on stderr says why.

    Parameters
    ----------
    settings
        What `chosen_settings` gives.
    arguments
        Of the command line.
    movie
        The raw channel.

    Raises
    ------
    BadSettings
        If networks are named beside ``--no-network`` or ``--stain``, the networks of the stain cannot be used, or a
        diameter is given for networks that do not need it.
    BadFile
        If a named network is not there.
    """
    named = {role: getattr(arguments, option) for role, option in _ROLES.items() if getattr(arguments, option)}
    if arguments.no_network and named:
        raise BadSettings(f"--no-network and the networks {', '.join(named.values())}: give one of the two")
    if arguments.stain and (arguments.star or arguments.unet):
        raise BadSettings("--stain names the shipped networks: leave it out, or --star and --unet")
    if arguments.stain == "membranes" and arguments.no_network:
        raise BadSettings("--stain membranes and --no-network: only networks find cells by their membranes")
    chosen = settings
    if arguments.no_network:
        chosen = settings if isinstance(settings, ClassicalSettings) else ClassicalSettings()
    elif arguments.stain or (not named and not has_segmentation(arguments.settings)):
        default = choose_default_segmentation(movie, arguments.stain or "nuclei")
        chosen = default.settings
        if default.why_no_network:
            print(f"segmenting without a network: {default.why_no_network}", file=sys.stderr)
    if named:
        before = chosen if isinstance(chosen, NetworkSettings) else None
        before = before or choose_preset(named.get("star", ""), named.get("unet", ""))
        chosen = NetworkSettings(**named) if before is None else replace(before, **named)
    return _with_diameter(chosen, arguments.cell_diameter)


_ROLES = {"star": "star", "unet": "unet", "denoise": "denoise", "tissue": "tissue_network"}
"""Networks, and the options that name them."""


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
