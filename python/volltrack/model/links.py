"""Links: directed, from a spot to a spot of a later frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadTable

__all__ = ["SOURCE", "TARGET", "Links"]

SOURCE = "SPOT_SOURCE_ID"
TARGET = "SPOT_TARGET_ID"
_ID_RANGE = 2**32


@dataclass(frozen=True, kw_only=True)
class Links:
    """A table of links.

    Parameters
    ----------
    table
        One row per link: ``SPOT_SOURCE_ID`` and ``SPOT_TARGET_ID`` (int64), and numeric features such as
        ``LINK_COST``; NaN where a link has no value. Do not change it in place.

    Raises
    ------
    BadTable
        Missing column, ids that are no whole numbers, a link from a spot to itself, the same pair twice.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [c for c in (SOURCE, TARGET) if c not in self.table.columns]
        if missing:
            raise BadTable(
                f"links without column {', '.join(missing)}: found {', '.join(map(str, self.table.columns))}"
            )
        for column in (SOURCE, TARGET):
            kind = self.table[column].dtype
            if kind.kind not in "iu" and len(self.table):
                raise BadTable(f"links: {column} is of type {kind}: expected whole numbers, the ids of spots")
        source, target = self.source_ids, self.target_ids
        loops = source == target
        if loops.any():
            raise BadTable(
                f"link of spot {int(source[loops][0])} to itself: expected two spots; {int(loops.sum())} such"
            )
        key = np.sort(source * _ID_RANGE + target)  # one number per pair of 32-bit ids: pairs sort slowly
        if (key[1:] == key[:-1]).any():
            order = np.lexsort((target, source))
            twice = (np.diff(source[order]) == 0) & (np.diff(target[order]) == 0)
            if twice.any():
                at = order[int(np.argmax(twice))]
                raise BadTable(f"link {int(source[at])} -> {int(target[at])} stands twice: expected once")

    def __len__(self) -> int:
        return len(self.table)

    @property
    def source_ids(self) -> npt.NDArray[np.int64]:
        """Ids of the earlier spots, (M,)."""
        return self.table[SOURCE].to_numpy(dtype=np.int64)

    @property
    def target_ids(self) -> npt.NDArray[np.int64]:
        """Ids of the later spots, (M,)."""
        return self.table[TARGET].to_numpy(dtype=np.int64)

    def select(self, keep: npt.NDArray[Any]) -> Links:
        """Return the links where `keep`, bool (M,), is true, or at the row numbers `keep`."""
        rows = np.flatnonzero(keep) if keep.dtype == bool else keep
        return Links(table=self.table.iloc[rows].reset_index(drop=True))

    @classmethod
    def from_arrays(cls, source: npt.ArrayLike, target: npt.ArrayLike, cost: npt.ArrayLike | None = None) -> Links:
        """Build links from ids (M,) and, if given, costs (M,)."""
        columns: dict[str, npt.NDArray[Any]] = {
            SOURCE: np.asarray(source, dtype=np.int64),
            TARGET: np.asarray(target, dtype=np.int64),
        }
        if cost is not None:
            columns["LINK_COST"] = np.asarray(cost, dtype=np.float64)
        return cls(table=pd.DataFrame(columns))

    @classmethod
    def empty(cls) -> Links:
        """Return a table of no links."""
        return cls.from_arrays([], [], [])
