"""Locks on outputs, and what dead processes have left: found, said, cleared; never taken from the living."""

import json
import os
import subprocess
import sys
import time

import pytest

from volltrack.errors import OutputLocked
from volltrack.io.outputs import (
    break_foreign_locks,
    lock_file,
    lock_folder,
    replace_file,
    replace_folder,
    sweep_folder,
    write_together,
)

IN_ANOTHER_PROCESS = """
import os, signal, sys, time
from pathlib import Path
from volltrack.io.outputs import replace_file, replace_folder
from volltrack.io.outputs import lock_file, lock_folder
path = Path(sys.argv[2])
if sys.argv[1] in ("lock_file", "lock_folder"):
    held = globals()[sys.argv[1]](path)
elif sys.argv[1] == "half":
    context = replace_file(path)
    context.__enter__().write_text("half")
else:  # killed between the two steps of a swap
    with replace_folder(path, overwrite=True) as made:
        (made / "b").write_text("new")
        replace, Path.replace = Path.replace, lambda a, b: os.kill(os.getpid(), 9) if b == path else replace(a, b)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other():
    """other(what, path): a process that does this, and then waits to be killed."""
    started = []

    def start(what, path):
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, what, str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("theirs", "mine"), [("lock_file", lock_file), ("lock_folder", lock_folder)])
def test_living_owner_is_named_and_kept(theirs, mine, other, tmp_path):
    process = other(theirs, tmp_path)
    with (
        pytest.raises(OutputLocked, match=rf"process {process.pid} on .*is at work on it: wait"),
        break_foreign_locks(),
    ):
        mine(tmp_path)
    process.kill()
    process.wait()
    with mine(tmp_path):  # of the dead it is taken over
        pass
    assert names(tmp_path) == []


def test_folder_and_file_in_it_exclude_each_other(other, tmp_path):
    other("lock_file", tmp_path / "tracks.xml")
    with pytest.raises(OutputLocked):
        lock_folder(tmp_path)
    (tmp_path / "r").mkdir()
    other("lock_folder", tmp_path / "r")
    with pytest.raises(OutputLocked):
        lock_file(tmp_path / "r" / "tracks.xml")
    assert names(tmp_path / "r") == [".folder.volltrack-lock"]


def test_process_may_lock_twice_and_holds_until_the_last_release(other, tmp_path):
    first, second = lock_file(tmp_path / "a"), lock_file(tmp_path / "a")
    first.release()
    first.release()
    assert names(tmp_path) == [".a.volltrack-lock"]
    second.release()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        {"machine": "0" * 8 + "-11111111-22222222"},  # of a machine that is not this one
        None,  # not readable
    ],
)
def test_lock_of_unknown_life_is_broken_on_request_only(change, tmp_path):
    lock = tmp_path / ".a.volltrack-lock"
    with lock_file(tmp_path / "a"):
        note = json.loads(lock.read_text())
    note["owner"] |= change or {}
    lock.write_text("" if change is None else json.dumps(note))
    with pytest.raises(OutputLocked, match="`break_foreign_locks`"):
        lock_file(tmp_path / "a")
    with break_foreign_locks(), lock_file(tmp_path / "a"):
        assert json.loads(lock.read_text())["owner"]["process"] == os.getpid()
    assert names(tmp_path) == []


@pytest.mark.parametrize("change", ["number is used again", "machine was started anew"])
def test_owner_that_only_seems_to_live_is_dead(change, tmp_path):
    lock = tmp_path / ".a.volltrack-lock"
    with lock_file(tmp_path / "a"):
        note = json.loads(lock.read_text())
    name, _, container = note["owner"]["machine"].split("-")
    if change == "number is used again":
        note["owner"]["started"] = "17"
    else:
        note["owner"]["machine"] = f"{name}-00000000-{container}"
    lock.write_text(json.dumps(note))
    with lock_file(tmp_path / "a"):
        pass
    assert names(tmp_path) == []


def test_of_eight_processes_at_once_one_takes_over_a_dead_lock(other, tmp_path):
    dead = other("lock_file", tmp_path / "a")
    dead.kill()
    dead.wait()
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom volltrack.io.outputs import lock_file\n"
        "from volltrack.errors import OutputLocked\nfolder = Path(sys.argv[1])\n"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
        "try:\n    with lock_file(folder / 'a'):\n        until = time.time() + 60\n"
        "        while len(list(folder.glob('refused*'))) < 7 and time.time() < until:\n            time.sleep(0.05)\n"
        "        print('mine')\n"
        "except OutputLocked:\n    print('theirs')\n    (folder / f'refused{time.time_ns()}').touch()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(time.time() + 3)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    answers = [process.communicate()[0].strip() for process in processes]
    assert sorted(answers) == ["mine"] + ["theirs"] * 7
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_half_file_of_the_dead_is_cleared_and_that_of_the_living_stays(other, tmp_path):
    dead, living = other("half", tmp_path / "a.xml"), other("half", tmp_path / "b.xml")
    assert living.poll() is None
    dead.kill()
    dead.wait()
    before = names(tmp_path)
    with replace_file(tmp_path / "c.xml") as temporary:
        temporary.write_text("new")
    left = [name for name in names(tmp_path) if name.startswith(".")]
    assert len(before) == 2
    assert len(left) == 1
    assert left[0].startswith(".b.tmp-")


def test_folder_set_aside_by_a_process_that_was_killed_is_put_back(other, tmp_path):
    with replace_folder(tmp_path / "t.geff") as made:
        (made / "a").write_text("old")
    process = other("swap", tmp_path / "t.geff")
    process.wait()
    assert not (tmp_path / "t.geff").exists()
    sweep_folder(tmp_path, again=True)
    assert names(tmp_path) == ["t.geff"]
    assert names(tmp_path / "t.geff") == ["a"]


def test_files_written_together_get_their_names_together(tmp_path):
    (tmp_path / "a").write_text("old")
    with write_together():
        for name in ("a", "b", "b"):
            with replace_file(tmp_path / name) as temporary:
                temporary.write_text("new")
        assert (tmp_path / "a").read_text() == "old"
        assert not (tmp_path / "b").exists()
    assert names(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_text() == "new"


def test_error_at_a_later_file_keeps_the_earlier_ones_as_they_were(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), write_together():  # noqa: PT012 - the error is raised by the last of them
        with replace_file(tmp_path / "a") as temporary:
            temporary.write_text("new")
        with replace_folder(tmp_path / "f") as temporary:
            (temporary / "x").write_text("new")
        with replace_file(tmp_path / "b"):
            raise ZeroDivisionError
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_files_that_got_their_names_before_a_kill_are_removed_by_the_next(tmp_path):
    lock = tmp_path / ".a.volltrack-lock"
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    with lock_file(tmp_path / "a") as held:
        held.note_placed([(tmp_path / name, tmp_path / name) for name in ("a", "b")])
        note = json.loads(lock.read_text())
    (tmp_path / "b").write_text("changed by a person since")
    note["owner"]["started"] = "17"
    lock.write_text(json.dumps(note))
    with lock_file(tmp_path / "a"):
        assert names(tmp_path) == [".a.volltrack-lock", "b", "c"]


def test_note_of_a_lock_cannot_remove_what_lies_elsewhere(tmp_path):
    place, elsewhere = tmp_path / "results", tmp_path / "thesis.doc"
    place.mkdir()
    elsewhere.write_text("years of work")
    lock = place / ".a.volltrack-lock"
    with lock_file(place / "a") as held:
        held.note_placed([(elsewhere, elsewhere), (elsewhere, place / ".." / "thesis.doc")])
        note = json.loads(lock.read_text())
    note["owner"]["started"] = "17"
    lock.write_text(json.dumps(note))
    with lock_file(place / "a"):
        assert elsewhere.read_text() == "years of work"
