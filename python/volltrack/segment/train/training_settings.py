"""Settings of the trainings; the defaults are the paper's."""

from __future__ import annotations

import math
from dataclasses import dataclass

from volltrack.errors import BadSettings

__all__ = ["PatchSettings", "TrainingSettings"]


@dataclass(frozen=True, kw_only=True)
class PatchSettings:
    """How patches are cut.

    Parameters
    ----------
    patch_zyx
        Voxels of a patch, each >= 1; Z = 1 (or images of one plane) trains 2D networks.
    per_image
        Patches per image, >= 1.
    least_foreground
        Patches with a smaller share of labelled voxels are left out, 0 .. 1.
    percentiles
        The image is scaled so that these become 0 and 1, as at prediction.
    copies
        How many images each given one becomes, >= 1: itself and augmented ones (the paper made 700 of 14, 50 each).
    seed
        >= 0.
    """

    patch_zyx: tuple[int, int, int] = (16, 128, 128)
    per_image: int = 16
    least_foreground: float = 0.02
    percentiles: tuple[float, float] = (1.0, 99.8)
    copies: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.patch_zyx) != 3 or min(self.patch_zyx) < 1:
            raise BadSettings(f"patch_zyx = {self.patch_zyx!r}: expected (Z, Y, X), each >= 1")
        for name in ("per_image", "copies"):
            if getattr(self, name) < 1:
                raise BadSettings(f"{name} = {getattr(self, name)!r}: expected a whole number >= 1")
        if not 0 <= self.least_foreground <= 1:
            raise BadSettings(f"least_foreground = {self.least_foreground!r}: expected 0 to 1")
        if not 0 <= self.percentiles[0] < self.percentiles[1] <= 100:
            raise BadSettings(f"percentiles = {self.percentiles!r}: expected 0 <= low < high <= 100")
        if self.seed < 0:
            raise BadSettings(f"seed = {self.seed!r}: expected >= 0")


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """How a network learns.

    Parameters
    ----------
    depth
        Levels of the U-Net, 1 .. 5; each halves the patch.
    epochs
        >= 1.
    steps_per_epoch
        Batches per epoch, >= 1; all patches once when not given.
    learning_rate
        At the start, 0 < .. <= 1e-3; halved when the loss stops falling.
    batch_size
        1 .. 9.
    kernel
        Width of the filters in voxels, odd, 3 .. 7.
    first_filters
        Filters of the first level, >= 1; doubled at each.
    rays
        StarDist only: directions in which the border is looked for, >= 4.
    grid_zyx
        StarDist only: step of the grid on which it predicts, powers of 2.
    anisotropy_zyx
        StarDist only: relative size of a voxel along (z, y, x); from the median extents of the labels when not given.
    halve_z
        StarDist only: whether the levels halve z, too; without it few planes are enough.
    opencl
        StarDist only: prepare the targets on the GPU with gputools.
    validation_share
        Share of the patches on which the loss is measured, 0 < .. < 1.
    tensorboard
        Whether logs for TensorBoard are written.
    half_precision
        Compute in bfloat16, twice as fast on processors with AMX and on GPUs; weights and losses stay in float32.
    seed
        >= 0.
    """

    depth: int = 3
    epochs: int = 100
    steps_per_epoch: int | None = None
    learning_rate: float = 1e-4
    batch_size: int = 5
    kernel: int = 3
    first_filters: int = 48
    rays: int = 192
    grid_zyx: tuple[int, int, int] = (1, 1, 1)
    anisotropy_zyx: tuple[float, float, float] | None = None
    halve_z: bool = True
    opencl: bool = False
    validation_share: float = 0.1
    tensorboard: bool = True
    half_precision: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("depth", 1, 5),
            ("epochs", 1, math.inf),
            ("batch_size", 1, 9),
            ("kernel", 3, 7),
            ("first_filters", 1, math.inf),
            ("rays", 4, math.inf),
            ("seed", 0, math.inf),
        ):
            if not low <= getattr(self, name) <= high:
                raise BadSettings(f"{name} = {getattr(self, name)!r}: expected {low} to {high}")
        if self.kernel % 2 == 0:
            raise BadSettings(f"kernel = {self.kernel!r}: expected an odd number")
        if not 0 < self.learning_rate <= 1e-3:
            raise BadSettings(f"learning_rate = {self.learning_rate!r}: expected more than 0 and at most 0.001")
        if self.steps_per_epoch is not None and self.steps_per_epoch < 1:
            raise BadSettings(f"steps_per_epoch = {self.steps_per_epoch!r}: expected a whole number >= 1")
        if not 0 < self.validation_share < 1:
            raise BadSettings(f"validation_share = {self.validation_share!r}: expected more than 0 and less than 1")
        if any(g < 1 or g & (g - 1) for g in self.grid_zyx):
            raise BadSettings(f"grid_zyx = {self.grid_zyx!r}: expected powers of 2")

    def require_patch(
        self, patch: tuple[int, ...], *, grid: tuple[int, ...] | None = None, halve_z: bool = True
    ) -> None:
        """Check that a patch can be halved at each level and keeps at least 2 voxels.

        Parameters
        ----------
        patch
            Voxels of the patch, (Z, Y, X) or (Y, X).
        grid
            StarDist's grid, which divides the patch first.
        halve_z
            False where levels leave z as it is.

        Raises
        ------
        BadSettings
            Saying which lengths would do.
        """
        for axis, length, step in zip("ZYX"[-len(patch) :], patch, grid or (1,) * len(patch), strict=True):
            factor = 1 if axis == "Z" and not halve_z else 2**self.depth
            unit = step * factor
            if length % unit or length // factor < 2:
                least = max(2 * factor, unit)
                raise BadSettings(
                    f"patch of {length} voxels along {axis}: a network of depth {self.depth} needs a multiple of "
                    f"{unit} and at least {least}; take {max(least, round(length / unit) * unit)}, or a smaller depth"
                )
