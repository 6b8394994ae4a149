"""`volltrack napari`: the window with all that was asked for, its picture, and errors before any window opens."""

import numpy as np
import pytest
from imageio.v3 import imread

from volltrack.apps.cli.commands import napari as napari_command
from volltrack.apps.cli.main import build_parser
from volltrack.apps.napari_plugin import start


@pytest.fixture
def window(call, monkeypatch, qapp):
    """window(words...): the answer of the command, and what was in the window when it closed."""
    monkeypatch.setattr("napari._qt.threads.status_checker.StatusChecker.start", lambda *_: None)
    seen = {}

    def look(viewer, path):
        start_save(viewer, path)
        seen["layers"] = {layer.name: layer for layer in viewer.layers}
        seen["docks"] = [dock.windowTitle() for dock in viewer.window._qt_window.findChildren(QDockWidget)]
        seen["frame"], seen["ndisplay"] = viewer.dims.point[0], viewer.dims.ndisplay

    from qtpy.QtWidgets import QDockWidget

    start_save = start.save_screenshot
    monkeypatch.setattr(start, "save_screenshot", look)

    def run(*words):
        return call("napari", *words), seen

    yield run
    seen.clear()


def test_the_window_shows_tracks_images_explorer_and_editor(window, movies, tmp_path):
    answer, seen = window(
        movies.truth, "--movie", movies.movie, "--labels", movies.labels, "--tissue", movies.tissue,
        "--frame", 3, "--3d", "--screenshot", tmp_path / "window.png",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert {"movie", "labels", "tissue", "spots", "dividing lineages"} <= set(seen["layers"])
    assert any("Track explorer" in title for title in seen["docks"])
    assert any("Track editor" in title for title in seen["docks"])
    assert (seen["frame"], seen["ndisplay"]) == (3, 3)
    picture = imread(tmp_path / "window.png")
    assert picture.shape[1] > 1000
    assert np.std(picture[..., :3]) > 10


@pytest.mark.parametrize("option", ["--movie", "--labels", "--tissue"])
def test_a_missing_file_is_named(refused, movies, option):
    refused("napari", movies.truth, option, "missing.tif", say=["missing.tif", "no such file"])


def test_a_picture_of_another_kind_is_refused(refused, movies):
    refused("napari", movies.truth, "--screenshot", "window.jpg", say=[".png"])


def test_without_a_display_it_says_so(refused, movies, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    refused("napari", movies.truth, say=["no display", "xvfb-run"])


def test_the_window_runs_until_it_is_closed(monkeypatch, movies):
    done = []
    monkeypatch.setattr(start, "require_display", lambda: None)
    monkeypatch.setattr(start, "open_window", lambda options: done.append(options.sources.tracks))
    monkeypatch.setattr(start, "run_until_closed", lambda: done.append("closed"))
    arguments = build_parser("napari").parse_args(["napari", str(movies.truth)])
    assert napari_command.run(arguments) == 0
    assert done == [movies.truth, "closed"]
