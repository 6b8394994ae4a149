"""Images that are not those of the tracks are told, put right where that can be, and not measured in unasked."""

import logging

import numpy as np
import pytest

from volltrack.io.trackmate_xml import ImageInfo, write_lineage_xml
from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, SetSpot, Spots, Tissue, VoxelSize

pytest.importorskip("napari")

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=2.0, time_unit="min")
SHAPE = (5, 9, 60, 80)
IMAGE = ImageInfo(filename="movie.tif", width=80, height=60, n_slices=9, n_frames=5)
MOVE = SetSpot(spot_id=3, features={"POSITION_X": 9.0})


@pytest.fixture
def xml(tmp_path):
    rng = np.random.default_rng(0)
    table = {"ID": np.arange(40), "FRAME": np.arange(40) % 5, "RADIUS": 2.0, "MEAN_INTENSITY_CH1": 1.0}
    table |= {f"POSITION_{axis}": rng.uniform(2, 16, 40) for axis in "XYZ"}
    import pandas as pd

    path = tmp_path / "tracks.xml"
    lineage = Lineage(spots=Spots(table=pd.DataFrame(table)), links=Links.from_arrays([0], [6]))
    write_lineage_xml(path, lineage, calibration=CALIBRATION, image=IMAGE)
    return path


def make_movie(shape, kind=Movie):
    values = np.random.default_rng(1).integers(1, 900, shape).astype(np.uint16)
    return kind.from_array(values, CALIBRATION, name="other.tif")


def open_hand(make_hand, xml, **images):
    from volltrack.apps.napari_plugin.session import TrackSession

    return make_hand(TrackSession.open(xml), **images)


@pytest.mark.slow
def test_a_movie_that_fits_is_measured_in_without_a_question(make_hand, xml):
    hand = open_hand(make_hand, xml, movie=make_movie(SHAPE))
    assert hand.keeper.fit.box is None
    hand.session.apply(MOVE)
    assert hand.features(3)["MEAN_INTENSITY_CH1"] > 1


@pytest.mark.parametrize("answer", ["Only look at it", "Measure in it all the same"])
def test_a_movie_of_another_size_is_only_looked_at_until_a_person_agrees(make_hand, xml, caplog, answer):
    with caplog.at_level(logging.WARNING):
        hand = open_hand(make_hand, xml, movie=make_movie((5, 9, 60, 40)))
    assert "made on an image of 80 columns" in caplog.text
    assert "other.tif does not fit the tracks" in hand.keeper.fit.box.text()
    assert hand.session.images.movie is None
    hand.answer(hand.keeper.fit.box, answer)
    hand.session.apply(MOVE)
    value = hand.features(3)["MEAN_INTENSITY_CH1"]
    assert np.isnan(value) if answer.startswith("Only") else value > 1
    assert hand.keeper.fit.box is None


def test_swapped_z_and_t_are_put_right_on_the_screen_and_for_measuring(make_hand, xml):
    from volltrack.measure import measure_spot_intensity

    right = np.random.default_rng(1).integers(1, 900, SHAPE).astype(np.uint16)
    wrong = Movie.from_array(right.swapaxes(0, 1).copy(), CALIBRATION, name="swapped.tif")
    tissue = Tissue(labels=make_movie((9, 5, 60, 80), LabelMovie))
    hand = open_hand(make_hand, xml, movie=wrong, tissue=tissue)
    assert "z and t look swapped" in hand.keeper.fit.box.text()
    assert hand.session.images.movie is None
    hand.answer(hand.keeper.fit.box, "Swap z and t")
    assert "z and t look swapped" in hand.keeper.fit.box.text(), "and then the tissue"
    hand.answer(hand.keeper.fit.box, "Swap z and t")
    assert hand.keeper.fit.box is None
    assert hand.session.images.tissue.labels.shape == SHAPE
    layer = hand.viewer.layers["movie"]
    assert layer.data.shape == SHAPE
    np.testing.assert_array_equal(np.asarray(layer.data[2]), right[2])
    hand.session.apply(MOVE)
    frame = int(hand.features(3)["FRAME"])
    place = hand.position(3)[np.newaxis]
    expected = measure_spot_intensity(place, np.array([2.0]), right[frame], CALIBRATION.voxel_size)
    assert hand.features(3)["MEAN_INTENSITY_CH1"] == expected["MEAN"][0]


@pytest.mark.slow
def test_an_image_that_a_person_opens_beside_the_tracks_is_looked_at_too(make_hand, xml):
    hand = open_hand(make_hand, xml)
    scale = hand.spots.scale
    hand.viewer.add_image(np.ones(SHAPE, np.uint8), scale=scale, name="right")
    hand.viewer.add_labels(np.ones((1, *SHAPE[1:]), np.uint8), scale=scale, name="one frame of tissue")
    hand.wait()
    assert hand.keeper.fit.box is None
    wrong = hand.viewer.add_image(np.zeros((9, 5, 60, 80), np.uint8), name="wrong")
    hand.wait()
    assert "wrong does not fit the tracks" in hand.keeper.fit.box.text()
    hand.answer(hand.keeper.fit.box, "Swap z and t")
    assert wrong.data.shape == SHAPE


def test_a_tissue_layer_that_does_not_fit_is_asked_about_before_it_is_measured(make_hand, xml):
    hand = open_hand(make_hand, xml)
    hand.viewer.add_labels(np.ones((1, 3, 60, 80), np.uint8), scale=hand.spots.scale, name="tissue")
    hand.wait()
    if hand.keeper.fit.box is not None:
        hand.answer(hand.keeper.fit.box, "Close")
    tissue = hand.explorer.tissue
    hand.explorer.parentWidget().raise_()
    hand.wait()
    hand.press(tissue.button)
    assert not tissue.is_busy
    assert "lie outside it in z" in tissue.box.text()
    hand.answer(tissue.box, "Measure all the same")
    hand.qtbot.waitUntil(lambda: not tissue.is_busy, timeout=20_000)


def test_what_trackmate_hides_is_not_shown_and_stays_in_the_file(make_hand, xml):
    from volltrack.io.trackmate_xml import read_trackmate_xml

    text = xml.read_text()
    element = next(line for line in text.splitlines() if '<Spot ID="9"' in line)
    text = text.replace(element, element.replace('VISIBILITY="1"', 'VISIBILITY="0"'))
    xml.write_text(text.replace('<TrackID TRACK_ID="0" />', ""))
    hand = open_hand(make_hand, xml)
    assert len(hand.lineage.spots) == len(hand.spots.data) == 37, "a hidden spot, and a hidden track of two"
    assert "3 spots of 40" in hand.form.message.text()
    assert hand.session.find_free_id() == 40
    hand.editor.spots.select({11})
    hand.press(hand.form.delete)
    hand.press(hand.form.save)
    saved = read_trackmate_xml(xml).lineage
    assert len(saved.spots) == 39
    assert saved.spots.has(9)
    assert len(saved.links) == 1
    from volltrack.apps.napari_plugin.session import TrackSession

    assert len(TrackSession.open(xml, all_spots=True).lineage.spots) == 39
