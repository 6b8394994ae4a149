"""Kalman filters against textbook matrices, and what tracks of constant velocity must give."""

import logging

import numpy as np
import pandas as pd
import pytest

from volltrack.link import LinkSettings, link_spots
from volltrack.link.trackmate.kalman import KalmanFilters
from volltrack.model import Spots


def fly(frames: list[int], *, speed: float = 12.0, radius: float = 2.0) -> Spots:
    """One spot that flies along x, seen in `frames`; id = frame."""
    frame = np.array(frames)
    table = pd.DataFrame({"ID": frame, "FRAME": frame, "POSITION_X": speed * frame, "RADIUS": radius})
    return Spots(table=table.assign(POSITION_Y=0.0, POSITION_Z=0.0))


def link(spots: Spots, **settings: object) -> list[tuple[int, int]]:
    links = link_spots(spots, LinkSettings.from_dict({"method": "kalman", **settings}))
    return list(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))


def test_filter_follows_the_textbook() -> None:
    rng = np.random.default_rng(4)
    q, r = 3.0, 0.25
    move = np.kron([[1.0, 1.0], [0.0, 1.0]], np.eye(3))
    look = np.eye(3, 6)
    state, covariance = rng.normal(size=6), np.eye(6) * np.finfo(float).tiny
    filters = KalmanFilters.start(process_variance=q, measurement_variance=r)
    filters.add(np.array([7]), state[np.newaxis, :3], state[np.newaxis, 3:])
    for step in range(6):
        state, covariance = move @ state, move @ covariance @ move.T + q * np.eye(6)
        filters.predict()
        np.testing.assert_allclose(filters.position[0], state[:3], rtol=1e-12)
        which = np.array([0] if step != 3 else [], dtype=np.int64)
        measured = rng.normal(size=3)
        if len(which):
            gain = covariance @ look.T @ np.linalg.inv(look @ covariance @ look.T + r * np.eye(3))
            state = state + gain @ (measured - look @ state)
            covariance = (np.eye(6) - gain @ look) @ covariance
        filters.update(which, np.full(len(which), step), np.broadcast_to(measured, (len(which), 3)))
    np.testing.assert_allclose(filters.velocity[0], state[3:], rtol=1e-12)
    assert filters.n_misses.tolist() == [1]
    assert filters.spot.tolist() == [5]


def test_prediction_bridges_missed_frames() -> None:
    # at 12 per frame the spot is 36 away after two missed frames: only a prediction finds it
    assert link(fly([0, 1, 2, 5, 6])) == [(0, 1), (1, 2), (2, 5), (5, 6)]


def test_misses_count_over_the_life_of_a_track() -> None:
    frames = [0, 1, 3, 5, 7, 8, 9]
    assert link(fly(frames), max_frame_gap=3) == [(0, 1), (1, 3), (3, 5), (5, 7), (7, 8), (8, 9)]
    assert link(fly(frames), max_frame_gap=2) == [(0, 1), (1, 3), (3, 5), (7, 8), (8, 9)]


def test_search_radius_is_exclusive_and_max_distance_starts_tracks() -> None:
    assert link(fly([0, 1, 2]), max_distance=12) == []
    assert link(fly([0, 1, 2]), max_distance=12.1) == [(0, 1), (1, 2)]


def test_cost_is_measured_from_the_prediction() -> None:
    links = link_spots(fly([0, 1, 2, 3]), LinkSettings(method="kalman"))
    assert links.table["LINK_COST"].tolist() == pytest.approx([144, 0, 0], abs=1e-12)
    assert (links.table["LINK_COST"] > 0).all()


def test_long_absence_costs_no_time() -> None:
    late = 2_000_000_000
    assert link(fly([0, 1, 2, late, late + 1])) == [(0, 1), (1, 2), (late, late + 1)]


def test_two_frames_get_no_links_as_in_trackmate(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert link(fly([0, 1])) == []
    assert "unless three frames hold spots" in caplog.text


def test_advanced_kalman_joins_segments_and_plain_does_not() -> None:
    # the spot stops: the prediction flies on, but the end of the segment is near the next start
    table = fly([0, 1, 2]).table
    still = pd.DataFrame({"ID": [4, 5], "FRAME": [4, 5], "POSITION_X": 24.0, "RADIUS": 2.0})
    spots = Spots(table=pd.concat([table, still.assign(POSITION_Y=0.0, POSITION_Z=0.0)]))
    assert (2, 4) not in link(spots, kalman_search_radius=5)
    assert (2, 4) in link(spots, kalman_search_radius=5, method="advanced-kalman")
