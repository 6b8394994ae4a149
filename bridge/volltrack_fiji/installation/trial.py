"""A Fiji tried for real: TrackMate from Python, pyimagej's gateway, and a macro, each in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import FijiUnusable, MacroFailed
from volltrack_fiji.fiji import find_trackmate_jars, open_fiji, require_imagej, require_trackmate
from volltrack_fiji.fiji.said import drop_logging

__all__ = ["try_engine", "try_gateway", "try_macro"]

_TIMEOUT_S: Final = 240.0
_MEMORY: Final = "-Xmx1g"
_TRACKMATE: Final = "fiji/plugin/trackmate/TrackMate.class"
_ENGINE: Final = """
import sys
import numpy as np
from volltrack.model import Calibration, LabelMovie, VoxelSize
from volltrack_fiji.trackmate import run
cells = np.zeros((2, 1, 16, 16), dtype=np.uint8)
cells[:, 0, 5:10, 5:10] = 1
calibration = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=1.0, time_unit="min")
found = run(LabelMovie.from_array(cells, calibration), fiji=sys.argv[1] or None).lineage
assert len(found.spots) == 2 and len(found.links) == 1, "two spots and a link were expected"
"""
_GATEWAY: Final = """
import sys
from volltrack_fiji.gateway import open_gateway
open_gateway(sys.argv[1], options=("-Xmx1g",))
"""
_MACRO: Final = "#@output String answer\nanswer = getVersion();\n"


def try_engine(folder: Path | None) -> str:
    """Let TrackMate find and link the cells of a tiny movie; return what was done.

    Parameters
    ----------
    folder
        Fiji; None for what Maven found in this checkout.

    Raises
    ------
    VollTrackError
        It does not work; the message says why.
    """
    n_jars = len(find_trackmate_jars(folder))
    if folder is not None:
        jar = require_trackmate(open_fiji(folder))
        with zipfile.ZipFile(jar.path) as archive:
            if _TRACKMATE not in archive.namelist():
                raise FijiUnusable(f"{jar.path}: holds no {_TRACKMATE}: is damaged")
    _run(_ENGINE, str(folder or ""))
    return f"found and linked the cells of a tiny movie, with {n_jars} jars"


def try_gateway(folder: Path) -> str:
    """Open a Fiji through pyimagej; return what was done.

    Raises
    ------
    VollTrackError
        It does not work; the message says why.
    """
    require_imagej(folder)
    _run(_GATEWAY, str(folder))
    return "opened through pyimagej"


def try_macro(folder: Path) -> str:
    """Run a macro of one line without a screen; return what was done.

    Raises
    ------
    VollTrackError
        It does not work; the message says why.
    """
    from volltrack_fiji.macros import run_macro

    with tempfile.TemporaryDirectory() as place:
        macro = Path(place) / "answer.ijm"
        macro.write_text(_MACRO, encoding="utf-8")
        found = run_macro(macro, fiji=folder, options=(_MEMORY,), timeout_s=_TIMEOUT_S)
    return f"a macro ran in ImageJ {found.outputs['answer']}"


def _run(code: str, folder: str) -> None:
    command = [sys.executable, "-c", code, folder]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MacroFailed(f"no answer within {_TIMEOUT_S:g} s") from error
    if done.returncode == 0:
        return
    said = drop_logging(done.stderr.splitlines()) or [f"the process ended with code {done.returncode}"]
    raise FijiUnusable(re.sub(r"^[\w.]+: ", "", said[-1]))  # without the name of the exception
