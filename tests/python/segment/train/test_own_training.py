"""The recipe of docs/own_training.md: trained on six phase-contrast images, it finds the cells of others."""

import shutil

import numpy as np
import pytest
import tifffile

from volltrack.apps.cli.main import main

TRAIN, TEST = ("001", "004", "008", "011", "014", "017"), ("023", "026", "030")

UNKNOWN = ("--voxel-size", "1,1,1", "--length-unit", "pixel", "--frame-interval", "1", "--time-unit", "frame")


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_network_of_six_images_finds_the_cells_of_others(need_networks, shared_data, tmp_path):
    from stardist.matching import matching

    data = shared_data / "real" / "usiigaci-t98g-phase-2d"
    (tmp_path / "pairs").mkdir()
    for name in TRAIN:
        for file in (f"img_{name}.tif", f"mask_{name}.tif"):
            shutil.copyfile(data / file, tmp_path / "pairs" / file)
    models = tmp_path / "models"
    assert main(["train", str(tmp_path / "pairs"), "--out", str(models), "--minutes", "20", "--quiet"]) == 0
    counts = np.zeros(3)
    for name in TEST:
        out = tmp_path / f"{name}.tif"
        words = ["segment", str(data / f"img_{name}.tif"), "--star", str(models / "star"), "--out", str(out)]
        assert main([*words, *UNKNOWN, "--quiet"]) == 0
        truth, found = (np.squeeze(tifffile.imread(f)).astype(int) for f in (data / f"mask_{name}.tif", out))
        stats = matching(truth, found, thresh=0.5)
        counts += (stats.tp, stats.fp, stats.fn)
    hits, invented, missed = counts
    assert 2 * hits / (2 * hits + invented + missed) >= 0.70
