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
    with pytest.raises(BadTable, match="raw image a has no labels"):
        read_training_folder(folder)


def test_missing_folder_is_named(tmp_path):
    (tmp_path / "Raw").mkdir()
    with pytest.raises(BadFile, match="no folder Segmentation/ in it beside Raw/: expected two folders"):
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


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("img_{}.tif", "mask_{}.tif"),
        ("{}.tif", "{}_masks.tif"),
        ("{}.tif", "{}_cp_masks.tif"),
        ("{}_img.tiff", "{}_label.tiff"),
        ("Raw-{}.tif", "Labels-{}.tif"),
        ("images/{}.tif", "masks/{}.tif"),
        ("Images/{}.tif", "labels/{}.tif"),
    ],
)
def test_images_are_found_beside_their_masks(tmp_path, image, mask):
    for number in ("001", "002"):
        for name, value in ((image, 1), (mask, 2)):
            file = tmp_path / name.format(number)
            file.parent.mkdir(exist_ok=True)
            tifffile.imwrite(file, np.full((8, 9), value, np.uint16))
    pairs = read_training_folder(tmp_path)
    assert [p.name for p in pairs] == ["001", "002"]
    raw, labels = pairs[1].load()
    assert ((raw == 1).all(), (labels == 2).all()) == (True, True)


def test_masks_without_images_are_named(tmp_path):
    for name in ("img_1", "mask_1", "mask_2"):
        tifffile.imwrite(tmp_path / f"{name}.tif", np.ones((8, 9), np.uint16))
    with pytest.raises(BadTable, match="labels 2 have no raw image"):
        read_training_folder(tmp_path)


def test_what_a_folder_without_pairs_holds_is_said(tmp_path):
    with pytest.raises(BadFile, match=r"found no TIFF file: expected two folders, Raw/ and Segmentation/"):
        read_training_folder(tmp_path)
    tifffile.imwrite(tmp_path / "a.tif", np.ones((8, 9), np.uint16))
    with pytest.raises(BadFile, match=r"found a\.tif: expected .* img_1\.tif and mask_1\.tif, or 1\.tif and 1_masks"):
        read_training_folder(tmp_path)
    with pytest.raises(BadFile, match="no such folder"):
        read_training_folder(tmp_path / "none")
