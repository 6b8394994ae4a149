"""VollTrack: from a 3D+t (or 2D+t) microscopy movie to curated cell lineages.

Files to values and back
    `open_movie`        one channel of a movie: TIFF, OME-Zarr, folder of TIFF, or an array
    `open_labels`       a label movie: 0 is background, each other value one cell of its frame
    `read_tracks`       lineages: TrackMate XML, table of cells, GEFF, Cell Tracking Challenge
    `write_tracks`      the same way back

From a movie to lineages
    `segment`           cells of each frame: movie -> labels
    `measure`           one row per cell and frame: labels (and movie) -> spots
    `track`             spots -> lineage, with divisions
    `analyse`           lineage -> tables of tracks, tracklets, divisions, spectra

Corrections
    `edit`              change a tracks file without a window, with undo; nothing else in the file is lost

Values
    `Movie`, `LabelMovie`, `Lineage`

There is a command of the same name. Importing this package loads no other one: each name is loaded when it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from volltrack.front_door import (
        analyse,
        edit,
        measure,
        open_labels,
        open_movie,
        read_tracks,
        segment,
        track,
        write_tracks,
    )
    from volltrack.model import LabelMovie, Lineage, Movie

    __version__: str

__all__ = [
    "LabelMovie",
    "Lineage",
    "Movie",
    "analyse",
    "edit",
    "measure",
    "open_labels",
    "open_movie",
    "read_tracks",
    "segment",
    "track",
    "write_tracks",
]

_VALUES = ("LabelMovie", "Lineage", "Movie")


class _FrontDoor(ModuleType):
    """The package: names are loaded on demand, and functions share their names with the rooms behind them."""

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import PackageNotFoundError, version  # takes longer than all else here

            try:
                found: Any = version("volltrack")
            except PackageNotFoundError:  # a checkout that was not installed
                found = "0+unknown"
        elif name in __all__:
            found = getattr(import_module("volltrack.model" if name in _VALUES else "volltrack.front_door"), name)
            room = sys.modules.get(f"volltrack.{name}")
            if room is not None:
                found.__dict__ = room.__dict__
        else:
            raise AttributeError(f"module 'volltrack' has no attribute {name!r}")
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        """Keep `volltrack.segment` the function when Python has imported the room `volltrack.segment`.

        The function then also answers for what is in the room: ``volltrack.segment.clean_labels`` is found.
        """
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)
        elif name in self.__dict__:
            self.__dict__[name].__dict__ = value.__dict__

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__, "__version__"})


sys.modules[__name__].__class__ = _FrontDoor
