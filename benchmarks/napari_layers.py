"""A TrackMate XML of 200,000 spots to layers on view in napari, against napari's own constructors and napatrackmater.

Needs a display: `xvfb-run -a python benchmarks/napari_layers.py`. Not run where there is none. CPU seconds; the window
is opened before the clock starts. napatrackmater's path could not be run beside (its requirements cannot be installed
together with napari 0.9); its figure, 35.8 CPU s for 50,000 spots, was measured on the same kind of machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.model import Calibration, Lineage, VoxelSize
from volltrack.testing import make_cloud

SEED, FRAMES, CELLS, REPEATS = 0, 100, 1621, 3
PEER_S_PER_SPOT = 35.8 / 50_000


def measure(path: Path) -> tuple[float, float, float, int]:
    """Return CPU seconds of ours, of the bare constructors, and of reading alone; and the number of spots."""
    import napari
    from napari.layers import Points, Tracks
    from qtpy.QtWidgets import QApplication

    from volltrack.apps.napari_plugin.layers import add_session_layers, locate_in_voxels, make_layer_data
    from volltrack.apps.napari_plugin.session import TrackSession

    viewer = napari.Viewer(show_welcome_screen=False)
    viewer.add_points([[0.0] * 4]), viewer.layers.clear(), QApplication.processEvents()  # first use loads much

    start = time.process_time()
    document = read_trackmate_xml(path)
    reading = time.process_time() - start
    spots = document.lineage.spots

    start = time.process_time()
    session = TrackSession.open(path)
    add_session_layers(viewer, session)
    QApplication.processEvents()
    viewer.screenshot(canvas_only=True, flash=False)
    ours = time.process_time() - start

    tracks = [(data, options["graph"]) for data, options, kind in make_layer_data(session) if kind == "tracks"]
    points = locate_in_voxels(spots, session.calibration.voxel_size)
    viewer.layers.clear()
    start = time.process_time()
    for data, graph in tracks:
        viewer.add_layer(Tracks(data, graph=graph))
    viewer.add_layer(Points(points))
    QApplication.processEvents()
    viewer.screenshot(canvas_only=True, flash=False)
    bare = time.process_time() - start
    viewer.close()
    return ours, bare, reading, len(spots)


def main() -> int:
    """Print the figures; the ratio to napari's constructors plus twice the reading is the last line."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("not run: no display (xvfb-run -a python benchmarks/napari_layers.py)")
        return 0
    cloud = make_cloud(FRAMES, CELLS, SEED)
    size = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=60.0, time_unit="sec")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracks.xml"
        write_lineage_xml(path, Lineage(spots=cloud.spots, links=cloud.truth), calibration=size)
        runs = [measure(path) for _ in range(REPEATS)]
    ours, bare, reading = (min(run[i] for run in runs) for i in range(3))
    n_spots = runs[0][3]
    print(f"{n_spots} spots, seed {SEED}, best of {REPEATS}, CPU seconds")
    print(f"XML to layers on view {ours:.2f}; napari's constructors alone {bare:.2f}; reading alone {reading:.2f}")
    peer = PEER_S_PER_SPOT * n_spots
    print(f"napatrackmater (its 35.8 s for 50,000 spots, taken linearly) {peer:.0f}: {peer / ours:.0f} times ours")
    print(f"{ours / (bare + 2 * reading):.2f} of napari's constructors plus twice the reading")
    return 0


if __name__ == "__main__":
    sys.exit(main())
