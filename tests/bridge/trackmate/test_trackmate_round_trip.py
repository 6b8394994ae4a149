"""Python's XML edited in TrackMate and read again; Fiji's side of the console script with the real script."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import jpype
import pytest
from lxml import etree

from volltrack.apps.cli.main import main
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import (
    ImageInfo,
    check_trackmate_xml,
    is_accepted,
    read_trackmate_xml,
    write_lineage_xml,
)
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.errors import JavaError, TrackMateMissing
from volltrack_fiji.fiji import find_trackmate_jars
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses, translate_java_errors
from volltrack_fiji.trackmate import add_trackmate

try:
    find_trackmate_jars()
    _MISSING = ""
except TrackMateMissing as error:
    _MISSING = str(error)

pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"### THE REAL TRACKMATE IS NOT HERE: {_MISSING} ###")
SMALL = SyntheticSettings(seed=5, n_frames=4, shape_zyx=(6, 48, 48), n_cells=5, cell_diameter_um=8.0, n_debris=0)
SCRIPT = Path(sys.executable).with_name("volltrack")


@pytest.fixture(scope="module")
def movie():
    return make_tissue_movie(SMALL)


@pytest.fixture(autouse=True)
def _trackmate():
    add_trackmate()


def edit_in_trackmate(path, saved, *, gone, moved):
    """Open a file, remove a link, move a spot and add a filter as TrackMate's window does, and save."""
    session = TrackMateClasses.TrackMateSession.open(JavaClasses.File(str(path)), TrackMateClasses.Logger.VOID_LOGGER)
    model, settings = session.trackmate().getModel(), session.trackmate().getSettings()
    assert settings.imp is not None  # the image was found, so that features are computed anew
    jpype.JClass("fiji.plugin.trackmate.features.ModelFeatureUpdater")(model, settings)
    spots = {int(spot.ID()): spot for spot in model.getSpots().iterable(False)}
    model.beginUpdate()
    model.removeEdge(spots[gone[0]], spots[gone[1]])
    spots[moved].putFeature("POSITION_X", JavaClasses.Double(12.5))
    model.updateFeatures(spots[moved])
    model.endUpdate()
    settings.addSpotFilter(jpype.JClass("fiji.plugin.trackmate.features.FeatureFilter")("RADIUS", 0.5, True))
    session.save(JavaClasses.File(str(saved)))


def read_elements(root, tag, *keys):
    """Return the attributes of all elements by their key; numbers as numbers, NaN as text."""
    return {tuple(e.get(key) for key in keys): {k: as_number(v) for k, v in e.attrib.items()} for e in root.iter(tag)}


def as_number(text):
    try:
        return "NaN" if math.isnan(float(text)) else float(text)
    except ValueError:
        return text


def read_track_of_spot(root):
    """Return the id of the track of each linked spot."""
    ends = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")
    return {int(e.get(k)): t.get("TRACK_ID") for t in root.iter("Track") for e in t.iter("Edge") for k in ends}


def test_edits_made_in_trackmate_are_all_that_changes(movie, tmp_path):
    path, saved, image = tmp_path / "python.xml", tmp_path / "fiji.xml", tmp_path / "raw.tif"
    write_movie(image, movie.raw)
    write_label_movie(tmp_path / "labels.tif", movie.labels)
    words = ["--raw", str(image), "--preset", "trackmate", "--out", str(path), "--quiet", "--json"]
    assert main(["link", str(tmp_path / "labels.tif"), *words]) == 0
    before = read_trackmate_xml(path).lineage
    gone = tuple(int(before.links.table[f"SPOT_{end}_ID"].iloc[0]) for end in ("SOURCE", "TARGET"))
    moved = int(before.spots.ids[-1])
    edit_in_trackmate(path, saved, gone=gone, moved=moved)

    assert is_accepted(check_trackmate_xml(saved))
    old, new = etree.parse(path).getroot(), etree.parse(saved).getroot()
    track_of_spot = read_track_of_spot(old)
    touched = {track_of_spot[gone[0]], track_of_spot[moved]}
    assert track_of_spot[gone[0]] != track_of_spot[moved]

    spots, found = read_elements(old, "Spot", "ID"), read_elements(new, "Spot", "ID")
    changed = {key for key in found[(str(moved),)] if found[(str(moved),)][key] != spots[(str(moved),)][key]}
    assert found[(str(moved),)]["POSITION_X"] == 12.5
    assert all(key == "POSITION_X" or key.endswith("_CH1") for key in changed)  # and the intensities at its new place
    assert found | {(str(moved),): {}} == spots | {(str(moved),): {}}

    ends = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")
    links, left = read_elements(old, "Edge", *ends), read_elements(new, "Edge", *ends)
    assert set(links) - set(left) == {tuple(map(str, gone))}
    assert set(left) <= set(links)
    tracks, kept = read_elements(old, "Track", "TRACK_ID"), read_elements(new, "Track", "TRACK_ID")
    untouched = {key: track for key, track in tracks.items() if key[0] not in touched}
    assert len(untouched) > 1
    assert {key: {k: v for k, v in kept[key].items() if k in track} for key, track in untouched.items()} == untouched
    of_untouched = [key for key in left if (track_of_spot[int(key[0])],) in untouched]
    assert [left[key] for key in of_untouched] == [links[key] for key in of_untouched]
    shown = {key for (key,) in read_elements(old, "TrackID", "TRACK_ID")}
    assert shown <= {key for (key,) in read_elements(new, "TrackID", "TRACK_ID")}

    for tag in ("ImageData", "BasicSettings", "DetectorSettings", "InitialSpotFilter", "TrackerSettings", "Linking"):
        assert read_elements(new, tag) == read_elements(old, tag) != {}, tag
    for tag, key in (("Feature", "feature"), ("Analyzer", "key")):
        assert set(read_elements(old, tag, key)) <= set(read_elements(new, tag, key))
    assert old.find("Model").attrib == new.find("Model").attrib
    assert new.findtext("Log").strip() == old.findtext("Log").strip()
    assert [dict(e.attrib) for e in new.find("Settings/SpotFilterCollection")] == [
        {"feature": "RADIUS", "value": "0.5", "isabove": "true"}
    ]


def test_python_reads_back_the_edits_made_in_trackmate(movie, tmp_path):
    path, saved = tmp_path / "python.xml", tmp_path / "fiji.xml"
    write_movie(tmp_path / "raw.tif", movie.raw)
    n_frames, n_slices, height, width = movie.raw.shape
    image = ImageInfo(filename="raw.tif", width=width, height=height, n_slices=n_slices, n_frames=n_frames)
    write_lineage_xml(path, movie.lineage, calibration=movie.raw.calibration, image=image)
    before = read_trackmate_xml(path).lineage
    gone = tuple(int(before.links.table[f"SPOT_{end}_ID"].iloc[0]) for end in ("SOURCE", "TARGET"))
    moved = int(before.spots.ids[-1])
    edit_in_trackmate(path, saved, gone=gone, moved=moved)
    after = read_trackmate_xml(saved).lineage
    expected = before.spots.table.set_index("ID").sort_index()
    found = after.spots.table.set_index("ID").sort_index()[expected.columns]
    expected.loc[moved, "POSITION_X"] = 12.5
    assert found.equals(expected.astype(found.dtypes.to_dict()))
    ends = ["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]
    links = {tuple(map(int, row)) for row in before.links.table[ends].to_numpy()}
    assert {tuple(map(int, row)) for row in after.links.table[ends].to_numpy()} == links - {gone}


def test_fiji_segments_with_the_console_script(movie, tmp_path):
    source, out = tmp_path / "movie.tif", tmp_path / "labels.tif"
    write_movie(source, movie.raw)
    steps = []
    values = {"movie": str(source), "out": str(out), "no_network": True}  # tests/macros waits for the networks
    with translate_java_errors():
        result = jpype.JClass("io.github.volltrack.fiji.script.ConsoleScript")(str(SCRIPT)).run(
            "segment",
            jpype.JClass("java.util.HashMap")(values),
            jpype.JProxy(
                "io.github.volltrack.fiji.script.ConsoleScript$OnProgress",
                dict={"step": lambda task, done, total: steps.append((int(done), int(total)))},
            ),
            jpype.JProxy("java.util.function.BooleanSupplier", dict={"getAsBoolean": lambda: False}),
        )
    assert str(result.get("out").getAsString()) == str(out)
    assert steps[-1] == (4, 4)
    assert out.is_file()


def test_message_of_the_console_script_reaches_fiji_as_it_is(tmp_path):
    values = jpype.JClass("java.util.HashMap")({"movie": str(tmp_path / "none.tif"), "out": str(tmp_path / "l.tif")})
    with pytest.raises(JavaError, match=r"^ScriptFailed: .*none\.tif"), translate_java_errors():
        jpype.JClass("io.github.volltrack.fiji.script.ConsoleScript")(str(SCRIPT)).run(
            "segment",
            values,
            jpype.JProxy("io.github.volltrack.fiji.script.ConsoleScript$OnProgress", dict={"step": lambda *_: None}),
            jpype.JProxy("java.util.function.BooleanSupplier", dict={"getAsBoolean": lambda: False}),
        )
