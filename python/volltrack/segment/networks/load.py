"""The networks of one segmentation, each of them optional."""

from __future__ import annotations

import os
from dataclasses import dataclass

from volltrack.errors import BadSettings, BadValue
from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.networks.noise2void import Noise2VoidNetwork
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.networks.unet import UnetNetwork

__all__ = ["Networks", "load_networks"]


@dataclass(frozen=True, kw_only=True)
class Networks:
    """What was trained; at least one is given.

    Parameters
    ----------
    star
        StarDist: objects, probability and distance.
    unet
        U-Net whose output is the foreground of cells.
    denoise
        Noise2Void, used before all others.
    tissue
        U-Net whose output is the tissue: nothing is looked for outside.
    """

    star: StarNetwork | None = None
    unet: UnetNetwork | None = None
    denoise: Noise2VoidNetwork | None = None
    tissue: UnetNetwork | None = None

    def __post_init__(self) -> None:
        if not (self.star or self.unet or self.denoise or self.tissue):
            raise BadSettings("no network given: expected at least one of star, unet, denoise and tissue")

    @property
    def gives_labels(self) -> bool:
        """Whether cells come out, not only a denoised image or a tissue."""
        return self.star is not None or self.unet is not None

    @property
    def trained_diameter_px(self) -> float | None:
        """Diameter in pixels of the cells that star and unet were trained for; None where they take any size."""
        sizes = [n.folder.cell_diameter_px for n in (self.star, self.unet) if n is not None]
        return next((size for size in sizes if size is not None), None)

    @property
    def image_diameter_px(self) -> float | None:
        """Diameter in pixels of the cells in the images of an own training; None for networks of other trainings."""
        sizes = [n.folder.image_cell_diameter_px for n in (self.star, self.unet) if n is not None]
        return next((size for size in sizes if size is not None), None)

    def require_fit(self, n_planes: int, name: str = "movie") -> None:
        """Check that every network can take frames of so many planes.

        Raises
        ------
        BadValue
            If a 3D network would get single planes.
        """
        if n_planes > 1:
            return
        for role in ("star", "unet", "denoise", "tissue"):
            network = getattr(self, role)
            if network is not None and network.n_dim == 3:
                raise BadValue(
                    f"{name} has single planes but the {role} network {network.folder.name} is a 3D one: "
                    "give a 2D network, or segment without a network (`ClassicalSettings`)"
                )


def load_networks(
    *,
    star: str | os.PathLike[str] | None = None,
    unet: str | os.PathLike[str] | None = None,
    denoise: str | os.PathLike[str] | None = None,
    tissue: str | os.PathLike[str] | None = None,
) -> Networks:
    """Return the networks of model folders or registered names; all folders are checked before any is loaded.

    Raises
    ------
    BadFile
        If a folder lacks a file, is broken, or holds another kind of network; see `find_model`.
    BadSettings
        If none is given.
    MissingPackage
        If TensorFlow or one of the libraries is not installed.
    """
    star_folder = None if star is None else find_model(star, "star")
    unet_folder = None if unet is None else find_model(unet, "unet")
    denoise_folder = None if denoise is None else find_model(denoise, "noise2void")
    tissue_folder = None if tissue is None else find_model(tissue, "unet")
    return Networks(
        star=None if star_folder is None else StarNetwork(star_folder),
        unet=None if unet_folder is None else UnetNetwork(unet_folder),
        denoise=None if denoise_folder is None else Noise2VoidNetwork(denoise_folder),
        tissue=None if tissue_folder is None else UnetNetwork(tissue_folder),
    )
