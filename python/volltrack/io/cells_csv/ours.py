"""Tables of cells in VollTrack's own layout: TrackMate's feature names as header, physical units."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadFile
from volltrack.io.calibration import describe_time_conflict
from volltrack.io.cells_csv.columns import COLOR, POSITIONS, ROW_NUMBER, find_content, resolve_columns
from volltrack.io.cells_csv.parse import NO_VALUE, ParsedTable, is_whole_column, parse_csv
from volltrack.io.cells_csv.track_columns import TrackColumns, find_track_columns
from volltrack.io.cells_csv.track_links import TrackRows
from volltrack.io.cells_csv.units_line import format_units_line, parse_units_line
from volltrack.io.outputs import replace_file
from volltrack.model import SPOT_FEATURES, Calibration, KnownCalibration, Spots, find_frame_interval
from volltrack.model.calibration.unit_names import is_length_unit, name_length_unit, name_time_unit
from volltrack.model.spots import LARGEST

__all__ = ["CellsFile", "read_own_csv", "write_cells_csv"]

_log = logging.getLogger(__name__)

_MIN_ID: Final = -(2**31)
_MAX_ID: Final = 2**31 - 1
_MOST_NAMED: Final = 10
_COLOR: Final = re.compile(r"r=(\d+);g=(\d+);b=(\d+)")
_LINE_ENDS: Final = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class CellsFile:
    """What a table of cells holds.

    Parameters
    ----------
    spots
        One row per cell and frame, physical units.
    calibration
        Of the movie that the cells were measured in.
    has_ids
        Whether the ids stood in the file; else they were numbered 0, 1, ... in the order of the rows.
    tracks
        The columns that say how the cells are linked, which are no features of the spots; None for the paper's layout.
    notes
        What was not kept or had to be taken otherwise; one sentence each.
    """

    spots: Spots
    calibration: Calibration
    has_ids: bool
    tracks: TrackRows | None = None
    notes: tuple[str, ...] = ()


def read_own_csv(path: str | os.PathLike[str], given: KnownCalibration) -> CellsFile:
    """Return the cells of a table in our layout.

    Columns are found by name, in any order; every further numeric column becomes a spot feature. Without a column
    ``ID`` the spots are numbered 0, 1, ...; without ``POSITION_Z`` they lie at 0; without ``POSITION_T`` their time is
    ``FRAME`` times the frame interval. Positions are never scaled.

    Parameters
    ----------
    path
        The file.
    given
        Calibration that goes before that of the file. A file that says no units and gets none is taken in pixels and
        frames, with a warning.

    Raises
    ------
    BadFile
        With the line: a field that is no number, another number of fields, a position that is not finite, a frame
        that is no whole number from 0, an id that is none of 32 bits, an id that stands twice.
    """
    path = Path(path)
    parsed = parse_csv(path, lambda header, line: resolve_columns(header, path, line), find_content)
    columns = find_track_columns([str(name) for name in parsed.table.columns])
    _require_whole(parsed, "FRAME", path)
    _require_finite(parsed, path)
    known, conflict = _find_calibration(parsed, given)
    unsaid = _describe_unsaid(known)
    if unsaid:
        _log.warning("%s: %s", path, unsaid)
    calibration = known.fill()
    table, notes = _drop_texts(parsed.table.drop(columns=[*columns.used, ROW_NUMBER], errors="ignore"), columns)
    has_ids = "ID" in table
    ids = np.arange(len(table), dtype=np.int64)
    if has_ids:
        ids, renumbered = _find_ids(parsed, columns, path)
        table, notes = table.assign(ID=ids), [*notes, *renumbered]
    spots = Spots(table=_complete(table, calibration, is_time_given=given.frame_interval is not None))
    rows = TrackRows(
        path=path,
        ids=parsed.table["ID"].to_numpy(dtype=np.int64) if has_ids else ids,
        spot_ids=ids,
        frames=spots.frames,
        lines=parsed.lines,
        table=parsed.table,
        columns=columns,
    )
    return CellsFile(spots=spots, calibration=calibration, has_ids=has_ids, tracks=rows, notes=(*notes, *conflict))


def write_cells_csv(
    path: str | os.PathLike[str], spots: Spots, *, calibration: Calibration, overwrite: bool = True
) -> None:
    """Write a table of cells in our layout: one line with the units, a header, one line per spot.

    Numbers are written so that they read back equal. Outlines of 2D cells are not written; line ends in names become
    blanks.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_file`.
    """
    table = spots.table
    if "NAME" in table.columns:
        table = table.assign(NAME=[_LINE_ENDS.sub(" ", str(name)) for name in table["NAME"]])
    with (
        replace_file(path, overwrite=overwrite) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(format_units_line(calibration) + "\n")
        table.to_csv(file, index=False, na_rep="NaN", lineterminator="\n")


def _find_calibration(parsed: ParsedTable, given: KnownCalibration) -> tuple[KnownCalibration, list[str]]:
    """Return what comments, a header with units, the times and the caller say, and notes where they differ."""
    known = parse_units_line(parsed.comments)
    space, time = parsed.units.get("POSITION_X"), parsed.units.get("POSITION_T")
    stated = KnownCalibration(
        unit=name_length_unit(space) if space and space.strip() else None,
        time_unit=name_time_unit(time) if time and time.strip() else None,
    )
    known = stated.overridden_by(known)
    if "POSITION_T" not in parsed.table or given.frame_interval is not None:
        return known.overridden_by(given), []
    frames = parsed.table["FRAME"].to_numpy(dtype=np.int64)
    times = parsed.table["POSITION_T"].to_numpy(dtype=np.float64)
    found, notes = find_frame_interval(frames, times), []
    unit = given.time_unit or known.time_unit
    if known.frame_interval is not None:
        conflict = describe_time_conflict(frames, times, known.frame_interval)
        if conflict is not None and found is not None:
            notes = [f"{conflict}; times are those of POSITION_T: {found:g} {unit or '(no unit)'} between frames"]
        elif conflict is not None:
            notes = [f"{conflict}; times are frame x interval here"]
        found = found if conflict is not None else None
    elif unit is None and found is not None:
        if describe_time_conflict(frames, times, 1.0) is not None:
            notes = [f"POSITION_T says {found:g} between frames without a unit: give it with `time_unit`"]
        found = None
    return known.overridden_by(KnownCalibration(frame_interval=found)).overridden_by(given), notes


def _describe_unsaid(known: KnownCalibration) -> str:
    """Say what a table leaves open and what is taken instead."""
    if known.unit is None:
        return "says no units; positions are taken in pixels and times in frames (`unit` gives it)"
    if known.x is None and is_length_unit(known.unit):
        return (
            f"says no voxel size; 1 {known.unit} stands for it where a file wants one (`voxel_size=(z, y, x)` gives it)"
        )
    return ""


def _drop_texts(table: pd.DataFrame, columns: TrackColumns) -> tuple[pd.DataFrame, list[str]]:
    """Return the table without columns of text, of which a name is kept, and notes on what was left out."""
    texts = [str(name) for name, kind in table.dtypes.items() if name != "NAME" and kind.kind not in "iufb"]
    notes = []
    if "LABEL" in texts:
        if "NAME" not in table:
            table = table.assign(NAME=table["LABEL"].fillna("").astype(str))
        texts.remove("LABEL")
        table = table.drop(columns="LABEL")
    if COLOR in texts and (colors := _parse_colors(list(map(str, table[COLOR].tolist())))) is not None:
        table = table.assign(**{COLOR: colors})
        texts.remove(COLOR)
    if texts:
        some = ", ".join(texts[:_MOST_NAMED]) + (f" and {len(texts) - _MOST_NAMED} more" * (len(texts) > _MOST_NAMED))
        notes.append(f"column{'s' if len(texts) > 1 else ''} {some}: text, which spots do not keep")
    unused = [*columns.unknown, *(columns.groups if columns.track is None and columns.parent_spot is None else ())]
    if unused:
        notes.append(
            f"column{'s' if len(unused) > 1 else ''} {', '.join(unused[:_MOST_NAMED])}: looks like tracks, but says no "
            "link (known: track_id, parent_track_id, parent_id)"
        )
    return table.drop(columns=texts), notes


def _parse_colors(texts: list[str]) -> npt.NDArray[np.float64] | None:
    """Return colours as TrackMate's numbers (alpha, red, green, blue in 32 bits with a sign); None for other texts."""
    colors = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        match = _COLOR.fullmatch(text.strip())
        if match is not None:
            red, green, blue = (int(part) & 255 for part in match.groups())
            colors[row] = (255 << 24 | red << 16 | green << 8 | blue) - 2**32
        elif text.strip() not in NO_VALUE:
            return None
    return colors


def _find_ids(parsed: ParsedTable, columns: TrackColumns, path: Path) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the ids, numbered anew where they are too large for TrackMate and the table is one of tracks."""
    values = parsed.table["ID"].to_numpy(dtype=np.float64)
    n_large = int((values > _MAX_ID).sum())
    if columns.used and n_large and (np.isfinite(values) & (np.abs(values) < 2**53)).all():
        _refuse(parsed, "ID", values != np.rint(values), "expected a whole number", path)
        _require_unique(parsed, path)
        return np.arange(len(values), dtype=np.int64), [
            f"ids numbered anew, 0 to {len(values) - 1}: {n_large} of them exceed {_MAX_ID}, the largest of TrackMate"
        ]
    _require_whole(parsed, "ID", path)
    _require_unique(parsed, path)
    return values.astype(np.int64), []


def _complete(table: pd.DataFrame, calibration: Calibration, *, is_time_given: bool) -> pd.DataFrame:
    """Give columns their types and add those that every table has."""
    columns: dict[str, npt.NDArray[np.generic]] = {}
    if "ID" not in table:
        columns["ID"] = np.arange(len(table), dtype=np.int64)
    for key in table.columns:
        feature = SPOT_FEATURES.get(str(key))
        values = table[key].to_numpy()
        if key in ("ID", "FRAME"):
            values = values.astype(np.int64)
        elif feature is not None:
            is_whole = feature.isint and is_whole_column(values)
            values = values.astype(np.int64 if is_whole else np.float64)
        columns[str(key)] = values
    if "POSITION_Z" not in columns:
        columns["POSITION_Z"] = np.zeros(len(table))
    if "POSITION_T" not in columns or is_time_given:
        columns["POSITION_T"] = table["FRAME"].to_numpy(dtype=np.float64) * calibration.frame_interval
    return pd.DataFrame(columns)


def _require_whole(parsed: ParsedTable, column: str, path: Path) -> None:
    values = parsed.table[column].to_numpy(dtype=np.float64)
    least = _MIN_ID if column == "ID" else 0
    bad = ~((values >= least) & (values <= _MAX_ID) & (values == np.rint(values)))
    _refuse(parsed, column, bad, f"expected a whole number, {least} to {_MAX_ID}", path)


def _require_finite(parsed: ParsedTable, path: Path) -> None:
    for column in POSITIONS:
        if column in parsed.table:
            values = parsed.table[column].to_numpy(dtype=np.float64)
            _refuse(parsed, column, ~np.isfinite(values), "expected a finite number", path)
            _refuse(parsed, column, np.abs(values) > LARGEST, f"expected a number up to {LARGEST:g}", path)
    if "RADIUS" in parsed.table:
        values = parsed.table["RADIUS"].to_numpy(dtype=np.float64)
        too_large = np.isfinite(values) & (np.abs(values) > LARGEST)
        _refuse(parsed, "RADIUS", too_large, f"expected a number up to {LARGEST:g}", path)


def _require_unique(parsed: ParsedTable, path: Path) -> None:
    ids = parsed.table["ID"]
    bad = ids.duplicated().to_numpy()
    if bad.any():
        first = parsed.lines[int(np.argmax((ids == ids[bad].iloc[0]).to_numpy()))]
        _refuse(
            parsed,
            "ID",
            bad,
            f"stands in line {first} too; expected one line per spot (where it counts tracks, name it track_id)",
            path,
        )


def _refuse(parsed: ParsedTable, column: str, bad: npt.NDArray[np.bool_], expected: str, path: Path) -> None:
    """Raise `BadFile` for the first bad row."""
    if bad.any():
        row = int(np.argmax(bad))
        value = parsed.table[column].iloc[row]
        number = f"{value:.0f}" if value == np.rint(value) and abs(value) < 2**53 else str(value)
        more = f"; {int(bad.sum())} such lines" if bad.sum() > 1 else ""
        raise BadFile(f"{column} = {number}: {expected}{more}", path=path, line=int(parsed.lines[row]))
