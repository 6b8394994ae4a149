"""Training with its files: the settings are written next to the networks that they made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.io.images import read_training_folder
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.progress import OnProgress
from volltrack.segment.train.run_trainings import TRAINING_STEPS, run_trainings
from volltrack.segment.train.thresholds import ThresholdSearch
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = ["TrainFile", "TrainJob", "read_train_file"]


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


def read_train_file(path: Path | None, *, epochs: int | None = None) -> TrainFile:
    """Return the settings of a file, or the defaults without one; `epochs`, where given, in place of each network's.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.sections.read_settings_toml`.
    """
    settings = TrainFile() if path is None else read_settings_toml(path, TrainFile)
    if epochs is None:
        return settings
    return replace(
        settings, **{name: replace(getattr(settings, name), epochs=epochs) for name in ("unet", "star", "noise2void")}
    )


@dataclass(frozen=True, kw_only=True)
class TrainJob:
    """Train networks on a folder of pairs.

    Parameters
    ----------
    data
        Folder with ``Raw/`` and ``Segmentation/``.
    out
        Folder of the models; ``train.toml`` is written there, so that the training can be repeated.
    settings
        How each network learns.
    steps
        Which of `volltrack.segment.train.run_trainings.TRAINING_STEPS` are done.
    """

    data: Path
    out: Path
    settings: TrainFile = field(default_factory=TrainFile)
    steps: tuple[str, ...] = TRAINING_STEPS

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Train what is asked for and return where each network lies.

        Raises
        ------
        BadFile, BadTable, BadSettings, MissingPackage
            See the messages.
        OutputFailed, OutputLocked
            See `volltrack.apps.jobs.results.outputs.reserve_folder`.
        """
        settings, pairs = self.settings, read_training_folder(self.data)
        with reserve_folder(self.out):
            write_settings_toml(self.out / "train.toml", settings)
            made = run_trainings(
                pairs,
                self.out,
                steps=self.steps,
                patch_settings=settings.patches,
                settings={"unet": settings.unet, "star": settings.star, "noise2void": settings.noise2void},
                search=settings.thresholds,
                on_progress=on_progress,
            )
        return {"pairs": len(pairs), **{step: getattr(result, "path", result) for step, result in made.items()}}
