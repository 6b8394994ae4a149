"""The dock widget in which a person corrects tracks: spots, links, undo, save."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from app_model.types import KeyCode, KeyMod
from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QListWidgetItem, QMessageBox, QPushButton, QVBoxLayout, QWidget

from volltrack.apps.napari_plugin.editor.close_guard import CloseGuard, keep_unsaved
from volltrack.apps.napari_plugin.editor.file_actions import FileActions
from volltrack.apps.napari_plugin.editor.forms import EditorForm
from volltrack.apps.napari_plugin.editor.selection_text import describe_selection
from volltrack.apps.napari_plugin.editor.spot_layer import NO_DEPTH, Mode, SpotLayer
from volltrack.apps.napari_plugin.layers import find_session
from volltrack.apps.napari_plugin.opening import begin_tracks_on_layer, find_movie_layer
from volltrack.apps.napari_plugin.question import ask
from volltrack.apps.napari_plugin.session import NO_SESSION, SESSION_KEY, TrackSession
from volltrack.edit import EditStep
from volltrack.edit.steps import (
    LinkTaken,
    OnTaken,
    delete_spots,
    link_spots,
    mark_checked,
    merge_tracks,
    set_division,
    set_radius,
    split_track,
    unlink_spots,
)
from volltrack.errors import VollTrackError

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["TrackEditor"]

_MAX_SHOWN_STEPS = 200
_UNDO, _REDO = KeyMod.CtrlCmd | KeyCode.KeyZ, KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ

MakeStep = Callable[..., EditStep]


class TrackEditor(QWidget):
    """Edits the tracks of the session whose layer is active.

    Parameters
    ----------
    viewer
        The viewer; its layers may come and go.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer
        self.session: TrackSession | None = None
        self.spots: SpotLayer | None = None
        self.box: QMessageBox | None = None
        self.discards_edits = False
        self.form = EditorForm()
        self.files = FileActions(self, self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.new_tracks = QPushButton("New tracks")
        self.new_tracks.setToolTip("Begin tracks on the movie that is open: then press 'Add spots'")
        self.new_tracks.clicked.connect(self.begin_tracks)
        layout.addWidget(self.new_tracks)
        layout.addWidget(self.form)
        self._connect_buttons()
        self._bind_keys()
        events = viewer.layers.events
        for emitter in (events.inserted, events.removed, viewer.layers.selection.events.active):
            emitter.connect(self._find_session)
        self._set_session(find_session(viewer))
        window = getattr(getattr(viewer, "window", None), "_qt_window", None)
        self._guard = None
        if window is not None:
            self._guard = CloseGuard(
                window, self, find_session=lambda: self.session, save=self.files.save, discard=self._give_up_edits
            )

    def undo(self) -> None:
        """Take the last edit back."""
        self._travel("undo")

    def redo(self) -> None:
        """Bring the edit back that was undone last."""
        self._travel("redo")

    def begin_tracks(self) -> None:
        """Begin tracks on the movie that is open; say why where that cannot be."""
        layer = find_movie_layer(self.viewer)
        if self.session is not None or layer is None:
            return
        try:
            begin_tracks_on_layer(self.viewer, layer)
        except (VollTrackError, OSError) as error:
            self.form.show_message(f"{error}", is_error=True)
        else:
            self._set_mode("add")

    def close_editor(self) -> None:
        """Let go of the viewer and the session."""
        for key in (_UNDO, _REDO):
            self.viewer.bind_key(key, None, overwrite=True)
        self._set_session(None)

    def _give_up_edits(self) -> None:
        self.discards_edits = True

    def _connect_buttons(self) -> None:
        form = self.form
        modes: dict[Mode, Any] = {"pan_zoom": form.look, "select": form.pick, "add": form.add}
        for mode, button in modes.items():
            button.clicked.connect(lambda _=False, mode=mode: self._set_mode(mode))
        form.delete.clicked.connect(lambda: self._do(delete_spots))
        form.set_radius.clicked.connect(lambda: self._do(set_radius, radius=form.radius.value()))
        for button, checked in ((form.check, True), (form.uncheck, False)):
            button.clicked.connect(
                lambda _=False, checked=checked: self._do(
                    mark_checked, checked=checked, whole_tracks=form.whole_tracks.isChecked()
                )
            )
        form.link.clicked.connect(lambda: self._do_link(link_spots))
        form.divide.clicked.connect(lambda: self._do_link(set_division))
        form.unlink.clicked.connect(lambda: self._do(unlink_spots))
        form.split.clicked.connect(lambda: self._do(split_track))
        form.merge.clicked.connect(lambda: self._do(merge_tracks))
        form.undo.clicked.connect(self.undo)
        form.redo.clicked.connect(self.redo)
        form.save.clicked.connect(lambda: self.files.save())
        form.save_as.clicked.connect(self.files.save_as)

    def _bind_keys(self) -> None:
        """Bind Ctrl-Z and Ctrl-Shift-Z in the canvas (where the viewer must not keep us alive) and in the dock."""
        me = weakref.ref(self)

        def travel(way: str) -> Callable[[object], None]:
            def act(_viewer: object) -> None:
                editor = me()
                if editor is not None:
                    editor._travel(way)

            return act

        for key, keys, way in ((_UNDO, "Ctrl+Z", "undo"), (_REDO, "Ctrl+Shift+Z", "redo")):
            self.viewer.bind_key(key, travel(way), overwrite=True)
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.undo if way == "undo" else self.redo)

    def _find_session(self, _event: object = None) -> None:
        session = find_session(self.viewer)
        self.new_tracks.setVisible(session is None and find_movie_layer(self.viewer) is not None)
        if session is not self.session:
            self._set_session(session)

    def _set_session(self, session: TrackSession | None) -> None:
        kept = ""
        if (
            self.session is not None
            and not self.discards_edits
            and not any(layer.metadata.get(SESSION_KEY) is self.session for layer in self.viewer.layers)
        ):
            kept = keep_unsaved(self.session)
        if self.session is not None and self.spots is not None:
            self.session.lineage_changed.disconnect(self._show)
            self.session.saved.disconnect(self._show)
            self.spots.close()
        self.session, self.spots = session, None
        self.files.session = session
        if session is not None:
            self.spots = SpotLayer(self.viewer, session, on_selected=self._show_selection, on_step=self._tell)
            session.lineage_changed.connect(self._show, priority=-2)  # after `spots`, which drops what is gone
            session.saved.connect(self._show)
            self.form.radius.setSuffix(f" {session.calibration.length_unit}")
        self.form.show_message(kept or ("\n".join(session.tracks_file.notes) if session is not None else NO_SESSION))
        self._show()

    def _set_mode(self, mode: Mode) -> None:
        if self.spots is None:
            return
        if mode == "add" and self.viewer.dims.ndisplay == 3:
            self.form.show_message(f"{NO_DEPTH}.", is_error=True)
            mode = "pan_zoom"
        self.spots.set_mode(mode)
        self._show_selection()

    def _do(self, make_step: MakeStep, **options: Any) -> bool:
        """Make a step of the selected spots and apply it; say what was done, or why not."""
        session, spots = self.session, self.spots
        if session is None or spots is None:
            self.form.show_message(NO_SESSION, is_error=True)
            return False
        try:
            step = make_step(session.lineage, spots.selected_ids, **options)
            step = session.apply(*step.edits, label=step.label) or step
        except LinkTaken:
            raise
        except VollTrackError as error:
            self._tell(error)
            return False
        self._tell(step)
        return True

    def _do_link(self, make_step: MakeStep) -> None:
        """Make a step that links; ask what becomes of a link that is in the way."""
        chosen = set() if self.spots is None else set(self.spots.selected_ids)

        def repeat(on_taken: OnTaken) -> None:
            if self.spots is not None:
                self.spots.select(chosen)
                self._do(make_step, on_taken=on_taken)

        try:
            self._do(make_step)
        except LinkTaken as error:
            self.form.show_message(str(error))
            answers = {"Replace": lambda: repeat("replace"), "Keep both": lambda: repeat("keep")}
            self.box = ask(self, "There is a link already", str(error), answers)

    def _travel(self, way: str) -> None:
        session = self.session
        if session is None:
            return
        steps = session.steps[-1:] if way == "undo" else session.undone_steps[:1]
        if not steps:
            self.form.show_message(f"There is nothing to {way}.")
            return
        (session.undo if way == "undo" else session.redo)()
        self.form.show_message(f"{'Undone' if way == 'undo' else 'Redone'}: {steps[0].label}")

    def _tell(self, done: EditStep | VollTrackError) -> None:
        if isinstance(done, VollTrackError):
            text = str(done)
            self.form.show_message(f"{text[:1].upper()}{text[1:]}.", is_error=True)
        else:
            notes = () if self.session is None else self.session.notes
            self.form.show_message("\n".join([f"Done: {done.label}", *notes]))

    def _show(self, _path: object = None) -> None:
        """Show file, steps and what can be done now."""
        session, form = self.session, self.form
        form.setEnabled(session is not None)
        self.new_tracks.setVisible(session is None and find_movie_layer(self.viewer) is not None)
        if session is None:
            form.file_label.setText("No tracks are open.")
            form.steps.clear()
            return
        name = "not in a file yet" if session.path is None else session.path.name
        state = " - edited, not saved" if session.is_modified else " - new" if session.is_new else ""
        form.file_label.setText(f"<b>{name}</b>{state}")
        form.undo.setEnabled(session.can_undo)
        form.redo.setEnabled(session.can_redo)
        form.save.setEnabled(session.is_modified or session.path is None)
        self._list_steps(session)
        self._show_selection()

    def _list_steps(self, session: TrackSession) -> None:
        steps = self.form.steps
        steps.clear()
        n_hidden = max(0, len(session.steps) - _MAX_SHOWN_STEPS)
        if n_hidden:
            steps.addItem(f"... {n_hidden} earlier edits")
        steps.addItems([step.label for step in session.steps[n_hidden:]])
        last = steps.count() - 1
        for step in session.undone_steps[:_MAX_SHOWN_STEPS]:
            item = QListWidgetItem(step.label)
            item.setForeground(Qt.GlobalColor.gray)
            steps.addItem(item)
        steps.setCurrentRow(last)

    def _show_selection(self) -> None:
        session, spots = self.session, self.spots
        if session is None or spots is None:
            return
        buttons = {"pan_zoom": self.form.look, "select": self.form.pick, "add": self.form.add}
        buttons[spots.mode].setChecked(True)
        self.form.show_selection(describe_selection(session, spots.selected_ids))
        table = session.lineage.spots.table
        if spots.selected_ids and "RADIUS" in table.columns and not self.form.radius.hasFocus():
            rows = session.lineage.spots.rows_of(sorted(spots.selected_ids))
            radii = table["RADIUS"].to_numpy(dtype=np.float64)[rows]
            if np.isfinite(radii).any():
                self.form.radius.setValue(float(np.nanmedian(radii)))
