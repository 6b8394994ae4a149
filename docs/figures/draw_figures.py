"""The pictures of the documentation, each made by this script: `make figures`, or `make figures FIGURES=demo.png`.

What they show is the synthetic movie of `volltrack demo`, but for ``celegans.png`` and ``own-training.png``, which need
the published cells and images in ``../shared/data``. What is needed on the way is kept in ``target/figures``. The two
windows need a display, or xvfb-run; their pictures depend on the fonts and the OpenGL of the machine.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
WORK = ROOT / "target" / "figures"
CELEGANS = ROOT.parent / "shared" / "data" / "celegans-cells" / "cells.csv"

PHASE_CONTRAST = ROOT.parent / "shared" / "data" / "real" / "usiigaci-t98g-phase-2d"

_log = logging.getLogger(__name__)


def call(*words: object) -> None:
    """Run a command of VollTrack in a process of its own: TensorFlow and a window do not share one."""
    subprocess.run([sys.executable, "-m", "volltrack.apps.cli.main", *map(str, words)], cwd=ROOT, check=True)


def make_demo() -> Path:
    """Return the folder of the demo; it is made where it is not there yet."""
    folder = WORK / "demo"
    if not (folder / "overview.png").exists():
        call("demo", "--out", folder, "--quiet")
    return folder


def draw_demo(target: Path) -> None:
    """Draw the overview of the demo, from its movie on."""
    shutil.rmtree(WORK / "demo", ignore_errors=True)
    shutil.copyfile(make_demo() / "overview.png", target)


def draw_celegans(target: Path) -> None:
    """Draw the overview that the README's command makes of the published cells."""
    if not CELEGANS.exists():
        _log.warning("%s is not there: %s stays as it is", CELEGANS, target.name)
        return
    words = ["--voxel-size", "1,0.09,0.09", "--length-unit", "µm", "--frame-interval", "1", "--time-unit", "min"]
    settings = ROOT / "docs" / "examples" / "celegans.toml"
    out = ["--out", WORK / "celegans.xml", "--picture", target, "--overwrite", "--quiet"]
    call("link", CELEGANS, "--settings", settings, *words, *out)


def draw_track_explorer(target: Path) -> None:
    """Draw the window with the explorer in front, on the track with the most divisions."""
    from window_pictures import draw_explorer

    draw_explorer(make_demo(), target)


def draw_track_editor(target: Path) -> None:
    """Draw the window with the editor in front, after a few edits."""
    from window_pictures import draw_editor

    draw_editor(make_demo(), WORK / "edited", target)


def draw_own_training(target: Path) -> None:
    """Draw what a network that was trained on six phase-contrast images finds in two others."""
    from own_training import draw_cells, make_network

    if not PHASE_CONTRAST.exists():
        _log.warning("%s is not there: %s stays as it is", PHASE_CONTRAST, target.name)
        return
    work = WORK / "own-training"
    star = make_network(PHASE_CONTRAST, work, call)
    draw_cells(PHASE_CONTRAST, work, star, {"026": (256, 256), "030": (256, 256)}, target, call)


FIGURES: dict[str, Callable[[Path], None]] = {
    "demo.png": draw_demo,
    "celegans.png": draw_celegans,
    "own-training.png": draw_own_training,
    "track-explorer.png": draw_track_explorer,
    "track-editor.png": draw_track_editor,
}
"""What makes which picture in ``docs/images``."""


def main() -> None:
    """Draw the figures that are named, or all."""
    parser = argparse.ArgumentParser(description="Draw the figures of the documentation.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)}; all where none is named")
    names = parser.parse_args().names or list(FIGURES)
    unknown = set(names) - set(FIGURES)
    if unknown:
        parser.error(f"no figure {', '.join(sorted(unknown))}: expected some of {', '.join(FIGURES)}")
    WORK.mkdir(parents=True, exist_ok=True)
    for name in names:
        FIGURES[name](IMAGES / name)


if __name__ == "__main__":
    main()
