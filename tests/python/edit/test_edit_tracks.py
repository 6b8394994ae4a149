"""Tracks edited from Python without a window: every step, undo, saving, and what becomes of unsaved edits."""

import subprocess
import sys

import numpy as np
import pytest

from volltrack.edit import edit_tracks
from volltrack.edit.steps import LinkTaken
from volltrack.errors import BadTable, BadValue, FileExists, UnsavedEdits
from volltrack.io.cells_csv import write_cells_csv
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.model import DeleteSpot, LabelMovie, Lineage, Links, SetSpot, find_net_edits
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
        tracks.set_radius(4.5, b)
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
        tracks.delete(spot)
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
        t.delete(spot)
    assert xml.read_bytes() == before
    assert not read_trackmate_xml(xml.with_name("tracks.unsaved-1.xml")).lineage.spots.has(spot)


def test_an_error_in_the_block_goes_on_and_names_the_file_of_the_edits(xml, made):
    spot = int(made.lineage.spots.ids[0])

    def fail():
        with edit_tracks(xml) as tracks:
            tracks.delete(spot)
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
        (lambda t: t.delete(10**6), BadTable, "1000000 is not in the table"),
        (lambda t: t.unlink(), BadValue, "no spot"),
        (lambda t: t.set_radius(-1.0, int(t.lineage.spots.ids[0])), BadValue, "expected a number > 0"),
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
        tracks.delete(int(made.lineage.spots.ids[0]))
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


def test_moved_spots_are_measured_again_in_the_movie(xml, made):
    rows = made.labels.frame(0)
    z, y, x = np.argwhere(rows == rows.max())[0] * np.array(made.raw.calibration.voxel_size.zyx)
    with edit_tracks(xml, movie=made.raw, labels=made.labels) as tracks:
        assert isinstance(made.labels, LabelMovie)
        new = tracks.add_spot(frame=0, position=(z, y, x))
        table = tracks.lineage.spots.table.set_index("ID")
        known = [key for key in table.columns if key.startswith("MEAN_INTENSITY")]
        if known:
            assert np.isfinite(table.loc[new, known]).all()
        tracks.discard()


def test_steps_of_one_session_can_be_applied_in_another(xml, made, tmp_path):
    spot = int(made.lineage.spots.ids[0])
    with edit_tracks(xml) as tracks:
        tracks.delete(spot)
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
    with pytest.raises(TypeError):
        net.changed[spot]["RADIUS"] = 3.0
    with pytest.raises(TypeError):
        net.added[5] = {}
    moved_and_gone = [SetSpot(spot_id=spot, features={"POSITION_X": 1.0}), DeleteSpot(spot_id=spot)]
    net = find_net_edits(made.lineage, moved_and_gone)
    assert (dict(net.changed), net.deleted) == ({}, {spot})


def test_a_moved_and_then_deleted_spot_is_gone_from_the_saved_file(xml, made):
    spot = int(made.lineage.spots.ids[0])
    with edit_tracks(xml) as tracks:
        tracks.move_spot(spot, (1.0, 2.0, 3.0))
        tracks.delete(spot)
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
