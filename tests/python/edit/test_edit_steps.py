"""What a person does to spots and links, as steps; and what is refused, with the reason. No window."""

import numpy as np
import pandas as pd
import pytest

from volltrack.edit.steps.links import (
    LinkTaken,
    link_spots,
    merge_tracks,
    set_division,
    split_track,
    unlink_spots,
)
from volltrack.edit.steps.spots import (
    add_spot,
    delete_spots,
    mark_checked,
    move_spots,
    set_radius,
    suggest_radius,
)
from volltrack.errors import BadTable, BadValue
from volltrack.model import Lineage, Links, Spots, apply_edits


@pytest.fixture
def lineage():
    """1 -> 2 -> 3; 4 -> 5 -> (6, 7); 8 alone; frames 0 1 2, 1 2 3 3, 5."""
    table = pd.DataFrame({"ID": range(1, 9), "FRAME": [0, 1, 2, 1, 2, 3, 3, 5], "RADIUS": [1.0, 2, 3, 4, 5, 6, 8, 9]})
    table = table.assign(**{f"POSITION_{axis}": np.arange(8.0) for axis in "XYZ"})
    return Lineage(spots=Spots(table=table), links=Links.from_arrays([1, 2, 4, 5, 5], [2, 3, 5, 6, 7]))


def pairs(lineage, step=None):
    after = lineage if step is None else apply_edits(lineage, step.edits)
    return set(zip(after.links.source_ids.tolist(), after.links.target_ids.tolist(), strict=True))


def difference(lineage, step):
    before, after = pairs(lineage), pairs(lineage, step)
    return after - before, before - after


def test_two_spots_are_linked_in_time_order(lineage):
    assert difference(lineage, link_spots(lineage, {8, 3})) == ({(3, 8)}, set())
    assert link_spots(lineage, {2, 8}).label == "link spot 2 to 8 (a division)"


def test_a_spot_with_a_predecessor_asks_what_becomes_of_the_link(lineage):
    with pytest.raises(LinkTaken, match="spot 5 already follows spot 4: replace that link, or keep both"):
        link_spots(lineage, {2, 5})
    assert difference(lineage, link_spots(lineage, {2, 5}, on_taken="replace")) == ({(2, 5)}, {(4, 5)})
    assert difference(lineage, link_spots(lineage, {2, 5}, on_taken="keep")) == ({(2, 5)}, set())


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (set(), "no spot is selected: select two spots"),
        ({1}, "1 spot is selected"),
        ({1, 2, 3}, "3 spots are selected"),
        ({2, 4}, "spots 2 and 4 are both in frame 1"),
        ({1, 2}, "are linked already"),
    ],
)
def test_what_cannot_be_linked_is_refused(lineage, chosen, reason):
    with pytest.raises(BadValue, match=reason):
        link_spots(lineage, chosen)


def test_links_between_the_chosen_spots_go_and_of_one_spot_all(lineage):
    assert difference(lineage, unlink_spots(lineage, {5, 6})) == (set(), {(5, 6)})
    assert difference(lineage, unlink_spots(lineage, {5})) == (set(), {(4, 5), (5, 6), (5, 7)})
    for chosen in (set(), {1, 3}, {8}):
        with pytest.raises(BadValue, match=r"no spot is selected|no link joins"):
            unlink_spots(lineage, chosen)


def test_a_new_track_begins_where_it_is_split(lineage):
    assert difference(lineage, split_track(lineage, {5})) == (set(), {(4, 5)})
    assert apply_edits(lineage, split_track(lineage, {5}).edits).n_tracks == 2
    with pytest.raises(BadValue, match="spot 4 has no predecessor: a track begins with it already"):
        split_track(lineage, {4})
    with pytest.raises(BadValue, match="2 spots are selected"):
        split_track(lineage, {4, 5})


def test_tracks_are_merged_end_to_start_given_any_spot_of_each(lineage):
    assert difference(lineage, merge_tracks(lineage, {8, 1})) == ({(3, 8)}, set())
    assert difference(lineage, merge_tracks(lineage, {7, 8})) == ({(7, 8)}, set())


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({1}, "1 spot is selected: select one spot of each"),
        ({1, 3}, "spots 1 and 3 are in one track"),
        ({1, 6}, r"overlap in time \(frames 0 to 2 and frames 1 to 3\)"),
        ({4, 8}, "spot 5 divides; link two spots instead"),
    ],
)
def test_tracks_that_do_not_follow_each_other_are_not_merged(lineage, chosen, reason):
    if reason.startswith("overlap"):  # a track that does not branch
        lineage = apply_edits(lineage, unlink_spots(lineage, {5, 7}).edits)
    with pytest.raises(BadValue, match=reason):
        merge_tracks(lineage, chosen)


def test_a_mother_gets_her_daughters(lineage):
    assert difference(lineage, set_division(lineage, {3, 6, 8}, on_taken="replace")) == ({(3, 6), (3, 8)}, {(5, 6)})
    assert difference(lineage, set_division(lineage, {2, 8})) == ({(2, 8)}, set())
    with pytest.raises(LinkTaken, match="spot 6 already follows spot 5"):
        set_division(lineage, {3, 6, 8})
    with pytest.raises(LinkTaken, match="spot 5 already leads to spots 6 and 7"):
        set_division(lineage, {5, 8})


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({1}, "1 spot is selected: select a mother and its two daughters"),
        ({3, 8}, "spot 3 has no daughter yet"),
        ({1, 2}, "spot 2 is a daughter of spot 1 already"),
        ({5, 6, 7}, "spots 6 and 7 are the daughters of spot 5 already"),
        ({2, 4, 6}, "spots 2 and 4 are both in frame 1: the mother must be earlier"),
    ],
)
def test_what_is_no_division_is_refused(lineage, chosen, reason):
    with pytest.raises(BadValue, match=reason):
        set_division(lineage, chosen)


def test_a_new_spot_takes_the_radius_of_its_neighbours(lineage):
    assert suggest_radius(lineage, 3, (0, 0, 0)) == 7.0
    assert suggest_radius(lineage, 4, (0, 0, 0)) == 4.5, "of all spots in a frame without any"
    (edit,) = add_spot(lineage, 20, 3, (1.0, 2.0, 3.0)).edits
    assert edit.features == {"FRAME": 3, "POSITION_Z": 1.0, "POSITION_Y": 2.0, "POSITION_X": 3.0, "RADIUS": 7.0}
    assert (
        "RADIUS"
        not in add_spot(Lineage(spots=no_radius(lineage), links=Links.empty()), 20, 3, (0, 0, 0)).edits[0].features
    )
    with pytest.raises(BadValue, match="frame -1"):
        add_spot(lineage, 20, -1, (0, 0, 0))


def no_radius(lineage):
    return Spots(table=lineage.spots.table.drop(columns="RADIUS"))


def test_spots_are_moved_resized_and_removed(lineage):
    after = apply_edits(lineage, move_spots(lineage, {2: (7.0, 8.0, 9.0)}).edits)
    assert after.spots.positions_zyx[1].tolist() == [7.0, 8.0, 9.0]
    after = apply_edits(lineage, set_radius(lineage, {1, 3}, 2.5).edits)
    assert after.spots.table["RADIUS"].tolist()[:3] == [2.5, 2.0, 2.5]
    assert apply_edits(lineage, delete_spots(lineage, {5}).edits).n_tracks == 1
    for radius in (0.0, -1.0, float("nan")):
        with pytest.raises(BadValue, match="expected a number > 0"):
            set_radius(lineage, {1}, radius)
    with pytest.raises(BadValue, match="no spot is selected"):
        delete_spots(lineage, set())
    with pytest.raises(BadTable, match="77"):
        move_spots(lineage, {77: (0, 0, 0)})


def test_spots_or_whole_tracks_are_marked_as_checked(lineage):
    step = mark_checked(lineage, {6}, whole_tracks=True)
    after = apply_edits(lineage, step.edits)
    checked = after.spots.table.set_index("ID")["CHECKED"]
    assert checked[checked == 1].index.tolist() == [4, 5, 6, 7]
    assert len(mark_checked(after, {6, 8}, whole_tracks=False).edits) == 1, "only what changes"
    with pytest.raises(BadValue, match="checked already"):
        mark_checked(after, {6}, whole_tracks=True)
    again = apply_edits(after, mark_checked(after, {6}, whole_tracks=False, checked=False).edits)
    assert again.spots.table.set_index("ID")["CHECKED"][6] == 0
