"""Filter, link and prune in one go, on tables only."""

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadSettings, BadTable, Cancelled, VollTrackError
from volltrack.link import LikelihoodLinkSettings, LinkSettings, PruneSettings, link_spots, prune_short_tracklets
from volltrack.measure import CellFilterSettings, filter_cells, measure_movie
from volltrack.model import Calibration, LabelMovie, Lineage, Spots
from volltrack.pipeline import RunSettings, link_cells, track_cells
from volltrack.testing.clouds import make_cloud

KEEP_ALL = {"cell_filter": CellFilterSettings(), "prune": PruneSettings()}


@pytest.fixture(scope="module")
def cloud() -> Spots:
    spots = make_cloud(8, 60, 5).spots
    volumes = np.random.default_rng(0).uniform(50, 150, len(spots))
    return spots.with_columns({"VOLUME": volumes})


def test_steps_together_are_the_steps_one_after_the_other(cloud):
    cell_filter, prune = CellFilterSettings(min_volume=60), PruneSettings(min_tracklet_length=3, whole_tracks=True)
    link = LinkSettings(splitting=True)
    tracking = track_cells(cloud, cell_filter=cell_filter, link=link, prune=prune)
    kept, removed = filter_cells(cloud, cell_filter)
    by_hand = prune_short_tracklets(Lineage(spots=kept, links=link_spots(kept, link)), prune)
    pd.testing.assert_frame_equal(tracking.removed_cells, removed)
    pd.testing.assert_frame_equal(tracking.lineage.links.table, by_hand.lineage.links.table)
    assert len(tracking.linking.lineage.links) > len(tracking.lineage.links) > 0
    assert len(removed) > 0
    assert tracking.lineage.spots.ids.tolist() == kept.ids.tolist()  # pruning removes links, not cells


def test_estimates_are_filled_in_and_reported(cloud):
    linking = link_cells(cloud, LikelihoodLinkSettings())
    assert linking.settings.is_complete
    assert any("division_rate" in line for line in linking.report)
    again = link_cells(cloud, linking.settings)
    pd.testing.assert_frame_equal(again.lineage.links.table, linking.lineage.links.table)
    assert again.report == ()


def test_trackmate_settings_report_nothing_and_stay_as_they_are(cloud):
    linking = link_cells(cloud, LinkSettings.trackmate())
    assert linking.report == ()
    assert linking.settings == LinkSettings.trackmate()


@pytest.mark.parametrize("link", [LikelihoodLinkSettings(), LinkSettings.trackmate()])
@pytest.mark.parametrize("n_spots", [0, 1, 2])
def test_hardly_any_cells(link, n_spots):
    table = pd.DataFrame(
        {
            "ID": np.arange(n_spots) + 7,
            "FRAME": np.arange(n_spots) * 3,
            **{f"POSITION_{axis}": np.ones(n_spots) for axis in "XYZ"},
        }
    )
    tracking = track_cells(Spots(table=table), link=link, **KEEP_ALL)
    assert tracking.lineage.spots.ids.tolist() == (np.arange(n_spots) + 7).tolist()
    assert len(tracking.lineage.links) <= max(n_spots - 1, 0)


def test_filter_that_removes_everything_leaves_an_empty_lineage(cloud):
    tracking = track_cells(
        cloud, cell_filter=CellFilterSettings(min_volume=1e9), link=LikelihoodLinkSettings(), prune=PruneSettings()
    )
    assert len(tracking.lineage.spots) == 0
    assert len(tracking.removed_cells) == len(cloud)


def test_column_that_a_setting_needs_is_named(cloud):
    plain = Spots(table=cloud.table.drop(columns="VOLUME"))
    with pytest.raises(BadTable, match="VOLUME"):
        track_cells(plain, cell_filter=CellFilterSettings(min_volume=1), link=LinkSettings(), prune=PruneSettings())
    with pytest.raises(VollTrackError, match="INTENSITY_X"):
        link_cells(cloud, LinkSettings(feature_penalties={"INTENSITY_X": 1.0}))


@pytest.mark.parametrize("link", [LikelihoodLinkSettings(), LinkSettings.trackmate()])
def test_work_can_be_cancelled(link, cloud):
    with pytest.raises(Cancelled):
        track_cells(cloud, link=link, on_progress=lambda _progress: False, **KEEP_ALL)


def test_settings_have_defaults_for_every_step():
    settings = RunSettings()
    assert isinstance(settings.link, LikelihoodLinkSettings)
    assert settings.prune.min_tracklet_length == 0
    assert RunSettings() == settings


def test_overlap_links_labels_and_needs_them(cloud):
    labels = np.zeros((2, 1, 8, 8), np.uint16)
    labels[:, 0, 2:5, 2:5] = 4
    movie = LabelMovie.from_array(labels, Calibration.in_pixels())
    overlap = LinkSettings(method="overlap")
    assert len(link_cells(measure_movie(movie), overlap, labels=movie).lineage.links) == 1
    with pytest.raises(BadSettings, match="a table of cells has no labels"):
        link_cells(cloud, overlap)
