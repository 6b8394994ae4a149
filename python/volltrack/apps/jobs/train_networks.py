"""Training with its files: the settings are written next to the networks that they made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.errors import BadSettings
from volltrack.io.images import read_training_folder
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.networks.model_folder import ModelFolder, open_model_folder, registered_models
from volltrack.segment.train.plan import plan_trainings
from volltrack.segment.train.run_trainings import TRAINING_STEPS, run_trainings
from volltrack.segment.train.thresholds import ThresholdSearch
from volltrack.segment.train.training_pairs import TrainingPair
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = ["TrainFile", "TrainJob", "read_train_file"]

_NETWORKS = ("unet", "star", "noise2void")


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


def read_train_file(path: Path) -> TrainFile:
    """Return the settings of a file.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.sections.read_settings_toml`.
    """
    return read_settings_toml(path, TrainFile)


@dataclass(frozen=True, kw_only=True)
class TrainJob:
    """Train networks on a folder of pairs.

    Parameters
    ----------
    data
        Folder of images with labels; see `volltrack.io.images.read_training_folder`.
    out
        Folder of the models; ``train.toml`` is written there, so that the training can be repeated.
    settings
        How each network learns; chosen from the images when not given: see
        `volltrack.segment.train.plan.plan_trainings`.
    steps
        Which of `volltrack.segment.train.run_trainings.TRAINING_STEPS` are done; when not given, those of the plan, or
        all with `settings`.
    epochs
        In place of the settings' or the plan's.
    minutes
        Minutes of one core for the plan; see there.
    start
        Folders or names of networks, at most one StarDist and one U-Net, that the training begins with.
    """

    data: Path
    out: Path
    settings: TrainFile | None = None
    steps: tuple[str, ...] | None = None
    epochs: int | None = None
    minutes: float | None = None
    start: tuple[str, ...] = ()

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Train what is asked for and return where each network lies.

        Raises
        ------
        BadFile, BadTable, BadSettings, MissingPackage
            See the messages.
        OutputFailed, OutputLocked
            See `volltrack.apps.jobs.results.outputs.reserve_folder`.
        """
        start = _find_start(self.start)
        pairs = read_training_folder(self.data)
        settings, steps, why = self._choose(pairs, start)
        with reserve_folder(self.out):
            report_progress(on_progress, why, 0, 1)
            write_settings_toml(self.out / "train.toml", settings)
            made = run_trainings(
                pairs,
                self.out,
                steps=steps,
                patch_settings=settings.patches,
                settings={"unet": settings.unet, "star": settings.star, "noise2void": settings.noise2void},
                search=settings.thresholds,
                start=start,
                on_progress=on_progress,
            )
        results = {step: getattr(result, "path", result) for step, result in made.items()}
        return {"pairs": len(pairs), "plan": why, **results}

    def _choose(
        self, pairs: list[TrainingPair], start: dict[str, ModelFolder]
    ) -> tuple[TrainFile, tuple[str, ...], str]:
        """Return the settings, the steps, and what they come from in a line."""
        steps: tuple[str, ...]
        if self.settings is not None:
            if self.minutes is not None:
                raise BadSettings("`minutes` and settings: give one of the two; in settings, `epochs` says how long")
            settings, steps, why = self.settings, TRAINING_STEPS, "settings as given"
        else:
            plan = plan_trainings(pairs, minutes=self.minutes, start=next(iter(start.values()), None))
            settings = TrainFile(
                patches=plan.patches,
                unet=plan.network,
                star=plan.network,
                noise2void=plan.network,
                thresholds=plan.search,
            )
            steps, why = plan.steps, plan.why
        if self.epochs is not None:
            epochs = self.epochs
            settings = replace(settings, **{n: replace(getattr(settings, n), epochs=epochs) for n in _NETWORKS})
            why += f"; {epochs} epochs as asked"
        return settings, self.steps or steps, why


def _find_start(names: tuple[str, ...]) -> dict[str, ModelFolder]:
    """Return the networks to begin with by the step that trains such a one.

    Raises
    ------
    BadFile
        If one is not found.
    BadSettings
        If two are of one kind, or one is of a kind that cannot be begun with.
    """
    found: dict[str, ModelFolder] = {}
    for name in names:
        folder = open_model_folder(registered_models().get(name, Path(name)))
        if folder.kind == "noise2void" or folder.kind in found:
            raise BadSettings(
                f"`start` {', '.join(names)}: expected at most one StarDist and one U-Net, {name} is {folder.kind}"
            )
        found[folder.kind] = folder
    return found
