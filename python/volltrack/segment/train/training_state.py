"""A training that may be stopped at any moment and ends as if it had not been."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile, BadSettings
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.networks.model_check import check_weights, require_shapes
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import import_network_package, quiet_libraries
from volltrack.segment.train.checkpoint import Checkpoint, has_checkpoint, read_checkpoint, write_checkpoint
from volltrack.segment.train.learning_rate import make_rate_callback
from volltrack.segment.train.repeatable_batches import RepeatableBatches
from volltrack.segment.train.training_files import write_json, write_results
from volltrack.segment.train.training_settings import TrainingSettings

__all__ = ["fit_resumably", "seed_networks"]

_LOG = logging.getLogger(__name__)

_SETTINGS, _OLD_STATE = "training.json", "state.json"

_SCHEDULE = ("best", "wait", "cooldown_counter")


def seed_networks(seed: int) -> None:
    """Make what TensorFlow, numpy and Python draw from now on repeatable."""
    import_network_package("keras").utils.set_random_seed(seed % 2**32)


def fit_resumably(
    model: Any,
    settings: TrainingSettings,
    fit: Callable[[int], Any],
    *,
    batches: RepeatableBatches,
    steps: int,
    recipe: dict[str, Any],
    task: str,
    start: ModelFolder | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Train a model of stardist, csbdeep or n2v from where its folder stands up to `settings.epochs`.

    After each epoch the folder holds ``checkpoint.npz`` with all that a training needs to go on, written whole or not
    at all, and what is made from it: ``weights_best.h5``, ``history.csv`` and ``loss.png``. ``training.json`` says with
    what settings. Called again with the same settings it goes on after the last finished epoch; with more epochs, too.

    Parameters
    ----------
    model
        From `make_library_model`, not yet prepared for training.
    settings
        How it learns.
    fit
        Runs the library's `train` for so many epochs.
    batches
        Where `fit` takes its randomness from.
    steps
        Batches of an epoch.
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
    A resumed training ends with the same weights as one without a break, bit by bit where TensorFlow computes on one
    thread; on several it adds in an order of its own.
    """
    folder = Path(model.logdir)
    begun_from = {} if start is None else {"start": start.name}
    wanted = json.loads(json.dumps({"settings": asdict(settings), "recipe": recipe | begun_from}))
    with quiet_libraries():
        if settings.half_precision:
            _compute_in_half(model.keras_model)
        model.prepare_for_training()
        _drop_library_files(model)
        model.keras_model.optimizer.build(model.keras_model.trainable_variables)
    if has_checkpoint(folder):
        _require_same(folder, wanted)
    checkpoint = _read_state(model, folder)
    write_json(folder / _SETTINGS, wanted)
    if checkpoint is not None:
        _restore(model, checkpoint)
        write_results(model, folder, checkpoint, is_best=True)  # a process that died may have left older ones
    elif start is not None:
        _begin_with(model, start)
    done = 0 if checkpoint is None else checkpoint.epochs_done
    report_progress(on_progress, task, done, settings.epochs)
    if done >= settings.epochs:
        _LOG.info("%s: %d epochs done already", folder, done)
        return
    shown = sys.stdout, sys.stderr

    def report(epochs_done: int) -> None:
        with contextlib.redirect_stdout(shown[0]), contextlib.redirect_stderr(shown[1]):  # whoever watches may print
            report_progress(on_progress, task, epochs_done, settings.epochs)

    seed_networks(settings.seed)  # the libraries draw what they measure the loss on
    set_rate = make_rate_callback(settings, steps=steps, first=done * steps, has_start=start is not None)
    with quiet_libraries(), batches.from_step(done * steps):
        if settings.fall == "cosine":
            _drop_halving(model)
        model.callbacks.append(set_rate)
        model.callbacks.append(_keeper(model, folder, checkpoint, report))
        fit(settings.epochs - done)


def _keeper(model: Any, folder: Path, last: Checkpoint | None, report: Callable[[int], None]) -> Any:
    """Return the Keras callback that keeps the state after each epoch, and takes up the schedule of the last one."""
    callbacks = import_network_package("keras").callbacks
    first = 0 if last is None else last.epochs_done
    halving = next((c for c in model.callbacks if isinstance(c, callbacks.ReduceLROnPlateau)), None)
    state = {"checkpoint": last}

    class KeepState(callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
            if last is not None and halving is not None:
                for name in _SCHEDULE:
                    value = last.schedule.get(name)
                    setattr(halving, name, value if value is None or name == "best" else int(value))

        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            done = first + epoch + 1
            losses = {k: float(v) for k, v in (logs or {}).items() if np.ndim(v) == 0}
            if not math.isfinite(losses.get("loss", 0.0)):
                raise BadSettings(
                    f"{folder}: the loss became NaN or infinite in epoch {done}: take a smaller learning_rate"
                )
            before = state["checkpoint"]
            weights = _copy_values(model.keras_model.weights)
            loss = losses.get("val_loss", math.inf)
            is_best = before is None or loss < before.best_loss
            row = {"EPOCH": str(done)} | {k.upper(): f"{v:.6g}" for k, v in losses.items()}
            schedule = {name: getattr(halving, name, None) for name in _SCHEDULE}
            now = Checkpoint(
                epochs_done=done,
                weights=weights,
                best_weights=weights if before is None or is_best else before.best_weights,
                optimizer=_copy_values(model.keras_model.optimizer.variables),
                best_loss=loss if before is None or is_best else before.best_loss,
                schedule={k: None if v is None else float(v) for k, v in schedule.items()},
                history=(*(() if before is None else before.history), row),
            )
            write_checkpoint(now, folder)
            state["checkpoint"] = now
            write_results(model, folder, now, is_best=is_best)
            report(done)

    return KeepState()


def _copy_values(variables: Any) -> list[npt.NDArray[Any]]:
    """Return the values of variables of Keras."""
    return [np.array(v.numpy()) for v in variables]


def _drop_library_files(model: Any) -> None:
    """Let the library write no weights of its own: it writes into the file in place, and a kill leaves half of it."""
    saver = import_network_package("keras").callbacks.ModelCheckpoint
    model.callbacks = [c for c in model.callbacks if not isinstance(c, saver)]
    model._training_finished = lambda: None


def _drop_halving(model: Any) -> None:
    """Leave the learning rate to its schedule."""
    halving = import_network_package("keras").callbacks.ReduceLROnPlateau
    model.callbacks = [c for c in model.callbacks if not isinstance(c, halving)]


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
        with quiet_libraries():
            model.keras_model.load_weights(str(start.weights))
    except (OSError, ValueError, KeyError) as error:
        raise BadFile(
            f"these weights do not fit the network that is trained ({error}); start with one of the same depth, "
            "kernel, filters, rays and grid",
            path=start.weights,
        ) from error


def _read_state(model: Any, folder: Path) -> Checkpoint | None:
    """Return where the training of the folder stands; None in a new one."""
    network = model.keras_model
    checkpoint = read_checkpoint(folder, _copy_values(network.weights), _copy_values(network.optimizer.variables))
    if checkpoint is None and (folder / _OLD_STATE).is_file():
        raise BadFile(
            "an older VollTrack began this training and kept its state in other files: train into a new folder, or "
            "remove this file to begin anew",
            path=folder / _OLD_STATE,
        )
    return checkpoint


def _restore(model: Any, checkpoint: Checkpoint) -> None:
    """Set weights and optimizer to where an unfinished training stood."""
    network = model.keras_model
    for variables, values in (
        (network.weights, checkpoint.weights),
        (network.optimizer.variables, checkpoint.optimizer),
    ):
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


def _require_same(folder: Path, wanted: dict[str, Any]) -> None:
    """Check that the folder was trained with the same settings, but for the number of epochs."""
    file = folder / _SETTINGS
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        kept["settings"] = asdict(TrainingSettings()) | kept.get("settings", {})  # of an older version
        kept["recipe"] = dict(kept.get("recipe", {}))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BadFile(
            f"the settings of the training cannot be read ({error}); train into a new folder", path=file
        ) from error
    differ = [
        f"{key} = {wanted[part].get(key)!r} (there: {kept[part].get(key)!r})"
        for part in ("settings", "recipe")
        for key in sorted(wanted[part].keys() | kept[part].keys())
        if key != "epochs" and wanted[part].get(key) != kept[part].get(key)
    ]
    if differ:
        raise BadSettings(
            f"{folder} holds a training with other settings: {', '.join(differ)}. "
            "Take the same settings to resume it, or another folder"
        )
