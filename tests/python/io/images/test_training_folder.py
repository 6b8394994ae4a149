"""Training folders are paired by name; what does not pair is named."""

import numpy as np
import pytest
import tifffile

from volltrack.errors import BadFile, BadTable
from volltrack.io.images import read_training_folder


@pytest.fixture
def folder(tmp_path):
    for part in ("Raw", "Segmentation"):
        (tmp_path / part).mkdir()
        for name in ("b", "a"):
            tifffile.imwrite(
                tmp_path / part / f"{name}.tif", np.full((3, 8, 9), len(part), np.uint16), photometric="minisblack"
            )
    return tmp_path


def test_pairs_are_read_in_the_order_of_their_names(folder):
    pairs = read_training_folder(folder)
    assert [p.name for p in pairs] == ["a", "b"]
    raw, labels = pairs[0].load()
    assert (raw == 3).all()
    assert (labels == len("Segmentation")).all()


def test_unpaired_file_is_named(folder):
    (folder / "Segmentation" / "a.tif").unlink()
    with pytest.raises(BadTable, match="Raw/a has no labels"):
        read_training_folder(folder)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(BadFile, match="no folder Raw/ in it"):
        read_training_folder(tmp_path)


def test_two_files_of_one_name_are_refused(folder):
    (folder / "Raw" / "a.tiff").write_bytes((folder / "Raw" / "a.tif").read_bytes())
    with pytest.raises(BadTable, match=r"holds a\.tif and a\.tiff"):
        read_training_folder(folder)


def test_broken_file_is_named_when_it_is_read(folder):
    (folder / "Raw" / "a.tif").write_bytes(b"nothing")
    with pytest.raises(BadFile, match=r"a\.tif: cannot be read as TIFF"):
        read_training_folder(folder)[0].load()


def test_movie_is_refused(folder):
    tifffile.imwrite(folder / "Raw" / "a.tif", np.zeros((2, 3, 8, 9), np.uint8), photometric="minisblack")
    with pytest.raises(BadFile, match=r"shape \(2, 3, 8, 9\): expected one stack"):
        read_training_folder(folder)[0].load()
