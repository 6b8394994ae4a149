"""CSV is the same bytes with and without pyarrow, which is the oracle here; Parquet needs it."""

import io
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from volltrack.errors import MissingPackage
from volltrack.io.table_files import has_parquet, write_table
from volltrack.io.table_files.csv_lines import format_csv

FLOATS = st.floats(width=64) | st.sampled_from([1e-7, 1e-6, 9.99e-5, 1e-4, 1e9, 1e10, 12345678901.0, -0.0, 2.5e15])


def write_both(table):
    """The bytes of pyarrow, and ours."""
    arrow, csv = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.csv")
    theirs = io.BytesIO()
    content = arrow.Table.from_pandas(table, preserve_index=False)
    csv.write_csv(content, theirs, csv.WriteOptions(quoting_style="needed"))
    return theirs.getvalue(), format_csv(table).encode()


@given(st.lists(FLOATS, min_size=2))
def test_numbers_are_written_as_pyarrow_writes_them(numbers):
    table = pd.DataFrame({"A": numbers, "B": np.array(numbers)[::-1]})
    theirs, ours = write_both(table)
    assert ours == theirs


@given(st.lists(st.floats(width=32), min_size=1))
def test_numbers_of_32_bits_are_written_as_pyarrow_writes_them(numbers):
    theirs, ours = write_both(pd.DataFrame({"A": np.array(numbers, np.float32)}))
    assert ours == theirs


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8")), min_size=1), st.text(st.characters(codec="utf-8")))
def test_texts_are_written_as_pyarrow_writes_them(texts, name):
    table = pd.DataFrame({name: texts, f"{name} again": texts[::-1]})
    theirs, ours = write_both(table)
    assert ours == theirs


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"A": [True, False], "B": pd.array([None, 2**60], dtype="Int64"), "C": np.array([1, 2], "u1")}),
        pd.DataFrame({"A": pd.array([True, None], dtype="boolean"), "B": np.array([1.5, np.nan], dtype=object)}),
        pd.DataFrame({"A": [], "B": []}),
        pd.DataFrame({"A": [np.nan, np.nan]}),
        pd.DataFrame({"A": [1, 2]}, index=["x", "y"]),
    ],
    ids=["whole", "mixed", "no rows", "all missing", "index"],
)
def test_other_columns_are_written_as_pyarrow_writes_them(table):
    theirs, ours = write_both(table)
    assert ours == theirs


def test_a_table_is_written_with_pyarrow_where_it_is(tmp_path):
    table = pd.DataFrame({"A": [1.0, 1e-5], "B": ["x", None]})
    write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == write_both(table)[0]


def test_without_pyarrow_csv_is_written_and_parquet_refused(tmp_path, monkeypatch):
    table = pd.DataFrame({"A": [1.0, 0.25], "B": ["x", "µ"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert not has_parquet()
    write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == '"A","B"\n1,"x"\n0.25,"µ"\n'.encode()
    with pytest.raises(MissingPackage, match=r"a.parquet: Parquet needs .* pip install 'volltrack\[parquet\]'"):
        write_table(tmp_path / "a.parquet", table)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
