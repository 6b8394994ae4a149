"""Settings of the trainings; the defaults are the paper's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Interval, Predicate

from volltrack.errors import BadSettings
from volltrack.model.settings import Fraction, Positive, Seed, require_fields

__all__ = ["PatchSettings", "TrainingSettings"]

Count: TypeAlias = Annotated[int, Ge(1)]
Percent: TypeAlias = Annotated[float, Interval(ge=0, le=100)]


def is_odd(number: int) -> bool:
    """Return whether a number is odd."""
    return number % 2 == 1


def is_a_power_of_2(number: int) -> bool:
    """Return whether a number is 1, 2, 4, ..."""
    return number > 0 and number & (number - 1) == 0


Step: TypeAlias = Annotated[int, Ge(1), Predicate(is_a_power_of_2)]


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
    cell_diameter_px
        Planes only: the images are scaled so that the median cell has this diameter in pixels, > 0, and the networks
        keep both diameters, so that new images are scaled alike; as they are when not given.
    zoom
        Above 1, patches are cut at any angle, mirrored, and up to so much larger or smaller; 1 cuts straight. 1 .. 4.
    copies
        How many images each given one becomes, >= 1: itself and augmented ones (the paper made 700 of 14, 50 each).
    seed
        >= 0.
    """

    patch_zyx: tuple[Count, Count, Count] = (16, 128, 128)
    per_image: Count = 16
    least_foreground: Fraction = 0.02
    percentiles: tuple[Percent, Percent] = (1.0, 99.8)
    cell_diameter_px: Positive | None = None
    zoom: Annotated[float, Interval(ge=1, le=4)] = 1.0
    copies: Count = 1
    seed: Seed = 0

    def __post_init__(self) -> None:
        require_fields(self)
        low, high = self.percentiles
        if not low < high:
            raise BadSettings(f"percentiles = {self.percentiles!r}: expected 0 <= low < high <= 100")


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
        The largest, 0 < .. <= 1e-3.
    fall
        How it falls: ``"plateau"`` halves it when the loss stops falling, ``"cosine"`` brings it to 0 over all epochs,
        which gets more out of a short training; with more epochs on resuming it rises again.
    warm_up_steps
        It grows to the largest over so many batches, >= 0; 300 when not given for a training that begins with the
        weights of another network, which a full first step would spoil, and else 0.
    vary
        StarDist and U-Net: how each patch is changed when it is seen. ``"brightness"``: brighter and darker, for what
        is bright on dark; ``"contrast"``: about the middle level of the patch, smoother or noisier, for phase contrast
        and all else that is brighter and darker than its surroundings.
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
    batch_norm
        StarDist only: normalise over each batch after every convolution. Without it a network that begins with random
        weights stays for many hundred steps at the mean of images of little contrast, such as phase contrast.
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

    depth: Annotated[int, Interval(ge=1, le=5)] = 3
    epochs: Count = 100
    steps_per_epoch: Count | None = None
    learning_rate: Annotated[float, Interval(gt=0, le=1e-3)] = 1e-4
    fall: Literal["plateau", "cosine"] = "plateau"
    warm_up_steps: Annotated[int, Ge(0)] | None = None
    vary: Literal["brightness", "contrast"] = "brightness"
    batch_size: Annotated[int, Interval(ge=1, le=9)] = 5
    kernel: Annotated[int, Interval(ge=3, le=7), Predicate(is_odd)] = 3
    first_filters: Count = 48
    rays: Annotated[int, Ge(4)] = 192
    grid_zyx: tuple[Step, Step, Step] = (1, 1, 1)
    anisotropy_zyx: tuple[Positive, Positive, Positive] | None = None
    halve_z: bool = True
    batch_norm: bool = False
    opencl: bool = False
    validation_share: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    tensorboard: bool = True
    half_precision: bool = False
    seed: Seed = 0

    def __post_init__(self) -> None:
        require_fields(self)

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
