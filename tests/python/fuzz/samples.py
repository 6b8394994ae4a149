"""The small valid files that are mutated, and the commands that each format is put through."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
from mutations import Random, mutate, pick

from volltrack.apps.cli.main import main
from volltrack.apps.cli.terminal import events
from volltrack.io.ome_zarr import write_zarr_label_movie, write_zarr_movie
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

Words = tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """A valid file or folder and what is done with it; the word FILE stands for its mutated copy."""

    name: str
    kind: str  # of `mutations.OF_KIND`; of a folder "binary", as its chunks are
    commands: tuple[Words, ...]


LABELS = (("info", "FILE"), ("measure", "FILE", "--out", "t.csv"), ("link", "FILE", "--out", "t.xml"))
RAW = (("info", "FILE"), ("measure", "labels.tif", "--raw", "FILE", "--out", "t.csv"))
TISSUE = (("info", "FILE"), ("measure", "labels.tif", "--tissue", "FILE", "--out", "t.csv"))
TABLE = (
    ("info", "FILE"),
    ("convert", "FILE", "t.xml"),
    ("link", "FILE", "--out", "t.xml"),
    ("convert", "FILE", "t.geff"),
)
PAPER = ("--voxel-size", "1,1,1", "--length-unit", "µm", "--frame-interval", "1", "--time-unit", "min")
XML = (
    ("info", "FILE"),
    ("check", "FILE"),
    ("convert", "FILE", "t.csv"),
    ("convert", "FILE", "t.xml"),
    ("convert", "FILE", "t.geff"),
    ("prune", "FILE", "--min-tracklet-length", "2", "--out", "t.xml"),
)
TOML = (("info", "FILE"), ("link", "cells.csv", "--settings", "FILE", "--out", "t.xml"))
GEFF = (("info", "FILE"), ("convert", "FILE", "t.xml"), ("convert", "FILE", "t.csv"))

SAMPLES: dict[str, tuple[Sample, ...]] = {
    "xml": (Sample("tracks.xml", "xml", XML),),
    "csv": (
        Sample("cells.csv", "lines", TABLE),
        Sample("tracks.csv", "lines", TABLE),
        Sample("tracks.paper.csv", "lines", (("info", "FILE"), ("convert", "FILE", "t.xml", *PAPER))),
    ),
    "tiff-plain": (
        Sample("labels.tif", "binary", LABELS),
        Sample("movie.tif", "binary", RAW),
        Sample("tissue.ome.tif", "binary", TISSUE),
    ),
    "tiff-compressed": (
        Sample("labels_zlib.tif", "binary", LABELS),
        Sample("movie_tiles.ome.tif", "binary", RAW),
        Sample("labels_lzw.ome.tif", "binary", TISSUE),
    ),
    "zarr-0.4": (Sample("movie4.zarr", "binary", RAW), Sample("labels4.zarr", "binary", LABELS)),
    "zarr-0.5": (Sample("movie5.zarr", "binary", RAW), Sample("labels5.zarr", "binary", LABELS)),
    "geff": (Sample("tracks.geff", "binary", GEFF),),
    "toml": (Sample("run.toml", "lines", TOML), Sample("results.toml", "lines", TOML)),
    "job": tuple(
        Sample(f"{name}.json", "json", (("job", "FILE"),)) for name in ("info", "link", "measure", "convert", "check")
    ),
}
"""By the name of the format."""

_JOBS = {
    "info": {"file": "tracks.xml"},
    "check": {"file": "tracks.xml"},
    "link": {"cells": "cells.csv", "preset": "trackmate", "min_tracklet_length": 2, "unit": "frames", "out": "t.xml"},
    "measure": {"labels": "labels.tif", "raw": "movie.tif", "voxel_size": [1, 2, 2.5], "out": "t.csv"},
    "convert": {"input": "cells.csv", "output": "t.xml", "frame_interval": 2.5, "time_unit": "min"},
}


COLUMNS = ("ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS", "LABEL", "PARENT_ID")


def write_samples(folder: Path) -> None:
    """Write all samples into the folder, which must be the working folder, in the ways that users have."""
    made = make_tissue_movie(
        SyntheticSettings(seed=5, n_frames=4, shape_zyx=(4, 32, 32), n_cells=4, cell_diameter_um=7.0, n_debris=1)
    )
    labels, raw = made.labels, made.raw
    write_label_movie(folder / "labels.tif", labels)
    write_movie(folder / "movie.tif", raw)
    write_label_movie(folder / "tissue.ome.tif", made.tissue.labels)
    write_label_movie(folder / "labels_zlib.tif", labels, compress=True)
    for version in ("0.4", "0.5"):
        write_zarr_movie(folder / f"movie{version[-1]}.zarr", raw, version=version)
        write_zarr_label_movie(folder / f"labels{version[-1]}.zarr", labels, version=version)
    size = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0, "TimeIncrement": 5.0}
    metadata = {"axes": "TZYX", "TimeIncrementUnit": "min", **size}
    frames = np.stack([raw.frame(t) for t in range(raw.n_frames)])
    tiles = {"tile": (16, 16), "compression": "zlib", "predictor": True}
    tifffile.imwrite("movie_tiles.ome.tif", frames, metadata=metadata, photometric="minisblack", **tiles)
    frames = np.stack([labels.frame(t) for t in range(labels.n_frames)]).astype(np.uint16)
    tifffile.imwrite(
        "labels_lzw.ome.tif", frames, metadata=metadata, photometric="minisblack", compression="lzw", rowsperstrip=10
    )
    for words in (
        ("measure", "labels.tif", "--raw", "movie.tif", "--tissue", "tissue.ome.tif", "--out", "cells.csv"),
        ("link", "labels.tif", "--raw", "movie.tif", "--out", "tracks.xml"),
        ("convert", "tracks.xml", "tracks.csv"),
        ("convert", "tracks.xml", "tracks.paper.csv"),
        ("run", "movie.tif", "--labels", "labels.tif", "--tissue", "tissue.ome.tif", "--out", "results"),
    ):
        _call(*words)
    # a property is a group of arrays in a GEFF, and each takes time
    few = pd.read_csv("tracks.csv", comment="#")[[*COLUMNS]]
    units = (folder / "tracks.csv").read_text(encoding="utf-8").partition("\n")[0]
    (folder / "few.csv").write_text(f"{units}\n{few.to_csv(index=False)}", encoding="utf-8")
    _call("convert", "few.csv", "tracks.geff")
    shutil.copy("results/run.toml", "results.toml")
    (folder / "run.toml").write_text(
        "[filter]\nmin_volume = 4.0\n\n[link]\nkind = 'LinkSettings'\nmax_distance = 9.5\nsplitting = true\n"
        "feature_penalties = { QUALITY = 0.3 }\n\n[prune]\nmin_tracklet_length = 2\nunit = 'frames'\n"
    )
    for command, arguments in _JOBS.items():
        (folder / f"{command}.json").write_text(json.dumps({"command": command, "arguments": arguments}, indent=1))


def call_samples() -> None:
    """Put every valid sample through its commands, which must all end well."""
    for sample in (sample for samples in SAMPLES.values() for sample in samples):
        for words in sample.commands:
            _call(*(sample.name if word == "FILE" else word for word in words))
            for name in ("t.xml", "t.csv", "t.toml", "t.geff"):
                if Path(name).is_dir():
                    shutil.rmtree(name)
                Path(name).unlink(missing_ok=True)


def _call(*words: str) -> None:
    events._state["on"] = False
    if main([*words, "--quiet"]) != 0:
        raise RuntimeError(f"{words}: a valid sample is refused")


def mutate_sample(sample: Sample, folder: Path, rng: Random) -> tuple[str, str]:
    """Write a mutated copy of a sample beside it; return its name and what was done."""
    source = folder / sample.name
    copy = source.with_name(f"m_{source.name}")
    if source.is_file():
        data, how = mutate(source.read_bytes(), sample.kind, rng)
        copy.write_bytes(data)
        return copy.name, how
    shutil.copytree(source, copy)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    texts = [path for path in files if path.name in (".zattrs", ".zarray", ".zgroup", ".zmetadata", "zarr.json")]
    file = pick(rng, texts if rng.random() < 0.75 else files)
    if rng.random() < 0.08:
        file.unlink()
        return copy.name, f"{file.relative_to(copy)} removed"
    data, how = mutate(file.read_bytes(), "json" if file in texts else "binary", rng)
    file.write_bytes(data)
    return copy.name, f"{how} in {file.relative_to(copy)}"
