"""How it is told that an image is not the one that tracks belong to."""

import numpy as np
import pandas as pd
import pytest

from volltrack.model import Calibration, LabelMovie, Movie, Spots, VoxelSize
from volltrack.pipeline import find_misfit, swap_z_and_t

SIZE = VoxelSize(z=2.0, y=0.5, x=0.5)
CALIBRATION = Calibration(voxel_size=SIZE, frame_interval=1.0, time_unit="min")
SHAPE = (9, 4, 30, 40)


def make_movie(shape, kind=Movie):
    values = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    return kind.from_array(values, CALIBRATION, name="movie.tif")


def make_spots(**last):
    """Two spots, the second at the far corner of SHAPE or where `last` says, in voxels."""
    t, z, y, x = (last.get(axis, n - 1) for axis, n in zip("tzyx", SHAPE, strict=True))
    rows = [(1, 0, 0.0, 0.0, 0.0), (2, t, x * SIZE.x, y * SIZE.y, z * SIZE.z)]
    return Spots(table=pd.DataFrame(rows, columns=["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z"]))


@pytest.mark.parametrize("named", [None, SHAPE, (0, 0, 0, 0)])
def test_an_image_that_covers_the_spots_fits(named):
    assert find_misfit(make_movie(SHAPE), make_spots(), SIZE, named_shape=named) is None
    a_little_outside = make_spots(x=SHAPE[3] + 0.4)
    assert find_misfit(make_movie(SHAPE), a_little_outside, SIZE, named_shape=named) is None


@pytest.mark.parametrize(
    ("spots", "said"),
    [
        (make_spots(t=9), "1 spot of 2 are in later frames (up to frame 9)"),
        (make_spots(x=60), "1 spot of 2 lie outside it in x"),
        (make_spots(z=9, y=-20), "1 spot of 2 lie outside it in z and y"),
    ],
)
def test_spots_outside_the_image_are_told(spots, said):
    misfit = find_misfit(make_movie(SHAPE), spots, SIZE)
    assert not misfit.is_swapped
    assert said in str(misfit)
    assert str(misfit).startswith(
        "movie.tif does not fit the tracks: it has 9 frames, 4 planes and 40 x 30 pixels, but"
    )


def test_another_size_than_the_tracks_name_is_told_also_where_all_spots_are_inside():
    misfit = find_misfit(make_movie(SHAPE), make_spots(), SIZE, named_shape=(9, 1, 30, 50))
    assert "made on an image of 1 plane and 50 columns" in str(misfit)
    assert find_misfit(make_movie((12, 4, 30, 40)), make_spots(), SIZE, named_shape=SHAPE) is not None


@pytest.mark.parametrize("named", [None, SHAPE])
def test_swapped_z_and_t_are_seen_and_put_right(named):
    right = make_movie(SHAPE, LabelMovie)
    wrong = LabelMovie.from_array(np.stack([right.frame(t) for t in range(9)]).swapaxes(0, 1), CALIBRATION)
    misfit = find_misfit(wrong, make_spots(), SIZE, named_shape=named)
    assert misfit.is_swapped
    assert "z and t look swapped" in str(misfit)
    swapped = swap_z_and_t(wrong)
    assert isinstance(swapped, LabelMovie)
    assert find_misfit(swapped, make_spots(), SIZE, named_shape=named) is None
    for t in range(9):
        np.testing.assert_array_equal(swapped.frame(t), right.frame(t))


def test_a_large_swapped_movie_is_gathered_frame_by_frame(monkeypatch):
    monkeypatch.setattr("volltrack.pipeline.image_fit._MAX_HELD_BYTES", 100)
    wrong = make_movie((4, 9, 30, 40))
    np.testing.assert_array_equal(swap_z_and_t(wrong).frame(7)[2], wrong.frame(2)[7])


def test_one_frame_of_tissue_stands_for_all_and_flat_tracks_have_no_height():
    tissue = make_movie((1, 4, 30, 40))
    assert find_misfit(tissue, make_spots(), SIZE, named_shape=SHAPE, may_be_one_frame=True) is None
    assert find_misfit(tissue, make_spots(), SIZE, named_shape=SHAPE) is not None
    table = make_spots().table.assign(POSITION_Z=50.0)
    assert find_misfit(make_movie((9, 1, 30, 40)), Spots(table=table), SIZE) is None


def test_without_spots_only_what_the_file_names_counts():
    assert find_misfit(make_movie(SHAPE), Spots.empty(), SIZE) is None
    assert find_misfit(make_movie(SHAPE), Spots.empty(), SIZE, named_shape=(4, 9, 30, 40)).is_swapped
