"""Edits on tables: the net effect, looked up instead of copied, so that one edit of many spots is cheap."""

import time

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadTable, BadValue
from volltrack.model import (
    AddLink,
    AddSpot,
    DeleteSpot,
    Lineage,
    Links,
    RemoveLink,
    SetSpot,
    Spots,
    apply_edits,
    find_net_edits,
)

AT = {"FRAME": 1, "POSITION_X": 1.0, "POSITION_Y": 2.0, "POSITION_Z": 3.0}


@pytest.fixture
def lineage():
    """Spots 7 -> 3 -> 9 (ids not in order), 3 -> 4, spot 1 alone; spot 3 has an outline."""
    table = pd.DataFrame(
        {
            "ID": [7, 3, 9, 4, 1],
            "NAME": ["a", "b", "c", "d", "e"],
            "FRAME": [0, 1, 2, 2, 1],
            **{f"POSITION_{axis}": np.arange(5.0) for axis in "XYZ"},
            "VISIBILITY": [1, 1, 1, 1, 0],
        }
    )
    spots = Spots(table=table, contours={3: np.zeros((4, 2))})
    return Lineage(spots=spots, links=Links.from_arrays([7, 3, 3], [3, 9, 4], [0.5, 0.25, 1.0]))


def test_links_of_a_spot_are_found_whichever_end_it_is(lineage):
    assert lineage.links_of_spot(3) == [(3, 9), (3, 4), (7, 3)]
    assert lineage.links_of_spot(7) == [(7, 3)]
    assert lineage.links_of_spot(1) == []
    with pytest.raises(BadTable, match="spot id 77"):
        lineage.links_of_spot(77)


@pytest.mark.parametrize(("spot_id", "found"), [(7, True), (9, True), (0, False), (2, False), (10, False)])
def test_ids_are_looked_up_in_any_order(lineage, spot_id, found):
    assert lineage.spots.has(spot_id) is found
    assert not Spots.empty().has(spot_id)


def test_whole_numbers_stay_whole_and_missing_values_are_nan(lineage):
    after = apply_edits(
        lineage, [SetSpot(spot_id=9, features={"VISIBILITY": 0, "CHECKED": 1}), AddSpot(spot_id=2, features=AT)]
    )
    table = after.spots.table.set_index("ID")
    assert table["FRAME"].dtype == np.int64
    assert table.loc[9, "VISIBILITY"] == 0
    assert np.isnan(table.loc[2, "VISIBILITY"])
    assert table["CHECKED"].isna().tolist() == [True, True, False, True, True, True]
    assert table["NAME"].tolist() == ["a", "b", "c", "d", "e", "ID2"]
    assert lineage.spots.table["VISIBILITY"].tolist() == [1, 1, 1, 1, 0], "the old table is as it was"


def test_a_deleted_spot_takes_links_and_outline_along_and_may_come_again(lineage):
    after = apply_edits(lineage, [DeleteSpot(spot_id=3), AddSpot(spot_id=3, features=AT, name="new")])
    assert after.spots.ids.tolist() == [7, 9, 4, 1, 3]
    assert len(after.links) == 0
    assert dict(after.spots.contours) == {}
    assert after.spots.table["NAME"].tolist()[-1] == "new"


def test_a_link_taken_away_and_given_back_is_a_new_one(lineage):
    edits = [RemoveLink(source_id=3, target_id=7), AddLink(source_id=7, target_id=3)]
    net = find_net_edits(lineage, edits)
    assert net.unlinked == {(7, 3)}
    assert net.linked == {(7, 3): {}}
    after = apply_edits(lineage, edits)
    assert after.links.source_ids.tolist() == [3, 3, 7]
    assert np.isnan(after.links.table["LINK_COST"].iloc[-1])
    assert (
        find_net_edits(lineage, [AddLink(source_id=1, target_id=9), RemoveLink(source_id=9, target_id=1)]).linked == {}
    )


@pytest.mark.parametrize(
    "edit",
    [
        SetSpot(spot_id=5),
        DeleteSpot(spot_id=5),
        AddSpot(spot_id=7, features=AT),
        AddSpot(spot_id=5, features={"FRAME": 1}),
        AddLink(source_id=7, target_id=7),
        AddLink(source_id=3, target_id=7),
        AddLink(source_id=7, target_id=5),
        RemoveLink(source_id=7, target_id=9),
    ],
)
def test_what_cannot_be_is_refused(lineage, edit):
    with pytest.raises(BadValue, match=r"expected|remove that link"):
        apply_edits(lineage, [edit])


def test_one_edit_of_many_spots_costs_less_than_sorting_them_a_few_times():
    n = 200_000
    rng = np.random.default_rng(0)
    ids = rng.permutation(n)
    columns = {f"F{i}": rng.random(n) for i in range(12)}
    frames = np.arange(n) // 1000
    table = pd.DataFrame({"ID": ids, "FRAME": frames, **{f"POSITION_{a}": rng.random(n) for a in "XYZ"}, **columns})
    big = Lineage(spots=Spots(table=table), links=Links.from_arrays(ids[:-1000], ids[1000:]))

    def cost(work):
        start = time.process_time()
        work()
        return time.process_time() - start

    first, moved = (
        int(ids[5]),
        [
            SetSpot(spot_id=int(ids[7]), features={"POSITION_X": 1.0}),
            RemoveLink(source_id=int(ids[5]), target_id=int(ids[1005])),
        ],
    )
    apply_edits(big, [DeleteSpot(spot_id=first)])
    edit = min(cost(lambda: apply_edits(big, moved)) for _ in range(3))
    sort = min(cost(lambda: np.lexsort((rng.random(n), rng.random(n)))) for _ in range(3))
    assert edit < 10 * sort


@pytest.mark.parametrize("spread", [1, 10_000_000])
def test_rows_are_found_by_id_whether_ids_are_close_or_far_apart(spread):
    ids = np.array([5, -3, 12, 0, 200], dtype=np.int64) * spread
    table = pd.DataFrame({"ID": ids, "FRAME": 0, **{f"POSITION_{axis}": 0.0 for axis in "XYZ"}})
    spots = Spots(table=table)
    assert spots.rows_of(ids[[4, 1, 1, 0]]).tolist() == [4, 1, 1, 0]
    assert [spots.has(int(i)) for i in (ids[1], ids[1] - 1, ids.max() + 1, 7)] == [True, False, False, False]
    with pytest.raises(BadTable, match="ID = 0: used twice"):
        Spots(table=table.assign(ID=np.where(ids == ids.max(), 0, ids)))
