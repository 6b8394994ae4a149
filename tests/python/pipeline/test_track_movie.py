"""The main job on arrays: the same as its steps one by one, with every setting that was used."""

import numpy as np
import pytest

from volltrack.errors import Cancelled, ShapeMismatch
from volltrack.link import PruneSettings
from volltrack.link.likelihood import linker as likelihood_linker
from volltrack.measure import CellFilterSettings, measure_movie
from volltrack.model import LabelMovie
from volltrack.pipeline import RunSettings, TrackedMovie, link_cells, track_cells, track_movie
from volltrack.segment import ClassicalSettings, estimate_settings, segment_movie
from volltrack.segment.classical import segmenter as classical_segmenter
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

SMALL = SyntheticSettings(
    seed=4, n_frames=4, shape_zyx=(6, 56, 56), n_cells=7, cell_diameter_um=8.0, n_debris=2, division_rate=0.1
)
SETTINGS = RunSettings(prune=PruneSettings(min_tracklet_length=2), filter=CellFilterSettings(min_inside_fraction=0.5))


@pytest.fixture(scope="module")
def tissue():
    return make_tissue_movie(SMALL)


@pytest.fixture(scope="module")
def tracked(tissue) -> TrackedMovie:
    return track_movie(tissue.raw, SETTINGS, tissue=tissue.tissue, channel=2)


def test_it_is_what_the_steps_give_one_by_one(tissue, tracked):
    labels = segment_movie(tissue.raw, ClassicalSettings())
    for t in range(SMALL.n_frames):
        np.testing.assert_array_equal(tracked.labels.frame(t), labels.frame(t))
    cells = measure_movie(labels, [tissue.raw], tissue.tissue, first_channel=2)
    assert tracked.cells.table.equals(cells.table)
    assert "MEAN_INTENSITY_CH2" in cells.table
    tracking = track_cells(cells, cell_filter=SETTINGS.filter, link=SETTINGS.link, prune=SETTINGS.prune)
    assert tracked.lineage.links.table.equals(tracking.lineage.links.table)
    assert len(tracked.lineage.links) > 10
    assert tracked.tracking.removed_cells.equals(tracking.removed_cells)


def test_settings_that_were_used_leave_nothing_open_and_give_the_same_again(tissue, tracked):
    assert tracked.settings.segment == estimate_settings(tissue.raw)
    assert tracked.settings.link.is_complete
    assert any(line.startswith("step_sigma_zyx") for line in tracked.report)
    again = track_movie(tissue.raw, tracked.settings, tissue=tissue.tissue, channel=2)
    assert again.settings == tracked.settings
    assert again.lineage.links.table.equals(tracked.lineage.links.table)


def test_given_labels_take_the_place_of_a_segmentation(tissue, monkeypatch):
    monkeypatch.setattr(classical_segmenter.ClassicalSegmenter, "segment", pytest.fail)
    found = track_movie(tissue.raw, labels=tissue.labels)
    assert found.labels is tissue.labels
    assert found.settings.segment.method == "given"
    assert len(found.cells) == len(measure_movie(tissue.labels))
    wrong = LabelMovie.from_array(np.zeros((4, 6, 5, 5), np.uint8), tissue.raw.calibration)
    with pytest.raises(ShapeMismatch):
        track_movie(tissue.raw, labels=wrong)


def test_every_estimate_is_made_once(tissue, monkeypatch):
    counts = {}

    def count(module, name):
        original = getattr(module, name)

        def counted(*args, **kwargs):
            counts[name] = counts.get(name, 0) + 1
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, counted)

    count(classical_segmenter, "estimate_settings")
    count(likelihood_linker, "estimate_model")
    count(likelihood_linker, "estimate_drift_of")
    track_movie(tissue.raw)
    assert counts == {"estimate_settings": 1, "estimate_model": 1}


def test_other_spots_than_it_was_prepared_for_get_their_own_drift(tracked, monkeypatch):
    spots = tracked.tracking.linking.lineage.spots
    ready = SETTINGS.link.make().prepare(spots)
    part = spots.select(spots.frames < 3)
    links = ready.link(part)
    asked = []
    monkeypatch.setattr(likelihood_linker, "estimate_drift_of", lambda *args: asked.append(args))
    ready.link(spots)
    assert asked == []
    assert links.table.equals(link_cells(part, ready.settings).lineage.links.table)


@pytest.mark.parametrize("task", ["estimate settings", "segment", "link lineages"])
def test_it_can_be_stopped_at_any_step(tissue, task):
    with pytest.raises(Cancelled, match=task):
        track_movie(tissue.raw, on_progress=lambda p: p.task != task)
