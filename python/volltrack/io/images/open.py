"""Movies and labels in image files: OME-Zarr, TIFF, sequences of TIFF, told apart by `volltrack.io.image_rules`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.errors import BadFile, BadValue
from volltrack.io.image_rules import is_companion, is_sequence, is_zarr_image
from volltrack.model import LabelMovie, Movie
from volltrack.progress import OnProgress

if TYPE_CHECKING:
    from volltrack.io.ome_zarr import ZarrInfo
    from volltrack.io.tiff import TiffInfo

__all__ = ["inspect_image", "open_label_movie", "open_movie", "write_label_movie"]


def open_movie(path: str | os.PathLike[str], **options: Any) -> Movie:
    """Return one channel of a movie.

    Parameters
    ----------
    path
        A TIFF file, a folder or pattern of TIFF files, or an OME-Zarr folder.
    options
        ``channel``, ``axes``, ``scene``, ``is_scene_required``, ``keep_going``, ``voxel_size``, ``unit``,
        ``frame_interval``, ``time_unit``: see `volltrack.io.tiff.read_movie`,
        `volltrack.io.tiff.sequence.read_sequence_movie` and `volltrack.io.ome_zarr.read_zarr_movie`, for the errors
        too.
    """
    if _is_zarr(path):
        from volltrack.io.ome_zarr import read_zarr_movie

        path, rest = _choose_in_zarr(path, options)
        return read_zarr_movie(path, **rest)
    if is_sequence(path):
        from volltrack.io.tiff.sequence import read_sequence_movie

        return read_sequence_movie(path, **options)
    from volltrack.io.tiff import read_movie

    return read_movie(_find_first(path), **options)


def open_label_movie(path: str | os.PathLike[str], **options: Any) -> LabelMovie:
    """Return a label movie.

    Parameters
    ----------
    path
        A TIFF file, an OME-Zarr image of labels, or an OME-Zarr image with one image of labels in it.
    options
        Those of `open_movie`, and ``allow_whole_floats``: see `volltrack.io.tiff.read_label_movie` and
        `volltrack.io.ome_zarr.read_zarr_label_movie`, for the errors too.
    """
    if _is_zarr(path):
        from volltrack.io.ome_zarr import read_zarr_label_movie

        path, rest = _choose_in_zarr(path, options)
        return read_zarr_label_movie(path, **rest)
    if is_sequence(path):
        from volltrack.io.tiff.sequence import read_sequence_labels

        return read_sequence_labels(path, **options)
    from volltrack.io.tiff import read_label_movie

    return read_label_movie(_find_first(path), **options)


def write_label_movie(
    path: str | os.PathLike[str],
    movie: LabelMovie,
    *,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Write labels to the format that the name asks for.

    Parameters
    ----------
    path
        ``.tif``, ``.ome.tif``, ``.zarr``, or IMAGE/labels/NAME of an OME-Zarr image.
    movie, overwrite, on_progress
        As in `volltrack.io.tiff.write_label_movie` and `volltrack.io.ome_zarr.write_zarr_label_movie`.

    Raises
    ------
    BadValue, FileExists, OutputFailed
        See there.
    """
    if is_zarr_image(path):
        from volltrack.io.ome_zarr import write_zarr_label_movie

        write_zarr_label_movie(path, movie, overwrite=overwrite, on_progress=on_progress)
        return
    if Path(path).suffix.lower() not in (".tif", ".tiff"):
        raise BadValue(f"{path}: expected a name that ends in .tif, .ome.tif (TIFF) or .zarr (OME-Zarr)")
    from volltrack.io import tiff

    tiff.write_label_movie(path, movie, overwrite=overwrite, on_progress=on_progress)


def inspect_image(path: str | os.PathLike[str], *, scene: str | None = None) -> TiffInfo | ZarrInfo:
    """Return what an image says about itself, complete or not.

    Parameters
    ----------
    path
        As in `open_movie`.
    scene
        Which image of several, by number (from 1) or name; without it the only movie, or the first image.

    Raises
    ------
    BadFile
        No such image, or a damaged one.
    BadValue
        No image of that number or name.
    """
    if _is_zarr(path):
        from volltrack.io.ome_zarr import inspect_zarr
        from volltrack.io.ome_zarr.scenes import choose_image

        return inspect_zarr(choose_image(Path(path), scene, is_strict=False, is_any_fine=True))
    if is_sequence(path):
        from volltrack.io.tiff.sequence import inspect_sequence

        return inspect_sequence(path, scene=scene)
    from volltrack.io.tiff import inspect_tiff

    return inspect_tiff(_find_first(path), scene=scene)


def _choose_in_zarr(path: str | os.PathLike[str], options: Mapping[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Return the image of a zarr with several, and the options that its reader knows: a lost chunk is always told."""
    from volltrack.io.ome_zarr.scenes import choose_image

    rest = dict(options)
    scene, is_strict = rest.pop("scene", None), rest.pop("is_scene_required", True)
    rest.pop("keep_going", None)
    return choose_image(Path(path), scene, is_strict=is_strict), rest


def _find_first(path: str | os.PathLike[str]) -> Path:
    """Return the TIFF to open: the file, or the first one that the description of an OME-TIFF in files names."""
    path = Path(path)
    if not is_companion(path):
        return path
    from volltrack.io.tiff.opening.ome_images import read_ome_images

    images = read_ome_images(path.read_text(encoding="utf-8", errors="replace"), path)
    names = [name for image in images for name in image.files]
    found = next((path.parent / name for name in names if (path.parent / name).is_file()), None)
    if found is None:
        raise BadFile(
            f"none of the files that it names is beside it ({', '.join(names[:5])}): put them there", path=path
        )
    return found


def _is_zarr(path: str | os.PathLike[str]) -> bool:
    """Whether to read `path` as zarr; folders of other kinds are refused."""
    path = Path(path)
    if is_zarr_image(path):
        return True
    if path.is_file() or is_sequence(path):
        return False
    found = "a folder" if path.is_dir() else "no such file"
    raise BadFile(
        f"{found}: expected an image file (.tif), a folder or pattern of TIFF files, or an OME-Zarr folder (.zarr)",
        path=path,
    )
