"""The viewer's canvas as the explorer needs it: the current frame, going to a cell, clicks on cells."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from volltrack.apps.napari_plugin.explorer.picking import find_link_at
from volltrack.apps.napari_plugin.explorer.shown_layers import find_links_on_view
from volltrack.apps.napari_plugin.layers import SPOTS, find_layer
from volltrack.apps.napari_plugin.layers.picking import make_view_plane
from volltrack.apps.napari_plugin.session import TrackSession

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["Canvas", "find_camera"]

_REACH_PIXELS = 9.0
"""How far from a click the tail of a track may be."""
_MOVED_PIXELS = 4.0
"""A mouse that has moved further has dragged the view, not clicked."""


def find_camera(viewer: Viewer) -> Any:
    """Return the camera of a viewer: since napari 0.9 it is part of the scene."""
    return viewer.scene.camera if hasattr(viewer, "scene") else viewer.camera


class Canvas:
    """The canvas of a viewer whose world is (time, z, y, x), or (time, y, x), in physical units of space.

    Parameters
    ----------
    viewer
        The viewer.
    on_pick
        A bound method, told a row and whether the spot itself was clicked; else the tail of its track.
    """

    def __init__(self, viewer: Viewer, on_pick: Callable[[int, bool], None]) -> None:
        self.viewer = viewer
        self.session: TrackSession | None = None
        self._on_pick = weakref.WeakMethod(on_pick)  # the viewer holds us; it need not hold the explorer

    def open(self) -> None:
        """Watch the viewer's mouse."""
        if self._watch_mouse not in self.viewer.mouse_drag_callbacks:
            self.viewer.mouse_drag_callbacks.append(self._watch_mouse)

    def close(self) -> None:
        """Leave the viewer's mouse alone."""
        if self._watch_mouse in self.viewer.mouse_drag_callbacks:
            self.viewer.mouse_drag_callbacks.remove(self._watch_mouse)

    @property
    def frame(self) -> int:
        """The shown frame."""
        return round(float(self.viewer.dims.point[0]))

    @property
    def is_3d(self) -> bool:
        """Whether the view is in 3D."""
        return bool(self.viewer.dims.ndisplay == 3)

    def set_3d(self, is_on: bool) -> None:
        """Show volumes, or planes; a movie without depth stays flat."""
        if not is_on or self.viewer.dims.ndim > 3:
            self.viewer.dims.ndisplay = 3 if is_on else 2

    def show_frame(self, frame: int) -> None:
        """Move the time slider."""
        self.viewer.dims.set_point(0, frame)

    def show_cell(self, frame: int, position: npt.NDArray[np.float64]) -> None:
        """Move time slider, plane and centre of the view to a cell at (z, y, x) in physical units."""
        dims = self.viewer.dims
        point = list(dims.point)
        point[0] = float(frame)
        if dims.ndim > 3 and not self.is_3d:
            planes = dims.range[dims.ndim - 3]
            # a place between two planes would be moved to one by the slider: everything would be sliced once more
            nearest = round((float(position[0]) - planes.start) / planes.step)
            point[dims.ndim - 3] = float(np.clip(planes.start + nearest * planes.step, planes.start, planes.stop))
        update_layers = getattr(self.viewer, "_update_layers", None)
        # napari slices every layer for the event `point` and again for `current_step`: 40 ms each for 200,000 spots
        with dims.events.current_step.blocker(update_layers) if update_layers else nullcontext():
            dims.point = tuple(point)
        z = float(position[0]) if self.is_3d else 0.0
        find_camera(self.viewer).center = (z, float(position[1]), float(position[2]))

    def _watch_mouse(self, viewer: Viewer, event: Any) -> Iterator[None]:
        if event.button not in (1, None) or event.modifiers:
            return
        start = np.array(event.pos, dtype=np.float64)
        has_moved = False
        yield
        while event.type == "mouse_move":
            has_moved |= bool(np.abs(np.array(event.pos) - start).max() > _MOVED_PIXELS)
            yield
        if not has_moved:
            self._pick(event)

    def _pick(self, event: Any) -> None:
        """Take a click: the spot that its layer says is under the mouse, else, in look mode, the track of a tail."""
        session, active, tell = self.session, self.viewer.layers.selection.active, self._on_pick()
        mode = "pan_zoom" if active is None else str(getattr(active, "mode", "pan_zoom"))
        if session is None or tell is None or mode not in _PICKING or 0 in self.viewer.dims.displayed:
            return  # the layer takes the click, or time is an axis of the screen
        layer = find_layer(self.viewer, session, SPOTS)
        if mode == "select" and layer is not active:
            return
        row = self._find_spot(layer, event)
        if layer is not None and row is not None:
            if mode == "pan_zoom" and set(layer.selected_data) != {row}:
                layer.selected_data = {row}  # a plain click replaces what was selected; in mode "select" it has already
            tell(row, True)
        elif mode == "pan_zoom":
            row = self._find_tail(session, event)
            if row is not None:
                tell(row, False)

    def _find_spot(self, layer: Any, event: Any) -> int | None:
        """Return the row of the spot under the mouse, which is the one that the status bar names."""
        if layer is None or self.session is None or len(layer.data) != len(self.session.lineage.spots):
            return None
        found = layer.get_value(
            event.position, view_direction=event.view_direction, dims_displayed=event.dims_displayed, world=True
        )
        return None if found is None else int(found)

    def _find_tail(self, session: TrackSession, event: Any) -> int | None:
        """Return the row of a spot of the track whose tail is under the mouse."""
        dims = self.viewer.dims
        position, direction = np.zeros(3), np.array([1.0, 0.0, 0.0])
        n_space = min(dims.ndim - 1, 3)
        position[-n_space:] = np.asarray(event.position)[-n_space:]
        if self.is_3d:
            direction = np.asarray(event.view_direction, dtype=np.float64)[-3:]
        elif dims.ndim > 3:
            direction = np.eye(3)[next(a for a in (0, 1, 2) if a + dims.ndim - 3 not in dims.displayed)]
        return find_link_at(
            session.lineage,
            position,
            make_view_plane(direction),
            on_view=find_links_on_view(self.viewer, session, self.frame),
            max_distance=_REACH_PIXELS / float(find_camera(self.viewer).zoom),
        )


_PICKING = ("pan_zoom", "select")
"""Modes of the active layer in which a click picks; in others the layer itself takes it."""
