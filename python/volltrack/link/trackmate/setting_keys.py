"""Keys of settings that were read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from volltrack.errors import BadSettings

__all__ = ["require_known_keys"]


def require_known_keys(values: Mapping[str, Any], settings_class: type, what: str) -> None:
    """Check that every key of `values` is a field of the dataclass `settings_class`.

    Raises
    ------
    BadSettings
        With the unknown keys of the `what` setting and the known ones.
    """
    known = [f.name for f in fields(settings_class)]
    unknown = sorted(str(key) for key in values if key not in known)
    if unknown:
        raise BadSettings(f"unknown {what} setting {', '.join(unknown)}: expected any of {', '.join(known)}")
