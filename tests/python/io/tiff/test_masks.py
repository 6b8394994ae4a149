"""Masks taken for labels."""

from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
import tifffile

META = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 1.0}


def write(path, image):
    tifffile.imwrite(path, image, imagej=True, resolution=(2, 2), metadata=META)
    return path


@pytest.fixture
def mask():
    image = np.zeros((3, 4, 32, 40), np.uint8)
    image[:, 1:3, 4:10, 4:10] = image[:, 1:3, 20:26, 20:26] = image[:, 1:3, 20:26, 30:36] = 255
    return image


@pytest.mark.parametrize("value", [255, 1])
def test_a_mask_is_told_and_split_on_request(tmp_path, mask, ask, caplog, value):
    path = write(tmp_path / "mask.tif", mask // 255 * value)
    assert ask("measure", path, "--out", tmp_path / "a.csv")["cells"] == 3
    assert f"one value, {value}, in 3 separate pieces" in caplog.text
    assert "`split_mask`" in caplog.text
    caplog.clear()
    assert ask("measure", path, "--split-mask", "--out", tmp_path / "b.csv")["cells"] == 9
    assert "`split_mask`" not in caplog.text
    assert (pd.read_csv(tmp_path / "b.csv", comment="#")["N_VOXELS"] == 72).all()


def test_every_command_splits(tmp_path, mask, ask, caplog):
    path = write(tmp_path / "mask.tif", mask)
    assert ask("link", path, "--split-mask", "--out", tmp_path / "t.xml")["cells"] == 9
    raw = write(tmp_path / "raw.tif", mask.astype(np.uint16) * 3)
    out = tmp_path / "r"
    assert ask("run", raw, "--labels", path, "--split-mask", "--out", out)["cells"] == 9
    assert tifffile.imread(out / "labels.tif").max() == 3
    if find_spec("stardist"):  # not among the oldest packages, which are tried without networks
        assert ask("evaluate", path, path, "--split-mask")["matching"]
    assert "`split_mask`" not in caplog.text
    assert ask("run", raw, "--labels", path, "--out", tmp_path / "r2")["cells"] == 3
    assert caplog.text.count("separate pieces") == 1


def test_real_labels_and_one_cell_in_pieces_are_left_alone(tmp_path, mask, ask, caplog):
    labels = mask.copy()
    labels[:, :, 20:] //= 2
    ask("measure", write(tmp_path / "two.tif", labels), "--out", tmp_path / "a.csv")
    one = mask.copy()
    one[1:, :, 20:] = 0
    ask("measure", write(tmp_path / "one.tif", one), "--out", tmp_path / "b.csv")
    tissue = write(tmp_path / "tissue.tif", mask)
    ask("measure", write(tmp_path / "l.tif", labels), "--tissue", tissue, "--out", tmp_path / "c.csv")
    assert "`split_mask`" not in caplog.text
