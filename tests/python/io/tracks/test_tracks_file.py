"""Lineages by suffix: what survives a table of cells, GEFF and TrackMate XML, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadFile, BadTable
from volltrack.io.tracks import TracksFile, read_tracks_file, write_tracks_file
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=5.0, time_unit="min")
HEAD = "# units: space=µm; time=min; voxel_size_zyx=1 1 1; frame_interval=1\nID,FRAME,POSITION_X,POSITION_Y,PARENT_ID\n"


def lineage(ids, pairs, **columns):
    frames = np.arange(len(ids))
    table = {"ID": ids, "FRAME": frames, "POSITION_X": frames * 1.5, "POSITION_Y": 0.0, "POSITION_Z": 0.0}
    table |= {"POSITION_T": frames * 5.0, "RADIUS": 1.0, "QUALITY": 1.0}
    return Lineage(spots=Spots(table=pd.DataFrame(table | columns)), links=Links.from_arrays(*zip(*pairs, strict=True)))


def convert(path, before):
    write_tracks_file(path, TracksFile(kind="cells", lineage=before, calibration=CALIBRATION))
    return read_tracks_file(path).lineage


def pairs_of(found):
    return sorted(zip(found.links.source_ids.tolist(), found.links.target_ids.tolist(), strict=True))


@pytest.mark.parametrize("suffix", [".csv", ".xml", ".geff"])
@pytest.mark.parametrize("pairs", [[(7, 3), (3, 0)], [(7, 0)]])
def test_ids_and_links_survive(tmp_path, suffix, pairs):
    found = convert(tmp_path / f"tracks{suffix}", lineage([7, 3, 0], pairs))
    assert found.spots.ids.tolist() == [7, 3, 0]
    assert pairs_of(found) == sorted(pairs)


@pytest.mark.parametrize("suffix", [".csv", ".xml"])
@pytest.mark.parametrize("ids", [[-5, -1, 7], [-7, -3, 2]])
def test_negative_ids_survive(tmp_path, suffix, ids):
    found = convert(tmp_path / f"tracks{suffix}", lineage(ids, [(ids[0], ids[1]), (ids[1], ids[2])]))
    assert found.spots.ids.tolist() == ids
    assert pairs_of(found) == [(ids[0], ids[1]), (ids[1], ids[2])]


def test_geff_numbers_negative_ids_anew_and_says_so(tmp_path, caplog):
    found = convert(tmp_path / "tracks.geff", lineage([-5, -1, 7], [(-5, -1), (-1, 7)]))
    assert pairs_of(found) == [(0, 1), (1, 2)]
    assert "negative ids, which GEFF does not have" in caplog.text


def test_line_ends_in_a_name_do_not_break_the_table(tmp_path):
    before = lineage([0, 1, 2], [(0, 1)], NAME=["two\r\nlines", 'quote"', "a,b"])
    assert convert(tmp_path / "cells.csv", before).spots.table["NAME"].tolist() == ["two lines", 'quote"', "a,b"]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ("1,0,0,0,-1\n2,1,0,0,1.5\n", BadTable, "spot 2: PARENT_ID = 1.5: expected the id of a spot, or -1"),
        ("1,0,0,0,-1\n2,1,0,0,9\n", BadTable, "spot id 9 is not in the table"),
        ("1,0,1_0,0,-1\n", BadFile, "line 3: POSITION_X = '1_0': expected a number"),
        ("1.5,0,0,0,-1\n", BadFile, r"line 3: ID = 1.5: expected a whole number, -2147483648 to 2147483647"),
    ],
)
def test_bad_table_of_parents_is_refused(tmp_path, rows, error, message):
    (tmp_path / "cells.csv").write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(error, match=message):
        read_tracks_file(tmp_path / "cells.csv")


def test_name_as_long_as_the_disk_allows_can_be_written(tmp_path):
    path = tmp_path / ("漢" * 80 + ".csv")
    assert convert(path, lineage([0, 1], [(0, 1)])).spots.ids.tolist() == [0, 1]
