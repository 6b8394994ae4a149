"""Pruning against golden cases reasoned by hand, and against the rules carried out literally."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadSettings, BadTable
from volltrack.link.prune.result import LEAF_TRACKLET, ROOT_TRACKLET
from volltrack.link.prune.settings import PruneSettings
from volltrack.link.prune.tracklets import prune_short_tracklets
from volltrack.model import Lineage, Links, Spots
from volltrack.testing.lineages import LineageShape, make_random_lineage

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "prune"


def read_golden(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"{name}.csv")


CASES = read_golden("cases").set_index("case")


def lineage_of(frames: dict[int, int], links: list[tuple[int, int]], interval: float = 1.0) -> Lineage:
    zeros = np.zeros(len(frames))
    frame = np.array(list(frames.values()), dtype=np.int64)
    table = pd.DataFrame(
        {
            "ID": np.array(list(frames), dtype=np.int64),
            "FRAME": frame,
            "POSITION_X": zeros,
            "POSITION_Y": zeros,
            "POSITION_Z": zeros,
            "POSITION_T": frame * interval,
        }
    )
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(ends[:, 0], ends[:, 1]))


@pytest.mark.parametrize("case", CASES.index)
def test_golden_case(case: str) -> None:
    chosen = CASES.loc[case]
    spots = read_golden("spots").query("case == @case")
    links = read_golden("links").query("case == @case")
    table = pd.DataFrame({"ID": spots["id"], "FRAME": spots["frame"], "POSITION_T": spots["time"]})
    table = table.assign(POSITION_X=0.0, POSITION_Y=0.0, POSITION_Z=0.0).reset_index(drop=True)
    lineage = Lineage(spots=Spots(table=table), links=Links.from_arrays(links["source"], links["target"]))

    result = prune_short_tracklets(
        lineage,
        PruneSettings(
            min_tracklet_length=float(chosen["min_tracklet_length"]),
            unit=chosen["unit"],
            leaf_tracklets=bool(chosen["leaf_tracklets"]),
            whole_tracks=bool(chosen["whole_tracks"]),
            root_tracklets=bool(chosen["root_tracklets"]),
        ),
    )

    expected = {frozenset(row[:2]) for row in links[["source", "target", "kept"]].to_numpy().tolist() if row[2]}
    kept = zip(result.lineage.links.source_ids.tolist(), result.lineage.links.target_ids.tolist(), strict=True)
    assert set(map(frozenset, kept)) == expected
    columns = ["RULE", "FIRST_SPOT_ID", "LAST_SPOT_ID", "DIVISION_SPOT_ID", "LENGTH"]
    removed = read_golden("removed").query("case == @case").drop(columns="case")
    assert result.removed_tracklets[columns].to_numpy().tolist() == removed.to_numpy().tolist()
    assert len(result.lineage.spots) == len(spots)


def prune_literally(lineage: Lineage, chosen: PruneSettings) -> list[tuple[str, set[tuple[int, int]]]]:
    """Remove one tracklet after the other, shortest first, looking at the whole lineage anew each time."""
    frame = dict(zip(lineage.spots.ids.tolist(), lineage.spots.frames.tolist(), strict=True))
    links = set(zip(lineage.links.source_ids.tolist(), lineage.links.target_ids.tolist(), strict=True))
    removed: list[tuple[str, set[tuple[int, int]]]] = []

    def candidates(rule: str) -> list[tuple[int, int, set[tuple[int, int]]]]:
        found = []
        after = {s: [b for a, b in links if a == s] for s in frame}
        before = {s: [a for a, b in links if b == s] for s in frame}
        for first in frame:
            mother = before[first][0] if len(before[first]) == 1 else None
            if mother is not None and len(after[mother]) == 1:
                continue  # not the first spot of a tracklet
            run = [first]
            while len(after[run[-1]]) == 1 and len(before[after[run[-1]][0]]) == 1:
                run.append(after[run[-1]][0])
            own = set(itertools.pairwise(run))
            if rule == LEAF_TRACKLET and mother is not None and not after[run[-1]]:
                found.append((frame[run[-1]] - frame[mother], first, own | {(mother, first)}))
            if rule == ROOT_TRACKLET and not before[first] and len(after[run[-1]]) > 1:
                found.append((frame[run[-1]] - frame[first], first, own | {(run[-1], d) for d in after[run[-1]]}))
        return [c for c in found if c[0] < chosen.min_tracklet_length]

    rules = [LEAF_TRACKLET] * chosen.leaf_tracklets + [ROOT_TRACKLET] * chosen.root_tracklets
    while any(candidates(rule) for rule in rules):
        for rule in rules:
            while found := candidates(rule):
                gone = min(found, key=lambda c: c[:2])[2]
                removed.append((rule, gone))
                links -= gone
    return removed


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    minimum=st.integers(1, 7),
    leaf=st.booleans(),
    root=st.booleans(),
    merge_rate=st.sampled_from([0.0, 0.1, 0.4]),
)
def test_closed_form_removes_what_the_literal_rules_remove(
    seed: int, minimum: int, leaf: bool, root: bool, merge_rate: float
) -> None:
    lineage = make_random_lineage(seed, LineageShape(merge_rate=merge_rate, n_frames=10))
    chosen = PruneSettings(min_tracklet_length=minimum, leaf_tracklets=leaf, root_tracklets=root)
    expected = prune_literally(lineage, chosen)
    result = prune_short_tracklets(lineage, chosen)
    links = result.removed_links
    found = [
        (rule, set(zip(part["SPOT_SOURCE_ID"].tolist(), part["SPOT_TARGET_ID"].tolist(), strict=True)))
        for removal, rule in enumerate(result.removed_tracklets["RULE"])
        for part in [links[links["REMOVAL"] == removal]]
    ]

    # roots that wait at the same time are removed in another order, which changes nothing else
    def leaves(steps):
        return [step for step in steps if step[0] == LEAF_TRACKLET]

    def others(steps):
        return {(rule, frozenset(links)) for rule, links in steps if rule != LEAF_TRACKLET}

    assert leaves(found) == leaves(expected)
    assert others(found) == others(expected)
    left = set(zip(result.lineage.links.source_ids.tolist(), result.lineage.links.target_ids.tolist(), strict=True))
    assert left.isdisjoint(set().union(*(links for _, links in expected)))
    assert len(left) + len(links) == len(lineage.links)


def test_every_surviving_daughter_is_long_enough() -> None:
    lineage = make_random_lineage(5, LineageShape(n_frames=60, n_founders=30, merge_rate=0.0, end_rate=0.2))
    result = prune_short_tracklets(lineage, PruneSettings(min_tracklet_length=6))
    kept = result.lineage
    assert 0 < len(kept.links) < len(lineage.links)
    again = prune_short_tracklets(kept, PruneSettings(min_tracklet_length=6))
    assert len(again.removed_tracklets) == 0
    assert kept.n_divisions < lineage.n_divisions


def test_preview_names_every_spot_that_becomes_unlinked() -> None:
    lineage = lineage_of({1: 0, 2: 5, 3: 6, 4: 7, 5: 6, 6: 20}, [(1, 2), (2, 3), (3, 4), (2, 5), (5, 6)])
    result = prune_short_tracklets(lineage, PruneSettings(min_tracklet_length=3))
    assert result.unlinked_spots.to_numpy().tolist() == [[3, 6, 0], [4, 7, 0]]
    assert result.removed_tracklets["N_LINKS"].tolist() == [2]
    assert result.lineage.spots is lineage.spots
    assert result.lineage.n_tracks == 1


def test_features_of_kept_links_stay() -> None:
    lineage = lineage_of({1: 0, 2: 5, 3: 6, 5: 20}, [(1, 2), (2, 3), (2, 5)])
    table = lineage.links.table.assign(LINK_COST=[1.5, 2.5, 3.5])
    result = prune_short_tracklets(lineage.with_links(Links(table=table)), PruneSettings(min_tracklet_length=3))
    assert result.lineage.links.table["LINK_COST"].tolist() == [1.5, 3.5]


def test_empty_lineage_and_unlinked_spots_are_fine() -> None:
    every = PruneSettings(min_tracklet_length=3, whole_tracks=True, root_tracklets=True)
    for lineage in (Lineage(spots=Spots.empty(), links=Links.empty()), lineage_of({7: 0}, [])):
        result = prune_short_tracklets(lineage, every)
        assert len(result.removed_tracklets) == len(result.removed_links) == len(result.unlinked_spots) == 0


def test_time_unit_without_times_says_what_to_do() -> None:
    lineage = lineage_of({1: 0, 2: 5}, [(1, 2)])
    bare = Lineage(spots=Spots(table=lineage.spots.table.drop(columns="POSITION_T")), links=lineage.links)
    with pytest.raises(BadTable, match=r"needs the column POSITION_T.*give the length in frames"):
        prune_short_tracklets(bare, PruneSettings(min_tracklet_length=3, unit="time"))


@pytest.mark.parametrize("late", [0.0, -1.0, np.nan, np.inf])
def test_times_that_do_not_grow_are_refused(late: float) -> None:
    lineage = lineage_of({1: 0, 2: 5}, [(1, 2)])
    table = lineage.spots.table.assign(POSITION_T=[0.0, late])
    lineage = Lineage(spots=Spots(table=table), links=lineage.links)
    with pytest.raises(BadTable, match=r"link 1 -> 2 goes from POSITION_T = 0 to .*expected a later time"):
        prune_short_tracklets(lineage, PruneSettings(min_tracklet_length=3, unit="time"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"min_tracklet_length": -1}, r"min_tracklet_length = -1: expected a finite number >= 0"),
        ({"min_tracklet_length": float("nan")}, r"min_tracklet_length = nan"),
        ({"min_tracklet_length": "3"}, r"min_tracklet_length = '3'"),
        ({"unit": "hours"}, r"unit = 'hours': expected 'frames' or 'time'"),
        ({"whole_tracks": 1}, r"whole_tracks = 1: expected true or false"),
    ],
)
def test_wrong_settings_are_refused(wrong: dict, message: str) -> None:
    with pytest.raises(BadSettings, match=message):
        PruneSettings(**wrong)


def test_a_line_of_many_divisions_is_pruned_without_recursion() -> None:
    n = 3000
    frames = {i: i for i in range(n)} | {n + i: i + 1 for i in range(n - 1)}
    links = [(i, i + 1) for i in range(n - 1)] + [(i, n + i) for i in range(n - 1)]
    every = PruneSettings(min_tracklet_length=4, root_tracklets=True, whole_tracks=True)
    result = prune_short_tracklets(lineage_of(frames, links), every)
    assert len(result.lineage.links) == n - 1
    assert result.lineage.n_divisions == 0
