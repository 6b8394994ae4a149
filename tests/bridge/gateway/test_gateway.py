"""A full Fiji opened through pyimagej, in a process of its own; what cannot be opened is said before Java starts."""

import json
import os
import subprocess
import sys

import pytest

from volltrack.errors import BadSettings
from volltrack.io.tiff import write_movie
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.errors import FijiUnusable, JvmUnavailable
from volltrack_fiji.fiji import is_maven_coordinates
from volltrack_fiji.gateway import open_gateway

SETTINGS = "SyntheticSettings(seed=5, n_frames=4, shape_zyx=(6, 48, 48), n_cells=5, cell_diameter_um=8.0, n_debris=0)"
HEADLESS = """
import json, sys
import numpy as np
import volltrack_fiji
from volltrack.errors import VollTrackError
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.gateway import open_gateway

fiji, folder = sys.argv[1:]
gateway = open_gateway(fiji)
movie = make_tissue_movie({settings})
image = gateway.send(movie.labels, movie.raw, movie.tissue.labels, title="all three")
back = gateway.fetch(image, channel=2)
said = {{}}
found = {{
    "headless": gateway.is_headless,
    "again": open_gateway(fiji) is gateway,
    "title": str(image.getTitle()),
    "equal": [bool(np.array_equal(back.frame(t), movie.raw.frame(t))) for t in range(4)],
    "calibration": back.calibration == movie.raw.calibration,
    "core": len(volltrack_fiji.measure_labels_java(movie.labels.frame(0), movie.labels.calibration.voxel_size)),
}}
tracks, pruned = folder + "/tracks.xml", folder + "/pruned.xml"
gateway.run_command("Track...", {{"image": image, "tissueChannel": 3, "minTrackletLength": 2, "out": tracks}})
parameters = {{"tracks": tracks, "minTrackletLength": 2, "out": folder + "/p.xml"}}
found["removed"] = gateway.run_command("Prune Short Tracklets...", parameters)
found["macro"] = gateway.run_macro("prune_xml", {{"tracks": tracks, "out": pruned, "min_length": 3}})
found["spots"] = int(gateway.open_tracks(pruned).trackmate().getModel().getSpots().getNSpots(False))
wrong = {{
    "command": lambda: gateway.run_command("Nope"),
    "parameter": lambda: gateway.run_command("Track...", {{"label": 1}}),
    "cancelled": lambda: gateway.run_command("Prune Short Tracklets...", {{"tracks": "/none.xml", "out": pruned}}),
    "exists": lambda: gateway.run_macro("prune_xml", {{"tracks": tracks, "out": pruned}}),
    "missing": lambda: gateway.run_macro("prune_xml", {{"tracks": "/none.xml", "out": folder + "/q.xml"}}),
    "image": lambda: gateway.fetch("nope"),
    "channel": lambda: gateway.fetch(image, channel=4),
    "tracks": lambda: gateway.open_tracks(folder + "/none.xml"),
    "mode": lambda: open_gateway(fiji, mode="gui"),
    "nothing": lambda: gateway.send(),
}}
for name, call in wrong.items():
    try:
        call()
    except VollTrackError as error:
        said[name] = f"{{type(error).__name__}}: {{error}}"
print("FOUND" + json.dumps([found, said]))
"""
LATE = """
import sys
import volltrack_fiji
from volltrack_fiji.gateway import open_gateway

volltrack_fiji.start_jvm()
open_gateway(sys.argv[1])
"""


def run_python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=560)


@pytest.fixture(scope="module")
def opened(full_fiji, tmp_path_factory):
    done = run_python(HEADLESS.format(settings=SETTINGS), str(full_fiji), str(tmp_path_factory.mktemp("gateway")))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.rpartition("FOUND")[2])


def test_movies_go_to_fiji_and_come_back_with_their_calibration(opened):
    found, _ = opened
    assert (found["headless"], found["again"], found["title"]) == (True, True, "all three")
    assert found["equal"] == [True] * 4
    assert found["calibration"]


def test_commands_macros_and_the_core_share_one_java(opened):
    found, _ = opened
    assert found["core"] > 0
    assert found["removed"] == {"removedTracklets": 0}
    assert found["macro"]["written"].endswith("pruned.xml")
    assert found["spots"] > 0


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("command", "BadSettings: command 'Nope': not in the menu of this Fiji"),
        ("parameter", "BadSettings: Track...: parameter 'label': expected one of "),
        ("cancelled", "MacroFailed: Prune Short Tracklets...: /none.xml: there is no such file"),
        ("exists", "MacroFailed: macro prune_xml: out = "),
        ("missing", "MacroFailed: macro prune_xml: tracks = /none.xml: there is no such file"),
        ("image", "BadSettings: image 'nope': not open in Fiji"),
        ("channel", "BadValue: all three: channel 4: expected 1 to 3"),
        ("tracks", "JavaError: BadFileException: "),
        ("mode", "JvmUnavailable: "),
        ("nothing", "BadSettings: no movie to send"),
    ],
)
def test_what_is_wrong_is_said_and_fiji_goes_on(opened, case, said):
    assert opened[1][case].startswith(said), opened[1][case]


def test_a_java_without_imagej_is_refused(full_fiji):
    done = run_python(LATE, str(full_fiji))
    assert done.returncode != 0
    assert "JvmUnavailable" in done.stderr
    assert "open the Fiji before anything else" in done.stderr


def test_what_is_no_fiji_is_said_before_java_starts(tmp_path, monkeypatch):
    monkeypatch.delenv("VOLLTRACK_FIJI", raising=False)
    with pytest.raises(BadSettings, match="no Fiji named: give its folder or Maven coordinates"):
        open_gateway()
    with pytest.raises(BadSettings, match="mode 'window': expected one of headless, gui"):
        open_gateway(tmp_path, mode="window")  # type: ignore[arg-type]
    with pytest.raises(FijiUnusable, match="there is no such folder"):
        open_gateway(tmp_path / "none")
    with pytest.raises(FijiUnusable, match="expected the folder of Fiji"):
        open_gateway(tmp_path)
    (tmp_path / "jars").mkdir()
    with pytest.raises(FijiUnusable, match=r"no ij-VERSION\.jar in jars; expected a complete Fiji"):
        open_gateway(tmp_path)


def test_java_that_runs_already_is_named():
    with pytest.raises(JvmUnavailable, match="a Java cannot be started twice"):
        open_gateway("sc.fiji:fiji")


def test_coordinates_are_told_from_folders(tmp_path):
    assert is_maven_coordinates("net.imagej:imagej:2.15.0+net.imagej:imagej-legacy:1.2.2")
    assert not is_maven_coordinates(tmp_path)
    assert not is_maven_coordinates("C:\\Fiji.app")
    assert not is_maven_coordinates("Fiji.app")


RECORDED = """
import os, sys, threading, time
import jpype
from volltrack_fiji.gateway import open_gateway

fiji, tracks, first, second = sys.argv[1:]
gateway = open_gateway(fiji, mode="gui")
window, dialog = jpype.JClass("java.awt.Window"), jpype.JClass("java.awt.Dialog")
recorder = jpype.JClass("ij.plugin.frame.Recorder")()
macros = jpype.JClass("ij.IJ")


def parts(part):
    found = [part]
    if isinstance(part, jpype.JClass("java.awt.Container")):
        for inner in part.getComponents():
            found += parts(inner)
    return found


def wait(ready, what):
    for _ in range(600):
        value = ready()
        if value:
            return value
        time.sleep(0.1)
    raise SystemExit(what + " did not come")


def find_dialog():
    return [w for w in window.getWindows() if w.isVisible() and isinstance(w, dialog) and "Prune" in str(w.getTitle())]


threading.Thread(target=lambda: macros.doCommand("Prune Short Tracklets..."), daemon=True).start()
inside = parts(wait(find_dialog, "the command's dialog")[0])
fields = [part for part in inside if type(part).__name__ == "javax.swing.JTextField"]
for field, text in zip(fields, (tracks, first), strict=True):
    field.setText(text)
next(p for p in inside if isinstance(p, jpype.JClass("javax.swing.JButton")) and str(p.getText()) == "OK").doClick()
wait(lambda: "Prune Short" in str(recorder.getText()), "the recorded line")
line = str(recorder.getText())
recorder.close()
wait(lambda: os.path.exists(first), "the first file")
macros.runMacro(line.replace(first, second))
wait(lambda: os.path.exists(second), "the file of the replayed line")
print("RECORDED" + line, flush=True)
os._exit(0)  # TrackMate's windows are open
"""


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="the recorder is a window: needs a display (xvfb-run)")
def test_a_recorded_command_runs_again(full_fiji, tmp_path):
    movie = make_tissue_movie(
        SyntheticSettings(seed=5, n_frames=4, shape_zyx=(6, 48, 48), n_cells=5, cell_diameter_um=8.0, n_debris=0)
    )
    write_movie(tmp_path / "labels.tif", movie.labels)
    write_lineage_xml(tmp_path / "tracks.xml", movie.lineage, calibration=movie.raw.calibration)
    files = [str(tmp_path / name) for name in ("tracks.xml", "first one.xml", "second one.xml")]
    done = run_python(RECORDED, str(full_fiji), *files)
    assert done.returncode == 0, done.stdout + done.stderr
    line = done.stdout.rpartition("RECORDED")[2].strip()
    assert line.startswith(f'run("Prune Short Tracklets...", "tracks={files[0]} mintrackletlength=10')
    assert f"out=[{files[1]}]" in line
    first, second = (read_trackmate_xml(file).lineage for file in files[1:])
    assert first.spots.table.equals(second.spots.table)
    ends = ["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]
    assert set(map(tuple, first.links.table[ends].to_numpy())) == set(map(tuple, second.links.table[ends].to_numpy()))
