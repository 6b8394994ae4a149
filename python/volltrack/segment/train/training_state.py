"""What a training leaves behind after each epoch, so that it can be watched, repeated and resumed."""

from __future__ import annotations

import contextlib
import csv
import json
import logging
import math
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from volltrack.errors import BadFile, BadSettings
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.model_check import check_weights, require_shapes
from volltrack.segment.models import ModelFolder
from volltrack.segment.network_packages import import_network_package, quiet_libraries
from volltrack.segment.train.training_settings import TrainingSettings

__all__ = ["fit_resumably", "seed_networks"]

_LOG = logging.getLogger(__name__)

_SETTINGS, _STATE, _OPTIMIZER, _HISTORY = "training.json", "state.json", "optimizer.npz", "history.csv"


def seed_networks(seed: int) -> None:
    """Make what TensorFlow, numpy and Python draw from now on repeatable."""
    import_network_package("keras").utils.set_random_seed(seed % 2**32)


def fit_resumably(
    model: Any,
    settings: TrainingSettings,
    fit: Callable[[int], Any],
    *,
    recipe: dict[str, Any],
    task: str,
    start: ModelFolder | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Train a model of stardist, csbdeep or n2v from where its folder stands up to `settings.epochs`.

    After each epoch the folder holds ``weights_now.h5``, ``weights_best.h5``, the state of the optimiser, a line more
    in ``history.csv`` and a new ``loss.png``; ``training.json`` says with what settings. Called again with the same
    settings it goes on after the last finished epoch; with more epochs, too.

    Parameters
    ----------
    model
        Of the library, with its folder made and not yet prepared for training.
    settings
        How it learns.
    fit
        Runs the library's `train` for so many epochs.
    recipe
        More of what the result depends on; kept in ``training.json`` and compared on resuming.
    task
        Name for the progress.
    start
        A trained network of the same build, whose weights a new training begins with.
    on_progress
        Told after each epoch; when it asks to stop, the epochs so far are kept.

    Raises
    ------
    BadSettings
        If the folder holds a training with other settings.
    BadFile
        If what it holds of an unfinished training cannot be read, or the weights to start with do not fit.
    Cancelled
        If `on_progress` asks to stop.

    Notes
    -----
    A resumed training goes on with the same weights, learning rate and moments of the optimiser; patches are drawn
    anew, so it is not the same to the last digit as one without a break.
    """
    folder = Path(model.logdir)
    state = _read_state(folder)
    begun_from = {} if start is None else {"start": start.name}
    wanted = json.loads(json.dumps({"settings": asdict(settings), "recipe": recipe | begun_from}))
    if state["epochs_done"] > 0:
        _require_same(folder, wanted)
    _write_json(folder / _SETTINGS, wanted)
    done = int(state["epochs_done"])
    report_progress(on_progress, task, done, settings.epochs)
    if done >= settings.epochs:
        _LOG.info("%s: %d epochs done already", folder, done)
        return
    seed_networks(settings.seed + 7919 * done)
    shown = sys.stdout

    def report(epochs_done: int) -> None:
        with contextlib.redirect_stdout(shown):  # whoever watches may print
            report_progress(on_progress, task, epochs_done, settings.epochs)

    with quiet_libraries():
        if settings.half_precision:
            _compute_in_half(model.keras_model)
        model.prepare_for_training()
        if done > 0:
            _restore(model, folder, float(state["best_loss"]))
        elif start is not None:
            _begin_with(model, start)
        model.callbacks.append(_keeper(model, folder, state, report))
        fit(settings.epochs - done)


def _keeper(model: Any, folder: Path, state: dict[str, Any], report: Callable[[int], None]) -> Any:
    """Return the Keras callback that keeps the state after each epoch."""
    callbacks = import_network_package("keras").callbacks
    first = int(state["epochs_done"])

    class KeepState(callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            done = first + epoch + 1
            losses = {k: float(v) for k, v in (logs or {}).items() if np.ndim(v) == 0}
            if not math.isfinite(losses.get("loss", 0.0)):
                raise BadSettings(
                    f"{folder}: the loss became NaN or infinite in epoch {done}: take a smaller learning_rate"
                )
            values = {f"v{i}": np.asarray(v) for i, v in enumerate(model.keras_model.optimizer.variables)}
            temporary = folder / f".{_OPTIMIZER}"
            with temporary.open("wb") as file:
                np.savez(file, **values)  # type: ignore[arg-type]
            temporary.replace(folder / _OPTIMIZER)
            model.keras_model.save_weights(str(folder / "weights_now.h5"))
            state["epochs_done"] = done
            state["best_loss"] = min(float(state["best_loss"]), losses.get("val_loss", math.inf))
            _append_history(folder / _HISTORY, done, losses)
            _write_json(folder / _STATE, state)
            _plot_losses(folder)
            report(done)

    return KeepState()


def _compute_in_half(network: Any) -> None:
    """Let all layers but those of the outputs compute in bfloat16."""
    policy = import_network_package("keras").DTypePolicy("mixed_bfloat16")
    outputs = set(network.output_names)
    for layer in network.layers:
        if layer.name not in outputs:
            layer.dtype_policy = policy


def _begin_with(model: Any, start: ModelFolder) -> None:
    """Set the weights to those of another network."""
    try:
        shapes = check_weights(start.weights)
        require_shapes(shapes, (tuple(w.shape) for w in model.keras_model.weights), start.weights)
        model.keras_model.load_weights(str(start.weights))
    except (OSError, ValueError, KeyError) as error:
        raise BadFile(
            f"these weights do not fit the network that is trained ({error}); start with one of the same depth, "
            "kernel, filters, rays and grid",
            path=start.weights,
        ) from error


def _restore(model: Any, folder: Path, best_loss: float) -> None:
    """Set weights, optimiser and the best loss so far to where an unfinished training stood."""
    now = folder / "weights_now.h5"
    weights = now if now.is_file() else folder / "weights_last.h5"
    try:
        model.keras_model.load_weights(str(weights))
        optimizer = model.keras_model.optimizer
        optimizer.build(model.keras_model.trainable_variables)
        with np.load(folder / _OPTIMIZER) as kept:
            for i, variable in enumerate(optimizer.variables):
                variable.assign(kept[f"v{i}"])
    except (OSError, ValueError, KeyError) as error:
        raise BadFile(
            f"the unfinished training cannot be read ({error}); train into a new folder", path=weights
        ) from error
    for callback in model.callbacks:
        if getattr(callback, "save_best_only", False):
            callback.best = best_loss


def _read_state(folder: Path) -> dict[str, Any]:
    """Return epochs done and best loss of the folder; none yet in a new one."""
    file = folder / _STATE
    if not file.is_file():
        return {"epochs_done": 0, "best_loss": 1e30}
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
        return {"epochs_done": int(state["epochs_done"]), "best_loss": float(state["best_loss"])}
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(
            f"the state of the training cannot be read ({error}); train into a new folder", path=file
        ) from error


def _require_same(folder: Path, wanted: dict[str, Any]) -> None:
    """Check that the folder was trained with the same settings, but for the number of epochs."""
    kept = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
    kept["settings"] = asdict(TrainingSettings()) | kept.get("settings", {})  # of an older version
    differ = [
        f"{key} = {wanted[part].get(key)!r} (there: {kept.get(part, {}).get(key)!r})"
        for part in ("settings", "recipe")
        for key in sorted(wanted[part].keys() | kept.get(part, {}).keys())
        if key != "epochs" and wanted[part].get(key) != kept.get(part, {}).get(key)
    ]
    if differ:
        raise BadSettings(
            f"{folder} holds a training with other settings: {', '.join(differ)}. "
            "Take the same settings to resume it, or another folder"
        )


def _append_history(file: Path, epoch: int, losses: dict[str, float]) -> None:
    """Add one line to the table of losses."""
    is_new = not file.is_file()
    with file.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        if is_new:
            writer.writerow(["EPOCH", *(k.upper() for k in losses)])
        writer.writerow([epoch, *(f"{v:.6g}" for v in losses.values())])


def _plot_losses(folder: Path) -> None:
    """Draw the loss of training and validation over the epochs."""
    from matplotlib.figure import Figure

    with (folder / _HISTORY).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, words in (("LOSS", "training"), ("VAL_LOSS", "validation")):
        axes.plot([int(r["EPOCH"]) for r in rows], [float(r.get(name) or "nan") for r in rows], label=words)
    axes.set(xlabel="epoch", ylabel="loss", title=folder.name)
    axes.legend()
    figure.savefig(folder / "loss.png", dpi=100)


def _write_json(file: Path, content: dict[str, Any]) -> None:
    """Write a file so that it is either complete or the old one."""
    temporary = file.with_name(f".{file.name}")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    os.replace(temporary, file)
