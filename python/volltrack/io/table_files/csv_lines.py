"""A table as the text of a CSV file, as pyarrow writes it, for installations without pyarrow.

A number is written with the fewest digits from which the same number is read back; a text always stands in quotes, an
empty one too; a value that is missing is nothing at all.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

__all__ = ["format_csv"]

_PLAIN: Final = (1e-4, 1e9)
"""Between these, ends included, Python writes the number as it is needed here, but for ``.0``."""

_LOWEST_EXPONENT: Final = -6
_HIGHEST_EXPONENT: Final = 9
"""Powers of ten of numbers that are written without one."""


def format_csv(table: pd.DataFrame) -> str:
    """Return a line of quoted column names and a line per row; the index is left out."""
    columns = [_format_column(table.iloc[:, place]) for place in range(table.shape[1])]
    lines = [",".join(_quote(str(name)) for name in table.columns), *map(",".join, zip(*columns, strict=True))]
    return "".join(f"{line}\n" for line in lines)


def _format_column(column: pd.Series[Any]) -> list[str]:
    values = column.tolist()
    if pd.api.types.is_bool_dtype(column.dtype):
        return ["" if value is pd.NA else str(value).lower() for value in values]
    if column.dtype == np.float32:
        values = [float(str(value)) for value in column.to_numpy()]  # the fewest digits of 32 bits
    return ["" if _is_missing(value) else _format_value(value) for value in values]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _format_value(value: Any) -> str:
    if isinstance(value, float):
        return _format_float(value)
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return str(value) if isinstance(value, int) else _quote(str(value))


def _format_float(value: float) -> str:
    if _PLAIN[0] <= abs(value) <= _PLAIN[1]:
        return repr(value).removesuffix(".0")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    sign, digits, shift = Decimal(repr(value)).normalize().as_tuple()
    text, minus = "".join(map(str, digits)), "-" if sign else ""
    exponent = len(text) - 1 + int(shift)
    if value == 0:
        return f"{minus}0"
    if exponent < _LOWEST_EXPONENT or exponent > _HIGHEST_EXPONENT:
        return f"{minus}{text[0]}{'.' if text[1:] else ''}{text[1:]}e{exponent:+d}"
    if exponent < 0:
        return f"{minus}0.{'0' * (-exponent - 1)}{text}"
    whole = text[: exponent + 1].ljust(exponent + 1, "0")
    return f"{minus}{whole}{'.' if text[exponent + 1 :] else ''}{text[exponent + 1 :]}"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
