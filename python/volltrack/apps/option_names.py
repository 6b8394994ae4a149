"""Messages for the command line: the arguments that the rooms below name, as the options that give them."""

from __future__ import annotations

import logging
import re
from typing import Final

__all__ = ["OPTIONS", "OptionFormatter", "name_options"]

OPTIONS: Final = {
    "ClassicalSettings": "--no-network",
    "all_spots": "--all-spots",
    "allow_whole_floats": "--allow-whole-floats",
    "axes": "--axes",
    "break_foreign_locks": "--break-lock",
    "edges": "--edges",
    "frame_interval": "--frame-interval",
    "keep_going": "--keep-going",
    "labels": "--labels",
    "epochs": "--epochs",
    "max_distance": "--max-distance",
    "method": "--method",
    "minutes": "--minutes",
    "movie": "--movie",
    "scene": "--scene",
    "start": "--start",
    "split_mask": "--split-mask",
    "time_unit": "--time-unit",
    "unit": "--length-unit",
    "voxel_size": "--voxel-size",
}
"""Options by the argument (or class) that a message names in backticks: ```axes='TZYX'``` is ``--axes TZYX``."""

_NAMED = re.compile(rf"`({'|'.join(OPTIONS)})(?:=([^`\n]*))?`")


def name_options(message: str) -> str:
    """Return a message in which the arguments of functions are named as options of the command line."""
    return _NAMED.sub(_to_option, message)


def _to_option(match: re.Match[str]) -> str:
    option, value = OPTIONS[match[1]], match[2]
    if value is None:
        return option
    if value.startswith("("):
        value = value.strip("()").replace(" ", "").upper()
    return f"{option} {value.strip(chr(39))}"


class OptionFormatter(logging.Formatter):
    """Formats what is logged for somebody who typed a command."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with options for arguments."""
        return name_options(super().format(record))
