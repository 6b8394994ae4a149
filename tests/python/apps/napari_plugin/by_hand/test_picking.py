"""A click takes the spot that a person sees there: in a crowd, in several planes, with neighbours on the screen."""

import numpy as np
import pytest

pytest.importorskip("napari")


def places_in_crowd(hand, n, seed=0):
    """Return places of the canvas inside drawn discs, most of them in several."""
    rng = np.random.default_rng(seed)
    spots = hand.lineage.spots
    shown = sorted(hand.ids_on_view())
    found = []
    while len(found) < n:
        spot_id = int(rng.choice(shown))
        row = spots.rows_of([spot_id])[0]
        _, y, x = spots.positions_zyx[row]
        angle, share = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 0.9))
        radius = share * spots.table["RADIUS"].iloc[row]
        place = hand.place(y + radius * np.sin(angle), x + radius * np.cos(angle))
        if hand.canvas.native.rect().adjusted(5, 5, -5, -5).contains(place) and hand.discs_at(place):
            found.append(place)
    return found


def test_clicks_in_select_mode_take_the_nearest_disc_and_nothing_that_is_not_on_view(hand):
    hand.go_to(1, 14.0)
    hand.press(hand.form.pick)
    n_crowded = 0
    for place in places_in_crowd(hand, 10):
        expected = hand.discs_at(place)
        n_crowded += len(expected) > 1
        hand.click(place)
        assert hand.editor.spots.selected_ids == {expected[0]}
        assert hand.session.selected_spot == expected[0]
        assert hand.session.selected_spot in hand.ids_on_view()
        hand.click(place, shift=True)
        assert hand.editor.spots.selected_ids == set(), "Shift-click at the same place takes the same spot"
    assert n_crowded >= 4, "the crowd must be one"
    hand.click(place)
    hand.key("Delete")
    assert hand.steps() == [f"delete spot {expected[0]}"]


def test_clicks_in_look_mode_take_the_whole_disc_and_what_the_status_bar_names(hand):
    hand.go_to(1, 14.0)
    hand.viewer.layers.selection.active = hand.spots
    for place in places_in_crowd(hand, 7, seed=1):
        expected = hand.discs_at(place)[0]
        hand.click(place)
        assert hand.session.selected_spot == expected
        assert hand.editor.spots.selected_ids == {expected}
        status = hand.spots.get_status(
            hand.viewer.cursor.position,
            view_direction=hand.viewer.cursor._view_direction,
            dims_displayed=list(hand.viewer.dims.displayed),
            world=True,
        )
        assert f"ID: {expected}" in str(status.get("value", "")) + str(status.get("coordinates", ""))


def test_the_filter_of_the_list_hides_spots_from_clicks_from_select_all_and_from_delete(hand):
    from qtpy.QtCore import Qt

    hand.go_to(0, 14.0)
    hand.press(hand.form.pick)
    place = next(p for p in places_in_crowd(hand, 40, seed=2) if hand.discs_at(p)[0] >= 10)
    hand.click(place)
    assert len(hand.editor.spots.selected_ids) == 1
    hand.explorer.picker.open_list()
    hand.press(hand.explorer.picker.kind_buttons["dividing"])
    hand.explorer.picker.popup.hide()
    hand.wait()
    assert hand.editor.spots.selected_ids == set(), "what the filter hides is not selected any more"
    for mode in (hand.form.pick, hand.form.look):
        hand.press(mode)
        for place in (hand.place(*hand.position(i)[1:]) for i in (20, 37, 51, 64)):
            hand.session.select_spot(None)
            hand.click(place)
            chosen = hand.session.selected_spot
            assert chosen is None or chosen in hand.ids_on_view()
            if hand.session.selected_track is not None:
                row = hand.lineage.spots.rows_of([hand.session.selected_track])[0]
                assert hand.spots.shown[row], "nor is the track of a hidden tail picked"
    hand.viewer.layers.selection.active = hand.spots
    hand.qtbot.keyClick(hand.canvas.native, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)  # napari: all of the layer
    hand.wait()
    assert all(hand.spots.shown[row] for row in hand.spots.selected_data)


def test_a_chain_is_linked_by_plain_clicks_and_shift_clicks(hand):
    hand.press(hand.form.pick)
    hand.editor.spots.select({1005})
    hand.press(hand.form.unlink)  # cut 5 - 1005 - 2005
    for first, second in ((5, 1005), (1005, 2005)):
        for spot_id, shift in ((first, False), (second, True)):
            frame, (z, y, x) = spot_id // 1000, hand.position(spot_id)
            hand.go_to(frame, z)
            place = hand.place(y, x)
            assert hand.discs_at(place)[0] == spot_id
            hand.click(place, shift=shift)
        assert hand.editor.spots.selected_ids == {first, second}
        hand.press(hand.form.link)
    assert hand.steps()[1:] == ["link spot 5 to 1005", "link spot 1005 to 2005"]


def test_a_shaking_hand_selects_and_does_not_move(hand):
    from qtpy.QtCore import QPoint

    hand.go_to(1, 14.0)
    hand.press(hand.form.pick)
    for place in places_in_crowd(hand, 4, seed=3):
        expected = hand.discs_at(place)[0]
        hand.drag(place, place + QPoint(2, -1))
        assert hand.editor.spots.selected_ids == {expected}
        assert hand.steps() == []
    before = hand.position(expected)
    hand.drag(place, place + QPoint(14, 0))
    assert hand.steps() == [f"move spot {expected}"]
    assert hand.position(expected)[2] > before[2]
    assert hand.position(expected)[0] == before[0]


def test_only_spots_on_view_are_dragged_along(hand):
    from qtpy.QtCore import QPoint

    hand.press(hand.form.pick)
    hand.go_to(1, 4.0)
    deep = hand.discs_at(place := places_in_crowd(hand, 1, seed=4)[0])[0]
    hand.click(place)
    hand.go_to(1, 26.0)
    place = next(p for p in places_in_crowd(hand, 20, seed=5) if deep not in hand.discs_at(p))
    chosen = hand.discs_at(place)[0]
    hand.click(place, shift=True)
    assert hand.editor.spots.selected_ids == {deep, chosen}
    before = hand.position(deep).tolist()
    hand.drag(place, place + QPoint(20, 5))
    assert hand.steps() == [f"move spot {chosen}"]
    assert hand.position(deep).tolist() == before


@pytest.mark.slow
def test_in_3d_a_click_on_the_centre_of_a_cell_takes_it_in_both_modes(hand):
    hand.go_to(1)
    hand.viewer.dims.ndisplay = 3
    hand.viewer.scene.camera.angles = (10.0, 25.0, 60.0)
    hand.wait()
    for mode in (hand.form.pick, hand.form.look):
        hand.press(mode)
        for spot_id in range(1000, 1260, 97):
            hand.session.select_spot(None)
            hand.click(hand.place(*hand.position(spot_id)))
            assert hand.session.selected_spot == spot_id
            assert hand.editor.spots.selected_ids == {spot_id}
