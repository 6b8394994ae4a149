"""Unsaved edits outlive the program; two windows on one file hear of each other."""

import os
import signal
import subprocess
import sys

import pytest

from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack.model import DeleteSpot, SetSpot

pytest.importorskip("napari")

KILLED = """
import os, signal, sys
from pathlib import Path
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from volltrack.apps.jobs import TrackSources
from volltrack.apps.napari_plugin import start
from volltrack.apps.napari_plugin.layers import find_session

viewer = start.open_window(start.WindowOptions(sources=TrackSources(tracks=Path(sys.argv[1]))))
editor = viewer.window.dock_widgets["Track editor (volltrack)"]
editor = getattr(editor, "widget", lambda: editor)() if not hasattr(editor, "form") else editor
def press(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
for ids in ({0}, {1}, {1000, 1002}):
    editor.spots.select(ids)
    press(editor.form.delete)
press(editor.form.undo)
editor.spots.select({2})
editor.form.radius.setValue(4.25)
press(editor.form.set_radius)
print([step.label for step in find_session(viewer).steps], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def journals(tracks):
    return sorted(tracks.parent.glob(f".{tracks.name}.*.volltrack-journal"))


def leave_journal(tracks, steps, digest=None):
    """Write the journal of a session that has ended."""
    from volltrack.edit.file.state import FileState
    from volltrack.edit.history import EditStep
    from volltrack.edit.journal.journal_file import format_line, name_journal
    from volltrack.edit.journal.step_records import to_record
    from volltrack.io.outputs.process import this_process

    machine = this_process().machine
    digest = FileState.of(tracks).digest.hex() if digest is None else digest
    head = {"volltrack journal": 1, "digest": digest, "owner": f"{machine}-4194000-77", "host": "here"}
    lines = [format_line({"step": to_record(EditStep(label=label, edits=edits))}) for label, edits in steps]
    path = name_journal(tracks)
    path.write_bytes(b"".join([format_line(head), *lines]))
    return path


def open_hand(make_hand, path):
    from volltrack.apps.napari_plugin.session import TrackSession

    return make_hand(TrackSession.open(path))


def test_edits_of_a_killed_program_are_offered_taken_over_and_saved(make_hand, crowd_xml):
    environment = os.environ | {"NAPARI_CONFIG": ""}
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(crowd_xml)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    (left,) = journals(crowd_xml)
    before = crowd_xml.read_bytes()
    hand = open_hand(make_hand, crowd_xml)
    box = hand.keeper.left_edits.box
    assert "before 3 edits of crowd.xml were saved" in box.text()
    assert hand.keeper.lock.box is None, "the lock of the killed program is taken over"
    hand.answer(box, "Take over")
    assert hand.keeper.left_edits.box is None
    assert str(hand.steps()) == run.stdout.strip()
    assert not hand.lineage.spots.has(0)
    assert hand.lineage.spots.has(1000), "its deletion was undone before the end"
    assert hand.features(2)["RADIUS"] == 4.25
    assert crowd_xml.read_bytes() == before
    assert not left.exists()
    assert len(journals(crowd_xml)) == 1, "they are in the journal of this session"
    hand.press(hand.form.save)
    assert journals(crowd_xml) == []
    assert not read_trackmate_xml(crowd_xml).lineage.spots.has(0)


def test_the_journal_follows_edits_undo_redo_and_saves(make_hand, crowd_xml):
    from volltrack.edit.journal.journal_file import read_journal

    hand = open_hand(make_hand, crowd_xml)

    def kept():
        return [step.label for path in journals(crowd_xml) for step in read_journal(path)[0].steps]

    for i in (0, 1, 2):
        hand.session.apply(DeleteSpot(spot_id=i), label=f"delete {i}")
    assert kept() == ["delete 0", "delete 1", "delete 2"]
    hand.session.undo()
    hand.session.undo()
    assert kept() == ["delete 0"]
    hand.session.redo()
    hand.session.apply(SetSpot(spot_id=3, name="Ünï"), label="name 3")
    assert kept() == ["delete 0", "delete 1", "name 3"]
    hand.session.save()
    assert journals(crowd_xml) == []
    hand.session.undo()
    assert kept() == ["changes since the last save"]
    assert read_journal(journals(crowd_xml)[0])[0].digest == hand.session.digest
    hand.session.redo()
    assert journals(crowd_xml) == []


def test_what_is_discarded_is_gone_and_what_is_not_answered_stays(make_hand, crowd_xml, make_viewer, qtbot):
    first = leave_journal(crowd_xml, [("delete 5", (DeleteSpot(spot_id=5),))])
    second = leave_journal(crowd_xml, [("delete 6", (DeleteSpot(spot_id=6),))])
    os.utime(first, (1, 1))
    hand = open_hand(make_hand, crowd_xml)
    hand.answer(hand.keeper.left_edits.box, "Discard")
    assert not second.exists(), "the newest comes first"
    assert first.exists()
    hand.session.apply(DeleteSpot(spot_id=7))
    assert first.exists(), "new edits do not touch it"
    hand.session.save()
    assert first.exists()
    assert hand.lineage.spots.has(5)


@pytest.mark.slow
def test_edits_on_a_file_that_has_changed_are_applied_as_far_as_they_fit(make_hand, crowd_xml):
    steps = [("delete 5", (DeleteSpot(spot_id=5),)), ("delete 999999", (DeleteSpot(spot_id=999999),))]
    left = leave_journal(crowd_xml, steps, digest="0" * 64)
    hand = open_hand(make_hand, crowd_xml)
    assert "has changed since" in hand.keeper.left_edits.box.informativeText()
    hand.answer(hand.keeper.left_edits.box, "Take over")
    assert hand.steps() == ["delete 5"]
    assert not left.exists()
    assert [path.name for path in crowd_xml.parent.glob("*.not-applied")] == [f"{left.name[1:]}.not-applied"]


def test_a_second_window_is_told_and_cannot_save_over_the_first(make_hand, crowd_xml):
    holder = (
        "import sys; from volltrack.io.outputs import lock_file; held = lock_file(sys.argv[1]);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(crowd_xml)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        before = crowd_xml.read_bytes()
        hand = open_hand(make_hand, crowd_xml)
        assert f"process {other.pid}" in hand.keeper.lock.box.text()
        hand.editor.spots.select({5})
        hand.press(hand.form.delete)
        hand.press(hand.form.save)
        assert f"process {other.pid}" in hand.form.message.text()
        assert crowd_xml.read_bytes() == before
        hand.editor.files.box.hide()
        other.stdin.close()
    hand.press(hand.form.save)
    assert crowd_xml.read_bytes() != before
