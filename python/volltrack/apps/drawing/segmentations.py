"""One plane of an image beside the segmentations of several methods."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import ShapeMismatch
from volltrack.io.outputs import replace_file

__all__ = ["draw_segmentations"]

_COLORS = 256


def draw_segmentations(
    raw: npt.NDArray[Any],
    labels: Mapping[str, npt.NDArray[np.integer[Any]]],
    path: str | os.PathLike[str],
    *,
    plane: int | None = None,
) -> None:
    """Write a picture of one plane: the image, and over it the cells of each method in colours with outlines.

    Parameters
    ----------
    raw
        Intensities, (Z, Y, X).
    labels
        Label images (Z, Y, X) by the words above their panel, such as ``{"truth": .., "VollSeg": ..}``.
    path
        The picture, such as ``segmentations.png``; the suffix gives its format.
    plane
        Which plane, from 0; the middle one when not given.

    Raises
    ------
    ShapeMismatch
        If labels and image differ in shape.
    """
    from matplotlib.figure import Figure

    for name, found in labels.items():
        if found.shape != raw.shape:
            raise ShapeMismatch(f"{name} is {found.shape} but the image is {raw.shape}: expected the same shape")
    z = raw.shape[0] // 2 if plane is None else plane
    low, high = np.percentile(raw[z], (1, 99.8))
    figure = Figure(figsize=(3.0 * (len(labels) + 1), 3.7), layout="constrained")
    panels = figure.subplots(1, len(labels) + 1)
    for panel, name in zip(panels, ("image", *labels), strict=True):
        panel.imshow(raw[z], cmap="gray", vmin=low, vmax=max(high, low + 1e-9))
        panel.set(title=name, xticks=[], yticks=[])
        if name in labels:
            panel.imshow(_color(labels[name][z]), interpolation="nearest")
            panel.set_xlabel(f"{len(np.unique(labels[name][labels[name] > 0]))} cells in the stack")
    panels[0].set_xlabel(f"plane {z + 1} of {raw.shape[0]}")
    with replace_file(path) as temporary:
        figure.savefig(temporary, dpi=120)


def _color(plane: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.float64]:
    """Return RGBA (Y, X, 4): each label its colour, half transparent, with an opaque outline; neighbours differ."""
    from matplotlib import colormaps

    palette = colormaps["hsv"](np.linspace(0, 1, _COLORS, endpoint=False))
    place = (plane.astype(np.int64) * 157) % _COLORS  # 157 / 256 is near the golden ratio
    rgba: npt.NDArray[np.float64] = palette[place]
    edge = np.zeros(plane.shape, dtype=bool)
    down, right = plane[1:] != plane[:-1], plane[:, 1:] != plane[:, :-1]
    edge[:-1] |= down
    edge[:, :-1] |= right
    rgba[..., 3] = np.where(edge & (plane > 0), 1.0, 0.35)
    rgba[plane == 0] = 0.0
    return rgba
