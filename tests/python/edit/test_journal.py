"""Unsaved edits on the disk: what is read of a journal that is damaged, and what is none."""

import json
import os
import zlib
from pathlib import Path

import pytest

from volltrack.edit import EditSession
from volltrack.edit.journal import find_left_journals
from volltrack.io.cells_csv import write_cells_csv
from volltrack.model import Calibration, DeleteSpot, VoxelSize
from volltrack.testing.lineages import make_random_lineage


def line_of(record):
    text = json.dumps(record).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


HEAD = line_of({"volltrack journal": 1, "digest": "d", "owner": "a-b-c-1-1", "host": "h"})
STEP = line_of({"step": {"label": "delete 5", "edits": [{"do": "delete", "spot": 5}]}})


@pytest.mark.parametrize(
    ("content", "n_steps", "said"),
    [
        (HEAD + STEP + STEP[:-9], 1, "last line was not written"),
        (HEAD + STEP + b"rubbish\n" + STEP, 1, "line 3 is damaged"),
        (HEAD + line_of({"step": {"label": "x", "edits": [{"do": "delete", "spot": 1e99}]}}), 0, "spot ID"),
        (HEAD + line_of({"step": {"label": "x\n<b>", "edits": []}}), 0, "one line"),
        (
            HEAD + line_of({"step": {"label": "x", "edits": [{"do": "set", "spot": 1, "features": {"A B": 1}}]}}),
            0,
            "A B",
        ),
        (HEAD + line_of({"keep": 7}), 0, "neither a step"),
        (HEAD + line_of({"step": 3}), 0, "int"),
        (HEAD + b"%08x %s\n" % (zlib.crc32(b"[" * 99999), b"[" * 99999), 0, "damaged"),
    ],
)
def test_a_damaged_journal_gives_what_stands_before_the_damage(tmp_path, content, n_steps, said):
    path = tmp_path / ".t.xml.0.volltrack-journal"
    path.write_bytes(content)
    (found,) = find_left_journals(tmp_path / "t.xml")
    assert len(found.steps) == n_steps
    assert said in found.problem
    assert "\n" not in found.problem


@pytest.mark.parametrize("kind", ["rubbish", "empty", "link", "pipe", "folder", "version"])
def test_what_is_no_journal_is_named_and_left_alone(tmp_path, kind):
    path = tmp_path / ".t.xml.0.volltrack-journal"
    other = tmp_path / "other"
    other.write_bytes(HEAD + STEP)
    make = {
        "rubbish": lambda: path.write_bytes(os.urandom(9000)),
        "empty": lambda: path.write_bytes(b""),
        "link": lambda: path.symlink_to(other),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "version": lambda: path.write_bytes(line_of({"volltrack journal": 2})),
    }
    make[kind]()
    (found,) = find_left_journals(tmp_path / "t.xml")
    assert found.steps == ()
    assert "not read" in found.problem
    assert os.path.lexists(path)


def test_folders_and_tables_have_journals_too(tmp_path):
    calibration = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=2.0, time_unit="min")
    lineage = make_random_lineage(18)
    table = tmp_path / "cells.csv"
    write_cells_csv(table, lineage.spots, calibration=calibration)
    session = EditSession.open(table)
    session.keep_journal()
    session.apply(DeleteSpot(spot_id=int(lineage.spots.ids[0])))
    (journal,) = table.parent.glob(f".{table.name}.*.volltrack-journal")
    session.save()
    assert not journal.exists()
    assert Path(tmp_path / "cells.xml").exists()
