"""Picking a track among 2,000 with 200,000 spots: list, layers, plots and tree."""

import time

import numpy as np
import pandas as pd
import pytest

from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

pytest.importorskip("napari")

N_TRACKS = 2_000
LIMIT_S = 0.3
"""CPU time of a pick; 0.065 s were measured, 0.1 s is what is asked for, and test machines are slow and busy."""


def make_lineage():
    """Return 2,000 tracks of 100 spots: 50 frames, then two daughters of 25 frames."""
    rng = np.random.default_rng(0)
    frame = np.concatenate([np.arange(50), np.arange(50, 75), np.arange(50, 75)])
    parent = np.concatenate([[-1], np.arange(49), [49], np.arange(50, 74), [49], np.arange(75, 99)])
    n = len(frame)
    place = rng.uniform(0, 500, (N_TRACKS, 1, 3)) + rng.normal(0, 0.5, (N_TRACKS, n, 3)).cumsum(axis=1)
    place = place.reshape(-1, 3)
    first = (np.arange(N_TRACKS) * n)[:, np.newaxis]
    child = np.flatnonzero(parent >= 0)
    columns = {
        "ID": np.arange(N_TRACKS * n),
        "FRAME": np.tile(frame, N_TRACKS),
        "POSITION_X": place[:, 0],
        "POSITION_Y": place[:, 1],
        "POSITION_Z": place[:, 2] / 10,
        "RADIUS": np.full(N_TRACKS * n, 4.0),
        "MEAN_INTENSITY_CH1": rng.uniform(50, 200, N_TRACKS * n),
    }
    links = Links.from_arrays((first + parent[child]).ravel(), (first + child).ravel())
    return Lineage(spots=Spots(table=pd.DataFrame(columns)), links=links)


def test_picking_a_track_of_200_000_spots_is_instant(shown_viewer, qapp):
    from volltrack.apps.napari_plugin.explorer import TrackExplorer
    from volltrack.apps.napari_plugin.layers import add_session_layers
    from volltrack.apps.napari_plugin.session import TrackSession

    voxel_size = VoxelSize(z=2.0, y=0.5, x=0.5, unit="µm")
    calibration = Calibration(voxel_size=voxel_size, frame_interval=1.5, time_unit="min")
    session = TrackSession.from_lineage(make_lineage(), calibration=calibration)
    add_session_layers(shown_viewer, session)
    explorer = TrackExplorer(shown_viewer)
    shown_viewer.window.add_dock_widget(explorer, area="right")
    qapp.processEvents()
    spent = []
    for row in (3, 5, 77, 300, 900, 1_200, 1_999):
        explorer.picker.table.clicked.emit(explorer.picker.table_model.index(row, 0))
        start = time.process_time()
        explorer.picker.table.clicked.emit(explorer.picker.table_model.index(row - 1, 0))
        spent.append(time.process_time() - start)
        assert len(explorer.plots.quantity_view.data.curves) == 5  # three tracklets and two divisions
        assert explorer.picker.table_model.row_of(session.lineage.track_of_spot[session.selected_track]) == row - 1
    assert np.median(spent) < LIMIT_S

    start = time.process_time()
    explorer.picker.search.setText("track_19")
    assert explorer.picker.table_model.rowCount() == 111
    assert time.process_time() - start < LIMIT_S
    explorer.close_explorer()
