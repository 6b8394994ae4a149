"""Movies to OME-Zarr, frame by frame."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import zarr
from zarr.codecs import BloscCodec

from volltrack.errors import BadFile, BadValue
from volltrack.io.image_rules import check_labels, choose_label_type, find_image_of_labels
from volltrack.io.ome_zarr.locate import ome_part
from volltrack.io.ome_zarr.multiscales import describe_multiscales
from volltrack.io.ome_zarr.pyramid import Factor, plan_factors, shrink_labels, shrink_raw
from volltrack.io.outputs import replace_folder
from volltrack.model import Frame, LabelMovie, Movie
from volltrack.progress import OnProgress, track_progress

__all__ = ["ZarrVersion", "write_zarr_label_movie", "write_zarr_movie"]

ZarrVersion: TypeAlias = Literal["0.4", "0.5"]
"""0.4 is stored as zarr v2, which every reader knows; 0.5 as zarr v3."""

_CHUNK: Final = (32, 256, 256)
"""Voxels of one chunk along (z, y, x); always of one frame."""


def write_zarr_movie(
    path: str | os.PathLike[str],
    movie: Movie,
    *,
    version: ZarrVersion = "0.4",
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Write a movie with its calibration and coarser resolutions (block means); one frame is held at a time.

    Axes are t, z, y, x, without z in 2D movies. Chunks hold one frame of 32 x 256 x 256 voxels, compressed (Blosc:
    zstd with shuffle). Every chunk is stored, also an empty one, so that a lost one is found when it is read.

    Parameters
    ----------
    path
        A folder, usually ``.zarr``. Appears only when it is complete.
    movie
        Frames are taken in time order, each once.
    version
        See `ZarrVersion`.
    overwrite
        Whether an existing folder may be replaced.
    on_progress
        Called after each frame.

    Raises
    ------
    BadValue
        No frames, voxels that are no numbers, or another version.
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_folder`.
    """
    _require_version(version)
    _require_writable(movie)
    with replace_folder(path, overwrite=overwrite) as temporary:
        _write(temporary, movie, version, Path(path).stem, shrink_raw, {}, on_progress)


def write_zarr_label_movie(
    path: str | os.PathLike[str],
    movie: LabelMovie,
    *,
    version: ZarrVersion | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Write labels as an image of their own, or into an image; like `write_zarr_movie`.

    A path IMAGE/labels/NAME, where IMAGE is an OME-Zarr image, adds the labels to that image. Labels of up to 16 bits
    keep their type, others become int32. Coarser resolutions take every second voxel.

    Parameters
    ----------
    path, movie, overwrite, on_progress
        As in `write_zarr_movie`.
    version
        As in `write_zarr_movie`; None is that of the image, or 0.4.

    Raises
    ------
    BadValue, FileExists, OutputFailed
        As in `write_zarr_movie`; also labels below 0 or above 2^31 - 1, another version than that of the image.
    """
    path = Path(path)
    image = find_image_of_labels(path)
    details: dict[str, Any] = {} if image is None else {"source": {"image": "../../"}}
    fitting: ZarrVersion = "0.4" if image is None else _version_of(image)
    if image is not None and version not in (None, fitting):
        raise BadValue(f"OME-Zarr version {version!r} into an image of {fitting!r}: expected one version in one image")
    version = version or fitting
    _require_version(version)
    _require_writable(movie)
    dtype = np.dtype(np.uint8) if movie.dtype.kind == "b" else choose_label_type(movie, allow_whole_floats=False)

    def read_frame(t: int) -> Frame:
        try:
            return check_labels(movie.frame(t), t, movie.name, dtype).astype(dtype, copy=False)
        except BadFile as error:
            raise BadValue(str(error)) from error

    labels = LabelMovie(
        shape=movie.shape, dtype=dtype, calibration=movie.calibration, read_frame=read_frame, name=movie.name
    )
    if image is not None:
        _list_label(image, None, version)
    with replace_folder(path, overwrite=overwrite) as temporary:
        _write(temporary, labels, version, path.stem, shrink_labels, {"image-label": details}, on_progress)
    if image is not None:
        _list_label(image, path.name, version)


def _write(
    folder: Path,
    movie: Movie,
    version: ZarrVersion,
    name: str,
    shrink: Callable[[Frame, Factor], Frame],
    extra: dict[str, Any],
    on_progress: OnProgress | None,
) -> None:
    """Write arrays, then the metadata that makes an image of them."""
    n_frames, *rest = movie.shape
    shape = (rest[0], rest[1], rest[2])
    factors = plan_factors(shape, movie.calibration.voxel_size)
    axes = "tyx" if movie.is_2d else "tzyx"
    group = zarr.create_group(folder, zarr_format=_format_of(version), overwrite=True)
    steps: list[Factor] = []
    arrays = []
    for number, factor in enumerate(factors):
        if number:
            z, y, x = (f // before for f, before in zip(factor, factors[number - 1], strict=True))
            steps.append((z, y, x))
            shape = (shape[0] // z, shape[1] // y, shape[2] // x)
        arrays.append(_create_array(group, str(number), axes, (n_frames, *shape), movie.dtype, version))
    for t, read in enumerate(track_progress(movie.frames(), on_progress, f"write {name}", n_frames)):
        frame = read
        if frame.dtype != movie.dtype:
            raise BadFile(f"a frame of type {frame.dtype} in a movie of {movie.dtype}", path=movie.name)
        for number, array in enumerate(arrays):
            if number:
                frame = shrink(frame, steps[number - 1])
            array[t] = frame[0] if movie.is_2d else frame
    attributes = describe_multiscales(
        axes,
        movie.calibration,
        factors,
        name=name,
        version=version,
        method="nearest" if extra else "mean",
        is_centred=not extra,
    )
    if version == "0.4":
        attributes |= {key: {"version": version, **value} for key, value in extra.items()}
    else:
        attributes["ome"] |= extra
    group.attrs.put(attributes)


def _create_array(
    group: Any, name: str, axes: str, shape: tuple[int, ...], dtype: np.dtype[Any], version: ZarrVersion
) -> Any:
    """Make one array, chunked for reading frame by frame."""
    chunk = (1, *(max(min(n, c), 1) for n, c in zip(shape[1:], _CHUNK, strict=True)))
    keep = [axis in axes for axis in "tzyx"]
    options: dict[str, Any]
    if version == "0.4":
        options = {
            "compressors": {"id": "blosc", "cname": "zstd", "clevel": 5, "shuffle": 1, "blocksize": 0},
            "chunk_key_encoding": {"name": "v2", "separator": "/"},
        }
    else:
        options = {
            "compressors": BloscCodec(cname="zstd", clevel=5, shuffle="shuffle"),
            "dimension_names": list(axes),
        }
    return group.create_array(
        name,
        shape=tuple(n for n, is_kept in zip(shape, keep, strict=True) if is_kept),
        chunks=tuple(n for n, is_kept in zip(chunk, keep, strict=True) if is_kept),
        dtype=dtype,
        fill_value=0,
        config={"write_empty_chunks": True},
        **options,
    )


def _list_label(image: Path, name: str | None, version: ZarrVersion) -> None:
    """Add `name` to the labels that an image lists; make the list when there is none."""
    folder = image / "labels"
    group = zarr.open_group(folder, mode="a", zarr_format=_format_of(version))
    names = [str(known) for known in ome_part(group.attrs).get("labels", ())]
    if name is not None and name not in names:
        names.append(name)
    attributes = {"labels": names}
    group.attrs.update(attributes if version == "0.4" else {"ome": {"version": version, **attributes}})


def _version_of(image: Path) -> ZarrVersion:
    """Return the version to write into an image: both must be stored in one version of zarr."""
    return "0.5" if (image / "zarr.json").is_file() else "0.4"


def _format_of(version: ZarrVersion) -> Literal[2, 3]:
    return 2 if version == "0.4" else 3


def _require_version(version: str) -> None:
    if version not in ("0.4", "0.5"):
        raise BadValue(f"OME-Zarr version {version!r}: expected '0.4' or '0.5'")


def _require_writable(movie: Movie) -> None:
    if movie.n_frames == 0:
        raise BadValue(f"{movie.name}: a movie without frames; nothing to write")
    if movie.dtype.kind not in "iufb":
        raise BadValue(f"{movie.name}: voxels of type {movie.dtype}: expected numbers")
