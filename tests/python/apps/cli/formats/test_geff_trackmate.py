"""TrackMate XML to GEFF and back by the command line: nothing is lost, and the GEFF is one for every reader."""

import os
import re
import warnings
from xml.etree import ElementTree

import geff
import numpy as np
import pandas as pd
import pytest
from geff.convert import from_trackmate_xml_to_geff
from geff.core_io import read_to_memory
from geff.validate.data import ValidationConfig

from volltrack.io.trackmate_xml import FeatureFilter, ImageInfo, TrackMateSettings, write_lineage_xml
from volltrack.model import Calibration, Feature, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=1.5, y=0.5, x=0.25, unit="µm"), frame_interval=60.5, time_unit="sec")
ALL_CHECKS = ValidationConfig(graph=True, sphere=True, ellipsoid=True, lineage=True, tracklet=True)


def random_xml(path, seed, *, lowest_id=0, outlined=0.4):
    """Write a file with divisions, merges, gaps, lone and hidden spots, hidden tracks, outlines, names, odd numbers."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 40))
    frames = np.sort(rng.integers(0, 8, n))
    ids = rng.permutation(5 * n)[:n] + lowest_id
    odd = rng.choice([np.nan, np.inf, -np.inf, 1e-300, -0.0, 1e22, 3.0, 0.1], n)
    table = pd.DataFrame(
        {
            "ID": ids,
            "NAME": [rng.choice(["", "a<b>&\"'", "µ cell  1", f"ID{i}"]) for i in ids],
            "FRAME": frames,
            **{f"POSITION_{axis}": rng.normal(size=n) * 10 for axis in "XYZ"},
            "POSITION_T": frames * 60.5,
            "RADIUS": rng.random(n) + 0.1,
            "QUALITY": odd,
            "VISIBILITY": rng.integers(0, 2, n),
            "MANUAL_SPOT_COLOR": np.where(rng.random(n) < 0.5, np.nan, -rng.integers(1, 2**24, n)),
            "OWN_μ": odd[::-1],
        }
    )
    pairs = [(i, j) for i in range(n) for j in range(n) if frames[i] < frames[j] <= frames[i] + 2]
    chosen = [pairs[k] for k in rng.permutation(len(pairs))[: n // 2]]
    links = Links.from_arrays([ids[i] for i, _ in chosen], [ids[j] for _, j in chosen], rng.random(len(chosen)))
    contours = {int(i): rng.normal(size=(int(rng.integers(3, 7)), 2)) for i in ids if rng.random() < outlined}
    lineage = Lineage(spots=Spots(table=table, contours=contours), links=links)
    write_lineage_xml(
        path,
        lineage,
        calibration=CALIBRATION,
        image=ImageInfo(filename="m.tif", folder="/data/", width=300, height=200, n_slices=9, n_frames=8),
        settings=TrackMateSettings(
            tracker={"TRACKER_NAME": "SPARSE_LAP_TRACKER", "Linking": {"LINKING_MAX_DISTANCE": 3.5}},
            spot_filters=(FeatureFilter("QUALITY", 0.25),),
            track_filters=(FeatureFilter("TRACK_DURATION", 100.0, False),),
        ),
        log="two\nlines & <more>\r",
        features=[Feature("OWN_μ", "my own", "own", "RATE")],
        track_names=[f"track {t}" for t in range(lineage.n_tracks)],
        visible_tracks=rng.random(lineage.n_tracks) < 0.5,
    )
    return path


def there_and_back(ask, xml, folder):
    first = ask("convert", xml, folder / "t.geff")
    second = ask("convert", folder / "t.geff", folder / "back.xml")
    assert (first["not_kept"], second["not_kept"]) == ([], [])
    return (folder / "back.xml").read_bytes()


def valid_graph(path):
    """Read by geff's own validators and reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        geff.validate_structure(path)
        read_to_memory(path, data_validation=ALL_CHECKS)
        return geff.read(path)


@pytest.mark.parametrize("seed", range(8))
def test_random_file_comes_back_byte_for_byte(ask, tmp_path, seed):
    xml = random_xml(tmp_path / "a.xml", seed)
    assert there_and_back(ask, xml, tmp_path) == xml.read_bytes()
    graph, _ = valid_graph(tmp_path / "t.geff")
    assert len(graph) == xml.read_text().count("<Spot ")


def test_negative_ids_come_back_though_geff_has_none(ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 5, lowest_id=-30)
    assert there_and_back(ask, xml, tmp_path) == xml.read_bytes()
    valid_graph(tmp_path / "t.geff")


@pytest.mark.parametrize(
    "name",
    [
        "trackmate-reference/xml/ref714_labels2d.xml",
        "trackmate-reference/xml/ref714_labels3d.xml",
        "trackmate-reference/xml/ref816_labels2d.xml",
        "trackmate-reference/xml/ref816_labels3d.xml",
        "real/trackmate-xml/biotracks_FakeTracks.xml",
        "real/trackmate-xml/geff_FakeTracks.xml",
        "real/trackmate-xml/lineagetree_test-mamut.xml",
        "real/trackmate-xml/mastodon_FakeTracks.xml",
        "real/trackmate-xml/pycellin_Celegans-5pc-17timepoints.xml",
        "real/trackmate-xml/pytrackmate_FakeTracks.xml",
        "real/trackmate-ecoli-agar-pad-23f/Ecoli_growth_on_agar_pad_with_fusions.xml",
    ],
)
def test_real_file_comes_back_byte_for_byte(ask, shared_data, tmp_path, name):
    xml = shared_data / name
    assert there_and_back(ask, xml, tmp_path) == xml.read_bytes()
    valid_graph(tmp_path / "t.geff")


def test_what_only_the_text_holds_comes_back(ask, tmp_path):
    """Other spellings of numbers, missing and unknown attributes, edges to nowhere, unknown elements, empty frames."""
    text = random_xml(tmp_path / "a.xml", 3).read_text()
    spot = text.index("<Spot ")
    text = text[:spot] + text[spot:].replace(' VISIBILITY="1"', ' VISIBILITY="01"', 1).replace(
        ' name="', ' NAME="3" name="', 1
    )
    text = text.replace("    </AllSpots>", '      <SpotsInFrame frame="9" />\n    </AllSpots>')
    edge = '        <Edge SPOT_SOURCE_ID="999999" SPOT_TARGET_ID="999998" LINK_COST="1.0" />\n'
    text = text.replace("        <Edge ", edge + "        <Edge ", 1)
    text = text.replace("<GUIState", '<Own a="1"><!-- kept --><b/></Own>\n  <GUIState').replace(
        'LINK_COST="', 'NOTE="hand made" LINK_COST="', 1
    )
    one = re.search(r'SPOT_SOURCE_ID="(\d+)" SPOT_TARGET_ID="(\d+)" NOTE', text)
    text = text.replace(one[0], f'SPOT_SOURCE_ID="{one[2]}" SPOT_TARGET_ID="{one[1]}" NOTE')  # against time
    (tmp_path / "b.xml").write_text(text.replace("\n", "\r\n"), newline="")
    assert there_and_back(ask, tmp_path / "b.xml", tmp_path) == (tmp_path / "b.xml").read_bytes()


@pytest.mark.parametrize("key", ["FRAME", "POSITION_T", "QUALITY", "VISIBILITY", "RADIUS", "POSITION_Z"])
@pytest.mark.parametrize("count", [0, 1])
def test_an_attribute_that_spots_do_not_state_stays_away(ask, tmp_path, key, count):
    text = random_xml(tmp_path / "a.xml", 3).read_text()
    (tmp_path / "b.xml").write_text(re.sub(rf' {key}="[^"]*"', "", text, count=count))
    assert there_and_back(ask, tmp_path / "b.xml", tmp_path) == (tmp_path / "b.xml").read_bytes()


def test_a_file_on_one_line_comes_back_on_one_line(ask, tmp_path):
    text = random_xml(tmp_path / "a.xml", 4).read_text().replace(" />", "/>")
    (tmp_path / "b.xml").write_text(re.sub(r">\s+<", "><", text))
    assert there_and_back(ask, tmp_path / "b.xml", tmp_path) == (tmp_path / "b.xml").read_bytes()


def test_a_comment_among_the_spots_is_said_to_be_lost(ask, tmp_path):
    text = (
        random_xml(tmp_path / "a.xml", 3).read_text().replace("      <SpotsInFrame", "      <!-- x --><SpotsInFrame", 1)
    )
    (tmp_path / "a.xml").write_text(text)
    assert ask("convert", tmp_path / "a.xml", tmp_path / "t.geff")["not_kept"] == [
        "1 comments and unknown elements among spots and tracks"
    ]


def test_graph_holds_names_outlines_visibility_and_settings_for_every_reader(ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 1)
    ask("convert", xml, tmp_path / "t.geff")
    graph, metadata = valid_graph(tmp_path / "t.geff")
    root = ElementTree.parse(xml).getroot()
    spots = {int(s.get("ID")): s for s in root.iter("Spot")}
    assert any(s.get("VISIBILITY") == "0" for s in spots.values())
    for number, spot in spots.items():
        node = graph.nodes[number]
        assert (node["name"], node["VISIBILITY"]) == (spot.get("name"), int(spot.get("VISIBILITY")))
        assert ("MANUAL_SPOT_COLOR" in node) == ("MANUAL_SPOT_COLOR" in spot.attrib)
        outline = [] if spot.text is None else [float(word) for word in spot.text.split()]
        assert np.asarray(node.get("ROI_coords", [])).ravel().tolist() == outline
    own, radius = (metadata.node_props_metadata[key] for key in ("OWN_μ", "RADIUS"))
    assert (own.name, own.unit, radius.name, radius.unit) == ("my own", "1/sec", "Radius", "µm")
    assert metadata.node_props_metadata["VISIBILITY"].dtype == "int64"
    extra = metadata.extra["other_trackmate_metadata"]
    assert 'filename="m.tif"' in extra["settings"]
    assert "lines &amp; &lt;more&gt;" in extra["log"]
    assert extra["display_settings"].startswith("<DisplaySettings>")


def rewrite(graph, metadata, path):
    """Write a graph as another program would that hands on the metadata."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        geff.write(graph, path, metadata=metadata)
    return path


def spots_of(path):
    return {int(s.get("ID")): s.attrib for s in ElementTree.parse(path).getroot().iter("Spot")}


def test_values_that_another_program_changed_are_taken(call, ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 2)
    ask("convert", xml, tmp_path / "t.geff")
    graph, metadata = valid_graph(tmp_path / "t.geff")
    first = next(iter(graph.nodes))
    graph.nodes[first].update(RADIUS=7.25, name="renamed <1>")
    ask("convert", rewrite(graph, metadata, tmp_path / "u.geff"), tmp_path / "u.xml")
    before, after = spots_of(xml), spots_of(tmp_path / "u.xml")
    assert after.pop(first) == before.pop(first) | {"RADIUS": "7.25", "name": "renamed <1>"}
    assert after == before
    assert call("check", tmp_path / "u.xml").code == 0


def test_links_that_another_program_changed_make_tracks_anew(call, ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 2)
    ask("convert", xml, tmp_path / "t.geff")
    graph, metadata = valid_graph(tmp_path / "t.geff")
    gone = next(iter(graph.edges))
    graph.remove_edge(*gone)
    for node in graph.nodes:
        graph.nodes[node]["score"] = 0.5
    ask("convert", rewrite(graph, metadata, tmp_path / "u.geff"), tmp_path / "u.xml")
    root, old = ElementTree.parse(tmp_path / "u.xml").getroot(), ElementTree.parse(xml).getroot()
    edges = {(int(e.get("SPOT_SOURCE_ID")), int(e.get("SPOT_TARGET_ID"))) for e in root.iter("Edge")}
    assert edges == set(graph.edges)
    names, old_names = ({t.get("name") for t in r.iter("Track")} for r in (root, old))
    assert len(names & old_names) >= len(old_names) - 1
    assert root.find("Model/FeatureDeclarations/SpotFeatures/Feature[@feature='score']") is not None
    assert root.find("Model/FeatureDeclarations/SpotFeatures/Feature[@feature='OWN_μ']").get("name") == "my own"
    assert (root.find("Log").text, root.find("Settings/ImageData").attrib) == (
        old.find("Log").text,
        old.find("Settings/ImageData").attrib,
    )
    assert call("check", tmp_path / "u.xml").code == 0


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_graph_of_geffs_own_converter_becomes_the_file_again(call, ask, tmp_path, zarr_format):
    xml = random_xml(tmp_path / "a.xml", 1, outlined=1)  # the converter fails where some have outlines and some not
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from_trackmate_xml_to_geff(xml, tmp_path / "t.geff", zarr_format=zarr_format)
    described = ask("info", tmp_path / "t.geff")
    assert described["voxel_size_zyx"] == [1.5, 0.5, 0.25]
    assert (described["length_unit"], described["frame_interval"], described["time_unit"]) == ("µm", 60.5, "sec")
    assert ask("convert", tmp_path / "t.geff", tmp_path / "b.xml")["not_kept"] == []
    root, old = ElementTree.parse(tmp_path / "b.xml").getroot(), ElementTree.parse(xml).getroot()
    for path in ("Log", "Settings", "GUIState", "DisplaySettings"):
        # the converter drops what stands between the elements
        assert [e.attrib for e in root.find(path).iter()] == [e.attrib for e in old.find(path).iter()]
    texts = [{s.get("ID"): (s.text, s.get("name"), s.get("ROI_N_POINTS")) for s in r.iter("Spot")} for r in (root, old)]
    assert texts[0] == texts[1]
    assert call("check", tmp_path / "b.xml").code == 0


def test_calibration_that_is_given_stands_in_the_file(ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 1)
    ask("convert", xml, tmp_path / "t.geff")
    ask("convert", tmp_path / "t.geff", tmp_path / "b.xml", "--voxel-size", "3,0.7,0.6", "--time-unit", "min")
    root = ElementTree.parse(tmp_path / "b.xml").getroot()
    assert root.find("Settings/ImageData").get("voxeldepth") == "3.0"
    assert (root.find("Model").get("spatialunits"), root.find("Model").get("timeunits")) == ("µm", "min")


def test_metadata_of_the_trackmate_file_that_are_damaged(call, ask, tmp_path):
    xml = random_xml(tmp_path / "a.xml", 1)
    ask("convert", xml, tmp_path / "t.geff")
    attributes = tmp_path / "t.geff" / ".zattrs"
    attributes.write_text(attributes.read_text().replace('"pieces"', '"pices"'))
    answer = call("convert", tmp_path / "t.geff", tmp_path / "b.xml")
    assert (answer.code, answer.err.count(os.linesep)) == (2, 1)
    assert "what its metadata say of the TrackMate file is damaged (KeyError: 'pieces')" in answer.err
