"""Lineage linking on small, odd and real input."""

import numpy as np
import pandas as pd
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import regionprops_table

from volltrack.errors import Cancelled
from volltrack.link import LikelihoodLinkSettings, estimate_likelihood_settings, link_by_likelihood
from volltrack.model import Lineage, Spots
from volltrack.testing.clouds import make_cloud


def make_spots(frame, zyx, **columns):
    frame, zyx = np.asarray(frame, dtype=np.int64), np.asarray(zyx, dtype=np.float64).reshape(-1, 3)
    table = {"ID": np.arange(len(frame)), "FRAME": frame, "POSITION_X": zyx[:, 2], "POSITION_Y": zyx[:, 1]}
    return Spots(table=pd.DataFrame({**table, "POSITION_Z": zyx[:, 0], **columns}))


def pairs(links):
    return set(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))


def straight(n_frames, n_cells):
    """Links when cell c is spot c of each frame."""
    at = np.arange((n_frames - 1) * n_cells)
    return set(zip(at.tolist(), (at + n_cells).tolist(), strict=True))


@pytest.mark.parametrize("n", [0, 1, 50], ids=["no spot", "one spot", "one frame"])
def test_nothing_to_link(n):
    spots = make_spots(np.full(n, 3), np.random.default_rng(0).random((n, 3)) * 40)
    assert len(link_by_likelihood(spots)) == 0
    assert estimate_likelihood_settings(spots).settings.is_complete


@pytest.mark.parametrize("step", [(0, 0, 0), (0, 3, 4), (5, 0, 0)])
def test_one_cell_is_followed(step):
    spots = make_spots(np.arange(12), np.arange(12)[:, None] * np.array(step))
    assert pairs(link_by_likelihood(spots)) == straight(12, 1)


def test_drift_beyond_the_distance_of_neighbours_is_followed():
    rng = np.random.default_rng(1)
    cells = rng.random((60, 3)) * 25
    steps = np.arange(8)[:, None, None] * np.array([0, 6.0, 5.3])
    spots = make_spots(np.repeat(np.arange(8), 60), (cells + steps + rng.normal(0, 0.2, (8, 60, 3))).reshape(-1, 3))
    links = link_by_likelihood(spots)
    assert pairs(links) == straight(8, 60)
    assert links.table["LINK_COST"].max() < 4


def test_one_jump_of_the_stage_is_followed():
    rng = np.random.default_rng(2)
    cells = rng.random((80, 3)) * 60
    jump = np.array([0, 12.0, -9.0]) * (np.arange(10) >= 5)[:, None, None]
    spots = make_spots(np.repeat(np.arange(10), 80), (cells + jump + rng.normal(0, 0.3, (10, 80, 3))).reshape(-1, 3))
    assert pairs(link_by_likelihood(spots)) == straight(10, 80)


def test_cells_stay_linked_over_an_empty_frame():
    cells = np.random.default_rng(3).random((20, 3)) * 80
    spots = make_spots(np.repeat([0, 1, 3, 4], 20), np.tile(cells, (4, 1)))
    assert pairs(link_by_likelihood(spots)) == straight(4, 20)


def test_pause_of_many_frames_is_not_linked():
    cells = np.random.default_rng(3).random((20, 3)) * 80
    spots = make_spots(np.repeat([0, 1, 2_000_000_000], 20), np.tile(cells, (3, 1)))
    assert pairs(link_by_likelihood(spots)) == straight(2, 20)


def test_hidden_spots_get_no_links():
    cells = np.random.default_rng(4).random((20, 3)) * 80
    visible = np.ones(60)
    visible[[5, 25]] = 0
    links = link_by_likelihood(make_spots(np.repeat([0, 1, 2], 20), np.tile(cells, (3, 1)), VISIBILITY=visible))
    assert len(links) > 30
    assert not {5, 25} & {i for pair in pairs(links) for i in pair}


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4])
def test_unit_of_length_does_not_matter(scale):
    spots = make_cloud(10, 80, 5).spots
    scaled = make_spots(spots.frames, spots.positions_zyx * scale)
    assert pairs(link_by_likelihood(scaled)) == pairs(link_by_likelihood(spots))


def test_order_of_rows_does_not_matter():
    spots = make_cloud(10, 80, 6).spots
    shuffled = spots.select(np.random.default_rng(0).permutation(len(spots)))
    assert link_by_likelihood(shuffled).table.equals(link_by_likelihood(spots).table)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), *[st.integers(0, 6)] * 3), max_size=40))
def test_any_spots_give_a_forest(rows):
    # spots on a small grid: many at the same place, many at equal distances
    spots = make_spots([r[0] for r in rows], [r[1:] for r in rows])
    links = link_by_likelihood(spots)
    lineage = Lineage(spots=spots, links=links)
    assert (lineage.in_degrees <= 1).all()
    assert (lineage.out_degrees <= 2).all()
    assert np.isfinite(links.table["LINK_COST"]).all()


def test_stopping_on_request():
    with pytest.raises(Cancelled, match="link lineages"):
        link_by_likelihood(make_cloud(5, 20, 1).spots, on_progress=lambda event: event.done < 1)


@pytest.mark.parametrize(("name", "columns"), [("labels2d", ("y_pix", "x_pix")), ("labels3d", ("y_vox", "x_vox"))])
def test_trackmate_label_movies_are_linked_without_a_fault(shared_data, name, columns):
    truth = pd.read_csv(shared_data / "trackmate-reference" / f"{name}_truth.csv")
    z = truth["z_vox"] if "z_vox" in truth else 0 * truth["frame"]
    links = link_by_likelihood(make_spots(truth["frame"], np.column_stack([z, truth[list(columns)]])))
    at = {(f, label): i for i, (f, label) in enumerate(zip(truth["frame"], truth["label"], strict=True))}
    expected = set()
    for (frame, label), i in at.items():
        before = at.get((frame - 1, label), at.get((frame - 1, int(truth["parent"][i]))))
        if before is not None:
            expected.add((before, i))
    assert pairs(links) == expected


def test_cells_of_phase_contrast_are_followed(shared_data):
    masks = tifffile.imread(shared_data / "t98g-phase-37f" / "id_masks_tyx.tif")
    rows = []
    for t, mask in enumerate(masks):
        table = regionprops_table(mask, properties=("label", "centroid"))
        rows += list(zip(np.full(len(table["label"]), t), *table.values(), strict=True))
    data = np.array(rows)
    spots = make_spots(data[:, 0], np.column_stack([np.zeros(len(data)), data[:, 2:]]))
    last, expected = {}, set()
    for i, label in enumerate(data[:, 1]):
        if label in last:
            expected.add((last[label], i))
        last[label] = i
    found = pairs(link_by_likelihood(spots))
    assert 2 * len(found & expected) / (len(found) + len(expected)) > 0.98


def test_flickering_segmentation_gives_few_long_tracks(shared_data):
    cells = pd.read_csv(shared_data / "celegans-cells" / "cells.csv")
    cells = cells[cells["Volume"] > 0]
    spots = make_spots(cells["T"], cells[["Z", "Y", "X"]].to_numpy() * [1.0, 0.09, 0.09])
    lineage = Lineage(spots=spots, links=link_by_likelihood(spots, LikelihoodLinkSettings()))
    # the paper keeps about 50 tracks of this movie
    assert lineage.n_tracks < 100
    assert (lineage.track_of_spot < 0).mean() < 0.01
