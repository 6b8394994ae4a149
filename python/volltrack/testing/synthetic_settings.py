"""What a synthetic tissue looks like and how it moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from annotated_types import Ge, Interval

from volltrack.model import VoxelSize
from volltrack.model.settings import Fraction, NotNegative, Positive, Seed, require_fields

__all__ = ["SyntheticSettings"]

Count: TypeAlias = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class SyntheticSettings:
    """What the synthetic tissue looks like and how it moves.

    The defaults resemble a confocal movie of a small confluent tissue: 12 um cells with a bright nucleus and a dim
    body, planes four times farther apart than pixels. They are our choice; nothing was fitted to data.

    Parameters
    ----------
    seed
        Everything random follows from it, >= 0.
    n_frames
        Number of time points, >= 1.
    shape_zyx
        Voxels of a frame, each >= 1; Z = 1 gives a 2D movie of flat cells.
    voxel_size
        Edge lengths of a voxel.
    frame_interval, time_unit
        Time between frames, > 0.
    n_cells
        Cells in the first frame, >= 1. They must fit into the frame.
    cell_diameter_um
        Diameter of a grown cell (sphere, or circle in 2D), > 0, in the unit of `voxel_size`.
    division_rate
        Probability per frame that a grown cell divides, 0 .. 1.
    growth_frames
        Frames in which a daughter grows from half to the full volume; it cannot divide before, >= 1.
    random_step_um
        Standard deviation per axis and frame of the random motion of a cell, >= 0.
    drift_um
        Motion of the whole tissue per frame (z, y, x).
    rotation_deg
        Rotation of the tissue around z per frame.
    elongation
        Ratio of the longest to the shortest axis of a cell, 1 .. 2.5.
    irregularity
        Amplitude of the bending of the cell borders as a fraction of the diameter, 0 .. 0.3.
    n_debris
        Bright pieces outside the tissue, which are no cells and not in the truth, >= 0.
    photons
        Expected count in the middle of a nucleus of mean brightness, > 0; the Poisson noise follows from it.
    background
        Expected count where nothing is, >= 0.
    read_noise
        Standard deviation of the Gaussian noise in counts, >= 0.
    uneven_light
        Relative loss of light from the brightest to the darkest place of the frame, 0 .. 0.9.
    blur_um
        Standard deviation of the point spread function (z, y, x), >= 0.
    """

    seed: Seed = 0
    n_frames: Count = 12
    shape_zyx: tuple[Count, Count, Count] = (16, 192, 192)
    voxel_size: VoxelSize = field(default_factory=lambda: VoxelSize(z=2.0, y=0.5, x=0.5))
    frame_interval: Positive = 5.0
    time_unit: str = "min"
    n_cells: Count = 80
    cell_diameter_um: Positive = 12.0
    division_rate: Fraction = 0.025
    growth_frames: Count = 5
    random_step_um: NotNegative = 0.5
    drift_um: tuple[float, float, float] = (0.0, 0.3, 0.4)
    rotation_deg: float = 1.0
    elongation: Annotated[float, Interval(ge=1, le=2.5)] = 1.4
    irregularity: Annotated[float, Interval(ge=0, le=0.3)] = 0.09
    n_debris: Annotated[int, Ge(0)] = 6
    photons: Positive = 400.0
    background: NotNegative = 60.0
    read_noise: NotNegative = 6.0
    uneven_light: Annotated[float, Interval(ge=0, le=0.9)] = 0.35
    blur_um: tuple[NotNegative, NotNegative, NotNegative] = (0.9, 0.35, 0.35)

    def __post_init__(self) -> None:
        require_fields(self)

    @property
    def is_2d(self) -> bool:
        """Whether the movie is flat (Z = 1)."""
        return self.shape_zyx[0] == 1

    @property
    def extent_um(self) -> tuple[float, float, float]:
        """Edge lengths of a frame (z, y, x)."""
        z, y, x = (n * v for n, v in zip(self.shape_zyx, self.voxel_size.zyx, strict=True))
        return (z, y, x)
