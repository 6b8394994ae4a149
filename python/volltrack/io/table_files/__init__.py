"""Tidy tables as CSV and Parquet; what the columns mean and in which unit travels along."""

from volltrack.io.table_files.write import ColumnNote, has_parquet, write_table

__all__ = ["ColumnNote", "has_parquet", "write_table"]
