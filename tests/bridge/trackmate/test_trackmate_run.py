"""The real TrackMate called from Python, against VollTrack's own measuring, linking and pruning."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadSettings, BadValue, ShapeMismatch
from volltrack.io.tiff import read_label_movie
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml
from volltrack.link import LinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings, MeasureSettings, measure_movie
from volltrack.model import Calibration, LabelMovie, Lineage, Movie, Tissue, VoxelSize
from volltrack.pipeline import track_cells
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.errors import FijiUnusable, JavaError, TrackMateMissing
from volltrack_fiji.fiji import find_trackmate_jars
from volltrack_fiji.jvm import TrackMateClasses
from volltrack_fiji.trackmate import TrackMateRunSettings, run

try:
    find_trackmate_jars()
    _MISSING = ""
except TrackMateMissing as error:
    _MISSING = str(error)

needs_trackmate = pytest.mark.skipif(bool(_MISSING), reason=f"### THE REAL TRACKMATE IS NOT HERE: {_MISSING} ###")
SMALL = SyntheticSettings(
    seed=3, n_frames=8, shape_zyx=(8, 64, 64), n_cells=10, cell_diameter_um=8.0, n_debris=3, division_rate=0.15
)
SETTINGS = TrackMateRunSettings(
    cell_filter=CellFilterSettings(min_volume=5.0),
    link=LinkSettings(max_distance=6.0, gap_max_distance=6.0, splitting=True, splitting_max_distance=9.0),
    prune=PruneSettings(min_tracklet_length=2.0),
)


@pytest.fixture(scope="module")
def tissue_movie():
    return make_tissue_movie(SMALL)


def as_links(lineage: Lineage) -> set[tuple[int, int, int, int]]:
    """Name each link by frame and label of its ends, which both sides keep."""
    frames, labels = lineage.spots.frames, lineage.spots.table["LABEL"].to_numpy(dtype=np.int64)
    ends = zip(lineage.source_rows, lineage.target_rows, strict=True)
    return {(int(frames[a]), int(labels[a]), int(frames[b]), int(labels[b])) for a, b in ends}


def by_label(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"FRAME": int, "LABEL": int}).set_index(["FRAME", "LABEL"]).sort_index()


def assert_same_as_python(labels: LabelMovie, tissue: Tissue | None, settings: TrackMateRunSettings) -> int:
    """Compare spots, links and pruning; return the number of links."""
    found = run(labels, tissue=tissue, settings=settings).lineage
    cells = measure_movie(labels, tissue=tissue, settings=MeasureSettings())
    expected = track_cells(cells, cell_filter=settings.cell_filter, link=settings.link, prune=settings.prune).lineage
    ours, theirs = by_label(expected.spots.table), by_label(found.spots.table)
    assert list(ours.index) == list(theirs.index)
    columns = ["POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS", "QUALITY", "POSITION_T"]
    columns += ["INSIDE_TISSUE", "TISSUE_LABEL", "DISTANCE_TO_TISSUE"] if tissue is not None else []
    for column in columns:
        np.testing.assert_allclose(theirs[column], ours[column], rtol=1e-9, atol=1e-9, err_msg=column)
    assert as_links(found) == as_links(expected)
    return len(as_links(found))


@needs_trackmate
def test_spots_links_and_pruning_are_those_of_python(tissue_movie):
    assert assert_same_as_python(tissue_movie.labels, tissue_movie.tissue, SETTINGS) > 40


@needs_trackmate
@pytest.mark.parametrize("name", ["labels2d.tif", "labels3d.tif"])
def test_reference_movies_give_the_same_in_both(shared_data, name):
    labels = read_label_movie(shared_data / "trackmate-reference" / name)
    assert assert_same_as_python(labels, None, SETTINGS) > 0


@needs_trackmate
def test_outlines_of_2d_labels_in_pieces_with_holes_are_those_of_python():
    noise = np.random.default_rng(8).random((3, 1, 40, 40))
    y, x = np.mgrid[0:40, 0:40]
    labels = make_movie(np.where(noise > 0.6, 1 + (x // 10) + 4 * (y // 10), 0).astype(np.uint8))
    found = by_label(run(labels).lineage.spots.table)
    expected = by_label(measure_movie(labels, settings=MeasureSettings()).table)
    assert (expected["N_PIECES"] > 1).sum() > 20
    for column in ("AREA", "PERIMETER"):
        np.testing.assert_allclose(found[column], expected[column], rtol=1e-9, err_msg=column)


@needs_trackmate
def test_xml_is_trackmates_own_and_complete(tissue_movie, tmp_path):
    out = tmp_path / "tracks.xml"
    document = run(tissue_movie.labels, tissue_movie.raw, tissue_movie.tissue, SETTINGS, out=out)
    assert is_accepted(check_trackmate_xml(out))
    again = read_trackmate_xml(out)
    assert as_links(again.lineage) == as_links(document.lineage)
    assert again.calibration is not None
    assert again.calibration.length_unit == tissue_movie.labels.calibration.length_unit
    assert {"LABEL", "INSIDE_TISSUE", "DISTANCE_TO_TISSUE"} <= set(again.declarations.spot)
    assert "BTRACKMATE_LAP_TRACKER" in out.read_text(encoding="utf-8")


@needs_trackmate
def test_labels_above_16_bit_are_exact_up_to_what_imagej_holds():
    array = np.zeros((2, 1, 8, 8), dtype=np.int32)
    array[:, 0, 2:5, 2:5] = 2**24
    spots = run(make_movie(array)).lineage.spots.table
    assert list(spots["LABEL"]) == [2**24, 2**24]
    with pytest.raises(BadValue, match="at most 16777216"):
        run(make_movie(array + (array > 0)))


@needs_trackmate
def test_every_class_of_trackmate_in_the_catalogue_exists(tissue_movie):
    run(tissue_movie.labels)
    names = [name for name in vars(TrackMateClasses) if not name.startswith("_")]
    assert len(names) > 5
    for name in names:
        assert getattr(TrackMateClasses, name) is not None


@needs_trackmate
def test_what_trackmate_refuses_is_said_in_its_words():
    empty = make_movie(np.zeros((2, 1, 8, 8), dtype=np.uint8))
    with pytest.raises(JavaError, match="spot collection is empty"):
        run(empty)


def make_movie(array: np.ndarray) -> LabelMovie:
    calibration = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=1.0, time_unit="min")
    return LabelMovie(shape=array.shape, dtype=array.dtype, calibration=calibration, read_frame=lambda t: array[t])


def test_movies_that_do_not_fit_are_refused_before_java():
    labels, other = make_movie(np.ones((2, 1, 8, 8), dtype=np.uint8)), make_movie(np.ones((2, 1, 8, 9), dtype=np.uint8))
    with pytest.raises(ShapeMismatch):
        run(labels, Movie(**{name: getattr(other, name) for name in ("shape", "dtype", "calibration", "read_frame")}))
    with pytest.raises(ShapeMismatch):
        run(labels, tissue=Tissue(labels=other))
    with pytest.raises(BadSettings, match="without a raw movie"):
        run(labels, settings=TrackMateRunSettings(cell_filter=CellFilterSettings(min_mean_intensity=3.0)))


def test_other_linking_than_the_lap_is_refused():
    with pytest.raises(BadSettings, match="expected 'lap'"):
        TrackMateRunSettings(link=LinkSettings(method="kalman"))


def test_fiji_folder_without_trackmate_is_said(tmp_path, monkeypatch):
    with pytest.raises(FijiUnusable, match="no folder 'jars'"):
        find_trackmate_jars(tmp_path)
    (tmp_path / "jars").mkdir()
    monkeypatch.setenv("VOLLTRACK_FIJI", str(tmp_path))
    with pytest.raises(FijiUnusable, match="no TrackMate in jars"):
        find_trackmate_jars()
    old = tmp_path / "jars" / "TrackMate-7.10.2.jar"
    with zipfile.ZipFile(old, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    with pytest.raises(FijiUnusable, match=r"7\.10\.2 is too old; expected 7\.14\.x or 8\.1\.x"):
        find_trackmate_jars()
    old.rename(tmp_path / "jars" / "TrackMate-7.14.0.jar")
    with pytest.raises(TrackMateMissing, match="volltrack fiji install"):
        find_trackmate_jars()
    (tmp_path / "jars" / "btrackmate-fiji-0.1.0.jar").touch()
    assert len(find_trackmate_jars()) == 2


def test_checkout_without_trackmate_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv("VOLLTRACK_FIJI", raising=False)
    with pytest.raises(TrackMateMissing, match="make plugins"):
        find_trackmate_jars(package=tmp_path / "bridge" / "volltrack_fiji")
