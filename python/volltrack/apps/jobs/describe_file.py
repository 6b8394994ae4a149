"""What a file holds, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from volltrack.apps.jobs.settings.run_file import read_run_file
from volltrack.errors import BadFile, MissingCalibration
from volltrack.io.calibration import describe_odd_pixels
from volltrack.io.image_rules import does_image_exist, is_image
from volltrack.io.images import inspect_image
from volltrack.io.settings_toml import settings_to_dict
from volltrack.io.tiff import TiffInfo
from volltrack.io.tracks import find_hidden_spots, find_kind, read_tracks_file
from volltrack.model import Calibration, KnownCalibration, VoxelSize
from volltrack.progress import OnProgress

__all__ = ["InfoJob", "describe_file"]


@dataclass(frozen=True, kw_only=True)
class InfoJob:
    """Say what a file holds.

    Parameters
    ----------
    file
        Any file or folder that VollTrack reads.
    scene
        Which image of several, by number (from 1) or name.
    """

    file: Path
    scene: str | None = None

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Return what the file says about itself; see `describe_file` for the errors."""
        return describe_file(self.file, scene=self.scene)


def describe_file(path: Path, *, scene: str | None = None) -> dict[str, Any]:
    """Return what a file says about itself; nothing is written.

    Parameters
    ----------
    path
        Any file or folder that VollTrack reads.
    scene
        Which image of several, by number (from 1) or name.

    Raises
    ------
    BadFile
        No such file, or one that VollTrack does not read.
    """
    if not does_image_exist(path):
        raise BadFile("no such file or folder", path=path)
    suffix = path.suffix.lower()
    if is_image(path):
        return _describe_image(path, scene)
    if suffix == ".toml":
        return {"kind": "settings", **settings_to_dict(read_run_file(path).settings)}
    return _describe_tracks(path)


def _describe_image(path: Path, scene: str | None) -> dict[str, Any]:
    found = inspect_image(path, scene=scene)
    known = found.known
    shape = found.shape_tzyx
    described = {
        "kind": f"image ({found.kind})",
        "axes": found.axes,
        "shape": list(found.shape),
        "frames, z, y, x": list(shape) if shape else "not clear: give --axes",
        "channels": found.n_channels,
        "type": str(found.dtype),
        "voxel_size_zyx": [_or_unknown(value) for value in (known.z, known.y, known.x)],
        "length_unit": _or_unknown(known.unit),
        "frame_interval": _or_unknown(known.frame_interval),
        "time_unit": _or_unknown(known.time_unit),
    }
    if known.z is not None or (known.y is not None and known.x is not None):
        size = VoxelSize(z=known.z or 1.0, y=known.y or 1.0, x=known.x or 1.0, unit=known.unit or "pixel")
        problem = describe_odd_pixels(size, has_depth=known.z is not None and (shape is None or shape[1] > 1))
        described |= {} if problem is None else {"beware": problem}
    if isinstance(found, TiffInfo):
        described |= {"scenes": list(found.scenes)} if found.scenes else {}
        return described | ({"missing": found.missing} if found.missing else {})
    return described | {"resolutions": found.n_levels, "labels": list(found.labels)}


def _describe_tracks(path: Path) -> dict[str, Any]:
    kind = find_kind(path)
    try:
        tracks = read_tracks_file(path, kind=kind, require_calibration=False)
        known = tracks.known or KnownCalibration.of(tracks.calibration)
    except MissingCalibration:  # the paper's table and masks of others: to be described they need no units
        size = Calibration.in_pixels().voxel_size.zyx
        tracks = read_tracks_file(path, kind=kind, voxel_size=size, unit="pixel", frame_interval=1.0, time_unit="frame")
        known = KnownCalibration()
    lineage = tracks.lineage
    frames = lineage.spots.frames
    steps = frames[lineage.target_rows] - frames[lineage.source_rows]
    result: dict[str, Any] = {
        "kind": kind,
        "spots": len(lineage.spots),
        "frames": f"{frames.min()} to {frames.max()}" if len(frames) else "none",
        "links": len(lineage.links),
        "tracks": lineage.n_tracks,
        "divisions": lineage.n_divisions,
        "merges": int(np.sum(lineage.in_degrees > 1)),
        "gaps": int(np.sum(steps > 1)),
        "unlinked_spots": int(np.sum(lineage.track_of_spot < 0)),
        "voxel_size_zyx": [_or_unknown(value) for value in (known.z, known.y, known.x)],
        "length_unit": _or_unknown(known.unit),
        "frame_interval": _or_unknown(known.frame_interval),
        "time_unit": _or_unknown(known.time_unit),
        "spot_features": list(lineage.spots.feature_keys),
    }
    if tracks.left_out:
        result["not_read"] = list(tracks.left_out)
    if tracks.document is not None:
        document = tracks.document
        image = "none" if document.image is None else document.image.filename or "none"
        visible = int(document.tracks["VISIBLE"].sum()) if len(document.tracks) else 0
        result |= {"trackmate_version": document.version, "image": image, "visible_tracks": visible}
    hidden = int(find_hidden_spots(tracks).sum())
    if hidden or tracks.document is not None:
        result["hidden_spots"] = hidden
    if tracks.notes:
        result["notes"] = list(tracks.notes)
    return result


def _or_unknown(value: Any) -> Any:
    return "not stated" if value is None else value
