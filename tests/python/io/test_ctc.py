"""Folders of the Cell Tracking Challenge: round trips, the challenge's own checks, and damaged folders."""

import logging

import numpy as np
import pandas as pd
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadFile, BadTable, BadValue, FileExists, MissingCalibration
from volltrack.io.ctc import is_ctc_folder, read_ctc, write_ctc
from volltrack.measure import measure_movie
from volltrack.model import Calibration, LabelMovie, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5, unit="µm"), frame_interval=3.0, time_unit="min")


def lineage(rows, pairs, radius=2.0):
    """Build a lineage from (id, frame, z, y, x) in voxels."""
    table = pd.DataFrame(rows, columns=["ID", "FRAME", "POSITION_Z", "POSITION_Y", "POSITION_X"])
    for axis, size in zip("ZYX", CALIBRATION.voxel_size.zyx, strict=True):
        table[f"POSITION_{axis}"] = table[f"POSITION_{axis}"] * size
    table["RADIUS"] = radius
    source, target = zip(*pairs, strict=True) if pairs else ((), ())
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))


DIVIDING = lineage(
    [(1, 0, 3, 20, 20), (2, 1, 3, 20, 22), (3, 2, 3, 14, 22), (4, 2, 3, 26, 22), (5, 4, 3, 30, 22), (9, 1, 5, 40, 40)],
    [(1, 2), (2, 3), (2, 4), (4, 5)],
)
SHAPE = (5, 8, 48, 48)


def edges(found):
    """Links as pairs of (frame, z, y, x) in voxels, rounded."""
    place = np.column_stack([found.spots.frames, np.rint(found.spots.positions_zyx / CALIBRATION.voxel_size.zyx)])
    return {(*place[a], *place[b]) for a, b in zip(found.source_rows, found.target_rows, strict=True)}


def test_division_and_gap_survive(tmp_path):
    write_ctc(tmp_path / "01_RES", DIVIDING, calibration=CALIBRATION, shape=SHAPE)
    assert is_ctc_folder(tmp_path / "01_RES")
    lines = (tmp_path / "01_RES" / "res_track.txt").read_text().splitlines()
    assert lines == ["1 0 1 0", "2 2 2 1", "3 2 2 1", "4 4 4 3", "5 1 1 0"]
    back = read_ctc(tmp_path / "01_RES")
    assert edges(back.lineage) == edges(DIVIDING)
    assert (back.labels.shape, back.calibration) == (SHAPE, CALIBRATION)
    assert len(back.lineage.spots) == 6


def test_challenge_software_finds_the_folder_valid(tmp_path):
    from ctc_metrics import validate_sequence

    table = pd.concat([DIVIDING.spots.table, DIVIDING.spots.table.iloc[:1].assign(ID=77, FRAME=3)])  # no empty frame
    full = Lineage(spots=Spots(table=table.reset_index(drop=True)), links=DIVIDING.links)
    write_ctc(tmp_path / "01_RES", full, calibration=CALIBRATION, shape=SHAPE)
    assert validate_sequence(str(tmp_path / "01_RES"))["Valid"] == 1


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_random_lineages_survive(tmp_path_factory, data):
    spots = [(4 * t + k, t, 4, 8 + 10 * k, 20) for t in range(4) for k in range(4)]
    pairs = []
    for t in range(1, 4):
        for k in range(4):
            step = data.draw(st.integers(0, t))
            if step:
                pairs.append((4 * (t - step) + data.draw(st.integers(0, 3)), 4 * t + k))
    before = lineage(spots, pairs)
    path = tmp_path_factory.mktemp("ctc") / "res"
    write_ctc(path, before, calibration=CALIBRATION, shape=(4, 8, 48, 48))
    assert edges(read_ctc(path).lineage) == edges(before)


def test_masks_keep_their_shape_when_the_labels_are_given(tmp_path, shared_data):
    from volltrack.io.tiff import read_label_movie

    labels = read_label_movie(shared_data / "trackmate-reference/labels3d.tif")
    spots = measure_movie(labels)
    table = spots.table
    pairs = [
        (a, b) for _, group in table.groupby("LABEL") for a, b in zip(group["ID"][:-1], group["ID"][1:], strict=True)
    ]
    before = Lineage(spots=spots, links=Links.from_arrays(*zip(*pairs, strict=True)))
    write_ctc(tmp_path / "res", before, calibration=labels.calibration, labels=labels)
    back = read_ctc(tmp_path / "res")
    for t in range(labels.n_frames):
        np.testing.assert_array_equal(back.labels.frame(t) > 0, labels.frame(t) > 0)
    np.testing.assert_allclose(np.sort(back.lineage.spots.positions_zyx, axis=0), np.sort(spots.positions_zyx, axis=0))
    assert len(back.lineage.links) == len(before.links)


def test_labels_without_a_spot_are_left_out(tmp_path):
    array = np.zeros((1, 1, 8, 8), np.uint8)
    array[0, 0, 1, 1], array[0, 0, 6, 6] = 3, 9
    labels = LabelMovie.from_array(array, CALIBRATION)
    spots = measure_movie(labels)
    kept = Lineage(spots=spots.select(spots.table["LABEL"].to_numpy() == 9), links=Links.empty())
    write_ctc(tmp_path / "res", kept, calibration=CALIBRATION, labels=labels)
    frame = read_ctc(tmp_path / "res").labels.frame(0)
    assert (frame[0, 6, 6], frame[0, 1, 1]) == (1, 0)


def test_merge_keeps_one_parent_and_says_so(tmp_path, caplog):
    merged = lineage([(1, 0, 3, 10, 10), (2, 0, 3, 30, 30), (3, 1, 3, 20, 20)], [(1, 3), (2, 3)])
    with caplog.at_level(logging.WARNING):
        write_ctc(tmp_path / "res", merged, calibration=CALIBRATION, shape=(2, 8, 48, 48))
    assert "1 merging links are lost" in caplog.text
    assert len(read_ctc(tmp_path / "res").lineage.links) == 1


def test_ball_has_the_volume_of_its_radius(tmp_path):
    one = lineage([(1, 0, 4, 24, 24)], [], radius=6.0)
    write_ctc(tmp_path / "res", one, calibration=CALIBRATION, shape=(1, 9, 48, 48))
    radius = read_ctc(tmp_path / "res").lineage.spots.table["RADIUS"].iloc[0]
    assert radius == pytest.approx(6.0, rel=0.03)


def test_what_cannot_be_painted_is_refused(tmp_path):
    def write(found, **options):
        write_ctc(tmp_path / "res", found, calibration=CALIBRATION, **({"shape": (2, 8, 48, 48)} | options))

    with pytest.raises(BadValue, match="masks of unknown size"):
        write(DIVIDING, shape=None)
    with pytest.raises(BadValue, match="spots up to frame 4, but the image has 2 frames"):
        write(DIVIDING)
    with pytest.raises(BadValue, match=r"lies outside an image of \(8, 48, 48\) voxels"):
        write(lineage([(1, 0, 3, 10, 100)], []))
    with pytest.raises(BadValue, match="the same voxel"):
        write(lineage([(1, 0, 3, 10, 10), (2, 0, 3, 10, 10.2)], []))
    one = lineage([(1, 0, 0, 1, 1)], []).spots.table
    with pytest.raises(BadTable, match="without RADIUS"):
        write(Lineage(spots=Spots(table=one.drop(columns="RADIUS")), links=Links.empty()))
    labelled = Lineage(spots=Spots(table=one.assign(LABEL=7)), links=Links.empty())
    with pytest.raises(BadTable, match="has label 7 in frame 0: not in the image"):
        write(labelled, labels=LabelMovie.from_array(np.zeros((1, 1, 8, 8), np.uint8), CALIBRATION))
    assert list(tmp_path.iterdir()) == []


def test_existing_folder_is_kept_unless_told_otherwise(tmp_path):
    (tmp_path / "res").mkdir()
    (tmp_path / "res" / "mine").write_text("mine")
    with pytest.raises(FileExists):
        write_ctc(tmp_path / "res", DIVIDING, calibration=CALIBRATION, shape=SHAPE)


@pytest.fixture
def foreign(tmp_path):
    """A ground truth as the challenge ships it: no calibration anywhere."""
    folder = tmp_path / "01_GT" / "TRA"
    folder.mkdir(parents=True)
    for t in range(3):
        frame = np.zeros((4, 16, 16), np.uint16)
        frame[1:3, 4:8, 4 + t : 8 + t] = 5
        tifffile.imwrite(folder / f"man_track{t:03d}.tif", frame, photometric="minisblack")
    (folder / "man_track.txt").write_text("5 0 2 0\n")
    return folder


GIVEN = {"voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "min"}


def test_ground_truth_of_the_challenge_reads(foreign):
    with pytest.raises(MissingCalibration, match="voxel_size"):
        read_ctc(foreign.parent)
    found = read_ctc(foreign.parent, **GIVEN)
    assert found.lineage.n_tracks == 1
    np.testing.assert_allclose(np.sort(found.lineage.spots.positions_zyx[:, 2]), [5.5, 6.5, 7.5])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 0 2\n", "line 1: '5 0 2': expected four whole numbers"),
        ("5 0 2 x\n", "expected four whole numbers"),
        ("5 2 0 0\n", "line 1: track 5 ends in frame 0, before it begins in 2"),
        ("5 0 1 0\n\n5 2 2 0\n", "line 3: track 5: stands in line 1 too"),
        ("0 0 1 0\n", "0 is the background"),
        ("5 0 2 4\n", "line 1: track 5 has parent 4, which is no track"),
        ("5 0 2 0\n6 1 2 5\n", "line 2: track 6 begins in frame 1, but its parent 5 lives until 2"),
        ("5 0 1 0\n", "frame 2 has a mask of label 5, which is no track of that frame"),
        ("5 0 2 0\n6 1 2 0\n", "track 6 has no mask in frame 1"),
        ("5 0 9 0\n", "a track ends in frame 9, but there are 3 masks"),
    ],
)
def test_damaged_track_file_is_refused(foreign, text, message):
    (foreign / "man_track.txt").write_text(text)
    with pytest.raises(BadFile, match=message):
        read_ctc(foreign, **GIVEN)


def test_damaged_masks_are_refused(foreign, tmp_path):
    tifffile.imwrite(foreign / "man_track002.tif", np.zeros((4, 8, 8), np.uint16), photometric="minisblack")
    with pytest.raises(BadFile, match=r"a mask of shape \(Z, Y, X\) = \(4, 8, 8\): expected \(4, 16, 16\)"):
        read_ctc(foreign, **GIVEN)
    (foreign / "man_track001.tif").unlink()
    with pytest.raises(BadFile, match="the mask of frame 1 is missing"):
        read_ctc(foreign, **GIVEN)
    for mask in foreign.glob("*.tif"):
        mask.unlink()
    with pytest.raises(BadFile, match="no masks there"):
        read_ctc(foreign, **GIVEN)
    with pytest.raises(BadFile, match=r"no res_track\.txt or man_track\.txt"):
        read_ctc(tmp_path)
