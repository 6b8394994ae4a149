"""Settings of the segmentation that chooses the method itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Gt

from volltrack.model.methods import SegmenterSettings, SizedSegmenterSettings
from volltrack.model.settings import NoneMeans, require_fields
from volltrack.segment.automatic.shipped import STAINS

__all__ = ["AutomaticSettings", "Stain"]

Stain = Literal["nuclei", "membranes"]


@dataclass(frozen=True, kw_only=True)
class AutomaticSettings(SizedSegmenterSettings):
    """Several methods are tried on a few frames, and the one whose cells look best is used.

    Parameters
    ----------
    stain
        What is bright. Cells by their membranes are found by the shipped networks for them alone.
    cell_diameter_um
        Typical diameter of a cell within a plane, > 0, in the unit of the voxel size. Each method estimates it when not
        given.
    """

    stain: Stain = "nuclei"
    cell_diameter_um: Annotated[float, Gt(0), NoneMeans("to estimate it")] | None = None

    def __post_init__(self) -> None:
        require_fields(self)

    @property
    def method(self) -> str:
        """Name in the registry."""
        return "automatic"

    @property
    def made_by(self) -> str:
        """Class of the method."""
        return "volltrack.segment.automatic.segmenter:AutomaticSegmenter"

    def with_networks(self, named: Mapping[str, str]) -> SegmenterSettings | None:
        """Return the shipped networks for stacks with those that prepare the image; None where others are named."""
        if "star" in named or "unet" in named:
            return None
        roles: dict[str, Any] = dict(named)
        return STAINS[self.stain].with_networks(roles)
