"""`volltrack report`: one page that needs nothing else, whatever the file holds."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from volltrack.io.tiff import write_movie
from volltrack.io.trackmate_xml import ImageInfo, write_lineage_xml
from volltrack.model import Calibration, Lineage, Links, Movie, Spots, VoxelSize
from volltrack.testing import LineageShape, make_random_lineage

HOSTILE = "</title></pre><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>&\"' $\\frac{ $"
CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=3.0, time_unit="min")


class Page(HTMLParser):
    """Elements, attributes and text of a page, as a browser finds them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(self.source)
        self.text = re.sub(r"\s+", " ", " ".join(self.texts))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)

    def fact(self, name: str) -> str:
        return re.search(rf"<dt>{re.escape(name)}</dt><dd>(.*?)</dd>", self.source)[1]


def family() -> Lineage:
    """One founder that divides in frame 2, one daughter that divides again, and one cell on its own."""
    frames = [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 6, 7, 0, 1, 2]
    pairs = [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (2, 6),
        (6, 7),
        (7, 8),
        (8, 9),
        (9, 10),
        (8, 11),
        (11, 12),
        (13, 14),
    ]
    ids = np.arange(len(frames))
    spots = pd.DataFrame(
        {
            "ID": ids,
            "FRAME": frames,
            "POSITION_X": 10.0 + ids,
            "POSITION_Y": 20.0 - ids * 0.5,
            "POSITION_Z": 4.0 + ids % 3,
            "RADIUS": 3.0,
            "QUALITY": 1.0,
        }
    )
    source, target = zip(*pairs, strict=True)
    return Lineage(spots=Spots(table=spots), links=Links.from_arrays(np.array(source), np.array(target)))


def assert_needs_nothing(page: Page) -> None:
    for tag, name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "data", "poster", "action", "srcset"):
            assert value.startswith(("#", "data:image/png;base64,")), (tag, name, value[:80])
        assert not name.startswith("on"), (tag, name)
    assert not {"link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert page.tags.count("script") == 1
    assert "@import" not in page.source
    assert not re.search(r"url\((?!#)", page.source)
    assert any(tag == "meta" and value.startswith("default-src 'none'") for tag, _, value in page.attributes)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@pytest.fixture
def family_xml(tmp_path) -> Path:
    write_lineage_xml(tmp_path / "tracks.xml", family(), calibration=CALIBRATION, log="linked by hand")
    return tmp_path / "tracks.xml"


def test_the_page_tells_the_numbers_of_the_file(ask, family_xml, tmp_path):
    result = ask("report", family_xml, "--out", tmp_path / "report.html")
    assert (result["cells"], result["tracks"], result["divisions"]) == (16, 2, 2)
    page = Page(tmp_path / "report.html")
    facts = {
        name: page.fact(name) for name in ("Cells (spots)", "Tracks", "Tracklets", "Divisions", "Cells in no track")
    }
    assert facts == {
        "Cells (spots)": "16", "Tracks": "2", "Tracklets": "6", "Divisions": "2", "Cells in no track": "1",
    }  # fmt: skip
    assert page.fact("Frames") == "0 to 7, cells in 8"
    assert page.fact("Frame interval") == "3 min"
    # the second division is in frame 5, the first in frame 2: three frames of three minutes
    assert page.fact("Time between two divisions") == "median 9 min (1 cell cycles)"
    for words in ("Speed (µm/min)", "Time (min)", "Mean squared displacement (µm²)", "linked by hand", "x (µm)"):
        assert words in page.text, words
    assert_needs_nothing(page)


def test_parents_are_green_and_daughters_red(ask, family_xml, tmp_path):
    ask("report", family_xml, "--out", tmp_path / "report.html")
    trees = re.search(r'<figure class="trees">.*?</figure>', Page(tmp_path / "report.html").source, re.DOTALL)[0]
    groups = dict(re.findall(r'<g stroke="(#\w+)">(.*?)</g>', trees, re.DOTALL))
    assert groups["#2ca02c"].count("<title>") == 1
    assert groups["#d62728"].count("<title>") == 4
    assert "track 0, parent: frames 0 to 2" in groups["#2ca02c"]


def test_movie_tissue_and_run_settings_are_shown(ask, results, movies, tmp_path):
    result = ask("report", results / "tracks.xml", "--tissue", movies.tissue, "--out", tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert result["movie"].endswith("movie.tif")  # the one that the XML names
    assert result["notes"] == []
    for words in (
        "Distance to tissue boundary (µm)",
        "Localisation",
        "Distance at the start (µm)",
        "[segment]",
        "run.toml",
    ):
        assert words in page.text, words
    assert any(
        tag == "image" and value.startswith("data:image/png") for tag, name, value in page.attributes if name == "href"
    )
    assert_needs_nothing(page)


def test_tissue_labels_that_are_not_there_are_named(ask, results, movies, tmp_path):
    words = ("--tissue", movies.tissue, "--tissue-labels", 77, "--out", tmp_path / "report.html")
    (note,) = ask("report", results / "tracks.xml", *words)["notes"]
    assert "have no distance to the tissue" in note
    page = Page(tmp_path / "report.html")
    assert "--tissue-labels" in page.text
    assert "Localisation" not in page.text


def test_a_page_has_the_name_of_a_page(call, family_xml, tmp_path):
    answer = call("report", family_xml, "--out", tmp_path / "report.txt")
    assert answer.code == 2
    assert "ends in .html" in answer.err
    assert not (tmp_path / "report.txt").exists()


def test_intensity_is_measured_when_only_a_movie_knows_it(ask, tmp_path):
    write_lineage_xml(tmp_path / "tracks.xml", family(), calibration=CALIBRATION)
    raw = np.full((8, 6, 80, 80), 700, dtype=np.uint16)
    write_movie(tmp_path / "movie.tif", Movie.from_array(raw, CALIBRATION))
    ask("report", tmp_path / "tracks.xml", "--movie", tmp_path / "movie.tif", "--out", tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert "Mean intensity ch1 (counts)" in page.text
    assert "700" in page.text


def test_a_movie_that_is_not_there_is_named(ask, tmp_path):
    image = ImageInfo(filename="lost.tif", width=80, height=80, n_slices=6, n_frames=8)
    write_lineage_xml(tmp_path / "tracks.xml", family(), calibration=CALIBRATION, image=image)
    result = ask("report", tmp_path / "tracks.xml", "--out", tmp_path / "report.html")
    assert result["movie"] == "none"
    assert "lost.tif" in result["notes"][0]
    assert "positions only" in Page(tmp_path / "report.html").text


def test_a_named_movie_that_is_too_short_is_an_error_only_when_a_person_named_it(call, ask, tmp_path):
    image = ImageInfo(filename="short.tif", width=80, height=80, n_slices=6, n_frames=8)
    write_lineage_xml(tmp_path / "tracks.xml", family(), calibration=CALIBRATION, image=image)
    write_movie(tmp_path / "short.tif", Movie.from_array(np.zeros((2, 6, 80, 80), np.uint8), CALIBRATION))
    result = ask("report", tmp_path / "tracks.xml", "--out", tmp_path / "report.html")
    assert "2 frames" in result["notes"][0]
    answer = call(
        "report", tmp_path / "tracks.xml", "--movie", tmp_path / "short.tif", "--out", tmp_path / "other.html"
    )
    assert answer.code == 2
    assert "it has 2 frames" in answer.err
    assert "in later frames (up to frame 7)" in answer.err
    assert not (tmp_path / "other.html").exists()


def test_hostile_texts_stay_texts(ask, tmp_path):
    lineage = family()
    calibration = Calibration(
        voxel_size=VoxelSize(z=1, y=1, x=1, unit="<b>$\\sum$"), frame_interval=1.0, time_unit="<i onload=x>$"
    )
    path = tmp_path / "<img src=x onerror=alert(1)>.xml"
    write_lineage_xml(path, lineage, calibration=calibration, log=HOSTILE, track_names=[HOSTILE, HOSTILE])
    (tmp_path / "run.toml").write_text(f"name = '''{HOSTILE}'''")
    ask("report", path, "--out", tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert_needs_nothing(page)
    assert not {"img", "b", "i"} & set(page.tags)
    assert page.text.count("alert(2)") >= 4  # twice in the table, in the log, in run.toml
    assert "<b>$\\sum$".replace("\\", "/") in page.text


@pytest.mark.parametrize("n_frames", [1, 2])
def test_files_of_one_or_two_frames(ask, tmp_path, n_frames):
    lineage = make_random_lineage(3, LineageShape(n_frames=n_frames, n_founders=5))
    write_lineage_xml(tmp_path / "tracks.xml", lineage, calibration=CALIBRATION)
    ask("report", tmp_path / "tracks.xml", "--out", tmp_path / "report.html")
    assert_needs_nothing(Page(tmp_path / "report.html"))


def test_a_file_without_cells(ask, tmp_path):
    write_lineage_xml(
        tmp_path / "tracks.xml", Lineage(spots=Spots.empty(), links=Links.empty()), calibration=CALIBRATION
    )
    ask("report", tmp_path / "tracks.xml", "--out", tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert page.fact("Cells (spots)") == "0"
    assert "There are no cells" in page.text


def test_merges_gaps_and_lone_spots_in_every_format(ask, tmp_path):
    lineage = make_random_lineage(5)
    write_lineage_xml(tmp_path / "tracks.xml", lineage, calibration=CALIBRATION)
    for name in ("tracks.geff", "tracks.csv"):
        ask("convert", tmp_path / "tracks.xml", tmp_path / name)
        ask("report", tmp_path / name, "--out", tmp_path / f"{name}.html")
        page = Page(tmp_path / f"{name}.html")
        assert page.fact("Cells (spots)") == str(len(lineage.spots))
        # a GEFF of ours stands for the TrackMate file that it was made from, and is checked as that
        assert ("Only TrackMate files are checked" in page.text) == name.endswith(".csv")


def test_unknown_frame_interval_is_asked_for(call, ask, family_xml, tmp_path):
    text = family_xml.read_text().replace('timeinterval="3.0"', 'timeinterval="0.0"')
    assert 'timeinterval="0.0"' in text
    family_xml.write_text(text)
    answer = call("report", family_xml, "--out", tmp_path / "report.html")
    assert answer.code == 2
    assert "--frame-interval" in answer.err
    assert not (tmp_path / "report.html").exists()
    ask("report", family_xml, "--frame-interval", 2, "--time-unit", "sec", "--out", tmp_path / "report.html")
    assert Page(tmp_path / "report.html").fact("Frame interval") == "2 sec"


def test_problems_of_the_file_are_listed(ask, family_xml, tmp_path):
    family_xml.write_text(
        family_xml.read_text().replace("<FilteredTracks>", '<FilteredTracks><TrackID TRACK_ID="99" />')
    )
    ask("report", family_xml, "--out", tmp_path / "report.html")
    text = Page(tmp_path / "report.html").text
    assert "no image file is named" in text
    assert re.search(r"<FilteredTracks>.*99|99.*AllTracks|TRACK_ID.*99", text)


def test_nothing_is_overwritten_unasked(call, family_xml, tmp_path):
    (tmp_path / "report.html").write_text("mine")
    answer = call("report", family_xml, "--out", tmp_path / "report.html")
    assert answer.code == 2
    assert "--overwrite" in answer.err
    assert (tmp_path / "report.html").read_text() == "mine"


def test_large_files_give_pages_that_can_be_opened(ask, tmp_path):
    shape = LineageShape(n_frames=60, n_founders=300, division_rate=0.02, merge_rate=0.0, gap_rate=0.01, end_rate=0.01)
    lineage = make_random_lineage(1, shape)
    assert len(lineage.spots) > 15_000
    write_lineage_xml(tmp_path / "tracks.xml", lineage, calibration=CALIBRATION)
    result = ask("report", tmp_path / "tracks.xml", "--out", tmp_path / "report.html")
    assert result["bytes"] < 5_000_000
    assert re.search(r"\d+ of \d+ lineage trees", Page(tmp_path / "report.html").text)


def test_float_movie_with_nan_and_more_channels(ask, family_xml, tmp_path):
    movie = np.random.default_rng(0).random((8, 6, 2, 80, 80)).astype(np.float32)
    movie[0, :, :, :10] = np.nan
    tifffile.imwrite(tmp_path / "movie.tif", movie, imagej=True, metadata={"axes": "TZCYX"})
    ask("report", family_xml, "--movie", tmp_path / "movie.tif", "--channel", 2, "--out", tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert_needs_nothing(page)
    assert "Mean intensity ch2 (counts)" in page.text
    assert "Mean intensity ch1" not in page.text
