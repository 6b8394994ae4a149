"""Tracks edited from Python without a window: every step, undo, saving, and what becomes of unsaved edits."""

import doctest
import os
import pickle
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from volltrack.edit import LinkTaken, edit_tracks
from volltrack.errors import BadFile, BadTable, BadValue, FileExists, OutputLocked, UnsavedEdits
from volltrack.io.cells_csv import write_cells_csv
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.io.tracks import TracksFile, read_tracks_file, write_tracks_file
from volltrack.measure import MeasureSettings, measure_movie
from volltrack.model import AddLink, DeleteSpot, Lineage, Links, Movie, RemoveLink, SetSpot, find_net_edits
from volltrack.testing import SyntheticSettings, make_tissue_movie


@pytest.fixture(scope="module")
def made():
    return make_tissue_movie(SyntheticSettings(seed=3, n_frames=5, shape_zyx=(10, 80, 80), n_cells=6))


@pytest.fixture
def xml(made, tmp_path):
    path = tmp_path / "tracks.xml"
    write_lineage_xml(path, made.lineage, calibration=made.raw.calibration, log="hand made")
    return path


def pairs(lineage):
    return set(zip(lineage.links.source_ids.tolist(), lineage.links.target_ids.tolist(), strict=True))


def test_steps_are_saved_and_all_else_stays(xml, made):
    before = xml.read_text()
    a, b = min(pairs(made.lineage))
    with edit_tracks(xml) as tracks:
        tracks.unlink(a, b)
        new = tracks.add_spot(frame=1, position=(8.0, 10.0, 12.0), radius=3.0)
        tracks.link(new, a)
        tracks.move_spot(b, (5.0, 6.0, 7.0))
        tracks.set_radius(b, 4.5)
        tracks.check(b)
        assert tracks.lineage.calibration == made.raw.calibration
        assert tracks.save() == xml
    saved = read_trackmate_xml(xml).lineage
    assert pairs(saved) == pairs(made.lineage) - {(a, b)} | {(a, new)}
    row = saved.spots.rows_of([b])[0]
    assert saved.spots.positions_zyx[row].tolist() == [5.0, 6.0, 7.0]
    assert saved.spots.table.loc[row, ["RADIUS", "CHECKED"]].tolist() == [4.5, 1]
    assert "hand made" in xml.read_text()
    untouched = [line for line in before.splitlines() if "<Spot ID" in line and f'ID="{b}"' not in line]
    assert set(untouched) <= set(xml.read_text().splitlines())


def test_undo_and_redo_walk_over_the_steps(xml, made):
    with edit_tracks(xml) as tracks:
        spot = int(made.lineage.spots.ids[0])
        tracks.delete_spot(spot)
        assert not tracks.lineage.spots.has(spot)
        tracks.undo()
        assert tracks.lineage.spots.has(spot)
        tracks.redo()
        tracks.discard()
        assert not tracks.is_modified
        assert pairs(tracks.lineage) == pairs(made.lineage)


def test_division_merge_and_split(xml, made):
    with edit_tracks(xml) as tracks:
        mother, daughter = sorted(pairs(made.lineage))[0]
        frame = int(made.lineage.spots.frames[made.lineage.spots.rows_of([daughter])[0]])
        second = tracks.add_spot(frame=frame, position=(8.0, 30.0, 30.0))
        tracks.divide(mother, daughter, second)
        assert tracks.lineage.out_degrees[tracks.lineage.spots.rows_of([mother])[0]] == 2
        tracks.split(second)
        assert (mother, second) not in pairs(tracks.lineage)
        with pytest.raises(LinkTaken, match="already follows"):
            tracks.link(mother - 1 if tracks.lineage.spots.has(mother - 1) else mother + 1, daughter)
        with pytest.raises(BadValue, match="in one track"):
            tracks.merge(mother, daughter)
        tracks.discard()


def test_unsaved_edits_are_kept_and_told(xml, made):
    spot = int(made.lineage.spots.ids[0])
    before = xml.read_bytes()
    with (
        pytest.raises(UnsavedEdits, match=r"1 edit was not saved.*tracks\.unsaved-1\.xml.*save\(\)"),
        edit_tracks(xml) as t,
    ):
        t.delete_spot(spot)
    assert xml.read_bytes() == before
    assert not read_trackmate_xml(xml.with_name("tracks.unsaved-1.xml")).lineage.spots.has(spot)


def test_an_error_in_the_block_goes_on_and_names_the_file_of_the_edits(xml, made):
    spot = int(made.lineage.spots.ids[0])

    def fail():
        with edit_tracks(xml) as tracks:
            tracks.delete_spot(spot)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        fail()
    assert "tracks.unsaved-1.xml" in caught.value.__notes__[0]
    assert read_trackmate_xml(xml).lineage.spots.has(spot)
    assert not read_trackmate_xml(xml.with_name("tracks.unsaved-1.xml")).lineage.spots.has(spot)


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (lambda t: t.link(10**6, 1), BadTable, "1000000 is not in the table"),
        (lambda t: t.delete_spot(10**6), BadTable, "1000000 is not in the table"),
        (lambda t: t.unlink(*t.lineage.spots.ids[:2]), BadValue, "no link joins"),
        (lambda t: t.link("7", 8), BadValue, "spot '7': expected the ID of a spot, a whole number"),
        (lambda t: t.move_spot(int(t.lineage.spots.ids[0]), (1.0, 2.0)), BadValue, "three finite numbers z, y, x"),
        (lambda t: t.add_spot(frame=0, position=(1.0, np.nan, 2.0)), BadValue, "three finite numbers z, y, x"),
        (lambda t: t.add_spot(frame=0.5, position=(1.0, 1.0, 2.0)), BadValue, "frame 0.5: expected a whole number"),
        (lambda t: t.set_radius(int(t.lineage.spots.ids[0]), -1.0), BadValue, "expected a number > 0"),
        (lambda t: t.add_spot(frame=-1, position=(0, 0, 0)), BadValue, "frame from 0"),
        (lambda t: t.link(*t.lineage.spots.ids[:2].tolist()), BadValue, "both in frame 0"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(xml, do, error, message):
    with edit_tracks(xml) as tracks:
        with pytest.raises(error, match=message):
            do(tracks)
        assert not tracks.is_modified


def test_a_file_that_somebody_else_changed_is_not_overwritten(xml, made):
    with edit_tracks(xml) as tracks:
        tracks.delete_spot(int(made.lineage.spots.ids[0]))
        xml.write_text(xml.read_text() + "\n")
        with pytest.raises(FileExists, match="changed on the disk"):
            tracks.save()
        tracks.reload()
        tracks.save()


def test_a_table_is_saved_to_an_xml_beside_it(made, tmp_path):
    table = tmp_path / "cells.csv"
    write_cells_csv(table, made.lineage.spots, calibration=made.raw.calibration)
    before = table.read_bytes()
    with edit_tracks(table) as tracks:
        tracks.link(*[int(made.lineage.spots.ids[made.lineage.spots.frames == t][0]) for t in (0, 1)])
        assert tracks.save() == tmp_path / "cells.xml"
    assert table.read_bytes() == before
    assert len(read_trackmate_xml(tmp_path / "cells.xml").lineage.links) == 1


@pytest.mark.parametrize("name", ["tracks.geff", "challenge"])
def test_a_geff_and_a_challenge_folder_are_saved_to_an_xml_and_stay(made, tmp_path, name):
    source = tmp_path / name
    tracks = TracksFile(
        kind="cells", lineage=made.lineage, calibration=made.raw.calibration, labels=made.labels
    )  # a challenge folder takes the masks
    write_tracks_file(source, tracks)
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    given = {"voxel_size": made.raw.calibration.voxel_size.zyx, "unit": "µm", "frame_interval": 1.0, "time_unit": "min"}
    with edit_tracks(source, **given) as tracks:
        spot, n = int(tracks.lineage.spots.ids[0]), len(tracks.lineage.spots)
        tracks.delete_spot(spot)
        assert tracks.save() == source.with_suffix(".xml")
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    saved = read_trackmate_xml(source.with_suffix(".xml")).lineage
    assert (len(saved.spots), saved.spots.has(spot)) == (n - 1, False)


@pytest.fixture
def measured_xml(made, tmp_path):
    path = tmp_path / "measured.xml"
    spots = measure_movie(made.labels, [made.raw], settings=MeasureSettings())
    write_lineage_xml(path, Lineage(spots=spots, links=Links.empty()), calibration=made.raw.calibration)
    return path


def test_moved_spots_are_measured_again_in_the_images_and_lose_what_was_of_the_old_place_without(measured_xml, made):
    spots = read_trackmate_xml(measured_xml).lineage.spots
    first, other = spots.ids[spots.frames == 0][:2].tolist()
    (old,), (place,) = (spots.table.iloc[spots.rows_of([i])].to_dict("records") for i in (first, other))
    there = spots.positions_zyx[spots.rows_of([other])[0]]
    with edit_tracks(measured_xml, movie=made.raw, labels=made.labels) as tracks:
        tracks.move_spot(first, there)
        new = tracks.lineage.spots.table.set_index("ID").loc[first]
        assert (new["LABEL"], new["MEAN_INTENSITY_CH1"]) == (place["LABEL"], pytest.approx(place["MEAN_INTENSITY_CH1"]))
        assert new["MEAN_INTENSITY_CH1"] != pytest.approx(old["MEAN_INTENSITY_CH1"])
        tracks.undo()
    with edit_tracks(measured_xml) as tracks:
        tracks.move_spot(first, there)
        assert tracks.lineage.spots.table.set_index("ID").loc[first, ["LABEL", "MEAN_INTENSITY_CH1"]].isna().all()
        assert "1 moved spot has no intensities" in tracks.notes[-1]
        tracks.discard()


def test_images_that_do_not_fit_are_named_and_not_used(measured_xml, made, caplog):
    small = Movie.from_array(np.zeros((5, 10, 8, 8), np.uint16), made.raw.calibration)
    with edit_tracks(measured_xml, movie=small) as tracks:
        assert "does not fit the tracks" in caplog.text
        assert set(tracks.doubts) == {"movie"}
        assert tracks.images.movie is None


def test_steps_of_one_session_can_be_applied_in_another(xml, made, tmp_path):
    spot = int(made.lineage.spots.ids[0])
    with edit_tracks(xml) as tracks:
        tracks.delete_spot(spot)
        steps = tracks.steps
        tracks.discard()
    with edit_tracks(xml) as again:
        again.apply_steps(steps)
        again.save(tmp_path / "other.xml")
    assert not read_trackmate_xml(tmp_path / "other.xml").lineage.spots.has(spot)


def test_net_edits_are_a_value(made):
    spot = int(made.lineage.spots.ids[0])
    net = find_net_edits(made.lineage, [SetSpot(spot_id=spot, features={"RADIUS": 2.0})])
    with pytest.raises(AttributeError):
        net.deleted = frozenset([1])
    assert pickle.loads(pickle.dumps(net)) == net
    moved_and_gone = [SetSpot(spot_id=spot, features={"POSITION_X": 1.0}), DeleteSpot(spot_id=spot)]
    net = find_net_edits(made.lineage, moved_and_gone)
    assert (dict(net.changed), net.deleted) == ({}, {spot})


def test_a_moved_and_then_deleted_spot_is_gone_from_the_saved_file(xml, made):
    spot = int(made.lineage.spots.ids[0])
    with edit_tracks(xml) as tracks:
        tracks.move_spot(spot, (1.0, 2.0, 3.0))
        tracks.delete_spot(spot)
        tracks.save()
    assert f'<Spot ID="{spot}"' not in xml.read_text()
    assert not read_trackmate_xml(xml).lineage.spots.has(spot)


def test_editing_imports_no_window():
    code = "import sys, volltrack.edit; print([m for m in ('napari', 'qtpy', 'PyQt6', 'psygnal') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_links_are_lost_where_a_lineage_has_none(made, tmp_path):
    path = tmp_path / "spots.xml"
    none = Links.from_arrays(np.zeros(0, np.int64), np.zeros(0, np.int64))
    write_lineage_xml(path, Lineage(spots=made.lineage.spots, links=none), calibration=made.raw.calibration)
    with edit_tracks(path) as tracks:
        a, b = (int(made.lineage.spots.ids[made.lineage.spots.frames == t][0]) for t in (0, 1))
        tracks.link(b, a)
        tracks.save()
    assert pairs(read_trackmate_xml(path).lineage) == {(a, b)}


def test_the_examples_of_the_docstrings_run(xml, monkeypatch):
    monkeypatch.chdir(xml.parent)
    examples = doctest.testmod(
        sys.modules["volltrack.edit.edit_tracks"], optionflags=doctest.ELLIPSIS, raise_on_error=False
    )
    assert examples.attempted >= 4
    assert examples.failed == 0


def test_the_example_of_the_guide_runs(xml, made, monkeypatch, capsys):
    docs = Path(__file__).resolve().parents[3] / "docs"
    blocks = [b for page in docs.rglob("*.md") for b in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)]
    (example,) = (block for block in blocks if "edit_tracks(" in block)
    monkeypatch.chdir(xml.parent)
    exec(compile(example, "guide", "exec"), {})
    said = capsys.readouterr().out
    assert "AddSpot(" in said
    assert "AddLink(" in said
    assert "CHECKED" not in said, "undone"
    assert len(read_trackmate_xml(xml).lineage.spots) == len(made.lineage.spots) + 1


def test_the_difference_is_what_leads_from_the_file_to_what_is_there(xml, made):
    a, b = min(pairs(made.lineage))
    with edit_tracks(xml) as tracks:
        assert tracks.difference() == ()
        tracks.unlink(a, b)
        tracks.check(b)
        tracks.check(b, checked=False)
        assert tracks.difference()[-1] == RemoveLink(source_id=a, target_id=b)
        tracks.save()
        assert tracks.difference() == ()
        tracks.undo(), tracks.undo(), tracks.undo()
        assert AddLink(source_id=a, target_id=b) in [
            AddLink(source_id=e.source_id, target_id=e.target_id) for e in tracks.difference() if isinstance(e, AddLink)
        ]
        tracks.discard()
    assert (a, b) not in pairs(read_trackmate_xml(xml).lineage)


def test_numbers_of_numpy_are_ids_too(xml, made):
    with edit_tracks(xml) as tracks:
        a, b = (np.int64(i) for i in min(pairs(made.lineage)))
        tracks.unlink(a, b)
        tracks.move_spot(b, np.array([1, 2, 3]))
        tracks.check(b)
        tracks.delete_spot(a)
        assert tracks.journal.problem == ""
        tracks.save()
    assert not read_trackmate_xml(xml).lineage.spots.has(int(a))


def test_save_as_goes_to_another_xml_and_the_first_stays(xml, made):
    before, spot = xml.read_bytes(), int(made.lineage.spots.ids[0])
    other = xml.with_name("other.xml")
    with edit_tracks(xml) as tracks:
        tracks.delete_spot(spot)
        assert tracks.save_as(other) == other
        tracks.undo()
        assert tracks.save() == other, "the file that is edited from now on"
        with pytest.raises(FileExists, match=r"tracks\.xml is there already"):
            tracks.save_as(xml)
    assert xml.read_bytes() == before
    assert read_trackmate_xml(other).lineage.spots.has(spot)


@pytest.mark.parametrize(("name", "lost"), [("copy.geff", ""), ("copy.csv", "TrackMate's settings, log")])
def test_save_as_copies_to_other_kinds_and_says_what_they_cannot_hold(xml, made, caplog, name, lost):
    before, spot = xml.read_bytes(), int(made.lineage.spots.ids[0])
    with edit_tracks(xml) as tracks:
        tracks.delete_spot(spot)
        copy = tracks.save_as(xml.with_name(name))
        assert tracks.is_modified, "the file that was opened does not have the edits"
        with pytest.raises(FileExists):
            tracks.save_as(copy)
        with pytest.raises(BadFile, match="expected"):
            tracks.save_as("copy.txt")
    found = read_tracks_file(copy).lineage
    assert not found.spots.has(spot)
    assert len(found.links) == len(made.lineage.links) - 1
    assert xml.read_bytes() == before
    assert (f"{copy} cannot hold: " in caplog.text and lost in caplog.text) == bool(lost)
    assert [path.name for path in xml.parent.iterdir() if "unsaved" in path.name or "journal" in path.name] == []


def test_edits_after_a_copy_are_kept(xml, made):
    first, second = made.lineage.spots.ids[:2].tolist()
    tracks = edit_tracks(xml)
    tracks.delete_spot(first)
    tracks.save_as(xml.with_name("copy.csv"))
    with pytest.raises(UnsavedEdits, match="2 edits were not saved"), tracks:
        tracks.delete_spot(second)


KILLED = """
import os, signal, sys
from volltrack.edit import edit_tracks
with edit_tracks(sys.argv[1]) as tracks:
    tracks.delete_spot(int(sys.argv[2]))
    tracks.check(int(sys.argv[3]))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_edits_of_a_killed_program_are_told_and_can_be_taken_over(xml, made, caplog):
    first, second = made.lineage.spots.ids[:2].tolist()
    before = xml.read_bytes()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(xml), str(first), str(second)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert xml.read_bytes() == before
    with edit_tracks(xml) as tracks:
        assert "2 edits of a program that ended before they were saved" in caplog.text
        (report,) = tracks.take_left_edits()
        assert (report.n_applied, report.refused) == (2, ())
        assert tracks.left_edits == ()
        tracks.save()
        assert tracks.checked.sum() == 1
    assert not read_trackmate_xml(xml).lineage.spots.has(first)
    assert [path.name for path in xml.parent.iterdir()] == ["tracks.xml"], "neither journal nor lock is left"


def test_left_edits_that_do_not_fit_are_named_and_their_journal_is_kept(xml, made):
    first, second = made.lineage.spots.ids[:2].tolist()
    subprocess.run([sys.executable, "-c", KILLED, str(xml), str(first), str(second)], check=False)
    os.rename(xml, xml.with_name("gone.xml"))
    without = Lineage(spots=made.lineage.spots.select(np.arange(1, len(made.lineage.spots))), links=Links.empty())
    write_lineage_xml(xml, without, calibration=made.raw.calibration)
    with edit_tracks(xml) as tracks:
        (report,) = tracks.take_left_edits()
        assert (report.n_applied, len(report.refused)) == (1, 1)
        assert report.journal.exists()
        assert f"The journal with all edits is {report.journal}" in str(report)
        tracks.discard()


HOLDS = """
import sys
from volltrack.edit import edit_tracks
with edit_tracks(sys.argv[1]) as tracks:
    print("in the block", flush=True)
    sys.stdin.read()
"""


def test_a_file_that_another_program_edits_is_not_written(xml, made, caplog):
    before = xml.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(xml)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "in the block\n"
        with edit_tracks(xml) as tracks:
            assert f"process {other.pid}" in caplog.text
            tracks.delete_spot(int(made.lineage.spots.ids[0]))
            with pytest.raises(OutputLocked, match=f"process {other.pid}"):
                tracks.save()
            assert xml.read_bytes() == before
            other.stdin.close()
            other.wait()
            tracks.save()
    assert xml.read_bytes() != before


def test_edits_that_cannot_be_kept_beside_the_tracks_are_in_the_journal(xml, made, monkeypatch):
    def fail():
        raise OSError("disk full")

    tracks = edit_tracks(xml)
    monkeypatch.setattr(tracks, "write_backup", fail)
    told = r"could not be kept beside the tracks \(disk full\), but are in the journal"
    with pytest.raises(UnsavedEdits, match=told), tracks:
        tracks.delete_spot(int(made.lineage.spots.ids[0]))
    assert tracks.journal.path.exists()
