"""With the shipped networks cells on the seams of tiles are one cell."""

from pathlib import Path

import numpy as np
import pytest
from training_images.training_tissue import TrainingStackSettings, make_training_stack

from volltrack.model import VoxelSize
from volltrack.segment.networks import model_folder
from volltrack.segment.vollseg.settings import VollSegSettings

WEIGHTS = Path(model_folder.__file__).parent / "weights"


@pytest.mark.slow
def test_tiles_change_no_label(need_networks):
    from volltrack.segment.networks.load import load_networks
    from volltrack.segment.vollseg.predict import predict_frame

    look = TrainingStackSettings(stains=("membrane",), photons=(8.0, 25.0), diameter_px=(14.0, 30.0))
    raw = make_training_stack(look, 6_000_003)[0][:, :64, :128]
    networks = load_networks(star=WEIGHTS / "tissue-star-3d", unet=WEIGHTS / "tissue-unet-3d")
    voxel = VoxelSize(z=3.0, y=1.0, x=1.0)
    whole, tiled = (
        predict_frame(raw, voxel, networks, VollSegSettings(cell_diameter_um=15.0, n_tiles=tiles)).labels
        for tiles in ((1, 1, 1), (1, 1, 2))
    )
    assert whole.max() > 10
    np.testing.assert_array_equal(tiled, whole)
