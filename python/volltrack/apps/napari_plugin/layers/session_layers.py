"""The layers of a session in a viewer, kept as the session is: after edits, undo, reload and selection."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from napari.layers import Layer, Points

from volltrack.analyse import Tracklets
from volltrack.apps.napari_plugin.layers.layer_data import (
    DIVIDING,
    NON_DIVIDING,
    ROLE_KEY,
    SELECTION,
    SPOTS,
    LayerData,
    make_layer_data,
    make_lineage_data,
    make_selection_data,
    make_spot_data,
)
from volltrack.apps.napari_plugin.layers.lazy_movie import make_image_data, make_label_data, make_tissue_data
from volltrack.apps.napari_plugin.layers.picking import let_pick_discs
from volltrack.apps.napari_plugin.layers.replace_data import create_layer, replace_data
from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.edit import Images
from volltrack.model import LabelMovie, Movie, Tissue

__all__ = ["SessionLayers", "add_session_layers", "connect_session", "find_layer", "find_session"]

_KEEPER_KEY: Final = "volltrack_layers"


def add_session_layers(
    viewer: Any,
    session: TrackSession,
    *,
    movie: Movie | None = None,
    labels: LabelMovie | None = None,
    tissue: Tissue | None = None,
    channel: int = 1,
) -> SessionLayers:
    """Add the layers of a session to a viewer and keep them as the session is.

    Parameters
    ----------
    viewer
        A napari viewer.
    session
        The tracks.
    movie, labels, tissue
        Images below the tracks, read frame by frame when they are shown; the calibration of the tracks holds for them.
        Spots that are moved or added are measured in them as far as they fit the tracks (see `TrackSession.trust`).
    channel
        Number of the movie's channel in the names of features, from 1.
    """
    if movie is not None or labels is not None or tissue is not None:
        session.trust(Images(movie=movie, channel=channel, labels=labels, tissue=tissue))
    images: list[LayerData] = []
    if movie is not None:
        images.append(make_image_data(movie, session.calibration))
    if tissue is not None:
        n_frames = max(session.lineage.spots.n_frames, 0 if movie is None else movie.n_frames, tissue.labels.n_frames)
        images.append(make_tissue_data(tissue, session.calibration, n_frames=n_frames))
    if labels is not None:
        images.append(make_label_data(labels, session.calibration))
    for found in [*images, *make_layer_data(session)]:
        viewer.add_layer(create_layer(found))
    return connect_session(viewer, session)


def connect_session(viewer: Any, session: TrackSession) -> SessionLayers:
    """Return the keeper of a session's layers in a viewer; a second call returns the same."""
    for layer in viewer.layers:
        if layer.metadata.get(SESSION_KEY) is session:
            keeper = layer.metadata.get(_KEEPER_KEY)
            if isinstance(keeper, SessionLayers) and keeper.viewer is viewer:
                keeper.adopt()
                return keeper
    return SessionLayers(viewer, session)


def find_session(viewer: Any) -> TrackSession | None:
    """Return the session of the active layer, or of the topmost layer that has one; None where there is none."""
    active = viewer.layers.selection.active
    for layer in [*([] if active is None else [active]), *reversed(viewer.layers)]:
        session = layer.metadata.get(SESSION_KEY)
        if isinstance(session, TrackSession):
            return session
    return None


def find_layer(viewer: Any, session: TrackSession, role: str) -> Layer | None:
    """Return the layer of a session that has a role (`DIVIDING` ...); None where there is none."""
    for layer in viewer.layers:
        if layer.metadata.get(SESSION_KEY) is session and layer.metadata.get(ROLE_KEY) == role:
            return layer
    return None


class SessionLayers:
    """Keeps the layers of one session in one viewer as the session is.

    A layer that a person removes stays away. Lives as long as the layers, in whose metadata it hangs.
    """

    def __init__(self, viewer: Any, session: TrackSession) -> None:
        self.viewer = viewer
        self.session = session
        self._tracklets: Tracklets | None = None
        self._removed: set[str] = set()
        self._is_busy = False
        self.watch: Any = None  # what watches the file, holds its lock, offers edits that were left; each has stop()
        self.lock: Any = None
        self.fit: Any = None
        self.left_edits: Any = None
        self.adopt()
        session.lineage_changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh_selection)
        viewer.layers.events.removed.connect(self._note_removal)

    def adopt(self) -> None:
        """Take charge of the layers of the session that are in the viewer now."""
        for role in (NON_DIVIDING, DIVIDING, SPOTS, SELECTION):
            layer = self.layer(role)
            if layer is not None:
                layer.metadata[_KEEPER_KEY] = self
        self._prepare_spots()

    def layer(self, role: str) -> Layer | None:
        """Return the layer of a role (`DIVIDING`, `NON_DIVIDING`, `SELECTION`, `SPOTS`), or None."""
        return find_layer(self.viewer, self.session, role)

    @property
    def frame(self) -> int:
        """Frame on view."""
        layer = self.layer(SPOTS) or self.layer(DIVIDING) or self.layer(NON_DIVIDING)
        point = self.viewer.dims.point
        return round(float(point[0] if layer is None else layer.world_to_data(point[-4:])[0]))

    def show_frame(self, frame: int) -> None:
        """Show a frame."""
        self.viewer.dims.set_point(self.viewer.dims.ndim - 4, float(frame))

    def refresh(self) -> None:
        """Show the lineage as it is now; view, visibility and colours stay."""
        self._tracklets = Tracklets.of(self.session.lineage)
        for role in (NON_DIVIDING, DIVIDING):
            self._show(role, make_lineage_data(self.session, self._tracklets, role))
        self._show(SPOTS, make_spot_data(self.session))
        self._prepare_spots()  # the layer may be new, or have got its first spot
        self.refresh_selection()

    def refresh_selection(self) -> None:
        """Show the selected lineage as it is now."""
        if self._tracklets is None or self._tracklets.lineage is not self.session.lineage:
            self._tracklets = Tracklets.of(self.session.lineage)
        found = make_selection_data(self.session, self._tracklets)
        layer = self.layer(SELECTION)
        if found is None:
            if layer is not None:
                layer.visible = False
            return
        self._show(SELECTION, found)
        layer = self.layer(SELECTION)
        if layer is not None and not layer.visible:  # napari draws again even where nothing changes
            layer.visible = True

    def _show(self, role: str, found: LayerData | None) -> None:
        """Put data into the layer of a role; add the layer, or take it away, where there was nothing or is nothing."""
        layer = self.layer(role)
        self._is_busy = True
        try:
            if found is None:
                if layer is not None:
                    self.viewer.layers.remove(layer)
            elif layer is not None:
                replace_data(layer, found)
            elif role not in self._removed:
                found[1]["metadata"][_KEEPER_KEY] = self
                selected = set(self.viewer.layers.selection)
                self.viewer.add_layer(create_layer(found))
                self.viewer.layers.selection = selected
        finally:
            self._is_busy = False

    def _note_removal(self, event: Any) -> None:
        """Remember that a person removed a layer; let go of the session with the last one."""
        if event.value.metadata.get(SESSION_KEY) is not self.session or self._is_busy:
            return
        self._removed.add(event.value.metadata.get(ROLE_KEY))
        if all(self.layer(role) is None for role in (NON_DIVIDING, DIVIDING, SPOTS)):
            self.session.lineage_changed.disconnect(self.refresh)
            self.session.selection_changed.disconnect(self.refresh_selection)
            self.viewer.layers.events.removed.disconnect(self._note_removal)
            for part in (self.watch, self.lock, self.fit, self.left_edits):
                if part is not None:
                    part.stop()

    def _prepare_spots(self) -> None:
        """Let the spots be picked by what is drawn, and drawn where their radius reaches."""
        spots = self.layer(SPOTS)
        if isinstance(spots, Points):
            let_pick_discs(spots, self.viewer)
        self._let_spots_reach_into_slices()

    def _let_spots_reach_into_slices(self) -> None:
        """Show a spot in every slice that its radius reaches, as TrackMate does, by a margin around the slice."""
        spots, dims = self.layer(SPOTS), self.viewer.dims
        if spots is None or not len(spots.size) or dims.ndim < 4 or any(dims.margin_left) or any(dims.margin_right):
            return
        reach = float(np.median(spots.size)) / 2 * spots.scale[-1]
        margin = [0.0] * dims.ndim
        margin[-3] = reach
        dims.margin_left = dims.margin_right = tuple(margin)
