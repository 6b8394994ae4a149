"""Settings to and from TOML files, and TOML files as they are."""

from volltrack.io.settings_toml.sections import (
    read_settings_toml,
    settings_from_dict,
    settings_to_dict,
    write_settings_toml,
)
from volltrack.io.settings_toml.toml_text import read_toml

__all__ = [
    "read_settings_toml",
    "read_toml",
    "settings_from_dict",
    "settings_to_dict",
    "write_settings_toml",
]
