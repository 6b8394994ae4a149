"""Lineages with masks as folders of the Cell Tracking Challenge."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from volltrack.errors import BadFile, BadValue
from volltrack.io.ctc.masks import open_masks
from volltrack.io.ctc.paint import paint_balls, relabel_frame
from volltrack.io.ctc.table import TRACK_FILES, CtcTracks, format_tracks, read_tracks
from volltrack.io.ctc.tracklets import link_tracks, number_tracks
from volltrack.io.outputs import replace_folder
from volltrack.io.tiff import write_label_movie
from volltrack.measure import MeasureSettings, measure_movie
from volltrack.model import Calibration, KnownCalibration, LabelMovie, Lineage, Spots
from volltrack.progress import OnProgress, track_progress

__all__ = ["CtcFolder", "is_ctc_folder", "read_ctc", "write_ctc"]

_log = logging.getLogger(__name__)

_MOST_MASKS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CtcFolder:
    """What a folder of the challenge holds.

    Parameters
    ----------
    lineage
        One spot per mask; ``LABEL`` is the track's label.
    labels
        The masks; frames before the first or between masks are read as they stand in the folder.
    calibration
        As given.
    """

    lineage: Lineage
    labels: LabelMovie
    calibration: Calibration


def is_ctc_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a result or a ground truth of the challenge."""
    return _find_table(Path(path)) is not None


def read_ctc(
    path: str | os.PathLike[str],
    *,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
    settings: MeasureSettings | None = None,
    on_progress: OnProgress | None = None,
) -> CtcFolder:
    """Return the lineage in a folder of the challenge.

    Parameters
    ----------
    path
        Folder with ``res_track.txt`` and ``mask000.tif`` ... or ``man_track.txt`` and ``man_track000.tif`` ...; also
        the folder above its ``TRA``.
    voxel_size, unit, frame_interval, time_unit
        The challenge does not store them; masks that VollTrack wrote carry them.
    settings
        What to measure in each mask.
    on_progress
        Called after each frame.

    Raises
    ------
    BadFile
        Missing files, masks of different shapes, a track without masks, a mask without a track.
    MissingCalibration
        See `volltrack.io.tiff.read_movie`.
    """
    table = _find_table(Path(path))
    if table is None:
        raise BadFile(f"no {' or '.join(TRACK_FILES)} there: expected a folder of the challenge", path=path)
    tracks = read_tracks(table)
    labels = open_masks(table.parent, KnownCalibration.given(voxel_size, unit, frame_interval, time_unit))
    spots = measure_movie(labels, settings=settings or MeasureSettings(), on_progress=on_progress)
    _require_same_tracks(spots, tracks, labels.n_frames, table)
    lineage = Lineage(spots=spots, links=link_tracks(spots, tracks))
    return CtcFolder(lineage=lineage, labels=labels, calibration=labels.calibration)


def write_ctc(
    path: str | os.PathLike[str],
    lineage: Lineage,
    *,
    calibration: Calibration,
    labels: LabelMovie | None = None,
    shape: tuple[int, int, int, int] | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Write a result folder: ``res_track.txt`` and one mask per frame, compressed.

    Parameters
    ----------
    path
        The folder; appears only when it is complete.
    lineage
        Spots without a link become tracks of one frame. A track is cut at gaps; of merging links one stays.
    calibration
        Stored in the masks, where ImageJ and VollTrack find it.
    labels
        The movie that the spots were measured in; each mask keeps its shape. Without it every spot becomes a ball of
        its ``RADIUS``.
    shape
        (T, Z, Y, X) of the masks; needed without `labels`.
    overwrite
        Whether an existing folder may be replaced.
    on_progress
        Called after each frame.

    Raises
    ------
    BadTable, BadValue
        Spots that do not fit the image; see `volltrack.io.ctc.paint`.
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_folder`.
    """
    spots = lineage.spots
    shape = labels.shape if labels is not None else shape
    if shape is None:
        raise BadValue("masks of unknown size: give the label movie, or the shape (T, Z, Y, X) of the image")
    if spots.n_frames > shape[0]:
        raise BadValue(f"spots up to frame {spots.n_frames - 1}, but the image has {shape[0]} frames")
    if shape[0] > _MOST_MASKS:
        raise BadValue(
            f"{shape[0]} frames, each of which would be a file: expected up to {_MOST_MASKS}; are the frames numbered "
            "0, 1, 2 ...?"
        )
    track, tracks = number_tracks(lineage)
    count = len(tracks.label)
    if count > 65535:
        _log.warning("%d tracks: masks become 32-bit, which programs of the challenge may not read", count)
    digits = max(3, len(str(shape[0] - 1)))
    order = np.argsort(spots.frames, kind="stable")
    bounds = np.searchsorted(spots.frames[order], np.arange(shape[0] + 1))
    with replace_folder(path, overwrite=overwrite) as folder:
        for t in track_progress(range(shape[0]), on_progress, f"write {Path(path).name}", shape[0]):
            rows = order[bounds[t] : bounds[t + 1]]
            if labels is not None:
                frame = relabel_frame(labels, t, spots, rows, track)
            else:
                frame = paint_balls(shape[1:], calibration, spots, rows, track)
            mask = LabelMovie.from_array(frame[np.newaxis], calibration)
            write_label_movie(folder / f"mask{t:0{digits}d}.tif", mask, max_label=count)
        (folder / TRACK_FILES[0]).write_text(format_tracks(tracks), encoding="ascii")


def _find_table(path: Path) -> Path | None:
    """Return the text file of the tracks in `path` or in its ``TRA``."""
    for folder in (path, path / "TRA"):
        for name in TRACK_FILES:
            if (folder / name).is_file():
                return folder / name
    return None


def _require_same_tracks(spots: Spots, tracks: CtcTracks, n_frames: int, table: Path) -> None:
    """Check masks against the text: every mask has a track that lives then, every track a first and a last mask."""
    if len(tracks.last_frame) and tracks.last_frame.max() >= n_frames:
        raise BadFile(f"a track ends in frame {tracks.last_frame.max()}, but there are {n_frames} masks", path=table)
    lives = {
        int(a): (int(b), int(c)) for a, b, c in zip(tracks.label, tracks.first_frame, tracks.last_frame, strict=True)
    }
    seen = set(zip(spots.table["LABEL"].tolist(), spots.frames.tolist(), strict=True))
    for label, frame in sorted(seen, key=lambda pair: pair[::-1]):
        first, last = lives.get(int(label), (0, -1))
        if not first <= frame <= last:
            raise BadFile(
                f"frame {frame} has a mask of label {int(label)}, which is no track of that frame", path=table
            )
    for label, ends in lives.items():
        for frame in ends:
            if (label, frame) not in seen:
                raise BadFile(f"track {label} has no mask in frame {frame}, where it begins or ends", path=table)
