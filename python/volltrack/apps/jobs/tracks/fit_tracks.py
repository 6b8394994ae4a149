"""Images that are opened beside tracks must be those that the tracks were made on, or nearly so."""

from __future__ import annotations

from typing import Literal

from volltrack.errors import ShapeMismatch
from volltrack.io.tracks import TracksFile, find_named_shape
from volltrack.model import Movie
from volltrack.pipeline import find_misfit

__all__ = ["find_doubt"]


def find_doubt(image: Movie, tracks: TracksFile, role: Literal["movie", "labels", "tissue"]) -> str:
    """Return what a person should know of an image whose size is not what the tracks name; empty where it fits.

    Parameters
    ----------
    image
        All spots lie in it, or it is refused.
    tracks
        From a file.
    role
        What the image is to the tracks; one frame of a tissue stands for all.

    Raises
    ------
    ShapeMismatch
        Spots lie outside the image or in later frames, or its z and t are swapped: what is measured in it is wrong.
    """
    spots, size, named = tracks.lineage.spots, tracks.calibration.voxel_size, find_named_shape(tracks)
    is_tissue = role == "tissue"
    misfit = find_misfit(image, spots, size, named_shape=named, may_be_one_frame=is_tissue)
    if misfit is None:
        return ""
    if misfit.is_swapped:
        raise ShapeMismatch(
            f"{misfit}: to read it so, give --{role}-axes with T and Z exchanged, such as ZTYX for TZYX"
        )
    if find_misfit(image, spots, size, may_be_one_frame=is_tissue) is None:
        return str(misfit)
    raise ShapeMismatch(f"{misfit}: give the {role} that the tracks were made on (--{role})")
