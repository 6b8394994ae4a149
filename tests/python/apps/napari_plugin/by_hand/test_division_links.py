"""Links of divisions are drawn as long as they are there."""

import pytest

from volltrack.apps.napari_plugin.layers import DIVIDING, SELECTION

pytest.importorskip("napari")


def count_white(hand, role):
    """Return how many pixels are white where one layer is shown alone; napari draws division links white."""
    layer = hand.keeper.layer(role)
    for other in hand.viewer.layers:
        other.visible = other is layer
    hand.wait(10)
    picture = hand.viewer.screenshot(canvas_only=True, flash=False)[..., :3].astype(int)
    return int((picture.min(axis=2) > 150).sum())


@pytest.mark.parametrize("role", [DIVIDING, SELECTION])
def test_the_link_of_a_cut_division_is_drawn_no_more_and_comes_back_with_undo(hand, role):
    hand.go_to(2, 14.0)
    hand.session.select_track_of(3)
    hand.editor.spots.select({2900 + mother for mother in range(10) if mother != 3})
    hand.press(hand.form.delete)  # leaves one dividing track
    before = count_white(hand, role)
    assert before > 0
    hand.editor.spots.select({1003, 2903})
    hand.press(hand.form.unlink)
    if role == DIVIDING:
        assert hand.keeper.layer(DIVIDING) is None
    else:
        assert count_white(hand, role) == 0
    hand.press(hand.form.undo)
    assert count_white(hand, role) == before


def test_no_division_link_stays_when_a_track_without_divisions_is_selected(hand):
    hand.go_to(2, 14.0)
    hand.session.select_track_of(3)
    assert count_white(hand, SELECTION) > 0
    hand.session.select_track_of(40)
    assert count_white(hand, SELECTION) == 0
    hand.session.select_track_of(3)
    assert count_white(hand, SELECTION) > 0
