"""Options that several subcommands share, what they say as values, and the subcommand that has them."""

from volltrack.apps.cli.options.command import Command, add_command, show_result
from volltrack.apps.cli.options.images import (
    add_calibration,
    add_channel_of_run,
    add_label_type,
    add_parts,
    add_tissue,
    image_options,
    track_sources,
)
from volltrack.apps.cli.options.linker import add_linker
from volltrack.apps.cli.options.networks import (
    add_cell_diameter,
    add_networks,
    add_no_network,
    choose_segmentation,
    require_given_labels,
)
from volltrack.apps.cli.options.outputs import add_break_lock, add_output
from volltrack.apps.cli.options.tracks import add_all_spots, add_pruning

__all__ = [
    "Command",
    "add_all_spots",
    "add_break_lock",
    "add_calibration",
    "add_cell_diameter",
    "add_channel_of_run",
    "add_command",
    "add_label_type",
    "add_linker",
    "add_networks",
    "add_no_network",
    "add_output",
    "add_parts",
    "add_pruning",
    "add_tissue",
    "choose_segmentation",
    "image_options",
    "require_given_labels",
    "show_result",
    "track_sources",
]
