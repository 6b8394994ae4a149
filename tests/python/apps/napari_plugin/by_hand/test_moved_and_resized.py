"""A spot that was moved or resized by hand says what holds at its new place, in the list and in the XML."""

import math

import numpy as np
import pytest

from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml, write_lineage_xml
from volltrack.measure import MeasureSettings, measure_movie
from volltrack.model import LabelMovie, Lineage, Links, Movie
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

pytest.importorskip("napari")


def cut(made, plane):
    """Return raw and labels of the movie, or of one of its planes."""
    raw, labels = (np.stack([m.frame(t) for t in range(2)]) for m in (made.raw, made.labels))
    if plane is not None:
        raw, labels = raw[:, plane : plane + 1], labels[:, plane : plane + 1]
    calibration = made.raw.calibration
    return Movie.from_array(raw, calibration), LabelMovie.from_array(labels.astype(np.int32), calibration)


@pytest.fixture(scope="module")
def made():
    return make_tissue_movie(SyntheticSettings(seed=0, n_frames=2))


def open_measured(make_hand, path, made, plane=None, *, with_labels=True, with_movie=True):
    from volltrack.apps.napari_plugin.session import TrackSession
    from volltrack.edit.measuring.images import Images

    raw, labels = cut(made, plane)
    spots = measure_movie(labels, [raw], settings=MeasureSettings())
    write_lineage_xml(path, Lineage(spots=spots, links=Links.empty()), calibration=raw.calibration)
    session = TrackSession.open(path)
    hand = make_hand(session, movie=raw, labels=labels if with_labels else None)
    session.images = Images(movie=raw if with_movie else None, labels=labels if with_labels else None)
    return hand, raw, labels


def place(hand, spot_id):
    from qtpy.QtCore import QPoint

    node = hand.canvas.layer_to_visual[hand.spots].node
    _, y, x = hand.position(spot_id) / np.asarray(hand.spots.scale)[1:]
    at = node.get_transform("visual", "canvas").map([x, y])
    return QPoint(round(at[0] / at[3]), round(at[1] / at[3]))


def drag_onto(hand):
    """Drag a spot onto another cell of its frame in about the same plane; return the ids of both."""
    hand.press(hand.form.pick)
    spots = hand.lineage.spots
    rows = np.flatnonzero(spots.frames == 0)
    zyx = spots.positions_zyx[rows]
    depth = np.abs(zyx[:, 0, np.newaxis] - zyx[:, 0]) + np.where(np.eye(len(zyx)), np.inf, 0)
    a, b = np.unravel_index(int(np.argmin(depth)), depth.shape)
    moved, onto = spots.ids[rows[[a, b]]].tolist()
    hand.go_to(0, float(zyx[a, 0]) if hand.viewer.dims.nsteps[1] > 1 else None)
    hand.click(place(hand, moved))
    assert hand.editor.spots.selected_ids == {moved}
    hand.drag(place(hand, moved), place(hand, onto))
    return moved, onto


def test_a_spot_dragged_into_another_label_is_measured_in_it(make_hand, tmp_path, made):
    path = tmp_path / "tracks.xml"
    hand, _, _ = open_measured(make_hand, path, made)
    moved, onto = drag_onto(hand)
    new, there = hand.features(moved), hand.features(onto)
    label = int(there["LABEL"])
    assert hand.steps() == [f"move spot {moved} (measured in label {label})"]
    same = [
        key for key in new.index if key not in ("NAME", "FRAME") and not key.startswith(("POSITION", "CONTR", "SNR"))
    ]
    np.testing.assert_allclose(new[same].astype(float), there[same].astype(float))
    assert {"VOLUME", "N_VOXELS", "QUALITY", "RADIUS", "SURFACE", "MEAN_INTENSITY_CH1", "STD_INTENSITY_CH1"} < set(same)
    assert hand.session.notes == ()
    hand.press(hand.form.save)
    saved = read_trackmate_xml(path).lineage.spots.table.set_index("ID")
    assert saved.loc[moved, "VOLUME"] == there["VOLUME"]
    assert is_accepted(check_trackmate_xml(path))
    hand.press(hand.form.undo)
    assert hand.features(moved)["LABEL"] != label


@pytest.mark.parametrize("with_movie", [pytest.param(True, marks=pytest.mark.slow), False])
def test_without_labels_what_was_of_the_old_label_goes(make_hand, tmp_path, made, with_movie):
    path = tmp_path / "tracks.xml"
    hand, raw, _ = open_measured(make_hand, path, made, with_labels=False, with_movie=with_movie)
    moved, _ = drag_onto(hand)
    new = hand.features(moved)
    for key in ("VOLUME", "N_VOXELS", "LABEL", "SURFACE", "ELLIPSOID_A"):
        assert math.isnan(new[key])
    assert new["QUALITY"] == -1, "as TrackMate gives to spots made by hand"
    assert hand.steps()[0].startswith(f"move spot {moved} (without ")
    assert hand.steps()[0] in [hand.form.steps.item(i).text() for i in range(hand.form.steps.count())]
    assert bool(hand.session.notes) is not with_movie
    if with_movie:
        from volltrack.measure import measure_spot_intensity

        expected = measure_spot_intensity(
            hand.position(moved)[np.newaxis], np.array([new["RADIUS"]]), raw.frame(0), raw.calibration.voxel_size
        )
        for key in ("MEAN", "STD", "MAX"):
            assert new[f"{key}_INTENSITY_CH1"] == expected[key][0]
    else:
        assert math.isnan(new["MEAN_INTENSITY_CH1"])
    hand.press(hand.form.save)
    element = next(line for line in path.read_text().splitlines() if f'<Spot ID="{moved}"' in line)
    assert "VOLUME" not in element
    assert "N_VOXELS" not in element
    assert ("MEAN_INTENSITY_CH1" in element) is with_movie
    assert is_accepted(check_trackmate_xml(path))


def test_the_radius_of_a_spot_with_an_outline_scales_it_as_trackmate_does(make_hand, tmp_path, made):
    path = tmp_path / "tracks.xml"
    hand, raw, _ = open_measured(make_hand, path, made, plane=9, with_labels=False)
    hand.press(hand.form.pick)
    spot_id = int(hand.lineage.spots.ids[3])
    hand.go_to(0)
    hand.click(place(hand, spot_id))
    before, outline = hand.features(spot_id), hand.lineage.spots.contours[spot_id]
    wanted = round(1.5 * before["RADIUS"], 2)
    hand.form.radius.setValue(wanted)
    hand.press(hand.form.set_radius)
    after, scaled = hand.features(spot_id), hand.lineage.spots.contours[spot_id]
    factor = wanted / before["RADIUS"]
    np.testing.assert_allclose(scaled, outline * factor)
    np.testing.assert_allclose(after["AREA"], before["AREA"] * factor**2)
    np.testing.assert_allclose(after["PERIMETER"], before["PERIMETER"] * factor)
    np.testing.assert_allclose(after["ELLIPSE_MAJOR"], before["ELLIPSE_MAJOR"] * factor)
    np.testing.assert_allclose(after["RADIUS"], np.sqrt(after["AREA"] / np.pi))
    np.testing.assert_allclose(after["CIRCULARITY"], before["CIRCULARITY"])
    from volltrack.measure import measure_spot_intensity

    expected = measure_spot_intensity(
        hand.position(spot_id)[np.newaxis],
        np.array([after["RADIUS"]]),
        raw.frame(0),
        raw.calibration.voxel_size,
        contours=[scaled],
    )
    assert after["MEAN_INTENSITY_CH1"] == expected["MEAN"][0] != before["MEAN_INTENSITY_CH1"]
    hand.press(hand.form.save)
    document = read_trackmate_xml(path)
    np.testing.assert_allclose(document.lineage.spots.contours[spot_id], scaled, rtol=1e-6)
    assert is_accepted(check_trackmate_xml(path))
    hand.press(hand.form.undo)
    np.testing.assert_array_equal(hand.lineage.spots.contours[spot_id], outline)
    hand.press(hand.form.save)  # what was saved is undone: the outline goes back too
    np.testing.assert_allclose(read_trackmate_xml(path).lineage.spots.contours[spot_id], outline)


@pytest.mark.slow
def test_a_flat_spot_dragged_into_another_label_gets_its_outline(make_hand, tmp_path, made):
    path = tmp_path / "tracks.xml"
    hand, _, _ = open_measured(make_hand, path, made, plane=9)
    moved, onto = drag_onto(hand)
    contours = hand.lineage.spots.contours
    ours, theirs = (contours[i] + hand.position(i)[:0:-1] for i in (moved, onto))
    np.testing.assert_allclose(ours, theirs)
    assert hand.features(moved)["AREA"] == pytest.approx(hand.features(onto)["AREA"])
    hand.press(hand.form.save)
    np.testing.assert_allclose(read_trackmate_xml(path).lineage.spots.contours[moved], contours[moved], rtol=1e-6)
