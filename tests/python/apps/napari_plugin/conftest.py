"""A napari viewer on a display, usually Xvfb; where there is none, tests with windows are skipped with a loud line.

Without Qt's system libraries (libegl1 and others) nothing of the plugin can be imported: no test is collected then.
"""

import ctypes
import ctypes.util
import gc
import os
import sys
import weakref

import pytest

os.environ["NAPARI_CONFIG"] = ""  # napari's settings of the person who runs the tests stay out, and as they are

try:
    from PyQt6 import QtGui, QtWidgets  # noqa: F401
except ImportError as error:
    NO_QT = str(error)
    collect_ignore_glob = ["test_*.py"]
else:
    NO_QT = ""
    pytest_plugins = ["pytestqt.plugin"]  # switched off in pyproject.toml for all other rooms

NO_DISPLAY = "no display for windows"
WITHOUT_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def find_missing_library():
    """Which system library of Qt's X11 windows is not installed: Qt ends the process without it; empty where none."""
    from PyQt6.QtCore import QLibraryInfo

    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    try:
        ctypes.CDLL(os.path.join(plugins, "platforms", "libqxcb.so"))
    except OSError as error:
        return str(error)
    return ""


def find_reason_to_skip():
    """Why no window can be shown; empty where one can. Asked before Qt, which ends the process without a display."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(WITHOUT_SCREEN):
        return f"{NO_DISPLAY}: QT_QPA_PLATFORM={os.environ['QT_QPA_PLATFORM']} draws no images"
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    name = ctypes.util.find_library("xcb")
    if name is None:
        return f"{NO_DISPLAY}: libxcb is not installed"
    xcb = ctypes.CDLL(name)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if failed:
        return f"{NO_DISPLAY}: DISPLAY={os.environ.get('DISPLAY', '')!r}"
    missing = find_missing_library()
    return f"{NO_DISPLAY}: {missing}" if missing else ""


def pytest_collection_modifyitems(items):
    windowed = [item for item in items if "qapp" in getattr(item, "fixturenames", ())]
    reason = find_reason_to_skip() if windowed else ""
    if reason:
        for item in windowed:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter):
    if NO_QT:
        terminalreporter.write_line(f"*** NO TEST OF WINDOWS WAS RUN: no Qt: {NO_QT} ***", red=True, bold=True)
    skipped = [r for r in terminalreporter.stats.get("skipped", ()) if NO_DISPLAY in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"*** {len(skipped)} TESTS OF WINDOWS WERE SKIPPED: no display; install xvfb (apt-get install xvfb xauth) "
            "and run `make test-python`, or set DISPLAY ***",
            red=True,
            bold=True,
        )


@pytest.fixture
def make_viewer(qapp, monkeypatch):
    """make_viewer(show=False): a napari viewer, closed after the test; one that stays alive fails the test."""
    from napari import Viewer
    from napari._qt.qt_viewer import QtViewer

    # its thread would outlive the test
    monkeypatch.setattr("napari._qt.threads.status_checker.StatusChecker.start", lambda *_: None)
    made = weakref.WeakSet()

    def make(*, show=False):
        viewer = Viewer(show=show, show_welcome_screen=False)
        made.add(viewer)
        qapp.processEvents()
        return viewer

    yield make
    for viewer in list(made):
        viewer.close()
    qapp.processEvents()
    gc.collect()
    alive = len(QtViewer._instances)
    QtViewer._instances.clear()
    assert alive == 0, f"{alive} viewers are alive after the test: something of ours keeps them"


@pytest.fixture
def viewer(make_viewer):
    """A napari viewer whose window is not shown (and whose screenshots are black)."""
    return make_viewer()


@pytest.fixture
def shown_viewer(make_viewer):
    """A viewer whose window is on the display, for clicks, screenshots and animations."""
    return make_viewer(show=True)
