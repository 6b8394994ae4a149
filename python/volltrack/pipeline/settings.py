"""All settings of the main job in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from volltrack.link import LikelihoodLinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings, MeasureSettings
from volltrack.model.methods import LinkerSettings, SegmenterSettings
from volltrack.model.settings import require_fields
from volltrack.registry import LINKERS, SEGMENTERS, MethodRegistry
from volltrack.segment import ClassicalSettings

__all__ = ["KINDS", "RunSettings"]

KINDS: Final[Mapping[type, MethodRegistry[Any]]] = {SegmenterSettings: SEGMENTERS, LinkerSettings: LINKERS}
"""The methods that a section of ``run.toml`` may name, for `volltrack.io.settings_toml`."""


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """Settings of every step from a movie to lineages, one section each in ``run.toml``.

    Parameters
    ----------
    segment
        Settings of a segmenter (`volltrack.registry.SEGMENTERS`).
    measure
        Which columns the table of cells gets.
    filter
        Which cells are kept.
    link
        Settings of a linker (`volltrack.registry.LINKERS`).
    prune
        Minimum tracklet length; 0 keeps everything.
    """

    segment: SegmenterSettings = field(default_factory=ClassicalSettings)
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    filter: CellFilterSettings = field(default_factory=CellFilterSettings)
    link: LinkerSettings = field(default_factory=LikelihoodLinkSettings)
    prune: PruneSettings = field(default_factory=PruneSettings)

    def __post_init__(self) -> None:
        require_fields(self)
