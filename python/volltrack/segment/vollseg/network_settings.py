"""Which trained networks segment a movie, and how their outputs become cells: VollSeg, StarDist or U-Net alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from volltrack.errors import BadSettings
from volltrack.model.methods import SegmenterSettings, list_changed
from volltrack.model.settings import require_fields
from volltrack.segment.networks.load import Networks, load_networks
from volltrack.segment.networks.model_folder import ModelFolder, ModelKind, find_model
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["NetworkSettings"]

_KINDS: Final[dict[str, ModelKind]] = {"star": "star", "unet": "unet", "denoise": "noise2void", "tissue": "unet"}


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(SegmenterSettings):
    """Segmentation with trained networks; each is a model folder or a registered name, empty where there is none.

    Which are named decides the method: star and unet together are VollSeg, either of them the method of that network
    alone; without both only images come out, denoised or of the tissue.

    Parameters
    ----------
    star
        StarDist network: objects.
    unet
        U-Net: foreground of cells.
    denoise
        Noise2Void network, used before all others.
    tissue
        U-Net: nothing is looked for outside of its foreground.
    how
        See `VollSegSettings`.

    Raises
    ------
    BadSettings
        No network is named.
    """

    star: str = ""
    unet: str = ""
    denoise: str = ""
    tissue: str = ""
    how: VollSegSettings = field(default_factory=VollSegSettings)

    def __post_init__(self) -> None:
        require_fields(self)
        if not (self.star or self.unet or self.denoise or self.tissue):
            raise BadSettings("no network is named: expected at least one of star, unet, denoise and tissue")

    @property
    def method(self) -> str:
        """Name in the registry: ``"vollseg"``, ``"stardist"``, ``"unet"`` or ``"denoise"``."""
        if self.star:
            return "vollseg" if self.unet else "stardist"
        return "unet" if self.unet else "denoise"

    @property
    def made_by(self) -> str:
        """Class of the method."""
        made = {"vollseg": "VollSeg", "stardist": "StarDistAlone", "unet": "UnetAlone", "denoise": "DenoiseOnly"}
        return f"volltrack.segment.vollseg.segmenters:{made[self.method]}"

    @property
    def by_role(self) -> dict[str, str]:
        """Names of the networks by what they are for; empty where there is none."""
        return {"star": self.star, "unet": self.unet, "denoise": self.denoise, "tissue": self.tissue}

    @property
    def names(self) -> tuple[str, ...]:
        """The networks that are named."""
        return tuple(name for name in self.by_role.values() if name)

    @property
    def uses_cell_diameter(self) -> bool:
        """Whether a network was trained for cells of one size; errors as of `volltrack.segment.networks.find_model`."""
        folders = self.find_folders()
        return any(folders[role].cell_diameter_px is not None for role in ("star", "unet") if role in folders)

    def with_networks(self, named: Mapping[str, str]) -> Self:
        """Return the settings with these networks in the place of those of the same roles."""
        roles: dict[str, Any] = dict(named)
        return replace(self, **roles)

    @property
    def cell_diameter(self) -> float | None:
        """As it is set, or was estimated."""
        return self.how.cell_diameter_um

    def with_cell_diameter(self, diameter: float) -> Self:
        """Return the settings with the diameter of the cells, in the unit of the voxel size.

        Raises
        ------
        BadFile
            See `volltrack.segment.networks.find_model`.
        BadSettings
            No network was trained for cells of one size.
        """
        if not self.uses_cell_diameter:
            raise BadSettings(
                f"cell diameter {diameter:g}: {', '.join(self.names)} take cells of any size; leave it out"
            )
        return replace(self, how=replace(self.how, cell_diameter_um=diameter))

    def list_changed(self) -> tuple[str, ...]:
        """Return ``name = value`` for each setting beside the networks that has not its default."""
        return tuple(list_changed(self.how))

    def find_folders(self) -> dict[str, ModelFolder]:
        """Return the folder of each network by its role; see `volltrack.segment.networks.find_model` for the errors."""
        return {role: find_model(name, _KINDS[role]) for role, name in self.by_role.items() if name}

    def load(self) -> Networks:
        """Return the networks; see `volltrack.segment.networks.load.load_networks` for the errors."""
        return load_networks(**{role: name or None for role, name in self.by_role.items()})
