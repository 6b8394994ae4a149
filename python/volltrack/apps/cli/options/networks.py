"""Options that say how a movie is segmented, and what they choose."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from volltrack.apps.cli.options.command import Command
from volltrack.errors import BadSettings
from volltrack.registry import SEGMENTERS

if TYPE_CHECKING:
    from volltrack.apps.jobs.settings import RunFile
    from volltrack.model import Movie
    from volltrack.model.methods import SegmenterSettings

__all__ = ["add_cell_diameter", "add_networks", "add_no_network", "choose_segmentation", "require_given_labels"]


def add_networks(command: Command) -> None:
    """Add the options that choose the method of segmentation: by its name, or by its networks."""
    command.add_argument(
        "--method",
        metavar="NAME",
        help="segmenter by its name (default: the one whose cells look best). --no-network is 'classical'; --star and "
        "--unet together are 'vollseg', one of them alone is 'stardist' or 'unet'; where no network is named, --stain "
        f"says which of the shipped ones it takes. {SEGMENTERS.describe()}",
    )
    group = command.add_argument_group("networks", "model folders (StarDist, csbdeep and n2v load them too), or names")
    group.add_argument(
        "--stain", choices=("nuclei", "membranes"), help="which of the shipped pairs: what is bright (default nuclei)"
    )
    group.add_argument("--star", metavar="F", help="StarDist network: objects")
    group.add_argument("--unet", metavar="F", help="U-Net: foreground of cells; with --star VollSeg's joined cells")
    group.add_argument("--denoise", metavar="F", help="Noise2Void network, used before all others")
    group.add_argument("--tissue-network", metavar="F", help="U-Net of the tissue: nothing is looked for outside")
    add_no_network(command)


def add_no_network(command: Command) -> None:
    """Add ``--no-network``."""
    command.add_argument(
        "--no-network",
        action="store_true",
        help="segment without a network (default: the method whose cells look best on a few frames)",
    )


def add_cell_diameter(command: Command) -> None:
    """Add ``--cell-diameter``."""
    command.add_argument(
        "--cell-diameter", type=float, metavar="X", help="typical diameter in the movie's unit (default: estimated)"
    )


def require_given_labels(arguments: argparse.Namespace) -> None:
    """Check that no other method is asked for where labels are given.

    Raises
    ------
    BadSettings
        One is.
    """
    if arguments.method not in (None, "given"):
        raise BadSettings(f"--labels and --method {arguments.method}: labels are used as they are; leave out one")


def choose_segmentation(arguments: argparse.Namespace, movie: Movie, file: RunFile) -> SegmenterSettings:
    """Return how to segment a movie; where the shipped networks cannot, one line on stderr says why.

    Raises
    ------
    BadSettings, BadFile
        See `volltrack.apps.jobs.settings.SegmentationChoice`.
    """
    from volltrack.apps.jobs.settings import SegmentationChoice

    chosen = SegmentationChoice(
        method=arguments.method,
        stain=arguments.stain,
        star=arguments.star,
        unet=arguments.unet,
        denoise=arguments.denoise,
        tissue_network=arguments.tissue_network,
        no_network=arguments.no_network,
        cell_diameter=arguments.cell_diameter,
    ).choose(movie, file)
    if chosen.why_no_network:
        print(f"segmenting without a network: {chosen.why_no_network}", file=sys.stderr)
    return chosen.settings
