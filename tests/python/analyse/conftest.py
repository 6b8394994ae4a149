"""Lineages written down by hand."""

import numpy as np
import pandas as pd
import pytest

from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize


def _build(spots, links=()):
    """Build a lineage from (id, frame, z, y, x) rows and (source, target) pairs of ids."""
    rows = np.array(spots, dtype=float).reshape(-1, 5)
    table = pd.DataFrame(
        {
            "ID": rows[:, 0].astype(int),
            "FRAME": rows[:, 1].astype(int),
            "POSITION_X": rows[:, 4],
            "POSITION_Y": rows[:, 3],
            "POSITION_Z": rows[:, 2],
        }
    )
    source, target = np.array(links, dtype=int).reshape(-1, 2).T
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))


@pytest.fixture
def build():
    return _build


@pytest.fixture
def calibration():
    """2 min per frame, anisotropic voxels in µm."""
    return Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=2.0, time_unit="min")


@pytest.fixture
def binary_tree():
    """A founder that divides in frame 10, daughters in frames 20 and 25, four leaves to frame 30; two cells rest."""
    frames = {"": (0, 10), "a": (11, 20), "b": (11, 25), "aa": (21, 30), "ab": (21, 30), "ba": (26, 30), "bb": (26, 30)}
    spots, links, ends = [], [], {}
    for name, (first, last) in frames.items():
        for frame in range(first, last + 1):
            number = len(spots)
            spots.append((number, frame, 0, len(name), frame))
            if frame > first:
                links.append((number - 1, number))
        ends[name] = len(spots) - 1
        if name:
            links.append((ends[name[:-1]], number - (last - first)))
    return _build(spots, links)
