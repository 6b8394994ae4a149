"""Pictures of napari's window on the demo, by the widgets that a person uses."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtWidgets import QApplication

from volltrack.apps.napari_plugin.start import WindowOptions, open_window, save_screenshot

__all__ = ["draw_editor", "draw_explorer"]

_WIDTH, _HEIGHT = 1400, 900
_MOST_SECONDS = 120.0


def draw_explorer(demo: Path, target: Path) -> None:
    """Write the picture of the explorer on the track with the most divisions, distances to the tissue measured."""
    viewer = _open(demo / "tracks.xml", demo)
    explorer = _front(viewer, "Track explorer")
    explorer.tissue.button.click()
    ends = time.monotonic() + _MOST_SECONDS
    while explorer.tissue.is_busy and time.monotonic() < ends:
        QApplication.processEvents()
    lineage = explorer.session.lineage
    mothers = lineage.track_of_spot[lineage.out_degrees > 1]
    track = int(np.bincount(mothers).argmax())  # the first one of those with the most
    explorer.pick_track(track)
    explorer.plots.choose("DISTANCE_TO_TISSUE", "Localisation")
    of_track = np.flatnonzero((lineage.track_of_spot == track) & (lineage.out_degrees > 1))
    explorer.pick_spot(int(lineage.spots.ids[of_track[0]]))
    _zoom(viewer)
    save_screenshot(viewer, target)
    viewer.close()


def draw_editor(demo: Path, work: Path, target: Path) -> None:
    """Write the picture of the editor after a few edits of a copy of the tracks."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    tracks = Path(shutil.copyfile(demo / "tracks.xml", work / "tracks.xml"))
    viewer = _open(tracks, demo)
    editor = _front(viewer, "Track editor")
    form, lineage = editor.form, editor.session.lineage
    in_track = np.flatnonzero((lineage.track_of_spot >= 0) & (lineage.spots.frames == 1))
    centre = np.median(lineage.spots.positions_zyx[in_track], axis=0)
    near = in_track[np.argsort(np.linalg.norm(lineage.spots.positions_zyx[in_track] - centre, axis=1), kind="stable")]
    first, second = (int(lineage.spots.ids[row]) for row in near[:2])
    form.pick.click()
    editor.session.select_spot(first)
    editor.spots.select([first])
    form.radius.setValue(4.5)
    form.set_radius.click()
    form.split.click()
    form.undo.click()
    editor.spots.select([second])
    editor.session.select_spot(second)
    form.check.click()
    viewer.dims.set_point(0, 1)
    viewer.dims.set_point(1, float(lineage.spots.positions_zyx[near[1]][0]))
    _zoom(viewer, at=lineage.spots.positions_zyx[near[1]])
    save_screenshot(viewer, target)
    editor.discards_edits = True
    for _ in range(2):
        editor.undo()
    viewer.close()


def _open(tracks: Path, demo: Path) -> Any:
    viewer = open_window(WindowOptions(tracks=tracks, movie=demo / "movie.tif", tissue=demo / "tissue.tif"))
    viewer.window.resize(_WIDTH, _HEIGHT)
    return viewer


def _front(viewer: Any, name: str) -> Any:
    """Return one of our widgets, with its dock in front of the other."""
    found = next(dock for title, dock in viewer.window._wrapped_dock_widgets.items() if title.startswith(name))
    found.raise_()
    return found.inner_widget()


def _zoom(viewer: Any, at: np.ndarray[Any, Any] | None = None) -> None:
    """Let the tissue fill the canvas."""
    QApplication.processEvents()
    viewer.reset_view()
    viewer.camera.zoom *= 1.4
    if at is not None:
        viewer.camera.center = (float(at[0]), float(at[1]), float(at[2]))
