"""All trainings of one data set, alone or together, in one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from volltrack.errors import BadSettings
from volltrack.progress import OnProgress
from volltrack.segment.networks.model_folder import ModelFolder, find_model
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train.patches import make_patches, read_patches, write_patches
from volltrack.segment.train.thresholds import ThresholdSearch, optimise_thresholds
from volltrack.segment.train.train_noise2void import train_noise2void
from volltrack.segment.train.train_star import train_star
from volltrack.segment.train.train_unet import train_unet
from volltrack.segment.train.training_pairs import TrainingPair
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = ["TRAINING_STEPS", "run_trainings"]

TRAINING_STEPS = ("patches", "unet", "star", "noise2void", "thresholds")
"""The steps in the order in which they run."""

_TRAIN: dict[str, Callable[..., ModelFolder]] = {
    "unet": train_unet,
    "star": train_star,
    "noise2void": train_noise2void,
}


def run_trainings(
    pairs: Sequence[TrainingPair],
    folder: str | os.PathLike[str],
    *,
    steps: Collection[str] = TRAINING_STEPS,
    patch_settings: PatchSettings | None = None,
    settings: TrainingSettings | Mapping[str, TrainingSettings] | None = None,
    search: ThresholdSearch | None = None,
    start: Mapping[str, ModelFolder] | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Run the steps that are asked for and return what each made.

    Parameters
    ----------
    pairs
        Labelled images, such as `volltrack.io.images.read_training_folder` finds. The thresholds are searched
        on them, too, when no others were kept aside.
    folder
        Gets ``patches.npz`` and a model folder for each network: ``unet``, ``star``, ``noise2void``. What an
        interrupted call left is used: patches are not cut again, trainings go on.
    steps
        Out of `TRAINING_STEPS`. A network without ``patches`` uses the patches that are there.
    patch_settings, search
        Defaults when not given.
    settings
        For all networks, or one for each by its step; defaults when not given.
    start
        Networks whose weights ``unet`` and ``star`` begin with.
    on_progress
        Told after each image or epoch.

    Returns
    -------
    dict
        For each step: the file of patches, the `ModelFolder`, or the thresholds.

    Raises
    ------
    BadSettings
        If a step is unknown; and as the trainings.
    BadFile
        If a step needs patches or a network that are not there.
    Cancelled
        If `on_progress` asks to stop; what was done is kept.
    """
    unknown = set(steps) - set(TRAINING_STEPS)
    if unknown or not steps:
        raise BadSettings(f"steps {sorted(steps)}: expected names out of {', '.join(TRAINING_STEPS)}")
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    made: dict[str, Any] = {}
    file = root / "patches.npz"
    if "patches" in steps:
        recipe = {"settings": asdict(patch_settings or PatchSettings()), "images": [pair.name for pair in pairs]}
        note = root / "patches.json"
        if not file.is_file():
            # first: patches that are there are those of the note
            note.write_text(json.dumps(recipe, indent=1), encoding="utf-8")
            write_patches(make_patches(pairs, patch_settings, on_progress=on_progress), file)
        elif note.is_file() and not _is_same(note, recipe):
            raise BadSettings(
                f"{file} was cut from other images or with other settings (see {note.name} beside it): remove it, or "
                "train into another folder"
            )
        made["patches"] = file
    for name, train in _TRAIN.items():
        if name in steps:
            chosen = settings.get(name) if isinstance(settings, Mapping) else settings
            begin = {"start": start[name]} if start and name in start else {}
            made[name] = train(read_patches(file), root / name, chosen, **begin, on_progress=on_progress)
    if "thresholds" in steps:
        network = StarNetwork(find_model(root / "star", "star"))
        made["thresholds"] = optimise_thresholds(network, pairs, search, on_progress=on_progress)
    return made


def _is_same(note: Path, recipe: dict[str, Any]) -> bool:
    """Return whether patches were cut by this recipe; settings that an older version did not know had the defaults."""
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
        kept["settings"] = json.loads(json.dumps(asdict(PatchSettings()))) | kept["settings"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(kept == json.loads(json.dumps(recipe)))
