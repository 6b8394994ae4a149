"""The Points layer of a session as a tool: which spots are selected, and what a person does with the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from napari.layers import Points

from volltrack.apps.napari_plugin.layers import SPOTS, connect_session, find_layer
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.edit import EditStep
from volltrack.edit.steps import add_spot, delete_spots, move_spots
from volltrack.errors import BadValue, VollTrackError

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["NO_DEPTH", "Mode", "SpotLayer"]

NO_DEPTH: Final = "In 3D a click has no depth: show planes (2D) to add spots"

_FIRST_RADIUS_VOXELS: Final = 5.0
"""Of the first spot, which has no neighbours to take one from; along x."""
_CHECKED_COLOR, _COLOR = (0.25, 0.9, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)

Mode: TypeAlias = Literal["pan_zoom", "select", "add"]

FloatArray = npt.NDArray[np.float64]


class SpotLayer:
    """What a person does to the points of a session becomes edits of the session.

    Row i of the layer is row i of ``lineage.spots``. Points that are dragged, added or deleted with napari's own tools
    count as edits; the layer is then drawn anew from the session, so that a refused edit leaves no trace.

    Parameters
    ----------
    viewer, session
        Viewer and session; the layer may come later, or be replaced.
    on_selected
        Called after other spots were selected.
    on_step
        Called after an edit with its step, or with the error that refused it.
    """

    def __init__(
        self,
        viewer: Viewer,
        session: TrackSession,
        *,
        on_selected: Callable[[], None],
        on_step: Callable[[EditStep | VollTrackError], None],
    ) -> None:
        self.viewer = viewer
        self.session = session
        self.selected_ids: set[int] = set()
        self._on_selected = on_selected
        self._on_step = on_step
        self._layer: Points | None = None
        self._is_drawing = False
        self._has_colored = False
        # after those who draw the layers (priority 0): the rows of the layer are those of the lineage then
        session.lineage_changed.connect(self._follow_lineage, priority=-1)
        session.selection_changed.connect(self._follow_selection, priority=-1)
        viewer.layers.events.inserted.connect(self._find_layer)
        viewer.layers.events.removed.connect(self._find_layer)
        self._find_layer()
        self._follow_selection()

    def close(self) -> None:
        """Let go of viewer, layer and session."""
        self.session.lineage_changed.disconnect(self._follow_lineage)
        self.session.selection_changed.disconnect(self._follow_selection)
        self.viewer.layers.events.inserted.disconnect(self._find_layer)
        self.viewer.layers.events.removed.disconnect(self._find_layer)
        self._attach(None)

    @property
    def mode(self) -> Mode:
        """What a click does now."""
        mode = str(self._layer.mode) if self._layer is not None else "pan_zoom"
        return "select" if mode == "select" else "add" if mode == "add" else "pan_zoom"

    def set_mode(self, mode: Mode) -> None:
        """Choose what a click does: look around, select and move spots, or add them."""
        if self._layer is not None:
            self.viewer.layers.selection.active = self._layer
            self._layer.mode = mode

    def select(self, spot_ids: Iterable[int]) -> None:
        """Select these spots, as far as they are there."""
        lineage = self.session.lineage
        self.selected_ids = {i for i in spot_ids if lineage.spots.has(i)}
        if self._layer is not None and len(self._layer.data) == len(lineage.spots):
            rows = set(lineage.spots.rows_of(sorted(self.selected_ids)).tolist())
            self._is_drawing = True
            try:
                if set(self._layer.selected_data) != rows:
                    self._layer.selected_data = rows
                    self._layer.refresh(extent=False, thumbnail=False)
            finally:
                self._is_drawing = False
        self._on_selected()

    def _find_layer(self, _event: object = None) -> None:
        layer = find_layer(self.viewer, self.session, SPOTS)
        if layer is not self._layer:
            self._attach(layer if isinstance(layer, Points) else None)

    def _attach(self, layer: Points | None) -> None:
        if self._layer is not None:
            self._layer.events.data.disconnect(self._take_points)
            self._layer.selected_data.events.items_changed.disconnect(self._take_selection)
            self._layer.events.mode.disconnect(self._take_mode)
        self._layer = layer
        if layer is not None:
            layer.events.data.connect(self._take_points)
            layer.selected_data.events.items_changed.connect(self._take_selection)
            layer.events.mode.connect(self._take_mode)
            self._color_checked()

    def _take_mode(self, _event: object = None) -> None:
        self._on_selected()

    def _take_selection(self, *_: object) -> None:
        spots = self.session.lineage.spots
        if self._is_drawing or self._layer is None or len(self._layer.data) != len(spots):
            return
        rows = np.array(sorted(self._layer.selected_data), dtype=np.int64)
        hidden = set(rows[~self._layer.shown[rows]].tolist())
        if hidden:  # such as by napari's "select all": nobody deletes what is not on view
            self._layer.selected_data = set(rows.tolist()) - hidden
            return
        self.selected_ids = set(spots.ids[rows].tolist())
        if len(self.selected_ids) == 1:
            self.session.select_spot(next(iter(self.selected_ids)))
        self._on_selected()

    def _follow_selection(self) -> None:
        chosen = self.session.selected_spot
        if chosen is not None and chosen not in self.selected_ids:
            self.select({chosen})

    def _follow_lineage(self) -> None:
        self._color_checked()
        self.select(self.selected_ids)

    def _take_points(self, event: Any) -> None:
        """Turn what napari did to the points into a step."""
        layer = self._layer
        if layer is None or str(event.action) not in ("changed", "added", "removed"):
            return
        found, spots = np.asarray(layer.data, dtype=np.float64), self.session.lineage.spots
        voxel = np.array(self.session.calibration.voxel_size.zyx)
        try:
            if len(found) > len(spots):
                if self.viewer.dims.ndisplay == 3:
                    raise BadValue(NO_DEPTH)
                step = self._add(found[len(spots) :], voxel)
            elif len(found) < len(spots):
                gone = spots.ids[[i for i in event.data_indices if i < len(spots)]].tolist()
                step = delete_spots(self.session.lineage, gone)
            else:
                moved = self._move(found, voxel)
                if moved is None:
                    return
                step = moved
            step = self.session.apply(*step.edits, label=step.label) or step
        except VollTrackError as error:
            self._draw()
            self._on_step(error)
        else:
            self._on_step(step)

    def _move(self, found: FloatArray, voxel: FloatArray) -> EditStep | None:
        """Return the step that moves the spots on view whose points were dragged; None where none were."""
        spots = self.session.lineage.spots
        shown = np.column_stack([spots.frames, spots.positions_zyx / voxel])
        moved = np.flatnonzero((found != shown).any(axis=1))
        here = np.intersect1d(moved, [] if self._layer is None else self._layer._view_indices)
        if not len(here):
            if len(moved):
                self._draw()  # selected spots of other frames and planes were dragged along
            return None
        ids = spots.ids[here].tolist()
        return move_spots(self.session.lineage, dict(zip(ids, found[here, 1:] * voxel, strict=True)))

    def _add(self, found: FloatArray, voxel: FloatArray) -> EditStep:
        """Return the step that adds spots where points were added."""
        lineage = self.session.lineage
        first = self.session.find_free_id()
        heights, movie = lineage.spots.positions_zyx[:, 0], self.session.images.movie
        is_flat = len(heights) > 0 and not np.ptp(heights) and (movie is None or movie.is_2d)
        steps = []
        for number, (frame, *zyx) in enumerate(found.tolist()):
            position = np.array(zyx) * voxel
            if is_flat:
                position[0] = heights[0]  # all spots lie in one plane
            radius = None if len(lineage.spots) else _FIRST_RADIUS_VOXELS * float(voxel[2])
            steps.append(add_spot(lineage, first + number, round(frame), position, radius=radius))
        label = steps[0].label if len(steps) == 1 else f"add {len(steps)} spots"
        self.selected_ids = set(range(first, first + len(steps)))
        return EditStep(label=label, edits=tuple(edit for step in steps for edit in step.edits))

    def _color_checked(self) -> None:
        """Draw checked spots in another colour than the rest."""
        checked, layer = self.session.checked, self._layer
        if layer is None or len(layer.data) != len(checked) or not (checked.any() or self._has_colored):
            return
        self._has_colored = bool(checked.any())
        layer.border_color = np.where(checked[:, np.newaxis], _CHECKED_COLOR, _COLOR)

    def _draw(self) -> None:
        """Show the points as the session has them."""
        connect_session(self.viewer, self.session).refresh()
