"""Java and Python read each other's tables of cells."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadFile
from volltrack.io.cells_csv import read_cells_csv, write_cells_csv
from volltrack.model import Calibration, Spots, VoxelSize
from volltrack.testing.lineages import make_random_lineage
from volltrack_fiji import JavaError, read_cells_csv_java, write_cells_csv_java

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.3, x=0.3, unit="µm"), frame_interval=0.1, time_unit="min")


def make_spots(seed: int) -> Spots:
    rng = np.random.default_rng(seed)
    spots = make_random_lineage(seed).spots
    odd = np.exp(rng.uniform(-300, 300, len(spots)))
    odd[rng.random(len(spots)) < 0.2] = np.nan
    return spots.with_columns({"ODD": odd, "LABEL": rng.integers(1, 2**31 - 1, len(spots))})


@pytest.mark.parametrize("seed", range(5))
def test_java_reads_what_python_writes(tmp_path: Path, seed: int) -> None:
    spots = make_spots(seed)
    write_cells_csv(tmp_path / "cells.csv", spots, calibration=CALIBRATION)
    table, comments = read_cells_csv_java(tmp_path / "cells.csv")
    pd.testing.assert_frame_equal(table, spots.table, check_dtype=False, check_exact=True)
    assert len(comments) == 1
    assert "µm" in comments[0]


@pytest.mark.parametrize("seed", range(5))
def test_python_reads_what_java_writes(tmp_path: Path, seed: int) -> None:
    spots = make_spots(seed)
    write_cells_csv(tmp_path / "python.csv", spots, calibration=CALIBRATION)
    _, comments = read_cells_csv_java(tmp_path / "python.csv")
    write_cells_csv_java(spots.table, tmp_path / "java.csv", comments=tuple(comments))
    cells = read_cells_csv(tmp_path / "java.csv")
    pd.testing.assert_frame_equal(cells.spots.table, spots.table, check_dtype=False, check_exact=True)
    assert cells.calibration == CALIBRATION
    assert cells.has_ids


HEADER = "SPOT_ID,t,x,y,z,R\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,0,1,2,3", "line 3.*5 fields: expected 6, as in the header"),
        ("1,0,one,2,3,4", "line 3.*POSITION_X = 'one': expected a number"),
        ("1,0.5,1,2,3,4", "line 3.*FRAME = '?0.5'?: expected a whole number, 0 to 2147483647"),
        ("1,0,1,inf,3,4", "line 3.*POSITION_Y = '?inf'?: expected a finite number"),
        ("9,0,1,2,3,4", "line 3.*ID.* 9.* stands in line 2 too"),
    ],
)
def test_both_refuse_a_bad_row_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}9,0,1,2,3,4\n{row}\n")
    with pytest.raises(JavaError, match=message):
        read_cells_csv_java(path)
    with pytest.raises(BadFile, match=message):
        read_cells_csv(path)
