"""Java and Python keep the same cells, for the same reasons."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.measure import CellFilterSettings, filter_cells
from volltrack.model import Spots
from volltrack_fiji import JavaError, filter_cells_java


def make_cells(seed: int, volume_column: str) -> Spots:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 40))

    def with_gaps(values):
        return np.where(rng.random(n) < 0.15, np.nan, values)

    table = pd.DataFrame(
        {
            "ID": rng.permutation(n).astype(np.int64),
            "FRAME": rng.integers(0, 5, n),
            "POSITION_X": rng.random(n),
            "POSITION_Y": rng.random(n),
            "POSITION_Z": rng.random(n),
            volume_column: with_gaps(rng.integers(0, 6, n).astype(float)),
            "MEAN_INTENSITY_CH2": with_gaps(rng.integers(0, 6, n).astype(float)),
            "INSIDE_TISSUE": with_gaps(rng.integers(0, 5, n) / 4),
            "TISSUE_LABEL": with_gaps(rng.integers(0, 4, n).astype(float)),
        }
    )
    return Spots(table=table)


limit = st.none() | st.integers(0, 5).map(float)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    volume_column=st.sampled_from(["VOLUME", "AREA"]),
    volumes=st.tuples(limit, limit),
    intensity=limit,
    fraction=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    tissues=st.sampled_from([(), (2,), (3, 1)]),
)
def test_random_cells(seed: int, volume_column: str, volumes, intensity, fraction: float, tissues) -> None:
    low, high = volumes
    if low is not None and high is not None:
        low, high = min(volumes), max(volumes)
    chosen = CellFilterSettings(
        min_volume=low,
        max_volume=high,
        min_mean_intensity=intensity,
        channel=2,
        min_inside_fraction=fraction,
        tissue_labels=tissues,
    )
    cells = make_cells(seed, volume_column)
    expected_kept, expected_removed = filter_cells(cells, chosen)
    kept, removed = filter_cells_java(cells, chosen)
    pd.testing.assert_frame_equal(kept.table, expected_kept.table)
    pd.testing.assert_frame_equal(removed, expected_removed)


def test_a_limit_without_its_column_is_refused() -> None:
    with pytest.raises(JavaError, match="cells without column MEAN_INTENSITY_CH1"):
        filter_cells_java(make_cells(1, "VOLUME"), CellFilterSettings(min_mean_intensity=2.0))
