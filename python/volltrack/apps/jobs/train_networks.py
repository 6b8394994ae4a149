"""Training with its files: the settings are written next to the networks that they made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.io.training_folder import read_training_folder
from volltrack.progress import OnProgress
from volltrack.segment.train.run_trainings import run_trainings
from volltrack.segment.train.thresholds import ThresholdSearch
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = ["TrainFile", "train_networks"]


@dataclass(frozen=True, kw_only=True)
class TrainFile:
    """The sections of ``train.toml``.

    Parameters
    ----------
    patches
        How patches are cut and multiplied.
    unet, star, noise2void
        How each network learns.
    thresholds
        Where StarDist's thresholds are looked for.
    """

    patches: PatchSettings = field(default_factory=PatchSettings)
    unet: TrainingSettings = field(default_factory=TrainingSettings)
    star: TrainingSettings = field(default_factory=TrainingSettings)
    noise2void: TrainingSettings = field(default_factory=TrainingSettings)
    thresholds: ThresholdSearch = field(default_factory=ThresholdSearch)


def train_networks(
    data: Path,
    out: Path,
    *,
    steps: Collection[str],
    settings_file: Path | None = None,
    epochs: int | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Train networks on a folder of pairs and return where each lies.

    Parameters
    ----------
    data
        Folder with ``Raw/`` and ``Segmentation/``.
    out
        Folder of the models; ``train.toml`` is written there, so that the training can be repeated.
    steps
        See `volltrack.segment.train.run_trainings.run_trainings`.
    settings_file
        Settings to use; defaults when not given.
    epochs
        In place of the settings'.
    on_progress
        Told after each image or epoch.

    Raises
    ------
    BadFile, BadTable, BadSettings, MissingPackage
        See the messages.
    OutputFailed, OutputLocked
        See `volltrack.apps.jobs.results.outputs.reserve_folder`.
    """
    settings = TrainFile() if settings_file is None else read_settings_toml(settings_file, TrainFile)
    if epochs is not None:
        chosen = {name: replace(getattr(settings, name), epochs=epochs) for name in ("unet", "star", "noise2void")}
        settings = replace(settings, **chosen)
    pairs = read_training_folder(data)
    with reserve_folder(out):
        write_settings_toml(out / "train.toml", settings)
        made = run_trainings(
            pairs,
            out,
            steps=steps,
            patch_settings=settings.patches,
            settings={"unet": settings.unet, "star": settings.star, "noise2void": settings.noise2void},
            search=settings.thresholds,
            on_progress=on_progress,
        )
    return {"pairs": len(pairs), **{step: getattr(result, "path", result) for step, result in made.items()}}
