"""Tables of cells: our layout, the paper's, round trips, and each bad row with its line."""

import logging
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadFile, FileExists, MissingCalibration
from volltrack.io.cells_csv import is_paper_csv, read_cells_csv, write_cells_csv, write_paper_csv
from volltrack.model import Calibration, Spots, VoxelSize

CALIBRATION = Calibration(
    voxel_size=VoxelSize(z=2.16, y=0.277, x=0.277, unit="µm"), frame_interval=90.5, time_unit="sec"
)
PAPER = {"voxel_size": (1.0, 0.09, 0.09), "unit": "um", "frame_interval": 1.0, "time_unit": "min"}
HEAD = "ID,FRAME,POSITION_X,POSITION_Y,POSITION_Z,RADIUS\n"


def save(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def spots(n=5, **columns):
    rng = np.random.default_rng(0)
    table = {"ID": np.arange(n) + 10, "FRAME": np.arange(n) % 3}
    table |= {f"POSITION_{a}": rng.normal(size=n) for a in "XYZ"}
    table |= {"POSITION_T": table["FRAME"] * 90.5, "RADIUS": rng.random(n), "LABEL": np.arange(n) + 1}
    return Spots(table=pd.DataFrame(table | columns))


def test_written_table_reads_back_equal(tmp_path):
    before = spots(
        N_VOXELS=np.arange(5), SPECIAL=[1.5, np.nan, np.inf, -np.inf, 1e-300], NAME=["a", "b,c", 'd"', "", "#"]
    )
    write_cells_csv(tmp_path / "cells.csv", before, calibration=CALIBRATION)
    assert (tmp_path / "cells.csv").read_text().startswith("# units: space=µm; time=sec; voxel_size_zyx=2.16 0.277")
    after = read_cells_csv(tmp_path / "cells.csv")
    pd.testing.assert_frame_equal(after.spots.table, before.table, check_dtype=False)
    assert after.calibration == CALIBRATION
    assert after.has_ids


number = st.floats(-1e15, 1e15)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(number, number, number, st.floats(), st.integers(0, 2**31 - 1)), max_size=20))
def test_numbers_survive_to_the_last_bit(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=["POSITION_X", "POSITION_Y", "POSITION_Z", "OWN", "FRAME"]).assign(
        ID=np.arange(len(rows))
    )
    table = table.astype({"OWN": float, "FRAME": np.int64, "ID": np.int64})
    table = table.astype({f"POSITION_{a}": float for a in "XYZ"})
    path = tmp_path_factory.mktemp("csv") / "cells.csv"
    write_cells_csv(path, Spots(table=table), calibration=CALIBRATION)
    after = read_cells_csv(path).spots.table
    pd.testing.assert_frame_equal(after[table.columns], table, check_exact=True, check_dtype=False)


def test_columns_are_found_by_name_and_alias_in_any_order(tmp_path):
    path = save(tmp_path / "c.csv", "z,Own,frame,Y,x,id\n3,7,1,2,1,42\n")
    found = read_cells_csv(path).spots
    assert found.table.iloc[0][["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "Own"]].tolist() == [
        42, 1, 1, 2, 3, 7,
    ]  # fmt: skip
    assert found.table["POSITION_X"].dtype == np.float64


def test_short_name_beside_the_full_one_is_a_feature_of_its_own(tmp_path):
    found = read_cells_csv(save(tmp_path / "c.csv", "ID,FRAME,x,POSITION_X,y\n1,0,9,2,3\n")).spots.table
    assert found[["POSITION_X", "x"]].iloc[0].tolist() == [2, 9]


def test_ids_are_numbered_where_the_file_has_none(tmp_path):
    found = read_cells_csv(save(tmp_path / "c.csv", "t,x,y\n0,1,2\n1,3,4\n"))
    assert (found.spots.ids.tolist(), found.has_ids) == ([0, 1], False)
    assert found.spots.table["POSITION_Z"].tolist() == [0.0, 0.0]


def test_time_follows_the_frame_interval(tmp_path):
    path = save(tmp_path / "c.csv", "# units: space=um; time=min; frame_interval=2\nt,x,y\n0,1,2\n3,3,4\n")
    assert read_cells_csv(path).spots.table["POSITION_T"].tolist() == [0.0, 6.0]
    given_interval = read_cells_csv(path, frame_interval=5)
    assert given_interval.spots.table["POSITION_T"].tolist() == [0.0, 15.0]
    assert (given_interval.calibration.length_unit, given_interval.calibration.time_unit) == ("µm", "min")


def test_missing_units_are_said_and_taken_as_pixels(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        found = read_cells_csv(save(tmp_path / "c.csv", "t,x,y\n0,1,2\n"))
    assert "says no units" in caplog.text
    assert found.calibration == Calibration.in_pixels()


def test_clouds_of_the_reference_read(shared_data):
    found = read_cells_csv(shared_data / "trackmate-reference/linking/cloud_100_brownian.csv")
    raw = pd.read_csv(shared_data / "trackmate-reference/linking/cloud_100_brownian.csv")
    assert found.has_ids
    np.testing.assert_array_equal(found.spots.ids, raw["id"])
    np.testing.assert_array_equal(found.spots.positions_zyx, raw[["z", "y", "x"]])
    assert "intensity" in found.spots.table


BAD_ROWS = [
    ("0,0,1,2,3,1\n1,0,x,2,3,1\n", r"line 3: POSITION_X = 'x': expected a number"),
    ("0,0,1,2,3,1\n\n# note\n1,0,1,2,3\n", r"line 5: 5 fields: expected 6"),
    ("0,0,1,2,3,1,9\n", r"line 2: 7 fields: expected 6"),
    ("0,0,1,2,3,1\n1,0,1,nan,3,1\n2,0,1,,3,1\n", r"line 3: POSITION_Y = nan: expected a finite number; 2 such lines"),
    ("0,0,1,2,inf,1\n", r"line 2: POSITION_Z = inf: expected a finite number"),
    ("7,0,1,2,3,1\n8,0,1,2,3,1\n7,1,1,2,3,1\n", r"line 4: ID = 7: stands in line 2 too"),
    ("7.5,0,1,2,3,1\n", r"line 2: ID = 7.5: expected a whole number"),
    ("3000000000,0,1,2,3,1\n", r"line 2: ID = 3000000000: expected a whole number, -2147483648 to 2147483647"),
    ("99999999999999999999999,0,1,2,3,1\n", r"line 2: ID = 1e\+23: expected a whole number"),
    ("1,-1,1,2,3,1\n", r"line 2: FRAME = -1: expected a whole number"),
    ("1,,1,2,3,1\n", r"line 2: FRAME = nan: expected a whole number"),
    ("1,0,True,2,3,1\n", r"line 2: POSITION_X = 'True': expected a number"),
    ('1,0,"1,2,3,1\n', r"line 2: .*check the quotes"),
]


@pytest.mark.parametrize(("rows", "message"), BAD_ROWS)
def test_bad_row_is_reported_with_its_line(tmp_path, rows, message):
    with pytest.raises(BadFile, match=message) as caught:
        read_cells_csv(save(tmp_path / "c.csv", HEAD + rows))
    assert str(tmp_path / "c.csv") in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty table"),
        (b"# only a comment\n", "an empty table"),
        (b"ID,FRAME,POSITION_X\n", "line 1: no column POSITION_Y: found ID, FRAME, POSITION_X"),
        (b"ID,FRAME,X,x,y\n", "line 1: column POSITION_X stands twice"),
        (b"ID,FRAME,x,y,\n", "line 1: column 5 has no name"),
        (b"ID;FRAME;X;Y\n1;0;1;2;3\n", "line 2: 5 fields: expected 4"),
        (b"ID,FRAME,X,Y\n1,0,1,2\n2,0,\xb5,2\n", "line 3: not UTF-8 text"),
        (b"PK\x03\x04\0\0", "zero bytes"),
    ],
)
def test_file_that_is_no_table_is_refused(tmp_path, content, message):
    (tmp_path / "c.csv").write_bytes(content)
    with pytest.raises(BadFile, match=message):
        read_cells_csv(tmp_path / "c.csv")


def test_missing_file_is_said(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        read_cells_csv(tmp_path / "none.csv")


def test_table_without_rows_reads(tmp_path):
    assert len(read_cells_csv(save(tmp_path / "c.csv", HEAD)).spots) == 0


@pytest.mark.parametrize("text", [HEAD + "0,0,1,2,3,1\n", ("\ufeff" + HEAD + "0,0,1,2,3,1").replace("\n", "\r\n")])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path, text):
    (tmp_path / "c.csv").write_bytes(text.encode())
    assert read_cells_csv(tmp_path / "c.csv").spots.table["RADIUS"].tolist() == [1.0]


def test_existing_table_is_kept_unless_told_otherwise(tmp_path):
    path = save(tmp_path / "c.csv", "old")
    with pytest.raises(FileExists):
        write_cells_csv(path, spots(), calibration=CALIBRATION, overwrite=False)
    assert path.read_text() == "old"


def test_hundred_thousand_rows_read_in_well_under_a_second_of_cpu(tmp_path):
    many = spots(100_000, **{f"F{i}": np.random.default_rng(i).random(100_000) for i in range(5)})
    write_cells_csv(tmp_path / "c.csv", many, calibration=CALIBRATION)
    start = time.process_time()
    assert len(read_cells_csv(tmp_path / "c.csv").spots) == 100_000
    assert time.process_time() - start < 2.0  # measured 0.4; room for a busy machine


def test_the_paper_case_reads_in_physical_units(shared_data):
    path = shared_data / "celegans-cells/cells.csv"
    assert is_paper_csv(path)
    found = read_cells_csv(path, **PAPER)
    assert (len(found.spots), found.spots.n_frames) == (22036, 190)
    first = found.spots.table.iloc[0]
    assert (first["POSITION_X"], first["POSITION_Y"], first["POSITION_Z"]) == pytest.approx((40.5, 25.65, 12.0))
    assert (first["N_VOXELS"], first["QUALITY"], first["LABEL"]) == (3445, 3445, 1)
    assert first["VOLUME"] == pytest.approx(3445 * 0.09 * 0.09)
    assert 4 / 3 * np.pi * first["RADIUS"] ** 3 == pytest.approx(first["VOLUME"])


def test_the_paper_layout_survives_a_round_trip(shared_data, tmp_path):
    path = shared_data / "celegans-cells/cells.csv"
    found = read_cells_csv(path, **PAPER)
    write_paper_csv(tmp_path / "back.csv", found.spots, calibration=found.calibration)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "back.csv"), pd.read_csv(path), check_dtype=False)


def test_spots_without_the_paper_columns_can_be_written(tmp_path):
    write_paper_csv(tmp_path / "p.csv", spots(), calibration=CALIBRATION)
    back = pd.read_csv(tmp_path / "p.csv")
    assert back["Perimeter"].isna().all()
    assert back["Label"].tolist() == [1, 2, 3, 4, 5]
    bare = Spots(table=spots().table.drop(columns="RADIUS"))
    with pytest.raises(BadFile, match="without RADIUS"):
        write_paper_csv(tmp_path / "p.csv", bare, calibration=CALIBRATION)


def test_paper_layout_needs_the_calibration(shared_data):
    with pytest.raises(MissingCalibration, match=r"`voxel_size=\(z, y, x\)`.*counts in pixels"):
        read_cells_csv(shared_data / "celegans-cells/cells.csv")


def test_other_headers_are_taken_as_the_paper_layout_when_told(tmp_path):
    path = save(tmp_path / "p.csv", "a,b,c,d,e,f,g,h,i,j,k\n0,1,2,3,4,5,24,20,2,3,4\n")
    found = read_cells_csv(path, paper_layout=True, **PAPER)
    assert found.spots.table["N_VOXELS"].tolist() == [20]


def test_true_volume_and_intensity_in_the_paper_layout_are_recognised(tmp_path):
    head = "T,X,Y,Z,Label,Perimeter,Volume,Intensity,ExtentX,ExtentY,ExtentZ\n"
    found = read_cells_csv(save(tmp_path / "p.csv", head + "0,1,2,3,4,5,10,812.5,2,3,4\n"), **PAPER)
    assert found.spots.table[["N_VOXELS", "MEAN_INTENSITY_CH1"]].iloc[0].tolist() == [10, 812.5]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0,1,2,3,4,5,6,7,8,9", "line 2: 10 fields: expected 11"),
        ("0.5,1,2,3,4,5,6,7,8,9,9", r"line 2: T = 0.5: expected a whole number"),
        ("0,nan,2,3,4,5,6,7,8,9,9", r"line 2: X = nan: expected a finite number"),
        ("0,a,2,3,4,5,6,7,8,9,9", r"line 2: X = 'a': expected a number"),
    ],
)
def test_bad_row_of_the_paper_layout_is_reported(tmp_path, row, message):
    head = "T,X,Y,Z,Label,Perimeter,Volume,Intensity,ExtentX,ExtentY,ExtentZ\n"
    with pytest.raises(BadFile, match=message):
        read_cells_csv(save(tmp_path / "p.csv", head + row + "\n"), **PAPER)
