"""napari with tracks in it, started from the command line: layers, explorer and editor."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import napari
from qtpy.QtWidgets import QApplication

from volltrack.apps.jobs import TrackSources
from volltrack.apps.napari_plugin.layers import add_session_layers
from volltrack.apps.napari_plugin.opening import begin_tracks, is_bare_movie, open_named_movie
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching import attach
from volltrack.edit import Images
from volltrack.errors import BadValue
from volltrack.io.outputs import replace_file
from volltrack.model import LabelMovie, Movie, Tissue

__all__ = ["WindowOptions", "open_window", "require_display", "run_until_closed", "save_screenshot"]

_log = logging.getLogger(__name__)

_WIDGETS = ("Track editor", "Track explorer")  # the last one is in front
_SETTLE_STEPS = 10
_WIDTH, _HEIGHT = 1700, 1000


@dataclass(frozen=True, kw_only=True)
class WindowOptions:
    """What `volltrack napari` shows.

    Parameters
    ----------
    sources
        The tracks with their images; or in place of tracks a movie, to begin tracks on. Without a movie that which the
        tracks name is shown.
    frame
        Frame to show; None for the first with spots.
    is_3d
        Whether volumes are shown, not planes.
    """

    sources: TrackSources
    frame: int | None = None
    is_3d: bool = False


def require_display() -> None:
    """Check that a window can be shown: without a display Qt would end the process.

    Raises
    ------
    BadValue
        On Linux neither DISPLAY nor WAYLAND_DISPLAY is set.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise BadValue(
            "no display to show a window on: log in with a desktop (or ssh -X), or start it on a virtual display: "
            "xvfb-run volltrack napari ... --screenshot FILE"
        )


def open_window(options: WindowOptions) -> Any:
    """Return a viewer on the screen with the tracks, their images, the explorer and the editor.

    Raises
    ------
    BadFile, MissingCalibration, BadValue
        A file cannot be read, or does not say its calibration; everything is read before the window opens.
    """
    sources = options.sources
    if is_bare_movie(sources.tracks):
        return _show(options, *_begin(sources))
    session = sources.images.read(TrackSession.open, sources.tracks, all_spots=sources.all_spots)
    for note in session.tracks_file.notes:
        _log.warning("%s: %s", sources.tracks, note)
    given = sources.open_movie(session.calibration)
    if given is None or sources.movie is None:
        named = open_named_movie(session, sources.images, sources.channel)
    else:
        given.frame(0)
        named = Images(movie=given, channel=sources.chosen.channel)
        session.name_movie(given, sources.movie)
    return _show(options, session, named)


def _begin(sources: TrackSources) -> tuple[TrackSession, Images]:
    """Return a session without spots on a movie."""
    if sources.movie is not None:
        raise BadValue(f"{sources.tracks} is a movie, and --movie gives another: expected tracks, or one movie")
    channel = sources.channel or 1
    movie = sources.images.open_movie(sources.tracks, channel=channel)
    movie.frame(0)
    session = begin_tracks(movie, sources.tracks, channel=channel)
    return session, session.images


def _show(options: WindowOptions, session: TrackSession, named: Images) -> Any:
    """Return the viewer with a session in it."""
    movie = named.movie
    labels, tissue = _open_labels(options.sources, session, movie), _open_tissue(options.sources, session, movie)
    viewer = napari.Viewer(title=f"{options.sources.tracks.name} - VollTrack", show_welcome_screen=False)
    add_session_layers(viewer, session, movie=movie, labels=labels, tissue=tissue, channel=named.channel)
    keeper = attach(viewer, session)
    for name in reversed(_WIDGETS) if session.is_new else _WIDGETS:  # new tracks begin in the editor
        viewer.window.add_plugin_dock_widget("volltrack", name, tabify=True)
    frames = session.lineage.spots.frames
    keeper.show_frame(options.frame if options.frame is not None else int(frames.min()) if len(frames) else 0)
    viewer.dims.ndisplay = 3 if options.is_3d else 2
    viewer.canvas.overlays.scale_bar.visible = True
    _fill_screen(viewer)
    viewer.reset_view()
    return viewer


def run_until_closed() -> None:
    """Run the window's event loop until the window is closed."""
    napari.run()


def save_screenshot(viewer: Any, path: Path) -> None:
    """Write what the window shows as PNG.

    Raises
    ------
    OutputFailed
        It cannot be written.
    """
    _settle()
    with replace_file(path) as temporary:
        viewer.screenshot(str(temporary), canvas_only=False, flash=False)


def _fill_screen(viewer: Any) -> None:
    """Make the window as large as a screen with plots beside the canvas asks for."""
    screen = QApplication.primaryScreen().availableGeometry()
    viewer.window.resize(min(_WIDTH, int(0.95 * screen.width())), min(_HEIGHT, int(0.9 * screen.height())))
    _settle()


def _settle() -> None:
    """Let the window draw itself; docks and layers need several rounds."""
    for _ in range(_SETTLE_STEPS):
        QApplication.processEvents()


def _open_labels(sources: TrackSources, session: TrackSession, movie: Movie | None) -> LabelMovie | None:
    """Return labels under the calibration of the tracks, whatever their file says."""
    labels = sources.open_labels(session.calibration, movie)
    if labels is None:
        return session.tracks_file.labels
    labels.frame(0)
    return labels


def _open_tissue(sources: TrackSources, session: TrackSession, movie: Movie | None) -> Tissue | None:
    tissue = sources.open_tissue(session.calibration, movie=movie)
    if tissue is not None:
        tissue.labels.frame(0)
    return tissue
