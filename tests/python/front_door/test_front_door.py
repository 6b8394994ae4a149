"""`import volltrack as vt` is light, complete and works as its docstrings show."""

import doctest
import inspect
import subprocess
import sys

import numpy as np
import pytest

import volltrack as vt
from volltrack import front_door
from volltrack.errors import BadSettings, FileExists, MissingCalibration
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.model import Calibration, VoxelSize
from volltrack.testing import SyntheticSettings, make_tissue_movie

HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "skimage",
    "tifffile",
    "zarr",
    "lxml",
    "matplotlib",
    "tensorflow",
    "napari",
    "geff",
)


@pytest.fixture(scope="module")
def made():
    settings = SyntheticSettings(seed=3, n_frames=6, shape_zyx=(10, 80, 80), n_cells=6, random_step_um=0.3)
    return make_tissue_movie(settings)


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A working folder with the files that the docstrings name."""
    write_movie(tmp_path / "movie.tif", made.raw)
    write_label_movie(tmp_path / "labels.tif", made.labels)
    vt.write_tracks(tmp_path / "tracks.xml", made.lineage, calibration=made.raw.calibration)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_no_other_package():
    code = f"import sys, volltrack; print([m for m in {HEAVY} if m in sys.modules], volltrack.__version__)"
    assert run_python(code) == f"[] {vt.__version__}\n"


def test_import_is_fast():
    code = (
        "import sys, time; import encodings.idna; start = time.process_time(); import volltrack;"
        "print(time.process_time() - start)"
    )
    assert min(float(run_python(code)) for _ in range(3)) < 0.15


def test_at_most_twelve_names_each_described():
    assert len(vt.__all__) <= 12
    assert vt.__all__ == sorted(vt.__all__)
    for name in vt.__all__:
        assert inspect.getdoc(getattr(vt, name)), name
        assert f"`{name}`" in vt.__doc__, f"{name} is not in the table of contents"
    assert set(vt.__all__) <= set(dir(vt))


@pytest.mark.parametrize("name", front_door.__all__)
def test_example_of_the_docstring_runs(name, folder):
    function = getattr(vt, name)
    examples = doctest.DocTestFinder(recurse=False).find(function, name, globs={})
    assert sum(len(e.examples) for e in examples) >= 2, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    report = []
    for example in examples:
        runner.run(example, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize("name", ["segment", "measure", "edit"])
@pytest.mark.parametrize("first", ["import volltrack.{0}", "import volltrack; volltrack.{0}"])
def test_a_function_that_shares_its_name_with_a_room_stays_one(name, first):
    code = f"""
{first.format(name)}
import volltrack.{name}, volltrack as vt
import volltrack.{name} as room
assert callable(vt.{name}) and callable(room), vt.{name}
import sys
face = sys.modules['volltrack.{name}'].__all__[0]
assert getattr(vt.{name}, face) is getattr(sys.modules['volltrack.{name}'], face)
from volltrack.{name} import __all__
print('fine')
"""
    assert run_python(code) == "fine\n"


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'trakc'"):
        _ = vt.trakc


def test_settings_reach_the_method_and_wrong_ones_are_refused(made):
    cells = vt.measure(made.labels)
    with pytest.raises(BadSettings, match="no setting 'max_distnce' in LinkSettings: did you mean 'max_distance'"):
        vt.track(cells, "lap", max_distnce=3)
    with pytest.raises(BadSettings, match="max_distance = -1: expected a finite number > 0"):
        vt.track(cells, "lap", max_distance=-1)
    assert len(vt.track(cells, "lap", max_distance=0.001).links) < len(vt.track(cells, "lap").links)
    with pytest.raises(BadSettings, match="no linker is named 'lapp'"):
        vt.track(cells, "lapp")
    with pytest.raises(BadSettings, match="otsu"):
        vt.segment(made.raw, "otsu")
    with pytest.raises(BadSettings, match="label"):
        vt.track(cells, "overlap")
    assert "CONTRAST_CH1" not in vt.measure(made.labels, made.raw, contrast=False).table


def test_an_array_becomes_a_lineage(made):
    raw = np.stack(list(made.raw.frames()))
    size = {"voxel_size": (2.0, 0.5, 0.5), "unit": "µm", "frame_interval": 5.0, "time_unit": "min"}
    movie = vt.open_movie(raw, **size)
    assert movie.calibration == made.raw.calibration
    labels = vt.segment(movie, "classical", cell_diameter=12.0)
    lineage = vt.track(vt.measure(labels, movie))
    assert lineage.calibration == movie.calibration
    assert lineage.n_tracks >= 4
    assert set(vt.analyse(lineage).tables) >= {"spots", "links", "tracklets"}
    pixels = vt.open_labels(np.stack(list(made.labels.frames())))
    assert pixels.calibration == Calibration.in_pixels()
    with pytest.raises(MissingCalibration, match="`voxel_size` without `unit`"):
        vt.open_movie(raw, voxel_size=(1, 1, 1))
    with pytest.raises(MissingCalibration, match="`frame_interval` without `time_unit`"):
        vt.open_movie(raw, frame_interval=3)


def test_calibration_travels_and_is_asked_for(made, tmp_path):
    found = vt.read_tracks
    vt.write_tracks(tmp_path / "a.xml", made.lineage, calibration=made.raw.calibration)
    lineage = found(tmp_path / "a.xml")
    assert lineage.calibration.voxel_size == VoxelSize(z=2.0, y=0.5, x=0.5)
    vt.write_tracks(tmp_path / "b.geff", lineage)
    assert found(tmp_path / "b.geff").n_tracks == lineage.n_tracks
    with pytest.raises(MissingCalibration, match="nothing says the voxel size"):
        vt.write_tracks(tmp_path / "c.xml", made.lineage)
    with pytest.raises(MissingCalibration, match="nothing says the voxel size"):
        vt.analyse(made.lineage)
    with pytest.raises(FileExists):
        vt.write_tracks(tmp_path / "a.xml", lineage)
