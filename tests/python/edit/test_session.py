"""A session: edits, undo, saving without loss, reloading without losing edits."""

import os
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volltrack.edit import EditSession, Images
from volltrack.errors import BadTable, BadValue, FileExists
from volltrack.io.cells_csv import write_cells_csv
from volltrack.io.trackmate_xml import (
    check_trackmate_xml,
    edit_trackmate_xml,
    is_accepted,
    read_trackmate_xml,
    write_lineage_xml,
    write_trackmate_xml,
)
from volltrack.measure import measure_spot_intensity
from volltrack.model import (
    AddLink,
    AddSpot,
    Calibration,
    DeleteSpot,
    Lineage,
    Links,
    Movie,
    RemoveLink,
    SetSpot,
    Spots,
    VoxelSize,
)
from volltrack.testing.lineages import make_random_lineage

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=0.1, time_unit="min")
LINEAGE = make_random_lineage(18)
IDS = LINEAGE.spots.ids.tolist()


@pytest.fixture
def xml(tmp_path):
    path = tmp_path / "tracks.xml"
    write_lineage_xml(path, LINEAGE, calibration=CALIBRATION)
    return path


def a_link(lineage, row=0):
    return int(lineage.links.source_ids[row]), int(lineage.links.target_ids[row])


def assert_same_lineage(found, expected):
    pd.testing.assert_frame_equal(found.spots.table, expected.spots.table)
    pd.testing.assert_frame_equal(found.links.table, expected.links.table)


def by_ids(lineage):
    spots = lineage.spots.table.set_index("ID").sort_index()
    links = lineage.links.table.set_index(["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]).sort_index()
    return spots[sorted(spots.columns)], links[sorted(links.columns)]


SOME = st.sampled_from([*IDS, 9001, 9002])
EDITS = st.one_of(
    st.builds(lambda i, v: SetSpot(spot_id=i, features={"POSITION_X": v}), SOME, st.floats(-50, 50)),
    st.builds(lambda i: SetSpot(spot_id=i, name="a name", features={"CHECKED": 1}), SOME),
    st.builds(
        lambda i, t, v: AddSpot(spot_id=i, features={"FRAME": t, "POSITION_X": v, "POSITION_Y": v, "POSITION_Z": 1.0}),
        SOME,
        st.integers(0, 14),
        st.floats(-50, 50),
    ),
    st.builds(lambda i: DeleteSpot(spot_id=i), SOME),
    st.builds(lambda a, b: AddLink(source_id=a, target_id=b), SOME, SOME),
    st.builds(lambda a, b: RemoveLink(source_id=a, target_id=b), SOME, SOME),
    st.integers(0, len(LINEAGE.links) - 1).map(
        lambda row: RemoveLink(source_id=a_link(LINEAGE, row)[0], target_id=a_link(LINEAGE, row)[1])
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=8), n_undone=st.integers(0, 8))
def test_undoing_everything_gives_the_original_and_redoing_the_same_again(wanted, n_undone):
    session = EditSession.from_lineage(LINEAGE, calibration=CALIBRATION)
    original, states = session.lineage, [session.lineage]
    for edits in wanted:
        try:
            session.apply(*edits)
        except (BadValue, BadTable):
            assert session.lineage is states[-1], "a refused edit changes nothing"
        else:
            states.append(session.lineage)
    assert len(session.steps) == len(states) - 1
    for state in reversed(states[:-1]):
        session.undo()
        assert_same_lineage(session.lineage, state)
    assert not session.can_undo
    assert session.lineage is original
    session.undo()
    for state in states[1:]:
        session.redo()
        assert_same_lineage(session.lineage, state)
    assert not session.can_redo
    for _ in range(min(n_undone, len(states) - 1)):
        session.undo()
    session.apply(SetSpot(spot_id=session.lineage.spots.ids[0].item(), features={"POSITION_Z": 4.5}))
    assert not session.can_redo, "a new edit forgets what was undone"


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=st.lists(EDITS, max_size=10))
def test_what_is_saved_is_what_was_shown(wanted, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "tracks.xml"
    write_lineage_xml(path, LINEAGE, calibration=CALIBRATION)
    session = EditSession.open(path)
    for edit in wanted:
        try:
            session.apply(edit)
        except (BadValue, BadTable):
            continue
    session.save()
    assert not session.is_modified
    for found, expected in zip(by_ids(EditSession.open(path).lineage), by_ids(session.lineage), strict=True):
        if len(expected):
            pd.testing.assert_frame_equal(found, expected[found.columns], check_dtype=False, rtol=1e-9)
            assert expected.drop(columns=found.columns).isna().all(axis=None)
    assert is_accepted(check_trackmate_xml(path))


def test_saving_changes_the_lines_of_the_edit_and_no_other(xml):
    before = xml.read_bytes().splitlines()
    session = EditSession.open(xml)
    alone = int(session.lineage.spots.ids[session.lineage.track_of_spot < 0][0])
    session.apply(SetSpot(spot_id=alone, features={"POSITION_X": 12.25}), label="move")
    assert session.is_modified
    assert session.save() == xml
    after = xml.read_bytes().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert f'ID="{alone}"'.encode() in changed[0][1]
    assert b'POSITION_X="12.25"' in changed[0][1]
    session.undo()
    assert session.is_modified
    session.save()
    assert xml.read_bytes().splitlines() == before


def test_a_checked_spot_is_declared_as_a_whole_number_that_trackmate_keeps(xml):
    session = EditSession.open(xml)
    session.apply(SetSpot(spot_id=IDS[3], features={"CHECKED": 1}))
    assert session.lineage.spots.ids[session.checked].tolist() == [IDS[3]]
    session.save()
    declared = read_trackmate_xml(xml).declarations.spot["CHECKED"]
    assert (declared.name, declared.isint) == ("Checked by a person", True)
    assert xml.read_text(encoding="utf-8").count('CHECKED="1"') == 1
    assert EditSession.open(xml).checked.sum() == 1


def test_a_file_that_somebody_else_changed_is_not_overwritten(xml):
    session = EditSession.open(xml)
    session.apply(DeleteSpot(spot_id=IDS[0]))
    os.utime(xml, (1, 1))
    assert not session.has_changed_on_disk(), "touched, but the same content"
    write_trackmate_xml(xml, edit_trackmate_xml(read_trackmate_xml(xml), [SetSpot(spot_id=IDS[1], name="theirs")]))
    theirs = xml.read_bytes()
    assert session.has_changed_on_disk()
    with pytest.raises(FileExists, match="changed on the disk since it was read: reload it first"):
        session.save()
    assert xml.read_bytes() == theirs
    assert session.is_modified
    report = session.reload()
    assert (report.n_applied, report.refused, report.backup) == (1, (), None)
    assert session.is_modified
    session.save()
    saved = read_trackmate_xml(xml).lineage.spots
    assert not saved.has(IDS[0])
    assert "theirs" in saved.table["NAME"].tolist()


def test_edits_that_no_longer_apply_are_reported_and_kept_in_a_file(xml):
    session = EditSession.open(xml)
    (a, b), (c, d) = a_link(session.lineage, 0), a_link(session.lineage, 5)
    moved = next(i for i in IDS if i not in (a, b, c, d))
    session.apply(RemoveLink(source_id=a, target_id=b), label="unlink a and b")
    session.apply(SetSpot(spot_id=moved, features={"POSITION_X": 3.5}), label="move")
    session.apply(SetSpot(spot_id=d, features={"POSITION_Y": 1.5}), label="move d")
    ours = session.lineage
    theirs = [DeleteSpot(spot_id=a), SetSpot(spot_id=d, features={"POSITION_Y": 7.5})]
    write_trackmate_xml(xml, edit_trackmate_xml(read_trackmate_xml(xml), theirs))
    report = session.reload()
    assert report.n_applied == 2
    assert len(report.refused) == 1
    assert report.refused[0].startswith("unlink a and b: ")
    assert report.conflicts == (f"spot {d} was changed in the file too (POSITION_Y 7.5); your edit stands",)
    assert report.backup == xml.with_name("tracks.unsaved-1.xml")
    backup = read_trackmate_xml(report.backup).lineage
    pd.testing.assert_frame_equal(by_ids(backup)[0], by_ids(ours)[0], check_dtype=False)
    assert not session.lineage.spots.has(a)
    position = session.lineage.spots.table.set_index("ID")["POSITION_X"]
    assert position[moved] == 3.5
    assert "in " + str(report.backup) in str(report)
    session.undo()
    session.undo()
    assert not session.is_modified


def test_a_new_spot_gets_another_id_when_the_file_has_given_its_id_away(xml):
    session = EditSession.open(xml)
    new = session.find_free_id()
    at = {"FRAME": 20, "POSITION_X": 1.0, "POSITION_Y": 2.0, "POSITION_Z": 3.0}
    session.apply(AddSpot(spot_id=new, features=at), AddLink(source_id=IDS[0], target_id=new))
    theirs = [AddSpot(spot_id=new, features={**at, "POSITION_X": 99.0})]
    write_trackmate_xml(xml, edit_trackmate_xml(read_trackmate_xml(xml), theirs))
    assert session.reload().refused == ()
    assert session.lineage.links_of_spot(new) == []
    assert session.lineage.links_of_spot(new + 1) == [(IDS[0], new + 1)]
    assert session.lineage.spots.table.set_index("ID").loc[[new, new + 1], "POSITION_X"].tolist() == [99.0, 1.0]


def test_what_was_undone_after_saving_is_not_lost_by_a_reload(xml):
    session = EditSession.open(xml)
    before = session.lineage
    (a, b) = a_link(before)
    session.apply(DeleteSpot(spot_id=a), SetSpot(spot_id=b, features={"POSITION_X": 8.0}))
    session.save()
    session.undo()
    write_trackmate_xml(xml, edit_trackmate_xml(read_trackmate_xml(xml), [SetSpot(spot_id=IDS[9], name="theirs")]))
    report = session.reload()
    assert (report.n_applied, report.refused) == (1, ())
    found, expected = by_ids(session.lineage), by_ids(before)
    assert found[0].loc[IDS[9], "NAME"] == "theirs"
    pd.testing.assert_frame_equal(found[0].drop(columns="NAME"), expected[0].drop(columns="NAME"), check_dtype=False)
    assert found[1].index.equals(expected[1].index)


def test_a_broken_file_leaves_the_session_as_it_was(xml):
    session = EditSession.open(xml)
    session.apply(DeleteSpot(spot_id=IDS[0]))
    shown = session.lineage
    xml.write_text("<TrackMate")
    with pytest.raises(ValueError, match=r"tracks\.xml"):
        session.reload()
    assert session.lineage is shown
    assert session.is_modified


def test_a_table_is_saved_as_a_new_xml_and_never_over_another_file(tmp_path):
    table = tmp_path / "cells.csv"
    write_cells_csv(table, LINEAGE.spots, calibration=CALIBRATION)
    csv = table.read_bytes()
    session = EditSession.open(table)
    session.apply(AddLink(source_id=a_link(LINEAGE)[0], target_id=a_link(LINEAGE)[1]))
    other = tmp_path / "cells.xml"
    other.write_text("mine")
    with pytest.raises(FileExists, match="is there already"):
        session.save()
    assert other.read_text() == "mine"
    other.unlink()
    assert session.save() == other
    assert table.read_bytes() == csv
    session.apply(DeleteSpot(spot_id=IDS[0]))
    assert session.save() == other, "its own file it may write again"
    assert len(EditSession.open(other).lineage.spots) == len(IDS) - 1
    assert session.reload().n_applied == 0
    assert session.tracks_file.kind == "trackmate"


def test_tracks_without_a_file_ask_for_a_name_and_overwrite_nothing(tmp_path):
    session = EditSession.from_lineage(LINEAGE, calibration=CALIBRATION)
    with pytest.raises(BadValue, match="choose a name"):
        session.save()
    with pytest.raises(BadValue, match="save them first"):
        session.reload()
    there = tmp_path / "there.xml"
    there.write_text("mine")
    with pytest.raises(FileExists):
        EditSession.from_lineage(LINEAGE, calibration=CALIBRATION, path=there).save()
    assert there.read_text() == "mine"
    assert session.save(there, overwrite=True) == there
    assert session.path == there


def test_a_moved_spot_is_measured_where_it_is_now(tmp_path):
    rng = np.random.default_rng(3)
    raw = rng.integers(0, 4000, (2, 8, 40, 40)).astype(np.uint16)
    table = pd.DataFrame(
        {"ID": [1, 2], "FRAME": [0, 1], "POSITION_X": [5.0, 6.0], "POSITION_Y": 7.0, "POSITION_Z": 6.0, "RADIUS": 3.0}
    ).assign(MEAN_INTENSITY_CH1=1.0, SNR_CH1=1.0, MEAN_INTENSITY_CH2=1.0, VOLUME=113.0)
    lineage = Lineage(spots=Spots(table=table), links=Links.from_arrays([1], [2]))
    session = EditSession.from_lineage(lineage, calibration=CALIBRATION)
    step = SetSpot(spot_id=2, features={"POSITION_X": 11.0, "POSITION_Y": 9.0})
    session.apply(step)
    np.testing.assert_array_equal(session.lineage.spots.table["MEAN_INTENSITY_CH1"], [1.0, np.nan])
    assert session.notes[0].startswith("1 moved spot has no intensities")
    said = "edit (without MEAN_INTENSITY_CH1, SNR_CH1, MEAN_INTENSITY_CH2 and 1 more, which were of the old place)"
    assert session.steps[0].label == said
    session.undo()
    assert session.notes == ()

    session.images = Images(movie=Movie.from_array(raw, CALIBRATION))
    session.apply(step)
    expected = measure_spot_intensity(
        np.array([[6.0, 9.0, 11.0]]), np.array([3.0]), raw[1], CALIBRATION.voxel_size, statistics=["MEAN"]
    )
    after = session.lineage.spots.table
    assert after["MEAN_INTENSITY_CH1"].tolist() == [1.0, expected["MEAN"][0]]
    assert after["SNR_CH1"].tolist() == [1.0, expected["SNR"][0]]
    np.testing.assert_array_equal(after["VOLUME"], [113.0, np.nan])
    np.testing.assert_array_equal(after["MEAN_INTENSITY_CH2"], [1.0, np.nan])
    assert session.notes, "channel 2 is not measured again"
    session.undo()
    assert session.lineage.spots.table["MEAN_INTENSITY_CH1"].tolist() == [1.0, 1.0]


def test_an_edit_of_many_spots_is_quick():
    n, n_frames = 100_000, 100
    rng = np.random.default_rng(0)
    ids = rng.permutation(n)
    table = pd.DataFrame({"ID": ids, "FRAME": np.arange(n) // (n // n_frames), "POSITION_T": 0.0, "RADIUS": 3.0})
    table = table.assign(**{f"POSITION_{axis}": rng.random(n) for axis in "XYZ"})
    links = Links.from_arrays(ids[: -(n // n_frames)], ids[n // n_frames :], rng.random(n - n // n_frames))
    lineage = Lineage(spots=Spots(table=table), links=links)
    session = EditSession.from_lineage(lineage, calibration=CALIBRATION)

    def cost(work):
        start = time.process_time()
        work()
        return time.process_time() - start

    session.apply(RemoveLink(source_id=int(links.source_ids[0]), target_id=int(links.target_ids[0])))
    edits = [SetSpot(spot_id=int(i), features={"POSITION_X": 1.0}) for i in ids[:3]]
    edit = min(cost(lambda edit=edit: session.apply(edit)) for edit in edits)
    from_scratch = min(
        cost(lambda: Lineage(spots=Spots(table=table), links=Links(table=links.table))) for _ in range(3)
    )
    assert edit < 12 * from_scratch
