"""`check` agrees with TrackMate's reader: what TrackMate 7.14.0 did with each altered file is written beside it.

The verdicts of `ALTERED` come from running TrackMate on these alterations of `ref714_labels2d.xml`: REFUSED where it
throws while reading, showing or saving, or when the plug-in refuses to load; LOST where data are gone afterwards.
"""

import csv
import re

import pytest

from volltrack.errors import BadFile
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml
from volltrack.io.trackmate_xml.check.structure import is_supported

OPENS, REFUSED, LOST = "opens", "refused", "lost"


def attribute(key, value, element="Spot"):
    """Replace the value of the first such attribute."""
    return rf'(<{element} [^>]*?\b){key}="[^"]*"', rf'\g<1>{key}="{value}"'


def without(key, element="Spot"):
    return rf'(<{element}\b[^>]*?) {key}="[^"]*"', r"\1"


def no_element(name):
    return rf"\s*<{name}\b(?:[^>]*/>|.*?</{name}>)", ""


NUMBERS = {
    OPENS: ["1d", "2.5f", "0x1p3", " 1.0 ", "+1.0", "NaN", "-Infinity", "1.", ".5", "1e400"],
    REFUSED: ["nan", "inf", "INF", "1_0", "", "1,5", "0x1", "Nan", "١"],
}
FIRST_POINT = r'(ROI_N_POINTS="14">)0.22933333333333294 '
OWN = (
    r"(</SpotFeatures>.*?<Spot )",
    (r'<Feature feature="OWN" name="Own" shortname="Own" dimension="NONE" isint="true" />\1OWN="{}" '),
)

ALTERED = [
    *[(f"number {text!r}", *attribute("QUALITY", text), verdict) for verdict in NUMBERS for text in NUMBERS[verdict]],
    ("id of a double", *attribute("ID", "0.0"), LOST),
    ("id too large", *attribute("ID", 2**31), LOST),
    ("no id", *without("ID"), LOST),
    ("id twice", r'<Spot ID="1"', '<Spot ID="0"', LOST),
    ("no name", *without("name"), OPENS),
    *[(f"no {key}", *without(key), OPENS) for key in ("POSITION_Z", "POSITION_T", "RADIUS", "QUALITY")],
    *[(f"no {key}", *without(key), REFUSED) for key in ("POSITION_X", "POSITION_Y", "FRAME", "VISIBILITY")],
    ("frame of a fraction", *attribute("FRAME", "0.7"), LOST),
    ("frame 0.0", *attribute("FRAME", "0.0"), OPENS),
    ("nspots below 0", 'nspots="42"', 'nspots="-4"', REFUSED),
    ("nspots no number", 'nspots="42"', 'nspots="x"', OPENS),
    ("no frame", '<SpotsInFrame frame="1">', "<SpotsInFrame>", LOST),
    ("frame twice", '<SpotsInFrame frame="1">', '<SpotsInFrame frame="0">', LOST),
    ("outline without count", ' ROI_N_POINTS="14"', "", LOST),
    ("outline longer than count", 'ROI_N_POINTS="14"', 'ROI_N_POINTS="10"', LOST),
    ("outline shorter than count", 'ROI_N_POINTS="14"', 'ROI_N_POINTS="20"', REFUSED),
    ("outline of two points", 'ROI_N_POINTS="14"', 'ROI_N_POINTS="2"', LOST),
    ("outline count a double", 'ROI_N_POINTS="14"', 'ROI_N_POINTS="14.0"', LOST),
    ("outline empty", r'(ROI_N_POINTS="14">)[^<]*', r"\1", REFUSED),
    ("outline with leading blank", FIRST_POINT, r"\1 0.2 ", REFUSED),
    ("outline with text", FIRST_POINT, r"\1abc ", REFUSED),
    ("outline with NaN", FIRST_POINT, r"\1NaN ", OPENS),
    ("outline over two lines", FIRST_POINT, "\\g<1>0.2\n\t ", OPENS),
    ("outline after a comment", FIRST_POINT, r"\1<!-- x -->0.2 ", OPENS),
    ("outline after a child", FIRST_POINT, r"\1<x>9 9</x>0.2 ", OPENS),
    ("dimension unknown", 'dimension="QUALITY"', 'dimension="VOLUME"', REFUSED),
    ("no dimension", ' dimension="QUALITY"', "", REFUSED),
    ("no feature name", ' name="Quality"', "", OPENS),
    ("isint yes", 'isint="true"', 'isint="yes"', OPENS),
    ("whole number of a fraction", OWN[0], OWN[1].format("3.7"), LOST),
    ("whole number of 40 bits", OWN[0], OWN[1].format("3000000000"), LOST),
    ("whole number 3.0", OWN[0], OWN[1].format("3.0"), OPENS),
    ("edge to nowhere", 'SPOT_TARGET_ID="24"', 'SPOT_TARGET_ID="999"', LOST),
    ("edge to itself", 'SPOT_TARGET_ID="24"', 'SPOT_TARGET_ID="16"', LOST),
    ("edge without source", *without("SPOT_SOURCE_ID", "Edge"), LOST),
    ("edge with a text", "<Edge ", '<Edge NOTE="hello" ', OPENS),
    ("edge with an own number", "<Edge ", '<Edge OWN="3.5" ', OPENS),
    ("edge colour a double", "<Edge ", '<Edge MANUAL_EDGE_COLOR="3.0" ', LOST),
    ("edge colour", "<Edge ", '<Edge MANUAL_EDGE_COLOR="-300" ', OPENS),
    ("edge cost a text", *attribute("LINK_COST", "x", "Edge"), LOST),
    ("edge without cost", *without("LINK_COST", "Edge"), OPENS),
    ("edge speed INF", *attribute("SPEED", "INF", "Edge"), OPENS),
    ("edge feature not declared", ' name="Speed"', "", LOST),
    ("track id a double", *attribute("TRACK_ID", "0.0", "Track"), LOST),
    ("track id too large", *attribute("TRACK_ID", "3000000000", "Track"), LOST),
    ("track without name", *without("name", "Track"), OPENS),
    ("track without edges", "</AllTracks>", '<Track name="e" TRACK_ID="77" /></AllTracks>', OPENS),
    ("track with a text", "<Track ", '<Track KIND="a" ', LOST),
    ("visible track unknown", '<TrackID TRACK_ID="0" />', '<TrackID TRACK_ID="99" />', LOST),
    ("spot outside of its frame", "</AllSpots>", '<Spot ID="777" FRAME="0" /></AllSpots>', LOST),
    ("edge outside of its track", "</AllTracks>", '<Edge SPOT_SOURCE_ID="0" SPOT_TARGET_ID="8" /></AllTracks>', LOST),
    *[(f"no {name}", *no_element(name), OPENS) for name in ("Log", "Settings", "GUIState", "DisplaySettings")],
    *[(f"no {name}", *no_element(name), OPENS) for name in ("BasicSettings", "DetectorSettings", "TrackerSettings")],
    *[(f"no {name}", *no_element(name), OPENS) for name in ("AnalyzerCollection", "SpotFeatures", "TrackFeatures")],
    *[(f"no {name}", *no_element(name), REFUSED) for name in ("Model", "AllSpots", "AllTracks", "FilteredTracks")],
    *[(f"no {name}", *no_element(name), REFUSED) for name in ("ImageData", "InitialSpotFilter")],
    *[(f"no {name}", *no_element(name), REFUSED) for name in ("SpotFilterCollection", "TrackFilterCollection")],
    *[(f"no {name}", *no_element(name), LOST) for name in ("FeatureDeclarations", "EdgeFeatures")],
    ("no time unit", ' timeunits="frames"', "", REFUSED),
    ("no version", ' version="7.14.0"', "", REFUSED),
    ("version 2.0.0", 'version="7.14.0"', 'version="2.0.0"', REFUSED),
    ("namespace", "<TrackMate ", '<TrackMate xmlns="http://x" ', REFUSED),
    ("document type", "<TrackMate ", '<!DOCTYPE TrackMate [<!ENTITY a "b">]><TrackMate ', REFUSED),
    ("display settings no JSON", r"<DisplaySettings>.*</D", "<DisplaySettings>{nope</D", REFUSED),
    ("display settings a list", r"<DisplaySettings>.*</D", "<DisplaySettings>[1]</D", REFUSED),
    ("display settings blank", r"<DisplaySettings>.*</D", "<DisplaySettings> </D", REFUSED),
    ("display settings without keys", r"<DisplaySettings>.*</D", "<DisplaySettings>{}</D", OPENS),
    ("display number a text", '"spotMin": 0.0', '"spotMin": "abc"', REFUSED),
    ("display number in quotes", '"spotMin": 0.0', '"spotMin": "2.0"', OPENS),
    ("display switch a number", '"fadeTracks": true', '"fadeTracks": 3', REFUSED),
    ("display range a fraction", '"fadeTrackRange": 30', '"fadeTrackRange": 30.5', REFUSED),
    ("display colour above 255", '"204, 51, 204, 255"', '"900, 51, 204, 255"', REFUSED),
    ("display style unknown", '"trackDisplayMode": "FULL"', '"trackDisplayMode": "X"', OPENS),
    ("filter without feature", '<Filter feature="QUALITY"', "<Filter", REFUSED),
    ("initial filter without value", *without("value", "InitialSpotFilter"), OPENS),
    ("detector unknown", "LABEL_IMAGE_DETECTOR", "NOPE", OPENS),
    (
        "old views",
        '<GUIState state="ConfigureViews" />',
        '<GUIState><View key="HYPERSTACKDISPLAYER" /></GUIState>',
        OPENS,
    ),
    ("bare ampersand", "Track_0", "Track & 0", REFUSED),
]


@pytest.fixture(scope="module")
def reference(shared_data):
    return (shared_data / "trackmate-reference" / "xml" / "ref714_labels2d.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("pattern", "replacement", "verdict"), [a[1:] for a in ALTERED], ids=[a[0] for a in ALTERED])
def test_altered_file_is_judged_as_trackmate_treats_it(pattern, replacement, verdict, reference, tmp_path):
    text = re.sub(pattern, replacement, reference, count=1, flags=re.DOTALL)
    assert text != reference
    path = tmp_path / "altered.xml"
    path.write_text(text, encoding="utf-8")
    problems = check_trackmate_xml(path)
    serious = {problem.severity for problem in problems} - {"warning"}
    assert verdict in serious if verdict != OPENS else not serious
    assert all(problem.line is not None and problem.element for problem in problems)


def test_reader_variants_that_trackmate_refuses_or_loses_data_of_are_refused(shared_data):
    folder = shared_data / "trackmate-reference" / "reader-variants"
    with (folder / "trackmate-says.tsv").open(encoding="utf-8") as file:
        says = {row["variant"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    whole = says["00_unchanged"]["model_detail"].split(" frames")[0]
    for name, row in says.items():
        problems = check_trackmate_xml(folder / f"{name}.xml")
        throws = any("Exception" in (text or "") for text in row.values()) or row["model"] == "null"
        loses = not row["model_detail"].startswith(whole) and name != "filtered_empty"
        if throws or loses:
            serious = [p for p in problems if p.severity != "warning"]
            assert serious, name
            assert all(p.line and p.element for p in serious), name
        elif row["model"] == "ok":
            assert is_accepted(problems), name
        if is_accepted(problems):
            assert len(read_trackmate_xml(folder / f"{name}.xml").lineage.spots) == 42


@pytest.mark.parametrize(
    ("version", "supported"),
    [("2.1.0", True), ("2.1", False), ("1.9.9", False), ("10.0.0", True), ("7.0.0-SNAPSHOT", True), ("", False)],
)
def test_versions_from_2_1_0_on_are_supported(version, supported):
    assert is_supported(version) is supported


def test_problem_says_where_and_what_to_do(reference, tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(reference.replace('QUALITY="63.0"', 'QUALITY="bright"', 1), encoding="utf-8")
    assert check_trackmate_xml(path)[0].text == (
        "refused: line 81: <Spot> QUALITY: 'bright' is not a number as Java spells it; TrackMate stops reading: write "
        "a number, NaN or Infinity, and keep text out of spot features"
    )
    with pytest.raises(BadFile, match=r"a\.xml, line 81: <Spot> QUALITY: 'bright' is not a number"):
        read_trackmate_xml(path)


def test_equal_problems_are_counted_not_repeated(reference, tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(reference.replace(' VISIBILITY="1"', ""), encoding="utf-8")
    (problem,) = check_trackmate_xml(path)
    assert (problem.severity, problem.attribute, problem.line) == ("refused", "VISIBILITY", 81)
    assert problem.message.endswith("(41 more)")
