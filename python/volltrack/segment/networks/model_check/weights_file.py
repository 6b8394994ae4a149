"""Weights of a model: HDF5 with plain numbers and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from volltrack.errors import BadFile
from volltrack.segment.networks.model_check.network_size import MOST_WEIGHTS
from volltrack.segment.networks.packages import import_hdf5

__all__ = ["check_weights", "require_shapes"]

_MOST_OBJECTS = 20_000
_DEEPEST = 24
_MOST_ATTRIBUTE_BYTES = 2**24

_FILTERS = (1, 2, 3)
"""gzip, shuffle and checksum; HDF5 would load any other from a shared library."""

_OTHER = "optimizer_weights"
"""What a file of a whole model holds beside its weights; it is not read."""


def check_weights(file: Path) -> list[tuple[int, ...]]:
    """Return the shapes of the arrays in a file of weights; not one value is read.

    Raises
    ------
    BadFile
        If it is no HDF5 file or cut off; if it links to another file or keeps values in one; if it holds anything but
        numbers; if a filter of compression is none of HDF5's own; if it is too large; or if the description of the
        layers beside the weights names a Lambda layer, which is code.
    MissingPackage
        If h5py is not installed.
    """
    h5py = import_hdf5()
    if not file.is_file():
        raise BadFile("no file with weights; expected HDF5", path=file)
    try:
        if not h5py.is_hdf5(file):
            raise BadFile(_describe_other(file), path=file)
        with h5py.File(file, "r") as opened:
            arrays = list(_walk(h5py, opened, file))
            _refuse_code(opened, file)
    except BadFile:
        raise
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BadFile(f"broken or cut off ({reason}); copy the weights again", path=file) from error
    numbers = sum(_count(shape) for _, shape in arrays)
    if numbers > 4 * MOST_WEIGHTS:  # a file of a whole model holds the moments of its optimizer, too
        raise BadFile(
            f"holds {numbers:.3g} numbers ({4 * numbers / 1e9:.3g} GB), expected at most {4 * MOST_WEIGHTS:.3g}; "
            "take a smaller network",
            path=file,
        )
    return [shape for where, shape in arrays if not where.startswith(f"/{_OTHER}")]


def require_shapes(found: Iterable[tuple[int, ...]], expected: Iterable[tuple[int, ...]], file: Path) -> None:
    """Check that a file holds just the arrays that the network of ``config.json`` asks for.

    Raises
    ------
    BadFile
        Naming arrays that are missing or too many.
    """
    there, wanted = Counter(found), Counter(expected)
    missing, extra = wanted - there, there - wanted
    if missing:
        raise BadFile(
            f"does not fit config.json: lacks arrays of shape {_name_shapes(missing)} and has {_name_shapes(extra)} "
            "that it does not ask for; copy the two files again from the same model",
            path=file,
        )
    if extra:
        raise BadFile(
            f"does not fit config.json: has arrays of shape {_name_shapes(extra)} that it does not ask for; copy the "
            "two files again from the same model",
            path=file,
        )


def _name_shapes(shapes: Counter[tuple[int, ...]]) -> str:
    named = [f"{count} x {shape}" for shape, count in sorted(shapes.items())[:3]]
    return ", ".join(named) + (", ..." if len(shapes) > 3 else "") if named else "none"


def _count(shape: tuple[int, ...]) -> int:
    total = 1
    for n in shape:
        total *= n
    return total


def _describe_other(file: Path) -> str:
    """Return what a file that is no HDF5 seems to be."""
    with file.open("rb") as stream:
        head = stream.read(8)
    if not head:
        return "is empty: expected weights in HDF5; copy the weights again"
    if head.startswith(b"PK"):
        return "is a zip (a .keras model?): expected weights in HDF5, which hold no code; save them with save_weights"
    return "is no HDF5 file: expected weights as stardist, csbdeep and n2v save them; copy the weights again"


def _refuse_code(opened: Any, file: Path) -> None:
    """Check the description of the layers that a file of a whole model holds; it is not used, but tells of them."""
    description = opened.attrs.get("model_config")
    if description is None:
        return
    text = description.decode("utf-8", "replace") if isinstance(description, bytes) else str(description)
    try:
        parts = json.dumps(json.loads(text))
    except (ValueError, RecursionError):
        parts = text
    if "Lambda" in parts or "lambda" in parts:
        raise BadFile(
            "holds a Lambda layer, which is code: expected weights alone; save them with save_weights", path=file
        )


def _walk(h5py: Any, opened: Any, file: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield name and shape of each dataset; every group and link is looked at."""
    seen: set[Any] = set()
    waiting = [("", opened, 0)]
    count = 0
    while waiting:
        where, group, depth = waiting.pop()
        if group.id in seen:
            raise BadFile(f"group {where!r} holds itself: expected a tree of arrays; take another file", path=file)
        seen.add(group.id)
        _check_attributes(group, where, file)
        for name in group:
            count += 1
            place = f"{where}/{name}"
            if count > _MOST_OBJECTS or depth > _DEEPEST:
                raise BadFile(
                    f"holds more than {_MOST_OBJECTS} objects or {_DEEPEST} levels: expected the arrays of a network",
                    path=file,
                )
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise BadFile(
                    f"{place[:80]!r} is a link to another place or file: expected an array; save the weights again",
                    path=file,
                )
            item = group[name]
            if isinstance(item, h5py.Group):
                waiting.append((place, item, depth + 1))
            elif isinstance(item, h5py.Dataset):
                _check_array(item, place, file)
                _check_attributes(item, place, file)
                yield place, tuple(int(n) for n in item.shape)
            else:
                raise BadFile(f"{place[:80]!r} is a named type: expected arrays alone", path=file)


def _check_array(item: Any, place: str, file: Path) -> None:
    """Check that a dataset holds plain numbers in this very file."""
    settings = item.id.get_create_plist()
    if item.is_virtual or settings.get_external_count() > 0:
        raise BadFile(
            f"{place[:80]!r} keeps its values in another file: expected them here; save the weights again", path=file
        )
    filters = [settings.get_filter(i)[0] for i in range(settings.get_nfilters())]
    if any(f not in _FILTERS for f in filters):
        raise BadFile(
            f"{place[:80]!r} is compressed by filter {filters}: expected none or gzip; save the weights again",
            path=file,
        )
    if item.shape is None or item.dtype.kind not in "fiu" or item.dtype.itemsize > 8:
        raise BadFile(f"{place[:80]!r} holds {item.dtype}: expected an array of numbers", path=file)
    if item.dtype.kind != "f" and _count(item.shape) > 16:  # the state of a generator of random numbers is no more
        raise BadFile(f"{place[:80]!r} holds whole numbers ({item.dtype}): expected real ones", path=file)


def _check_attributes(item: Any, place: str, file: Path) -> None:
    """Check that attributes are small and hold texts or numbers."""
    for name in item.attrs:
        attribute = item.attrs.get_id(name)
        if (
            attribute.dtype.kind not in "fiuSO"
            or _count(attribute.shape or ()) * attribute.dtype.itemsize > _MOST_ATTRIBUTE_BYTES
        ):
            raise BadFile(
                f"attribute {name[:40]!r} of {place[:80]!r} is no short text: save the weights again", path=file
            )
