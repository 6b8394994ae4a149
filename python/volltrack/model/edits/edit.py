"""Edits: small changes of spots and links that a person or a program makes, as values.

They are applied to tables by `apply_edits` and to a TrackMate file, losslessly, by `volltrack.io.trackmate_xml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["AddLink", "AddSpot", "DeleteSpot", "Edit", "Outline", "RemoveLink", "SetSpot"]

Outline: TypeAlias = tuple[tuple[float, float], ...]
"""Points (x, y) relative to the position of the spot, physical units."""


@dataclass(frozen=True, kw_only=True)
class SetSpot:
    """Give spot `spot_id` new values of the named features (``POSITION_X`` ..., physical units).

    NaN takes a value away. `name` and `contour`, three points or more, are changed where they are given.
    """

    spot_id: int
    features: Mapping[str, float] = field(default_factory=dict)
    name: str | None = None
    contour: Outline | None = None


@dataclass(frozen=True, kw_only=True)
class AddSpot:
    """Add a spot with these features; ``FRAME`` and ``POSITION_X/Y/Z`` are needed."""

    spot_id: int
    features: Mapping[str, float]
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeleteSpot:
    """Remove spot `spot_id` and every link that touches it."""

    spot_id: int


@dataclass(frozen=True, kw_only=True)
class AddLink:
    """Link `source_id` to `target_id`, a spot of a later frame."""

    source_id: int
    target_id: int
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RemoveLink:
    """Remove the link between two spots, whichever way it is stored."""

    source_id: int
    target_id: int


Edit: TypeAlias = SetSpot | AddSpot | DeleteSpot | AddLink | RemoveLink
