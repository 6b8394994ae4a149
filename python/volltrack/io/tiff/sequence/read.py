"""Movies in many TIFF files, one file opened at a time."""

from __future__ import annotations

import itertools
import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from volltrack.errors import BadFile, BadValue, VollTrackError
from volltrack.io.calibration import warn_of_pixels
from volltrack.io.image_rules import Layout, drop_last_missing, find_layout, find_sequence, list_frames, to_label_movie
from volltrack.io.tiff import TiffInfo, read_movie
from volltrack.io.tiff.frames import FrameReader
from volltrack.io.tiff.opening import TIFFFILE_ERRORS, Scene, quiet_tifffile
from volltrack.io.tiff.opening.page_list import require_finite_list
from volltrack.io.tiff.opening.scenes import choose_scene
from volltrack.io.tiff.sequence.names import Grid, order_files
from volltrack.io.tiff.stored import StoredImage, open_stored_image
from volltrack.io.tiff.writers import find_micromanager_calibration
from volltrack.model import Frame, KnownCalibration, LabelMovie, Movie

__all__ = ["inspect_sequence", "read_sequence_labels", "read_sequence_movie"]

_log = logging.getLogger(__name__)

_ADVICE = "The files of a sequence often do not say it: give it."


@dataclass(frozen=True, kw_only=True)
class _Sequence:
    """Files by frame, slice and channel; each holds `layout`."""

    files: Mapping[tuple[int, int, int], Path]
    times: Sequence[int]
    slices: Sequence[int]
    channels: Sequence[int]
    layout: Layout
    stored: StoredImage
    known: KnownCalibration
    scenes: Sequence[Scene]
    has_slices: bool
    numbered: bool

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(T, Z, Y, X)."""
        _, z, y, x = self.layout.shape_tzyx
        return (len(self.times), len(self.slices) if self.has_slices else z, y, x)

    @property
    def n_channels(self) -> int:
        """How many channels."""
        return len(self.channels) if len(self.channels) > 1 else self.layout.length("C")


def inspect_sequence(path: str | os.PathLike[str], *, scene: str | None = None) -> TiffInfo:
    """Return what a sequence of files says about itself; like `volltrack.io.tiff.inspect_tiff`."""
    found = _open(Path(path), None, scene, is_strict=True)
    if isinstance(found, Path):
        from volltrack.io.tiff import inspect_tiff

        return inspect_tiff(found, scene=scene)
    t, z, y, x = found.shape
    sizes = {"T": t, "Z": z, "C": found.n_channels, "Y": y, "X": x}
    axes = "".join(axis for axis in "TZCYX" if sizes[axis] > 1 or axis in "YX")
    lacking = sorted(set(_all_places(found)) - set(found.files))
    return TiffInfo(
        kind=f"{len(found.files)} files",
        axes=axes,
        shape=tuple(sizes[axis] for axis in axes),
        shape_tzyx=found.shape,
        n_channels=found.n_channels,
        dtype=found.stored.dtype.newbyteorder("="),
        known=found.known,
        scenes=tuple(each.describe() for each in found.scenes) if len(found.scenes) > 1 else (),
        missing=f"{len(lacking)} of {len(_all_places(found))} files are missing" if lacking else "",
    )


def read_sequence_movie(
    path: str | os.PathLike[str],
    *,
    channel: int = 1,
    axes: str | None = None,
    scene: str | None = None,
    is_scene_required: bool = True,
    keep_going: bool = False,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
) -> Movie:
    """Return a movie in many files; its frames are read when they are asked for.

    Parameters
    ----------
    path
        A folder of TIFF files, or a pattern such as ``img_*.tif``; see `volltrack.io.tiff.sequence.names.order_files`
        for how their names are understood.
    axes
        Order of the axes of one file; a letter more in front says what a number without a word in the names counts.
    scene
        Which position of the stage, by number (from 1) or name.
    keep_going
        Leave frames empty of which a file is missing, also those of gaps in the numbers, so that all keep their place.
    channel, is_scene_required, voxel_size, unit, frame_interval, time_unit
        As in `volltrack.io.tiff.read_movie`.

    Raises
    ------
    BadFile
        Files of different sizes or types, missing ones, names that do not say the place of a file.
    BadValue
        No such channel or position; axes that do not fit.
    MissingCalibration
        As in `volltrack.io.tiff.read_movie`.
    """
    found = _open(Path(path), axes, scene, is_strict=is_scene_required)
    given: dict[str, Any] = {
        "voxel_size": voxel_size,
        "unit": unit,
        "frame_interval": frame_interval,
        "time_unit": time_unit,
    }
    if isinstance(found, Path):  # an OME-TIFF in several files says itself what is where
        return read_movie(found, channel=channel, axes=axes, scene=scene, keep_going=keep_going, **given)
    if not 1 <= channel <= found.n_channels:
        raise BadValue(f"{path}: channel {channel} asked for, the image has channels 1 to {found.n_channels}")
    times = _fill_gaps(found.times, str(path), keep_going=keep_going)
    found = replace(found, times=times)
    incomplete = _find_incomplete(found, channel, Path(path), keep_going=keep_going)
    n_frames, missing = drop_last_missing(len(times), incomplete, str(path))
    if found.numbered and axes is None and found.shape[1] == 1:
        _log.info("%s: %d files, one for each time point; for slices give `axes='ZYX'`", path, len(found.files))
    known = found.known.overridden_by(KnownCalibration.given(**given))
    calibration = known.require(str(path), n_slices=found.shape[1], n_frames=n_frames, advice=_ADVICE)
    if voxel_size is None:
        warn_of_pixels(calibration.voxel_size, str(path), has_depth=found.shape[1] > 1)
    return Movie(
        shape=(n_frames, *found.shape[1:]),
        dtype=found.stored.dtype.newbyteorder("="),
        calibration=calibration,
        read_frame=partial(_read_frame, found, channel),
        name=str(path),
        missing=missing,
    )


def read_sequence_labels(
    path: str | os.PathLike[str], *, allow_whole_floats: bool = False, **options: Any
) -> LabelMovie:
    """Return labels in many files; like `read_sequence_movie` and `volltrack.io.tiff.read_label_movie`."""
    return to_label_movie(read_sequence_movie(path, **options), allow_whole_floats=allow_whole_floats)


def _open(path: Path, axes: str | None, scene: str | None, *, is_strict: bool) -> _Sequence | Path:
    """Return the sequence, or the file to open where its files name each other."""
    files = find_sequence(path)
    if not files:
        raise BadFile("no TIFF file of that name: expected files such as img_000.tif", path=path)
    stored = open_stored_image(files[0])
    if len(files) == 1 or (stored.kind == "ome" and len({id(p.parent) for p in stored.pages if p is not None}) > 1):
        return files[0]
    n_own = sum(n > 1 for n in stored.shape[:-2]) + 2 if stored.axes.endswith(("YX", "YXS")) else len(stored.shape)
    number_axis, own_axes = "T", axes
    if axes is not None and len(axes) == n_own + 1:
        number_axis, own_axes = axes[0].upper(), axes[1:]
        if number_axis not in "TZC":
            raise BadValue(f"{path}: `axes` {axes}: expected T, Z or C in front, for the files of the sequence")
    grid = order_files(files, path, number_axis)
    positions = grid.values("P")
    scenes = [
        Scene(
            number=number,
            name=f"position {value}",
            axes="TZ",
            shape=(len(grid.values("T")), len(grid.values("Z"))),
        )
        for number, value in enumerate(positions, start=1)
    ]
    chosen = positions[choose_scene(scenes, scene, path, is_strict=is_strict).number - 1]
    _require_alike(files, path)
    layout = _find_own_layout(stored, own_axes, grid, files[0])
    return _Sequence(
        files={place[1:]: file for place, file in grid.files.items() if place[0] == chosen},
        times=grid.values("T"),
        slices=grid.values("Z"),
        channels=grid.values("C"),
        layout=layout,
        stored=stored,
        known=stored.known.filled_with(_read_metadata(files[0].parent / "metadata.txt")),
        scenes=scenes,
        has_slices="Z" in grid.letters,
        numbered=grid.numbered,
    )


def _find_own_layout(stored: StoredImage, axes: str | None, grid: Grid, file: Path) -> Layout:
    """Return the axes of one file; of a stack that does not say what it counts, those are slices."""
    if axes is None and "Z" not in grid.letters:
        axes_known = stored.axes.replace("Q", "Z").replace("I", "Z")
        layout = find_layout(axes_known if axes_known.count("Z") == 1 else stored.axes, stored.shape, None, file)
    else:
        layout = find_layout(stored.axes, stored.shape, axes, file)
    if layout.length("T") > 1 and "T" in grid.letters:
        raise BadFile(
            f"holds {layout.length('T')} time points itself, and is one of {len(grid.values('T'))} by its name: "
            "expected one time point in each file; if these are slices, say so with `axes='ZYX'`",
            path=file,
        )
    if "Z" in grid.letters and layout.length("Z") > 1:
        raise BadFile(f"holds {layout.length('Z')} slices, and is one slice by its name: expected one", path=file)
    return layout


def _require_alike(files: Sequence[Path], path: Path) -> None:
    """Look at every file, so that nothing fails in the middle of the work."""
    first: tuple[Any, ...] = ()
    for file in files:
        try:
            require_finite_list(file)
            with quiet_tifffile(), tifffile.TiffFile(file) as opened:
                page = opened.pages.first
                found = (tuple(page.shape), page.dtype, len(opened.pages))
        except VollTrackError:
            raise
        except TIFFFILE_ERRORS as error:
            raise BadFile(f"a damaged or truncated TIFF ({error}): one of {path}", path=file) from error
        if not first:
            first = found
        if found != first:
            raise BadFile(
                f"{_describe(found)}, but {files[0].name} is {_describe(first)}: expected files of one size and type",
                path=file,
            )


def _describe(found: tuple[Any, ...]) -> str:
    shape, dtype, n_pages = found
    return f"{n_pages} x {' x '.join(map(str, shape))} of {dtype}"


def _fill_gaps(times: Sequence[int], name: str, *, keep_going: bool) -> list[int]:
    """Return the numbers of the frames; gaps are said, or kept open on request."""
    steps = sorted({b - a for a, b in itertools.pairwise(times)})
    if len(steps) < 2:
        return list(times)
    step = math.gcd(*steps)
    all_times = list(range(times[0], times[-1] + 1, step))
    gone = sorted(set(all_times) - set(times))
    if keep_going and len(all_times) < 1_000_000:
        return all_times
    shown = list_frames(gone[:1000]) if step == 1 else ", ".join(map(str, gone[:10]))
    _log.warning(
        "%s: the numbers of its files have gaps (%s): the frames are taken one after another, so that times behind a "
        "gap are too early; `keep_going` leaves these frames empty instead",
        name,
        shown,
    )
    return list(times)


def _all_places(found: _Sequence) -> list[tuple[int, int, int]]:
    return [(t, z, c) for t in found.times for z in found.slices for c in found.channels]


def _find_incomplete(found: _Sequence, channel: int, path: Path, *, keep_going: bool) -> dict[int, int]:
    """Return how many files each frame lacks."""
    channels = [found.channels[channel - 1]] if len(found.channels) > 1 else found.channels
    gone = [
        (at, (t, z, c))
        for at, t in enumerate(found.times)
        for z in found.slices
        for c in channels
        if (t, z, c) not in found.files
    ]
    if gone and not keep_going:
        t, z, c = gone[0][1]
        raise BadFile(
            f"{len(gone)} of {len(found.times) * len(found.slices) * len(channels)} files are missing, the first is "
            f"that of time {t}, slice {z}, channel {c}; find them, or give `keep_going` to use the "
            "frames that are whole",
            path=path,
        )
    counts: dict[int, int] = {}
    for at, _ in gone:
        counts[at] = counts.get(at, 0) + 1
    return counts


def _read_frame(found: _Sequence, channel: int, t: int) -> Frame:
    """Return frame t, (Z, Y, X), from its files."""
    c = found.channels[channel - 1] if len(found.channels) > 1 else found.channels[0]
    inner = 0 if len(found.channels) > 1 else channel - 1
    slices = found.slices if found.has_slices else found.slices[:1]
    planes = []
    for z in slices:
        file = found.files[found.times[t], z, c]
        stored = open_stored_image(file)
        if stored.shape != found.stored.shape or stored.dtype != found.stored.dtype or stored.missing.numbers:
            raise BadFile("changed, or is cut off: expected what the other files of its sequence are", path=file)
        planes.append(FrameReader(stored=stored, layout=found.layout, channel=inner)(0))
    return np.concatenate(planes, axis=0) if len(planes) > 1 else planes[0]


def _read_metadata(path: Path) -> KnownCalibration:
    """Return what Micro-Manager says in the file beside its images; nothing where there is none."""
    try:
        if path.stat().st_size > 2**28:
            return KnownCalibration()
        return find_micromanager_calibration(json.loads(path.read_text(encoding="utf-8", errors="replace")), None)
    except (OSError, ValueError, RecursionError):
        return KnownCalibration()
