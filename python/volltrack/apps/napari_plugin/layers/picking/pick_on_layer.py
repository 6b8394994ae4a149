"""A Points layer that picks by whole discs and nearness in space, and takes a shaking hand for no move."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from napari.layers import Points

from volltrack.apps.napari_plugin.layers.picking.nearest_spot import find_nearest_disc
from volltrack.apps.napari_plugin.layers.picking.view_plane import make_view_plane

__all__ = ["let_pick_discs"]

_REACH_PIXELS: Final = 5.0
_MOVED_PIXELS: Final = 4.0
"""A mouse that has moved no further between press and release has clicked."""


def let_pick_discs(layer: Points, viewer: Any) -> None:
    """Let a layer pick the spot that is meant, in every mode and for the status bar; a second call changes nothing.

    Notes
    -----
    napari takes the last point whose square covers the place, whatever its depth, and moves it with the first pixel.
    The two methods that say which point is under the mouse, and what a press does in mode "select", are replaced on
    this one layer.
    """
    if "_get_value" in vars(layer):
        return
    picker = _Picker(layer, viewer)
    patched: Any = layer
    patched._get_value = picker.find_in_plane
    patched._get_value_3d = picker.find_on_ray
    modes = type(layer)._drag_modes
    select = next(mode for mode in modes if str(mode) == "select")
    inner = modes[select]

    def select_or_move(pressed: Points, event: Any) -> Iterator[None]:
        yield from _select_or_move(inner, pressed, event)

    mode, patched.mode = str(layer.mode), "pan_zoom"
    patched._drag_modes = {**modes, select: select_or_move}
    patched.mode = mode


class _Picker:
    """Finds points of a layer in the view of a viewer."""

    def __init__(self, layer: Points, viewer: Any) -> None:
        self._layer = weakref.ref(layer)
        self._viewer = weakref.ref(viewer)

    def find_in_plane(self, position: npt.ArrayLike) -> int | None:
        """Return the row of the point at a place of the plane on view, in data coordinates; None where there is none.

        Points on view are those of the slice, the frame and the list's filter.
        """
        layer = self._layer()
        if layer is None:
            return None
        offset = self._offsets(layer, np.asarray(position, dtype=np.float64))
        displayed = list(layer._slice_input.displayed)
        behind = [axis for axis in range(1, layer.ndim) if axis not in displayed]
        depth = np.linalg.norm(offset[:, behind], axis=1)
        return self._find(layer, offset[:, displayed], depth)

    def find_on_ray(self, start_point: Any, end_point: Any, dims_displayed: list[int]) -> int | None:
        """Return the row of the point under the mouse in 3D, nearest to the line of sight; None where there is none."""
        layer = self._layer()
        if layer is None or start_point is None or end_point is None:
            return None
        axes = list(dims_displayed)
        start, end = (np.asarray(point, dtype=np.float64) for point in (start_point, end_point))
        sight = ((end - start) * np.asarray(layer.scale))[axes]
        if not sight.any():
            return None
        across = self._offsets(layer, start)[:, axes] @ make_view_plane(sight).T
        return self._find(layer, across, np.zeros(len(across)))

    def _offsets(self, layer: Points, position: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return where the points on view lie relative to a place, in units of the world, (N, axes)."""
        offset: npt.NDArray[np.float64] = (layer.data[layer._view_indices] - position) * np.asarray(layer.scale)
        return offset

    def _find(self, layer: Points, across: npt.NDArray[np.float64], depth: npt.NDArray[np.float64]) -> int | None:
        if not len(across):
            return None
        radii = np.asarray(layer._view_size, dtype=np.float64) / 2 * abs(float(layer.scale[-1]))
        found = find_nearest_disc(across, depth, radii, reach=_REACH_PIXELS / self._zoom())
        return None if found is None else int(layer._view_indices[found])

    def _zoom(self) -> float:
        viewer = self._viewer()
        camera = None if viewer is None else viewer.scene.camera if hasattr(viewer, "scene") else viewer.camera
        return 1.0 if camera is None else float(camera.zoom)


def _select_or_move(inner: Any, layer: Points, event: Any) -> Iterator[None]:
    """Do what napari does in mode "select", once the mouse has moved far enough to mean it.

    A plain click selects what is under it alone, also where it was selected together with others.
    """
    start = np.array(event.pos, dtype=np.float64)
    is_plain = not ("Shift" in event.modifiers or "Control" in event.modifiers)
    pressed = layer.get_value(
        event.position, view_direction=event.view_direction, dims_displayed=event.dims_displayed, world=True
    )
    steps = inner(layer, event)
    next(steps, None)
    has_moved = False
    yield
    while event.type == "mouse_move":
        has_moved |= float(np.abs(np.array(event.pos) - start).max()) > _MOVED_PIXELS
        if has_moved:
            next(steps, None)
        yield
    if not has_moved and is_plain and pressed is not None and set(layer.selected_data) != {pressed}:
        layer.selected_data = {pressed}
    next(steps, None)
