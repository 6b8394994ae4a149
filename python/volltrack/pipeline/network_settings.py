"""Which trained networks segment a movie, and how their outputs become cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from volltrack.errors import BadSettings
from volltrack.segment.networks.load import Networks, load_networks
from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["NetworkSettings"]


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """Segmentation with trained networks; each is a model folder or a registered name, empty where there is none.

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
        if not (self.star or self.unet or self.denoise or self.tissue):
            raise BadSettings("no network is named: expected at least one of star, unet, denoise and tissue")

    @property
    def names(self) -> tuple[str, ...]:
        """The networks that are named."""
        return tuple(name for name in (self.star, self.unet, self.denoise, self.tissue) if name)

    @property
    def uses_cell_diameter(self) -> bool:
        """Whether a network was trained for cells of one size; errors as of `volltrack.segment.networks.find_model`."""
        folders = [find_model(self.star, "star")] if self.star else []
        folders += [find_model(self.unet, "unet")] if self.unet else []
        return any(folder.cell_diameter_px is not None for folder in folders)

    def load(self) -> Networks:
        """Return the networks; see `volltrack.segment.networks.load.load_networks` for the errors."""
        return load_networks(
            star=self.star or None, unet=self.unet or None, denoise=self.denoise or None, tissue=self.tissue or None
        )
