import numpy as np
import pytest
from scipy import ndimage

from volltrack.errors import BadSettings, Cancelled
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie


@pytest.fixture(scope="module")
def made():
    return make_tissue_movie(SyntheticSettings(seed=4, n_frames=8, division_rate=0.05))


@pytest.fixture(scope="module")
def flat():
    return make_tissue_movie(
        SyntheticSettings(seed=4, n_frames=5, shape_zyx=(1, 192, 192), n_cells=30, division_rate=0.1)
    )


def test_same_seed_gives_the_same_movie_and_another_seed_another():
    small = {"n_frames": 2, "shape_zyx": (8, 64, 64), "n_cells": 6}
    one, two, other = (make_tissue_movie(SyntheticSettings(seed=s, **small)) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.raw.frame(1), two.raw.frame(1))
    np.testing.assert_array_equal(one.labels.frame(1), two.labels.frame(1))
    assert one.lineage.spots.table.equals(two.lineage.spots.table)
    assert not np.array_equal(one.raw.frame(1), other.raw.frame(1))


def test_frames_can_be_read_in_any_order(made):
    last = made.raw.frame(7)
    made.raw.frame(0)
    np.testing.assert_array_equal(made.raw.frame(7), last)


@pytest.mark.parametrize("which", ["made", "flat"])
def test_spots_are_the_centroids_of_the_labels(which, request):
    movie = request.getfixturevalue(which)
    table = movie.lineage.spots.table
    for t in (0, movie.raw.n_frames - 1):
        labels, here = movie.labels.frame(t), table[table["FRAME"] == t]
        assert set(here["LABEL"]) == set(np.unique(labels)) - {0}
        centroids = np.array(ndimage.center_of_mass(labels > 0, labels, here["LABEL"])) * movie.settings.voxel_size.zyx
        np.testing.assert_allclose(here[["POSITION_Z", "POSITION_Y", "POSITION_X"]], centroids)
        np.testing.assert_array_equal(here["QUALITY"], np.bincount(labels.ravel())[here["LABEL"]])


def test_every_label_is_one_piece(made):
    labels = made.labels.frame(7)
    assert all(ndimage.label(labels == k)[1] == 1 for k in np.unique(labels)[1:])


@pytest.mark.parametrize("which", ["made", "flat"])
def test_a_label_lives_until_it_divides_into_two_new_ones(which, request):
    lineage = request.getfixturevalue(which).lineage
    label, frame = (lineage.spots.table[c].to_numpy() for c in ("LABEL", "FRAME"))
    source, target = lineage.source_rows, lineage.target_rows
    assert (frame[target] - frame[source] == 1).all()
    divides = lineage.out_degrees[source] == 2
    assert lineage.n_divisions >= 3
    assert (label[source] == label[target])[~divides].all()
    assert (label[source] != label[target])[divides].all()
    assert set(lineage.out_degrees) <= {0, 1, 2}
    last = frame.max()
    assert (lineage.out_degrees[frame < last] > 0).all()
    assert (lineage.in_degrees[frame > 0] == 1).all()


def test_cells_touch_and_keep_their_volume(made):
    labels = made.labels.frame(0)
    grown = np.stack([ndimage.maximum_filter(labels, 3), -ndimage.maximum_filter(-np.where(labels, labels, 10**6), 3)])
    touching = np.unique(labels[(labels > 0) & (grown[0] != grown[1]) & (grown[0] > 0)])
    assert len(touching) > 0.9 * len(np.unique(labels)[1:])
    lineage = made.lineage
    size = lineage.spots.table["QUALITY"].to_numpy()
    stays = lineage.out_degrees[lineage.source_rows] == 1
    ratio = size[lineage.target_rows] / size[lineage.source_rows]
    assert 0.9 < np.median(ratio[stays]) < 1.15
    assert np.quantile(np.abs(np.log(ratio[stays])), 0.9) < np.log(1.6)


def test_cells_move_less_than_their_distance(made):
    lineage = made.lineage
    position = lineage.spots.positions_zyx
    stays = lineage.out_degrees[lineage.source_rows] == 1
    step = np.linalg.norm(position[lineage.target_rows] - position[lineage.source_rows], axis=1)[stays]
    assert 0.2 < np.median(step) < 0.3 * made.settings.cell_diameter_um


@pytest.mark.parametrize("which", ["made", "flat"])
def test_cells_are_inside_the_tissue_and_debris_is_outside(which, request):
    movie = request.getfixturevalue(which)
    for t in (0, movie.raw.n_frames - 1):
        labels, tissue, raw = movie.labels.frame(t), movie.tissue.frame(t) > 0, movie.raw.frame(t)
        inside = ndimage.mean(tissue, labels, np.unique(labels)[1:])
        assert (inside > 0.6).all()
        bright, n = ndimage.label(ndimage.gaussian_filter(raw.astype(float), 1) > 160)
        pieces = ndimage.mean(tissue, bright, np.arange(1, n + 1))
        sizes = np.bincount(bright.ravel())[1:]
        assert ((pieces < 0.1) & (sizes > 15)).sum() >= 3


def test_cells_are_brighter_than_background_and_noise_is_there(made):
    raw, labels = made.raw.frame(0).astype(float), made.labels.frame(0)
    assert raw[labels > 0].mean() > 3 * raw[labels == 0].mean()
    assert made.raw.frame(0).dtype == np.uint16
    empty = raw[:, :8, :8]
    assert empty.std() > 5


def test_making_can_be_stopped_and_tells_each_frame():
    settings = SyntheticSettings(n_frames=3, shape_zyx=(8, 64, 64), n_cells=5)
    told = []
    make_tissue_movie(settings, on_progress=lambda p: told.append(p.done))
    assert told == [0, 1, 2, 3]
    with pytest.raises(Cancelled):
        make_tissue_movie(settings, on_progress=lambda p: p.done < 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_cells": 5000}, "cells of 12.0 um need a tissue of"),
        ({"n_cells": 0}, "n_cells = 0: expected a whole number >= 1"),
        ({"n_frames": 0}, "n_frames = 0"),
        ({"seed": -1}, "seed = -1"),
        ({"division_rate": 1.5}, "division_rate = 1.5: expected a finite number from 0 to 1"),
        ({"photons": 0.0}, "expected a finite number > 0"),
        ({"shape_zyx": (8, 0, 64)}, r"expected three values \(z, y, x\), each a whole number >= 1"),
        ({"blur_um": (1.0, -1.0, 1.0)}, "each a finite number >= 0"),
    ],
)
def test_impossible_settings_are_refused(wrong, message):
    with pytest.raises(BadSettings, match=message):
        make_tissue_movie(SyntheticSettings(**wrong))


@pytest.mark.parametrize("n_debris", [0, 20])
def test_one_cell_and_any_debris_can_be_made(n_debris):
    movie = make_tissue_movie(
        SyntheticSettings(n_frames=2, shape_zyx=(8, 64, 64), n_cells=1, division_rate=0.0, n_debris=n_debris)
    )
    assert movie.lineage.n_tracks == 1
    assert len(movie.lineage.spots) == 2
