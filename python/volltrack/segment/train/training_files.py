"""What can be seen of a training: settings, weights for use, table and plot of the losses; made from the checkpoint."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from volltrack.segment.networks.packages import quiet_libraries
from volltrack.segment.train.checkpoint import Checkpoint

__all__ = ["HISTORY", "make_library_model", "write_json", "write_results", "write_scale"]

HISTORY = "history.csv"


def make_library_model(library_class: Any, config: Any, folder: Path) -> Any:
    """Return a model of stardist, csbdeep or n2v whose folder holds its ``config.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    with quiet_libraries():
        model = library_class(config, name=folder.name, basedir=None)
    write_json(folder / "config.json", vars(config), indent=None)
    model.basedir, model.logdir = folder.parent, folder
    return model


def write_scale(folder: Path, diameters_px: tuple[float, float]) -> None:
    """Write ``volltrack.json``: the diameter of the cells that the network sees, and of those in the images given."""
    seen, given = diameters_px
    if seen > 0:
        write_json(folder / "volltrack.json", {"cell_diameter_px": seen, "image_cell_diameter_px": given})


def write_results(model: Any, folder: Path, checkpoint: Checkpoint, *, is_best: bool) -> None:
    """Bring the files of the folder to where the checkpoint stands.

    Parameters
    ----------
    model
        Of the library; its weights are those of the checkpoint.
    folder
        Of the model.
    checkpoint
        Where the training stands.
    is_best
        Whether its weights are new as the best ones; else ``weights_best.h5`` is right as it is.
    """
    if is_best:
        _write_atomically(folder / "weights_best.h5", lambda file: _save_best(model, file, checkpoint))
    _write_atomically(
        folder / HISTORY, lambda file: file.write_text(_as_csv(checkpoint.history), encoding="utf-8", newline="")
    )
    _write_atomically(folder / "loss.png", lambda file: _plot_losses(file, folder.name, checkpoint.history))


def write_json(file: Path, content: dict[str, Any], *, indent: int | None = 1) -> None:
    """Write a file so that it is either complete or the old one."""
    _write_atomically(
        file, lambda temporary: temporary.write_text(json.dumps(content, indent=indent), encoding="utf-8")
    )


def _write_atomically(file: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file under another name, which gets its own when it is complete."""
    temporary = file.with_name(
        f".tmp-{file.suffix[1:]}{file.suffix}"
    )  # no name under which a library looks for weights
    write(temporary)
    os.replace(temporary, file)


def _save_best(model: Any, file: Path, checkpoint: Checkpoint) -> None:
    """Save the best weights in the format that the libraries read; the model gets its own back."""
    network = model.keras_model
    with quiet_libraries():
        for variable, value in zip(network.weights, checkpoint.best_weights, strict=True):
            variable.assign(value)
        network.save_weights(str(file))
        for variable, value in zip(network.weights, checkpoint.weights, strict=True):
            variable.assign(value)


def _as_csv(history: Sequence[dict[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(history[0]) if history else [], extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(history)
    return stream.getvalue()


def _plot_losses(file: Path, title: str, history: Sequence[dict[str, str]]) -> None:
    """Draw the loss of training and validation over the epochs."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, words in (("LOSS", "training"), ("VAL_LOSS", "validation")):
        losses = [float(row.get(name) or "nan") for row in history]
        axes.plot([int(row["EPOCH"]) for row in history], losses, label=words)
    axes.set(xlabel="epoch", ylabel="loss", title=title)
    axes.legend()
    figure.savefig(file, dpi=100)
