"""The folder of an analysis: tables, plots, what the columns mean, settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from volltrack.analyse import describe_column
from volltrack.apps.drawing.plots.of_analysis import Plot, list_plots
from volltrack.apps.option_names import name_options
from volltrack.errors import FileExists
from volltrack.io.outputs import replace_folder
from volltrack.io.table_files import ColumnNote, has_parquet, write_table
from volltrack.model import Calibration
from volltrack.pipeline import Analysis
from volltrack.progress import OnProgress, track_progress

__all__ = ["require_own_folder", "write_analysis"]

_SETTINGS: Final = "analyse.toml"
_COLUMNS: Final = "columns.csv"
_NOTES: Final = "notes.txt"
_TABLES, _PLOTS = "tables", "plots"
_OWN: Final = {"": {".toml", ".csv", ".txt"}, _TABLES: {".csv", ".parquet"}, _PLOTS: {".png", ".svg"}}

_STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "svg.fonttype": "none",
    "svg.hashsalt": "volltrack",
}
_WIDTH_INCHES, _HEIGHT_INCHES, _DPI = 6.0, 3.8, 150


def require_own_folder(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but an older analysis.

    Raises
    ------
    FileExists
        It does.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    strangers = [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() and path.suffix not in _OWN.get(str(path.parent.relative_to(folder)).strip("."), set())
    ]
    if strangers or not (folder / _SETTINGS).is_file():
        found = f" ({', '.join(map(str, strangers[:3]))})" if strangers else ""
        raise FileExists(
            f"{folder}: holds files that are not of an analysis{found}, and would be replaced as a whole; choose "
            "another --out"
        )


def write_analysis(
    folder: Path,
    analysis: Analysis,
    write_settings: Callable[[Path], None],
    *,
    with_plots: bool = True,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> list[str]:
    """Write tables and plots and return the names of the files; the folder appears when it is complete.

    Parameters
    ----------
    folder
        New, empty, or, with `overwrite`, an older analysis.
    analysis
        What to write.
    write_settings
        Writes the settings to a path.
    with_plots
        Whether to draw plots.
    overwrite
        Whether an older analysis may be replaced.
    on_progress
        Told after each table and plot.

    Raises
    ------
    FileExists, OutputFailed
        See `require_own_folder` and `volltrack.io.outputs.replace_folder`.
    Cancelled
        `on_progress` asked to stop; nothing is left.
    """
    require_own_folder(folder)
    plots = list_plots(analysis) if with_plots else []
    with replace_folder(folder, overwrite=overwrite) as temporary:
        for part in (_TABLES, _PLOTS):
            (temporary / part).mkdir()
        columns = _describe_columns(analysis)
        write_table(temporary / _COLUMNS, columns)
        write_settings(temporary / _SETTINGS)
        (temporary / _NOTES).write_text("".join(f"{name_options(note)}\n" for note in analysis.notes), encoding="utf-8")
        for name, table in track_progress(analysis.tables.items(), on_progress, "tables", len(analysis.tables)):
            _save_table(temporary / _TABLES, name, table, columns)
        for plot in track_progress(plots, on_progress, "plots", len(plots)):
            _save_plot(temporary / _PLOTS, plot)
        written = sorted(str(path.relative_to(temporary)) for path in temporary.rglob("*") if path.is_file())
    return written


def _describe_columns(analysis: Analysis) -> pd.DataFrame:
    """Return one row per table and column: ``table, column, name, unit, meaning``."""
    rows = [
        (table, column, *_describe(str(column), analysis.calibration))
        for table, content in analysis.tables.items()
        for column in content.columns
    ]
    return pd.DataFrame(rows, columns=["table", "column", "name", "unit", "meaning"])


def _describe(column: str, calibration: Calibration) -> tuple[str, str, str]:
    quantity = describe_column(column)
    unit = "unit of QUANTITY" if column in ("AMPLITUDE", "DOMINANT_AMPLITUDE") else quantity.unit(calibration)
    return quantity.name, unit, quantity.meaning


def _save_table(folder: Path, name: str, table: pd.DataFrame, columns: pd.DataFrame) -> None:
    own = columns[columns["table"] == name]
    notes = {
        column: ColumnNote(name=title, unit=unit, meaning=meaning)
        for _, column, title, unit, meaning in own.itertuples(index=False, name=None)
    }
    for suffix in (".csv", ".parquet") if has_parquet() else (".csv",):
        write_table(folder / f"{name}{suffix}", table, notes)


def _save_plot(folder: Path, plot: Plot) -> None:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH_INCHES, _HEIGHT_INCHES), layout="constrained")
        axes = figure.subplots()
        plot.draw(axes)
        axes.set_title(plot.title)
        figure.savefig(folder / f"{plot.name}.png", dpi=_DPI)
        figure.savefig(folder / f"{plot.name}.svg", dpi=_DPI, metadata={"Date": None})
