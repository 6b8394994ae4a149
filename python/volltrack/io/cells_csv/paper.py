"""Tables of cells in the layout of the BTrackMate paper: eleven columns by position, in pixels."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadFile
from volltrack.io.cells_csv.columns import PAPER_HEADER
from volltrack.io.cells_csv.ours import CellsFile
from volltrack.io.cells_csv.parse import is_whole_column, parse_csv
from volltrack.io.outputs import replace_file
from volltrack.model import Calibration, KnownCalibration, Spots

__all__ = ["read_paper_csv", "write_paper_csv"]

_ADVICE: Final = "The paper's layout counts in pixels and has no place for it, so it must be given."
_MAX_INT: Final = 2**31 - 1
_DECIMALS: Final = 9
"""Decimals of a pixel that are written: enough for whole pixels to stay whole after conversion."""


def read_paper_csv(path: str | os.PathLike[str], given: KnownCalibration) -> CellsFile:
    """Return the cells of a table in the paper's layout, converted to physical units.

    The first line is a header and its names do not matter; the columns are frame, x, y, z, label, perimeter, volume,
    intensity and the extents in x, y, z, all in pixels.

    Parameters
    ----------
    path
        The file.
    given
        Voxel size, units and frame interval.

    Returns
    -------
    CellsFile
        With columns ``ID`` (0, 1, ... in the order of the rows), ``FRAME``, ``LABEL``, positions, ``RADIUS`` of the
        sphere of equal volume, ``QUALITY`` = ``N_VOXELS``, ``VOLUME``, ``EXTENT_X/Y/Z`` and
        ``PERIMETER_IN_PIXELS``; and ``MEAN_INTENSITY_CH1`` where the file holds one.

    Raises
    ------
    BadFile
        As for our layout; also another number of columns.
    MissingCalibration
        Voxel size, unit or frame interval is not given.

    Notes
    -----
    The program of the paper wrote the volume of the bounding box as volume and the number of voxels as intensity. Where
    every volume is that of its box, the columns are read so; else volume is the number of voxels, intensity the mean.
    """
    path = Path(path)
    parsed = parse_csv(path, lambda header, line: _name_columns(header, path, line))
    table = parsed.table.astype(np.float64)
    for column in PAPER_HEADER:
        if column == "Perimeter":  # nothing follows from it, and we write NaN where it is not known
            continue
        bad = ~np.isfinite(table[column].to_numpy())
        if column in ("T", "Label"):
            values = table[column].to_numpy()
            bad |= ~((values >= 0) & (values <= _MAX_INT) & (values == np.rint(values)))
        if bad.any():
            row = int(np.argmax(bad))
            what = f"a whole number from 0 to {_MAX_INT}" if column in ("T", "Label") else "a finite number"
            raise BadFile(
                f"{column} = {table[column].iloc[row]}: expected {what}", path=path, line=int(parsed.lines[row])
            )
    n_frames = int(table["T"].max()) + 1 if len(table) else 1
    n_slices = 2 if len(table) and table["Z"].nunique() > 1 else 1
    calibration = given.require(str(path), n_slices=n_slices, n_frames=n_frames, advice=_ADVICE)
    return CellsFile(spots=Spots(table=_convert(table, calibration)), calibration=calibration, has_ids=False)


def write_paper_csv(
    path: str | os.PathLike[str], spots: Spots, *, calibration: Calibration, overwrite: bool = True
) -> None:
    """Write spots in the paper's layout, positions and extents in pixels.

    What a spot lacks is filled in: label by its id, number of voxels by the sphere of its radius, extents by twice
    the radius; an unknown perimeter is NaN. Volume is that of the box and intensity the number of voxels, as the
    paper's program writes them. Ids, links and further features have no place in this layout.

    Raises
    ------
    BadFile
        Spots without ``RADIUS`` that also lack number of voxels or extents.
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_file`.
    """
    table, size = spots.table, calibration.voxel_size
    columns: dict[str, npt.NDArray[Any]] = {"T": spots.frames}
    for axis, length in (("X", size.x), ("Y", size.y), ("Z", size.z)):
        columns[axis] = _shorten(table[f"POSITION_{axis}"].to_numpy(dtype=np.float64) / length)
    columns["Label"] = table["LABEL"].to_numpy(dtype=np.int64) if "LABEL" in table else spots.ids
    none = np.full(len(table), np.nan)
    columns["Perimeter"] = table["PERIMETER_IN_PIXELS"].to_numpy() if "PERIMETER_IN_PIXELS" in table else none
    extents = {}
    for axis, length in (("X", size.x), ("Y", size.y), ("Z", size.z)):
        key = f"EXTENT_{axis}"
        own = table[key].to_numpy(dtype=np.float64) if key in table else 2 * _radius(table, path)
        extents[f"Extent{axis}"] = _shorten(own / length)
    columns["Volume"] = np.prod(list(extents.values()), axis=0)
    columns["Intensity"] = (
        table["N_VOXELS"].to_numpy()
        if "N_VOXELS" in table
        else np.rint(4 / 3 * math.pi * _radius(table, path) ** 3 / size.volume)
    )
    columns |= extents
    with replace_file(path, overwrite=overwrite) as temporary:
        frame = pd.DataFrame({name: _as_whole(columns[name]) for name in PAPER_HEADER})
        frame.to_csv(temporary, index=False, na_rep="NaN", lineterminator="\n")


def _name_columns(header: list[str], path: Path, line: int) -> list[str]:
    """Name the columns by their place."""
    if len(header) != len(PAPER_HEADER):
        raise BadFile(
            f"{len(header)} columns: expected the {len(PAPER_HEADER)} of the paper's layout ({','.join(PAPER_HEADER)})",
            path=path,
            line=line,
        )
    return list(PAPER_HEADER)


def _convert(table: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Return spot features in physical units."""
    size = calibration.voxel_size
    box = (table["ExtentX"] * table["ExtentY"] * table["ExtentZ"]).to_numpy()
    volume, intensity = table["Volume"].to_numpy(), table["Intensity"].to_numpy()
    counts_voxels = bool(np.all(np.isclose(volume, box)) and np.all(intensity <= volume))
    n_voxels = intensity if counts_voxels else volume
    frames = table["T"].to_numpy(dtype=np.int64)
    columns: dict[str, npt.NDArray[Any]] = {
        "ID": np.arange(len(table), dtype=np.int64),
        "FRAME": frames,
        "LABEL": table["Label"].to_numpy(dtype=np.int64),
        "POSITION_X": table["X"].to_numpy() * size.x,
        "POSITION_Y": table["Y"].to_numpy() * size.y,
        "POSITION_Z": table["Z"].to_numpy() * size.z,
        "POSITION_T": frames * calibration.frame_interval,
        "RADIUS": np.cbrt(3 / (4 * math.pi) * n_voxels * size.volume),
        "QUALITY": n_voxels,
        "N_VOXELS": _as_whole(n_voxels),
        "VOLUME": n_voxels * size.volume,
        "EXTENT_X": table["ExtentX"].to_numpy() * size.x,
        "EXTENT_Y": table["ExtentY"].to_numpy() * size.y,
        "EXTENT_Z": table["ExtentZ"].to_numpy() * size.z,
        "PERIMETER_IN_PIXELS": table["Perimeter"].to_numpy(),
    }
    if not counts_voxels:
        columns["MEAN_INTENSITY_CH1"] = intensity
    return pd.DataFrame(columns)


def _radius(table: pd.DataFrame, path: str | os.PathLike[str]) -> npt.NDArray[np.float64]:
    if "RADIUS" not in table:
        raise BadFile("spots without RADIUS: the paper's layout needs it, or N_VOXELS and EXTENT_X/Y/Z", path=path)
    return table["RADIUS"].to_numpy(dtype=np.float64)


def _shorten(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(values, _DECIMALS)


def _as_whole(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return int64 when every value is a whole number."""
    if len(values) and is_whole_column(values):
        return values.astype(np.int64)
    return values
