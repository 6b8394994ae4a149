"""Spots: one row per cell and frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadTable
from volltrack.model.calibration.whole import Calibration
from volltrack.model.id_index import IdIndex

__all__ = ["LARGEST", "REQUIRED_SPOT_COLUMNS", "Spots"]

LARGEST = 1e15
"""No position or radius beyond it is one of a microscope in any unit; its powers are finite numbers still."""

REQUIRED_SPOT_COLUMNS = ("ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z")
"""Columns that every table of spots has; all others are features, named as TrackMate names them."""

_MIN_ID, _MAX_ID = -(2**31), 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Spots:
    """A table of spots.

    Parameters
    ----------
    table
        One row per spot: ``ID`` (int64, unique, in 32 bits; TrackMate counts from 0 but reads negative ids too),
        ``FRAME`` (int64, >= 0), ``POSITION_X/Y/Z`` (float64, physical units, up to 1e15), and any number of numeric
        features; NaN where a spot has no value. An optional column
        ``NAME`` holds text. Do not change it in place.
    contours
        2D outlines by spot id: float64 (N, 2) of x, y in physical units relative to the spot's position.
    calibration
        Voxel size, frame interval and units of what the spots were found in; None where nobody said it.

    Raises
    ------
    BadTable
        Missing column, duplicate or out-of-range id, negative frame, position that is no number or not finite. The
        message names the first offending row.
    """

    table: pd.DataFrame
    contours: Mapping[int, npt.NDArray[np.float64]] = field(default_factory=dict)
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        table = self.table
        missing = [c for c in REQUIRED_SPOT_COLUMNS if c not in table.columns]
        if missing:
            raise BadTable(f"spots without column {', '.join(missing)}: found {', '.join(map(str, table.columns))}")
        for column in ("ID", "FRAME"):
            values = table[column].to_numpy()
            if values.dtype.kind not in "iu" and len(values):
                raise BadTable(f"spots: {column} is of type {values.dtype}: expected whole numbers")
            least = _MIN_ID if column == "ID" else 0
            _refuse(table, column, (values < least) | (values > _MAX_ID), f"expected {least} to {_MAX_ID}")
        for column in ("POSITION_X", "POSITION_Y", "POSITION_Z"):
            if table[column].dtype.kind not in "iufb" and len(table):
                raise BadTable(f"spots: {column} is of type {table[column].dtype}: expected numbers")
            values = table[column].to_numpy(dtype=np.float64)
            _refuse(table, column, ~np.isfinite(values), "expected a finite number")
            _refuse(table, column, np.abs(values) > LARGEST, f"expected a number up to {LARGEST:g}")
        if "RADIUS" in table.columns and table["RADIUS"].dtype.kind in "iuf":
            values = table["RADIUS"].to_numpy(dtype=np.float64)
            too_large = np.isfinite(values) & (np.abs(values) > LARGEST)
            _refuse(table, "RADIUS", too_large, f"expected a number up to {LARGEST:g}")
        if not self._index.is_unique:
            _refuse(table, "ID", table["ID"].duplicated().to_numpy(), "used twice; expected one row per id")

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Spot ids, (N,)."""
        return self.table["ID"].to_numpy(dtype=np.int64)

    @cached_property
    def _index(self) -> IdIndex:
        return IdIndex(self.ids)

    @property
    def frames(self) -> npt.NDArray[np.int64]:
        """Frame of each spot, (N,)."""
        return self.table["FRAME"].to_numpy(dtype=np.int64)

    @property
    def positions_zyx(self) -> npt.NDArray[np.float64]:
        """Positions in physical units, (N, 3) in the order z, y, x."""
        return self.table[["POSITION_Z", "POSITION_Y", "POSITION_X"]].to_numpy(dtype=np.float64)

    @property
    def feature_keys(self) -> tuple[str, ...]:
        """Keys of all numeric columns but ``ID``, in table order."""
        return tuple(str(c) for c in self.table.columns if c not in ("ID", "NAME"))

    @property
    def n_frames(self) -> int:
        """Largest frame + 1; 0 for an empty table."""
        return int(self.frames.max()) + 1 if len(self) else 0

    def rows_of(self, ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the row number of each id.

        Raises
        ------
        BadTable
            If an id is not in the table.
        """
        wanted = np.asarray(ids, dtype=np.int64)
        rows = self._index.rows_of(wanted)
        unknown = rows < 0
        if unknown.any():
            raise BadTable(f"spot id {int(wanted[unknown][0])} is not in the table ({len(self)} spots)")
        return rows

    def has(self, spot_id: int) -> bool:
        """Whether there is a spot of this id."""
        return bool(self._index.rows_of(np.array([spot_id], dtype=np.int64))[0] >= 0)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what is sent to another process."""
        return _rebuild, (self.table, dict(self.contours), self.calibration)

    def select(self, keep: npt.NDArray[Any]) -> Spots:
        """Return the spots where `keep`, bool (N,), is true, or at the row numbers `keep`."""
        table = self.table.iloc[np.flatnonzero(keep) if keep.dtype == bool else keep].reset_index(drop=True)
        left = set(table["ID"].tolist()) if self.contours else set()
        contours = {i: c for i, c in self.contours.items() if i in left}
        return replace(self, table=table, contours=contours)

    def with_columns(self, columns: Mapping[str, npt.ArrayLike]) -> Spots:
        """Return the same spots with columns added or replaced."""
        return replace(self, table=self.table.assign(**{k: np.asarray(v) for k, v in columns.items()}))

    @classmethod
    def empty(cls) -> Spots:
        """Return a table of no spots."""
        columns: dict[str, npt.NDArray[Any]] = {"ID": np.zeros(0, np.int64), "FRAME": np.zeros(0, np.int64)}
        for key in ("POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T", "RADIUS", "QUALITY"):
            columns[key] = np.zeros(0)
        return cls(table=pd.DataFrame(columns))


def _rebuild(
    table: pd.DataFrame, contours: dict[int, npt.NDArray[np.float64]], calibration: Calibration | None
) -> Spots:
    """Return the spots that came from another process."""
    return Spots(table=table, contours=contours, calibration=calibration)


def _refuse(table: pd.DataFrame, column: str, bad: npt.NDArray[np.bool_], expected: str) -> None:
    """Raise `BadTable` for the first row where `bad`."""
    if bad.any():
        row = int(np.argmax(bad))
        which = f"spot row {row + 1}" + ("" if column == "ID" else f" (ID {table['ID'].iloc[row]})")
        raise BadTable(f"{which}: {column} = {table[column].iloc[row]}: {expected}; {int(bad.sum())} such rows")
