"""Which layer of labels *Measure distance* takes for the tissue."""

import numpy as np
import pytest

from volltrack.model import LabelMovie, Tissue
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

pytest.importorskip("napari")


@pytest.fixture(scope="module")
def made():
    return make_tissue_movie(SyntheticSettings(seed=0, n_frames=3))


def test_the_labels_of_the_cells_are_never_the_tissue_by_default(made, make_hand):
    from volltrack.apps.napari_plugin.session import TrackSession

    session = TrackSession.from_lineage(made.lineage, calibration=made.raw.calibration)
    hand = make_hand(session, movie=made.raw, labels=made.labels)
    tissue = hand.explorer.tissue
    assert not tissue.isVisible(), "the labels that belong to the tracks are not offered"
    labels = np.stack([made.labels.frame(t) for t in range(3)])
    scale = hand.spots.scale
    opened = hand.viewer.add_labels(labels, scale=scale, name="cells of the tissue, masks")  # by hand: nothing says it
    hand.wait()
    assert tissue.isVisible()
    assert tissue.layer_choice.currentIndex() == 0
    hand.explorer.parentWidget().raise_()
    hand.wait()
    hand.press(tissue.button)
    assert not tissue.is_busy
    assert "Choose the layer" in hand.explorer.message.text()
    tissue.layer_choice.setCurrentText(opened.name)  # a person may
    hand.viewer.add_labels((labels > 0).astype(np.uint8), scale=scale, name="mask")
    hand.wait()
    assert tissue.layer_choice.currentText() == opened.name, "what was chosen stays"
    hand.viewer.layers.remove(opened)
    hand.wait()
    assert tissue.layer_choice.currentText() == "mask"


def test_the_tissue_of_the_command_is_chosen(made, make_hand):
    from volltrack.apps.napari_plugin.session import TrackSession

    session = TrackSession.from_lineage(made.lineage, calibration=made.raw.calibration)
    whole = LabelMovie.from_array(np.ones((1, *made.labels.shape[1:]), np.uint8), made.raw.calibration, name="embryo")
    hand = make_hand(session, labels=made.labels, tissue=Tissue(labels=whole))
    assert hand.explorer.tissue.layer_choice.currentText() == "tissue"
