"""The one file from which an interrupted training goes on: weights, optimizer, best weights, schedule, history."""

from __future__ import annotations

import json
import math
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile

__all__ = ["CHECKPOINT", "PREVIOUS", "Checkpoint", "has_checkpoint", "read_checkpoint", "write_checkpoint"]

CHECKPOINT, PREVIOUS = "checkpoint.npz", "checkpoint.previous.npz"

_FORMAT = 1
_MOST_NOTE_BYTES = 2**26

Arrays = Sequence[npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Where a training stands after an epoch.

    Parameters
    ----------
    epochs_done
        How many epochs are finished, >= 1.
    weights, best_weights
        Arrays of the network after this epoch, and after the epoch of the least loss, in the network's own order.
    optimizer
        Arrays of the optimizer: steps done, learning rate, moments.
    best_loss
        Least loss on the patches that are kept aside; infinite where there is none yet.
    schedule
        ``best``, ``wait`` and ``cooldown_counter`` of the callback that halves the learning rate.
    history
        One row for each epoch: names of the columns with their values, as they stand in ``history.csv``.
    """

    epochs_done: int
    weights: Arrays
    best_weights: Arrays
    optimizer: Arrays
    best_loss: float = math.inf
    schedule: dict[str, float | None] = field(default_factory=dict)
    history: tuple[dict[str, str], ...] = ()


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint of a folder; the one before stays as ``checkpoint.previous.npz``.

    The file gets its name when it is on the disk. A process that dies in between leaves the old one, or none but the
    previous one, which `read_checkpoint` takes then.
    """
    note = {
        "format": _FORMAT,
        "epochs_done": checkpoint.epochs_done,
        "best_loss": checkpoint.best_loss if math.isfinite(checkpoint.best_loss) else None,
        "schedule": checkpoint.schedule,
        "history": checkpoint.history,
    }
    values = {"note": np.frombuffer(json.dumps(note).encode("utf-8"), np.uint8)}
    for letter, arrays in _by_letter(checkpoint.weights, checkpoint.best_weights, checkpoint.optimizer).items():
        values |= {f"{letter}{i}": np.asarray(array) for i, array in enumerate(arrays)}
    temporary, final = folder / f".{CHECKPOINT}", folder / CHECKPOINT
    with temporary.open("wb") as stream:
        np.savez(stream, **values)  # type: ignore[arg-type]
        stream.flush()
        os.fsync(stream.fileno())
    if final.is_file():
        final.replace(folder / PREVIOUS)
    temporary.replace(final)


def read_checkpoint(folder: Path, weights: Arrays, optimizer: Arrays) -> Checkpoint | None:
    """Return the checkpoint of a folder; None where there is none.

    Parameters
    ----------
    folder
        Of the model.
    weights, optimizer
        Arrays of the network and the optimizer that are to be trained: what is read must be of their shapes and types.

    Raises
    ------
    BadFile
        If the file is cut off, of another network or another program; it is not changed.
    """
    file = _find(folder)
    if file is None:
        return None
    try:
        with zipfile.ZipFile(file) as archive, np.load(file, allow_pickle=False) as kept:
            note = _read_note(archive, kept)
            groups = {
                letter: [_read_like(archive, kept, f"{letter}{i}", like) for i, like in enumerate(arrays)]
                for letter, arrays in _by_letter(weights, weights, optimizer).items()
            }
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        RecursionError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        other = folder / PREVIOUS
        remedy = (
            f"remove it to go on from {PREVIOUS}" if file != other and other.is_file() else "remove it to begin anew"
        )
        raise BadFile(
            f"is no checkpoint of this training ({reason}): {remedy}, or train into a new folder", path=file
        ) from error
    return Checkpoint(weights=groups["w"], best_weights=groups["b"], optimizer=groups["o"], **note)


def has_checkpoint(folder: Path) -> bool:
    """Whether a training stands in the folder."""
    return _find(folder) is not None


def _find(folder: Path) -> Path | None:
    return next((folder / name for name in (CHECKPOINT, PREVIOUS) if (folder / name).is_file()), None)


def _by_letter(weights: Arrays, best_weights: Arrays, optimizer: Arrays) -> dict[str, Arrays]:
    return {"w": weights, "b": best_weights, "o": optimizer}


def _read_note(archive: zipfile.ZipFile, kept: Any) -> dict[str, Any]:
    """Return the numbers of a checkpoint, each of the type that it must have."""
    shape, dtype = _read_header(archive, "note")
    if dtype != np.uint8 or len(shape) != 1 or shape[0] > _MOST_NOTE_BYTES:
        raise ValueError("its note is no text")
    note = json.loads(kept["note"].tobytes().decode("utf-8"))
    if not isinstance(note, dict) or note.get("format") != _FORMAT:
        raise ValueError("its note is of another program or version")
    history = [{str(k): str(v) for k, v in row.items()} for row in note["history"]]
    if int(note["epochs_done"]) < 1 or len(history) != int(note["epochs_done"]):
        raise ValueError(f"{note['epochs_done']} epochs done, {len(history)} in its history")
    schedule = {str(k): None if v is None else float(v) for k, v in note["schedule"].items()}
    best = math.inf if note["best_loss"] is None else float(note["best_loss"])
    return {
        "epochs_done": int(note["epochs_done"]),
        "best_loss": best,
        "schedule": schedule,
        "history": tuple(history),
    }


def _read_like(archive: zipfile.ZipFile, kept: Any, name: str, like: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array after its header was found to be that of `like`: no more memory is taken than that has."""
    shape, dtype = _read_header(archive, name)
    if shape != like.shape or dtype != like.dtype:
        raise ValueError(f"{name} is {dtype} {shape}, the network has {like.dtype} {like.shape}")
    array: npt.NDArray[Any] = kept[name]
    return array


def _read_header(archive: zipfile.ZipFile, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with archive.open(f"{name}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"{name} is an array of format {version}")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    return shape, dtype
