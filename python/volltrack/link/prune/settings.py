"""What to prune: the shortest tracklet that is believed, and which kinds of tracklets are judged by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge

from volltrack.model.settings import require_fields

__all__ = ["LengthUnit", "PruneSettings"]

LengthUnit: TypeAlias = Literal["frames", "time"]
"""``"frames"``: differences of ``FRAME``; ``"time"``: differences of ``POSITION_T``, in the file's time unit."""


@dataclass(frozen=True, kw_only=True)
class PruneSettings:
    """Settings of `volltrack.link.prune.tracklets.prune_short_tracklets` (spec/btrackmate.md, section 4).

    Parameters
    ----------
    min_tracklet_length
        Tracklets strictly shorter than this are removed; finite, >= 0, in `unit`. 0, the default, removes nothing.
    unit
        See `LengthUnit`. Default ``"frames"``.
    leaf_tracklets
        Rule (a): remove short daughters that do not divide again. On by default, as in the paper: such a daughter is
        too short to come from a true division.
    whole_tracks
        Rule (b): also remove whole tracks without division that are shorter. Off by default.
    root_tracklets
        Rule (c): also remove short tracklets before the first division; the daughters become tracks of their own. Off
        by default.

    Raises
    ------
    BadSettings
        A length that is negative or not finite, an unknown unit, a choice that is not true or false.
    """

    min_tracklet_length: Annotated[float, Ge(0)] = 0.0
    unit: LengthUnit = "frames"
    leaf_tracklets: bool = True
    whole_tracks: bool = False
    root_tracklets: bool = False

    def __post_init__(self) -> None:
        require_fields(self)
