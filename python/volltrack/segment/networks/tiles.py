"""Into how many tiles a frame is cut so that a network fits into memory."""

from __future__ import annotations

import math

from volltrack.errors import BadSettings
from volltrack.segment.memory import free_memory_bytes

__all__ = ["MOST_TILE_BYTES", "choose_n_tiles"]

MOST_TILE_BYTES = 3 * 2**30
"""What a tile may take however much is free, 8 to 11 million voxels of the shipped networks. Measured on them: the
time per voxel is the same from 1 million voxels on; tiles of 39 million ended the process (std::bad_alloc)."""


def choose_n_tiles(
    shape: tuple[int, ...],
    *,
    bytes_per_voxel: float,
    overlap: tuple[int, ...],
    memory_bytes: int | None = None,
) -> tuple[int, ...]:
    """Return the number of tiles for each axis; all ones when the frame fits at once.

    Parameters
    ----------
    shape
        Voxels of the image along each axis.
    bytes_per_voxel
        What the network needs for each voxel of its input at its peak.
    overlap
        Voxels of context on both sides of a tile along each axis.
    memory_bytes
        What may be used; half of `free_memory_bytes`, and at most `MOST_TILE_BYTES`, when not given.

    Raises
    ------
    BadSettings
        If not even a tile of the size of its context fits.
    """
    budget = min(free_memory_bytes() // 2, MOST_TILE_BYTES) if memory_bytes is None else memory_bytes
    tiles = [1] * len(shape)

    def tile_lengths() -> list[int]:
        return [
            min(n, math.ceil(n / t) + (2 * o if t > 1 else 0)) for n, t, o in zip(shape, tiles, overlap, strict=True)
        ]

    while math.prod(tile_lengths()) * bytes_per_voxel > budget:
        cores = [math.ceil(n / t) for n, t in zip(shape, tiles, strict=True)]
        axis = max(range(len(shape)), key=lambda a: cores[a] / max(overlap[a], 1))
        if cores[axis] <= max(overlap[axis], 1):
            need = math.prod(tile_lengths()) * bytes_per_voxel / 2**20
            raise BadSettings(
                f"the network needs about {need:.0f} MB for its smallest tile but {budget / 2**20:.0f} MB may be used: "
                "close other programs, or allow more memory"
            )
        tiles[axis] += 1
    return tuple(tiles)
