"""How networks are trained on given images where nobody says it: sensible sizes for planes, the paper's for stacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from volltrack.errors import BadSettings
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.train.patches import measure_cell_diameter
from volltrack.segment.train.thresholds import ThresholdSearch
from volltrack.segment.train.training_pairs import TrainingPair
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = ["PLANE_MINUTES", "TrainingPlan", "plan_trainings"]

PLANE_MINUTES = 40.0
"""Minutes of one core that a training of planes takes, about, where nobody says more or less."""

_SECONDS_PER_STEP = 0.41
"""Of StarDist with 32 filters and 4 patches of 160 x 160, on one core of an Intel Xeon of 2023."""

_STEPS_PER_EPOCH = 100

_LARGEST_PATCH, _LEAST_PATCH = 160, 32

_PIXELS_PER_STEP = 4 * 160 * 160

_MOST_PATCHES = 900

_SMALLEST_CELL_PX, _LARGEST_CELL_PX = 15.0, 30.0
"""Between these diameters cells stay as they are; a network of depth 3 sees about three of them at once."""


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """What is trained, and how.

    Parameters
    ----------
    patches
        How patches are cut.
    network
        How each network learns.
    search
        How the thresholds are searched.
    why
        One line that says it.
    steps
        Out of `volltrack.segment.train.run_trainings.TRAINING_STEPS`.
    """

    patches: PatchSettings
    network: TrainingSettings
    search: ThresholdSearch
    why: str
    steps: tuple[str, ...] = ("patches", "unet", "star", "noise2void", "thresholds")


def plan_trainings(
    pairs: Sequence[TrainingPair], *, minutes: float | None = None, start: ModelFolder | None = None
) -> TrainingPlan:
    """Return how to train on the images; all labels are read once.

    Parameters
    ----------
    pairs
        Labelled images, all planes or all stacks.
    minutes
        Minutes of one core that the training of planes may take, about, > 0; `PLANE_MINUTES` when not given.
    start
        The network whose weights the training begins with: its build, and its size of cells, are taken.

    Raises
    ------
    BadSettings
        If `minutes` is not above 0, or given for stacks; or planes and stacks are mixed; or the images are too small.
    BadTable
        If there is no labelled cell.
    BadFile, BadValue, ShapeMismatch
        See `TrainingPair.load`.

    Notes
    -----
    The number of steps follows from the minutes by a fixed time per step, not from this machine, so that the same
    command given again goes on with the same training.
    """
    shapes = {pair.name: pair.load()[0].shape for pair in pairs}
    if any(shape[0] > 1 for shape in shapes.values()):
        if minutes is not None:
            raise BadSettings(f"`minutes` = {minutes:g} for stacks: it counts for planes only; give `epochs`")
        network = TrainingSettings() if start is None else replace(TrainingSettings(), **_build_of(start))
        return TrainingPlan(
            patches=PatchSettings(), network=network, search=ThresholdSearch(), why="stacks: as in the paper"
        )
    minutes = PLANE_MINUTES if minutes is None else minutes
    if not minutes > 0:
        raise BadSettings(f"`minutes` = {minutes:g}: expected a number above 0")
    given = measure_cell_diameter(pairs)
    wanted = min(max(given, _SMALLEST_CELL_PX), _LARGEST_CELL_PX)
    if start is not None and start.cell_diameter_px is not None:
        wanted = start.cell_diameter_px
    wanted = round(wanted, 1)
    patch = _choose_patch(shapes, wanted / given)
    batch = min(max(round(_PIXELS_PER_STEP / patch**2), 1), 9)
    seconds = _SECONDS_PER_STEP * batch * patch**2 / _PIXELS_PER_STEP
    epochs = max(1, round(60 * minutes / seconds / _STEPS_PER_EPOCH))
    network = TrainingSettings(
        epochs=epochs,
        steps_per_epoch=_STEPS_PER_EPOCH,
        batch_size=batch,
        learning_rate=8e-4 if start is None else 2e-4,
        warm_up_steps=100 if start is None else None,
        fall="cosine",
        vary="contrast",
        first_filters=32,
        rays=32,
        grid_zyx=(1, 2, 2),
        batch_norm=True,
        validation_share=0.05,
        tensorboard=False,
    )
    if start is not None:
        network = replace(network, **_build_of(start))
    patches = PatchSettings(
        patch_zyx=(1, patch, patch),
        per_image=max(16, min(_MOST_PATCHES // len(pairs), 150)),
        cell_diameter_px=wanted,
        zoom=1.4,
    )
    why = (
        f"{len(pairs)} planes, cells of {given:.0f} pixels shown as {wanted:g}: {epochs * _STEPS_PER_EPOCH} steps of "
        f"{batch} patches of {patch} x {patch}, about {minutes:g} minutes on one core"
    )
    search = ThresholdSearch(slack=0.04, grow_probs=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3))
    return TrainingPlan(
        patches=patches, network=network, search=search, why=why, steps=("patches", "star", "thresholds")
    )


def _choose_patch(shapes: dict[str, tuple[int, ...]], factor: float) -> int:
    """Return the side of the patches: as large as the smallest image allows, a multiple of 16."""
    name, shape = min(shapes.items(), key=lambda item: min(item[1][1:]))
    patch = min(int(min(shape[1:]) * factor) // 16 * 16, _LARGEST_PATCH)
    if patch < _LEAST_PATCH:
        raise BadSettings(
            f"{name} is {shape[1]} x {shape[2]} pixels: too small to train on, expected at least "
            f"{_LEAST_PATCH / factor:.0f} along each side; leave it out, or join images"
        )
    return patch


def _build_of(start: ModelFolder) -> dict[str, Any]:
    """Return the settings that another network must share to begin with its weights."""
    config = start.config
    if start.kind == "star":
        grid = tuple(config.get("grid", (1,) * start.n_dim))
        build = {
            "depth": config.get("unet_n_depth", 3),
            "kernel": config.get("unet_kernel_size", (3,))[0],
            "first_filters": config.get("unet_n_filter_base", 32),
            "rays": config.get("n_rays", 32),
            "grid_zyx": (1, *grid) if start.n_dim == 2 else grid,
            "batch_norm": config.get("unet_batch_norm", False),
        }
        if start.n_dim == 3:
            anisotropy = config.get("anisotropy")
            build["anisotropy_zyx"] = None if anisotropy is None else tuple(anisotropy)
            build["halve_z"] = config.get("unet_pool", (2, 2, 2))[0] != 1
        return build
    return {
        "depth": config.get("unet_n_depth", 2),
        "kernel": config.get("unet_kern_size", 3),
        "first_filters": config.get("unet_n_first", 32),
    }
