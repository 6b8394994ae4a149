"""The picture of a result: what it shows, and that it is drawn for odd results too."""

import matplotlib.figure
import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from volltrack.apps.drawing.overview import color_tracks, draw_overview
from volltrack.apps.drawing.trees.layout import lay_out_trees
from volltrack.io.tiff import read_label_movie, read_movie
from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2, y=0.5, x=0.5), frame_interval=5, time_unit="min")


def lineage_of(rows, links=()) -> Lineage:
    """Spots as (id, frame, x) and links as (source, target)."""
    columns = list(zip(*rows, strict=True)) if rows else [[], [], []]
    table = pd.DataFrame(
        {
            "ID": np.array(columns[0], dtype=np.int64),
            "FRAME": np.array(columns[1], dtype=np.int64),
            "POSITION_X": np.array(columns[2], dtype=float),
            "POSITION_Y": np.full(len(rows), 5.0),
            "POSITION_Z": np.zeros(len(rows)),
        }
    )
    sources, targets = zip(*links, strict=True) if links else ((), ())
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(list(sources), list(targets)))


DIVIDING = lineage_of(
    [(0, 0, 5), (1, 1, 5), (2, 2, 4), (3, 2, 6), (4, 3, 6), (9, 0, 15), (10, 1, 15)],
    [(0, 1), (1, 2), (1, 3), (3, 4), (9, 10)],
)


def draw(tmp_path, lineage, **options) -> np.ndarray:
    draw_overview(tmp_path / "o.png", lineage, options.pop("calibration", CALIBRATION), **options)
    assert [path.name for path in tmp_path.iterdir()] == ["o.png"]
    return matplotlib.image.imread(tmp_path / "o.png")[..., :3]


def count_pixels(picture, color) -> int:
    return int((np.abs(picture - np.asarray(color)[:3]).max(axis=-1) < 0.02).sum())


def test_cells_are_outlined_in_the_colour_of_their_track(finished_run, movies, tmp_path):
    lineage = read_trackmate_xml(finished_run / "tracks.xml").lineage
    labels, raw = read_label_movie(finished_run / "labels.tif"), read_movie(movies.movie)
    picture = draw(tmp_path, lineage, raw=raw, labels=labels, title="a movie")
    for color in color_tracks(np.unique(lineage.track_of_spot[lineage.track_of_spot >= 0])):
        assert count_pixels(picture, color) > 100


def test_tracks_of_neighbouring_numbers_differ_and_unlinked_is_grey():
    colors = color_tracks(np.array([0, 1, 2, 3, -1]))
    assert np.abs(np.diff(colors[:4, :3], axis=0)).max(axis=1).min() > 0.3
    assert len(set(colors[4, :3].tolist())) == 1


@pytest.mark.parametrize(
    "lineage",
    [lineage_of([]), lineage_of([(5, 0, 3)]), lineage_of([(5, 7, 3)]), DIVIDING],
    ids=["nothing", "one spot", "one spot in a late frame", "a division"],
)
@pytest.mark.parametrize("has_raw", [False, True])
def test_odd_results_are_drawn(lineage, has_raw, tmp_path):
    raw = Movie.from_array(np.full((8, 1, 20, 30), 7, np.uint8), CALIBRATION) if has_raw else None
    assert draw(tmp_path, lineage, raw=raw).std() > 0.01


def test_dim_nuclei_are_seen_beside_a_bright_one(tmp_path):
    plane = np.zeros((1, 1, 40, 40), np.uint16)
    plane[..., 5:15, 5:15], plane[..., 25:35, 25:35] = 60_000, 6_000
    picture = draw(tmp_path, lineage_of([]), raw=Movie.from_array(plane, CALIBRATION))
    grey = (picture.max(axis=-1) - picture.min(axis=-1) < 1e-6) & (picture[..., 0] > 0.18) & (picture[..., 0] < 0.25)
    assert grey.sum() > 1000


@pytest.mark.parametrize("size", [16, 64, 400, 1200])
def test_outlines_are_thin_and_whole_at_any_size(size, tmp_path):
    labels = np.zeros((1, 1, size, size), np.uint8)
    labels[..., size // 4 : 3 * size // 4, size // 4 : 3 * size // 4] = 1
    table = pd.DataFrame({"ID": [0], "FRAME": [0], "POSITION_X": 1.0, "POSITION_Y": 1.0, "POSITION_Z": 0.0, "LABEL": 1})
    lineage = Lineage(spots=Spots(table=table), links=Links.empty())
    calibration = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=1, time_unit="frame")
    movie = LabelMovie.from_array(labels, calibration)
    raw = Movie.from_array(labels, calibration)
    picture = draw(tmp_path, lineage, raw=raw, labels=movie, calibration=calibration)
    drawn = count_pixels(picture, color_tracks(np.array([0]))[0])
    around = 4 * 200  # a square of half the frame is about 200 pixels wide on the picture
    assert around < drawn < 6 * around


def test_trees_stand_side_by_side_and_join_their_mothers():
    layout = lay_out_trees(DIVIDING)
    assert len(layout.x) == 4  # mother, two daughters, and the track without a division
    mother = layout.joins[0, 0]
    daughters = layout.joins[:, 1]
    assert (layout.joins[:, 0] == mother).all()
    assert layout.x[mother] == layout.x[daughters].mean()
    assert layout.first_frame[daughters].tolist() == [2, 2]
    assert layout.x[daughters[0]] != layout.x[daughters[1]]


def test_trees_with_most_divisions_come_first_and_not_too_many():
    pairs = [(2 * n, 2 * n + 1) for n in range(100)]
    spots = [(i, i % 2, i) for pair in pairs for i in pair]
    extra = [(1000, 0, 5.0), (1001, 1, 4.0), (1002, 1, 6.0)]
    lineage = lineage_of(spots + extra, [*pairs, (1000, 1001), (1000, 1002)])
    layout = lay_out_trees(lineage, max_trees=7)
    assert len(np.unique(layout.track)) == 7
    divided = lineage.track_of_spot[lineage.spots.ids == 1000][0]
    assert divided in layout.track
    assert layout.x[layout.track == divided].max() < layout.x[layout.track != divided].min()


def test_merges_are_laid_out_once():
    merging = lineage_of([(0, 0, 1), (1, 0, 9), (2, 1, 5)], [(0, 2), (1, 2)])
    layout = lay_out_trees(merging)
    assert len(layout.x) == 3
    assert len(layout.joins) == 2


def test_picture_is_drawn_once_and_nothing_is_cut_off(tmp_path, monkeypatch):
    draws = []
    original = matplotlib.figure.Figure.draw
    monkeypatch.setattr(matplotlib.figure.Figure, "draw", lambda *given: (draws.append(1), original(*given)))
    far = Calibration(voxel_size=VoxelSize(z=2, y=51255.0, x=12512.5), frame_interval=5777.125, time_unit="min")
    raw = Movie.from_array(np.full((8, 1, 40, 60), 7, np.uint8), far)
    picture = draw(tmp_path, DIVIDING, calibration=far, raw=raw, title="a movie", score={"DET": 0.95})
    assert len(draws) == 1
    edge = np.ones(picture.shape[:2], bool)
    edge[3:-3, 3:-3] = False
    assert (picture[edge] == 1).all()
