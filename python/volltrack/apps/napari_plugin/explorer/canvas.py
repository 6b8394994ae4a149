"""The viewer's canvas as the explorer needs it: the current frame, going to a cell, clicks on cells."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from volltrack.apps.napari_plugin.explorer.pick_spot import find_spot_at, make_view_plane
from volltrack.apps.napari_plugin.explorer.shown_layers import find_tails
from volltrack.apps.napari_plugin.session import TrackSession

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["Canvas", "find_camera"]

_REACH_PIXELS = 9.0
"""How far from a click a cell may be."""
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
        A bound method, told the row of the spot that was clicked, and whether it is in the shown frame.
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
        session, active = self.session, self.viewer.layers.selection.active
        if session is None or (active is not None and str(getattr(active, "mode", "pan_zoom")) not in _PICKING):
            return
        dims = self.viewer.dims
        if 0 in dims.displayed:
            return  # time is an axis of the screen
        position, direction = np.zeros(3), np.array([1.0, 0.0, 0.0])
        n_space = min(dims.ndim - 1, 3)
        position[-n_space:] = np.asarray(event.position)[-n_space:]
        if self.is_3d:
            direction = np.asarray(event.view_direction, dtype=np.float64)[-3:]
        elif dims.ndim > 3:
            direction = np.eye(3)[next(a for a in (0, 1, 2) if a + dims.ndim - 3 not in dims.displayed)]
        behind, ahead = find_tails(self.viewer, session)
        row = find_spot_at(
            session.lineage,
            position,
            make_view_plane(direction),
            frame=self.frame,
            max_distance=_REACH_PIXELS / float(find_camera(self.viewer).zoom),
            n_frames_behind=behind,
            n_frames_ahead=ahead,
        )
        tell = self._on_pick()
        if row is not None and tell is not None:
            tell(row, bool(session.lineage.spots.frames[row] == self.frame))


_PICKING = ("pan_zoom", "select")
"""Modes of the active layer in which a click picks; in others the layer itself takes it."""
