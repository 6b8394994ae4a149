"""Folders with trained networks, in the layout of stardist, csbdeep and n2v."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from volltrack.errors import BadFile, BadValue
from volltrack.segment.networks.model_check import check_config, read_model_json

__all__ = ["ModelFolder", "ModelKind", "find_model", "open_model_folder", "register_model", "registered_models"]

ModelKind: TypeAlias = Literal["star", "unet", "noise2void"]

_KIND_WORDS = {"star": "StarDist", "unet": "U-Net (csbdeep CARE)", "noise2void": "Noise2Void"}

_SHIPPED = Path(__file__).parent / "weights"

_LARGEST_CELL_PX = 10_000

_REGISTERED: dict[str, Path] = {}


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """A checked folder with a trained network.

    Parameters
    ----------
    path
        The folder.
    kind
        ``"star"`` (StarDist), ``"unet"`` (csbdeep CARE) or ``"noise2void"``.
    n_dim
        2 or 3: the network takes planes or stacks.
    config
        What stands in ``config.json``.
    weights
        The file of weights that is loaded: the newest with ``best`` in its name, or else the newest.
    cell_diameter_px
        Diameter in pixels of the cells that it was trained for, from ``volltrack.json``: images are scaled to it. None,
        and no scaling, where there is no such file, as in models of others.
    image_cell_diameter_px
        Diameter in pixels of the cells in the images that were given to an own training, from ``volltrack.json``: new
        images are taken for images of the same magnification where nobody says how large their cells are.
    grow_prob
        StarDist for planes: its objects grow over pixels of at least this probability, as `optimise_thresholds` found
        it good, 0 < .. < 1; they stay as they are when not given.
    bright
        What was bright in the images that it was trained on, ``"cells"`` or ``"membranes"``, from ``volltrack.json``:
        the size of cells that are no bright blobs is estimated otherwise.
    """

    path: Path
    kind: ModelKind
    n_dim: int
    config: Mapping[str, Any]
    weights: Path
    cell_diameter_px: float | None = None
    image_cell_diameter_px: float | None = None
    grow_prob: float | None = None
    bright: str = "cells"

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name


def register_model(name: str, folder: str | os.PathLike[str]) -> None:
    """Let `find_model` know a folder by a name, in this process.

    Raises
    ------
    BadFile
        If the folder holds no model.
    BadValue
        If the name is taken by another folder.
    """
    path = open_model_folder(folder).path
    if registered_models().get(name, path) != path:
        raise BadValue(f"the model name {name!r} stands for {registered_models()[name]} already; choose another name")
    _REGISTERED[name] = path


def registered_models() -> dict[str, Path]:
    """Return the folders that have a name: the shipped ones, those in ``$VOLLTRACK_MODELS`` and the registered ones.

    ``VOLLTRACK_MODELS`` lists folders, separated like those in ``PATH``; each of their subfolders with a
    ``config.json`` is a model.
    """
    found: dict[str, Path] = {}
    listed = os.environ.get("VOLLTRACK_MODELS", "").split(os.pathsep)
    for parent in (_SHIPPED, *(Path(p) for p in listed if p)):
        for config in sorted(parent.glob("*/config.json")):
            found[config.parent.name] = config.parent
    return found | _REGISTERED


def find_model(name_or_folder: str | os.PathLike[str], kind: ModelKind) -> ModelFolder:
    """Return the model of a folder or of a registered name.

    Raises
    ------
    BadFile
        If there is no such folder, a file in it is missing or broken, or it holds another kind of network.
    """
    path = Path(name_or_folder)
    if path.is_file():
        raise BadFile(
            "is a file: expected the folder with config.json and weights; unpack it and give the folder", path=path
        )
    if not path.is_dir():
        named = registered_models()
        if os.fspath(name_or_folder) not in named:
            raise BadFile(
                "no such folder, and no model has this name: expected a folder with config.json and weights, "
                f"or one of {', '.join(sorted(named)) or '(no registered models)'}",
                path=name_or_folder,
            )
        path = named[os.fspath(name_or_folder)]
    folder = open_model_folder(path)
    if folder.kind != kind:
        raise BadFile(
            f"holds a {_KIND_WORDS[folder.kind]} network, expected a {_KIND_WORDS[kind]} one; give another folder",
            path=path,
        )
    return folder


def open_model_folder(folder: str | os.PathLike[str]) -> ModelFolder:
    """Return what a model folder holds; nothing is loaded yet.

    The settings are checked here, the weights when they are loaded; see `volltrack.segment.networks.model_check`.

    Raises
    ------
    BadFile
        Naming the file that is missing or broken, or not what the libraries write.
    """
    path = Path(folder).resolve()
    config = _read_json(path, "config.json")
    kind, n_dim = _kind_of(config), config.get("n_dim")
    if isinstance(n_dim, bool) or n_dim not in (2, 3):
        raise BadFile(
            f"n_dim = {repr(n_dim)[:40]}: expected 2 or 3; it is no network of stardist, csbdeep or n2v", path=path
        )
    channels = config.get("n_channel_in", 1)
    if isinstance(channels, int) and channels > 1:
        raise BadFile(f"takes {channels} channels, expected a network for one", path=path)
    check_config(config, kind, n_dim, path / "config.json")
    files = sorted(
        (
            f for ext in ("*.h5", "*.hdf5") for f in path.glob(ext) if not f.name.startswith(".")
        ),  # of an unfinished write
        key=lambda f: f.stat().st_mtime,
    )
    best = [f for f in files if "best" in f.name]
    if not files:
        raise BadFile(
            "no weights in the folder: expected weights_best.h5 (or another .h5 file) beside config.json; a SavedModel "
            "or a .keras file is not loaded, because it may hold code",
            path=path,
        )
    return ModelFolder(
        path=path,
        kind=kind,
        n_dim=n_dim,
        config=config,
        weights=(best or files)[-1],
        **_read_note(path),
    )


def _read_note(path: Path) -> dict[str, Any]:
    """Return what ``volltrack.json`` says of the images that the network was trained on; nothing without the file."""
    if not (path / "volltrack.json").is_file():
        return {}
    note = _read_json(path, "volltrack.json")
    diameters = {name: note.get(name) for name in ("cell_diameter_px", "image_cell_diameter_px")}
    for name, diameter in diameters.items():
        is_number = isinstance(diameter, int | float) and not isinstance(diameter, bool)
        if diameter is not None and not (is_number and 0 < diameter <= _LARGEST_CELL_PX):
            raise BadFile(
                f"{name} = {str(diameter)[:40]}: expected pixels, > 0 and <= {_LARGEST_CELL_PX}",
                path=path / "volltrack.json",
            )
    bright = note.get("bright", "cells")
    if bright not in ("cells", "membranes"):
        raise BadFile(f"bright = {repr(bright)[:40]}: expected 'cells' or 'membranes'", path=path / "volltrack.json")
    grow = note.get("grow_prob")
    if grow is not None and not (isinstance(grow, int | float) and 0 < grow < 1):
        raise BadFile(f"grow_prob = {str(grow)[:40]}: expected a number between 0 and 1", path=path / "volltrack.json")
    return diameters | {"bright": bright, "grow_prob": grow}


def _read_json(path: Path, name: str) -> dict[str, Any]:
    """Return the content of a file of the folder."""
    file = path / name
    if not path.is_dir():
        raise BadFile("no such folder: expected a folder with config.json and weights", path=path)
    if not file.is_file():
        raise BadFile("no config.json in the folder: expected a folder written by stardist, csbdeep or n2v", path=path)
    return read_model_json(file)


def _kind_of(config: Mapping[str, Any]) -> ModelKind:
    """Return which library wrote the settings: each has keys of its own."""
    if "n_rays" in config:
        return "star"
    if any(key.startswith("n2v_") for key in config):
        return "noise2void"
    return "unet"
