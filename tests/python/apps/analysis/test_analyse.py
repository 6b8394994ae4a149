"""`volltrack analyse` on a movie of which every number is known, and on input that does not fit."""

import math

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.io.tracks import TracksFile, write_tracks_file
from volltrack.model import LabelMovie, Lineage, Links, Spots
from volltrack.testing import PulsingSettings, make_pulsing_tissue

SETTINGS = PulsingSettings(n_frames=24, n_founders=4)


@pytest.fixture(scope="module")
def known():
    return make_pulsing_tissue(SETTINGS)


@pytest.fixture(scope="module")
def folder(known, tmp_path_factory):
    """The movie, its labels and tissue, and its tracks in every format."""
    folder = tmp_path_factory.mktemp("pulsing")
    write_movie(folder / "movie.tif", known.movie)
    write_label_movie(folder / "labels.tif", known.labels)
    write_label_movie(folder / "tissue.tif", known.tissue.labels)
    plain = known.lineage.spots.table.drop(columns=["DEPTH", "PERIOD", "AMPLITUDE"])
    lineage = Lineage(spots=Spots(table=plain), links=known.lineage.links)
    tracks = TracksFile(kind="cells", lineage=lineage, calibration=known.calibration, labels=known.labels)
    write_lineage_xml(folder / "tracks.xml", lineage, calibration=known.calibration)
    for name in ("tracks.csv", "tracks.geff", "ctc"):
        write_tracks_file(folder / name, tracks)
    return folder


@pytest.fixture
def analyse(call):
    """Call the command without plots, which take most of the time."""
    return lambda *words: call("analyse", "--no-plots", *words)


@pytest.fixture(scope="module")
def analysis(folder, tmp_path_factory):
    """The analysis of the XML with all images."""
    from volltrack.apps.cli.main import main

    out = tmp_path_factory.mktemp("out") / "analysis"
    images = [f"--{name}={folder / f'{name}.tif'}" for name in ("movie", "labels", "tissue")]
    assert main(["analyse", str(folder / "tracks.xml"), "--out", str(out), "--quiet", *images]) == 0
    return out


def read(out, name):
    return pd.read_csv(out / "tables" / f"{name}.csv")


def test_distances_are_the_known_depths(analysis, known):
    spots = read(analysis, "spots").sort_values("SPOT_ID")
    error = spots["DISTANCE_TO_TISSUE"].to_numpy() - known.lineage.spots.table.sort_values("ID")["DEPTH"].to_numpy()
    assert np.abs(error).max() < np.linalg.norm(known.calibration.voxel_size.zyx) / 2


def test_spectra_have_the_known_period_and_amplitude(analysis):
    found = read(analysis, "dominant_frequencies").query("QUANTITY == 'MEAN_INTENSITY_CH1'")
    assert set((1 / found["DOMINANT_FREQUENCY"]).round(6)) == {12.0, 16.0}
    assert set(found["DOMINANT_AMPLITUDE"].round(-3)) == {4000.0, 8000.0}
    assert (found["N_FILLED"] == 0).all()


def test_lineages_and_tracklets_have_the_known_divisions(analysis):
    tracklets = read(analysis, "tracklets")
    parents = tracklets.query("ROLE == 'parent'")
    assert (parents["STOP_TIME"] == SETTINGS.division_frame * 2.0).all()
    assert tracklets["ROLE"].value_counts().to_dict() == {"daughter": 4, "parent": 2, "single": 2}
    assert read(analysis, "lineages")["N_DIVISIONS"].tolist() == [1, 0, 1, 0]


def test_track_ids_are_those_of_the_xml(analysis, folder):
    document = read_trackmate_xml(folder / "tracks.xml")
    expected = dict(zip(document.lineage.links.source_ids.tolist(), document.track_ids.tolist(), strict=True))
    spots = read(analysis, "spots").set_index("SPOT_ID")["TRACK_ID"]
    for spot, track in expected.items():
        assert spots[spot] == track


def test_every_column_has_its_unit_in_a_table_and_in_parquet(analysis):
    columns = pd.read_csv(analysis / "columns.csv").fillna("")
    for path in sorted((analysis / "tables").glob("*.parquet")):
        table = read(analysis, path.stem)
        schema = parquet.read_schema(path)
        described = columns[columns["table"] == path.stem].set_index("column")
        assert list(table.columns) == schema.names == described.index.tolist()
        for name in schema.names:
            assert schema.field(name).metadata[b"unit"].decode() == described.loc[name, "unit"]
        pd.testing.assert_frame_equal(pd.read_parquet(path), table, check_dtype=False)
    units = columns.drop_duplicates("column").set_index("column")["unit"]
    assert units[["TIME", "SPEED", "MSD", "FREQUENCY", "MEAN_INTENSITY_CH1", "TURNING_ANGLE"]].tolist() == [
        "min",
        "µm/min",
        "µm²",
        "1/min",
        "counts",
        "rad",
    ]


def test_plots_are_there_as_png_and_svg_with_named_axes(analysis):
    names = {path.stem for path in (analysis / "plots").glob("*.png")}
    assert names == {path.stem for path in (analysis / "plots").glob("*.svg")}
    assert {"distance_over_time", "localisation", "spectrum_mean_intensity_ch1", "msd", "duration"} <= names
    svg = (analysis / "plots" / "distance_over_time.svg").read_text(encoding="utf-8")
    for words in ("Time (min)", "Distance to tissue boundary (µm)", "parent", "daughter", "#2ca02c", "#d62728"):
        assert words in svg


@pytest.mark.parametrize("name", ["tracks.csv", "tracks.geff", "ctc"])
def test_other_formats_give_the_same_numbers(name, analysis, folder, tmp_path, analyse):
    extra = ["--voxel-size=2,0.7,0.7", "--length-unit=µm", "--frame-interval=2", "--time-unit=min"]
    images = [f"--{image}={folder / f'{image}.tif'}" for image in ("movie", "labels", "tissue")]
    answer = analyse(folder / name, "--out", tmp_path / "out", "--json", *(extra if name == "ctc" else []), *images)
    assert answer.code == 0, answer.err
    assert answer.json["divisions"] == 2
    keys = ["START_FRAME", "STOP_FRAME", "PATH_LENGTH", "N_SPOTS"]
    found, expected = (read(out, "tracklets").sort_values(keys)[keys] for out in (tmp_path / "out", analysis))
    tolerance = 0.25 if name == "ctc" else 1e-6  # centres of masks, not positions
    np.testing.assert_allclose(found[["START_FRAME", "STOP_FRAME"]], expected[["START_FRAME", "STOP_FRAME"]])
    np.testing.assert_allclose(found["PATH_LENGTH"].sum(), expected["PATH_LENGTH"].sum(), rtol=tolerance)
    mean = [read(out, "spots")["MEAN_INTENSITY_CH1"].mean() for out in (tmp_path / "out", analysis)]
    assert mean[0] == pytest.approx(mean[1], rel=1e-9)


def test_intensity_without_labels_is_that_of_the_spheres(analysis, folder, tmp_path, analyse):
    answer = analyse(folder / "tracks.xml", "--out", tmp_path / "out", f"--movie={folder / 'movie.tif'}")
    assert answer.code == 0, answer.err
    within = read(analysis, "spots")["MEAN_INTENSITY_CH1"]
    around = read(tmp_path / "out", "spots")["MEAN_INTENSITY_CH1"]
    assert np.corrcoef(within, around)[0, 1] > 0.95  # a sphere of few voxels takes some background in
    assert (around < within + 500).all()
    assert "no tissue was given" in (tmp_path / "out" / "notes.txt").read_text(encoding="utf-8")
    assert "localisation" not in {path.stem for path in (tmp_path / "out" / "tables").iterdir()}


def test_settings_of_an_analysis_repeat_it(folder, tmp_path, analyse):
    choices = ["--window=hann", "--detrend=linear", "--spectrum-of=SPEED", "--border-is-surface"]
    assert analyse(folder / "tracks.xml", "--out", tmp_path / "a", *choices).code == 0
    again = ["--settings", tmp_path / "a" / "analyse.toml"]
    assert analyse(folder / "tracks.xml", "--out", tmp_path / "b", *again).code == 0
    for name in ("spectra", "dominant_frequencies"):
        pd.testing.assert_frame_equal(read(tmp_path / "a", name), read(tmp_path / "b", name))
    assert 'window = "hann"' in (tmp_path / "b" / "analyse.toml").read_text(encoding="utf-8")


def test_dry_run_writes_nothing(folder, tmp_path, analyse):
    answer = analyse(folder / "tracks.xml", "--out", tmp_path / "out", "--dry-run", "--json")
    assert answer.code == 0
    assert answer.json["divisions"] == 2
    assert not list(tmp_path.iterdir())


def test_older_analysis_is_replaced_only_when_told(folder, tmp_path, analyse):
    out = tmp_path / "out"
    command = [folder / "tracks.xml", "--out", out]
    assert analyse(*command, f"--tissue={folder / 'tissue.tif'}").code == 0
    refused = analyse(*command)
    assert refused.code == 2
    assert "--overwrite" in refused.err
    assert (out / "tables" / "localisation.csv").exists()
    assert analyse(*command, "--overwrite").code == 0
    assert not (out / "tables" / "localisation.csv").exists()  # nothing of the older one is left


@pytest.mark.parametrize("name", ["thesis.docx", "tables/mine.xlsx", "sub/plots/fig.png"])
def test_folder_with_other_files_is_never_replaced(name, folder, tmp_path, analyse):
    out = tmp_path / "out"
    assert analyse(folder / "tracks.xml", "--out", out).code == 0
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("precious")
    answer = analyse(folder / "tracks.xml", "--out", out, "--overwrite")
    assert answer.code == 2
    assert "not of an analysis" in answer.err
    assert (out / name).read_text() == "precious"


def test_folder_around_the_tracks_is_never_replaced(folder, analyse):
    answer = analyse(folder / "tracks.xml", "--out", folder, "--overwrite")
    assert answer.code == 2
    assert (folder / "tracks.xml").exists()


def shortened(known, n_frames):
    return LabelMovie.from_array(np.stack([known.tissue.frame(t) for t in range(n_frames)]), known.calibration)


def test_input_that_does_not_fit_is_refused(known, folder, tmp_path, analyse):
    write_label_movie(tmp_path / "short.tif", shortened(known, 5))
    for options, words in (
        ([f"--tissue={tmp_path / 'short.tif'}"], "5 frames"),
        ([f"--labels={folder / 'labels.tif'}"], "give the movie too"),
        ([f"--movie={folder / 'nowhere.tif'}"], "nowhere.tif"),
        (["--spectrum-of=SPEEED"], "SPEEED"),
        ([f"--movie={folder / 'movie.tif'}", "--channel=3"], "channel"),
        ([f"--settings={folder / 'tracks.csv'}"], "TOML"),
    ):
        answer = analyse(folder / "tracks.xml", "--out", tmp_path / "out", *options)
        assert answer.code == 2, options
        assert words in answer.err, answer.err
        assert not (tmp_path / "out").exists()


def test_single_frame_of_tissue_serves_all(known, folder, tmp_path, analyse):
    write_label_movie(tmp_path / "one.tif", shortened(known, 1))
    answer = analyse(folder / "tracks.xml", "--out", tmp_path / "out", f"--tissue={tmp_path / 'one.tif'}")
    assert answer.code == 0, answer.err
    assert read(tmp_path / "out", "spots")["DISTANCE_TO_TISSUE"].notna().all()


@pytest.mark.parametrize("interval", ["0.0", "-1.0", "NaN"])
def test_frame_interval_that_is_no_time_is_asked_for(interval, folder, tmp_path, analyse):
    text = (folder / "tracks.xml").read_text(encoding="utf-8")
    broken = text.replace('timeinterval="2.0"', f'timeinterval="{interval}"')
    assert broken != text
    (tmp_path / "tracks.xml").write_text(broken, encoding="utf-8")
    answer = analyse(tmp_path / "tracks.xml", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "does not say the time" in answer.err
    assert "--frame-interval" in answer.err
    given = analyse(tmp_path / "tracks.xml", "--out", tmp_path / "out", "--frame-interval", 2)
    assert given.code == 0, given.err
    assert read(tmp_path / "out", "tracklets")["DURATION"].max() == 2.0 * (SETTINGS.n_frames - 1)


@pytest.mark.parametrize("n_spots", [0, 3])
def test_tracks_of_one_frame_or_none_are_analysed(n_spots, known, tmp_path, analyse):
    spots = known.lineage.spots.select(np.flatnonzero(known.lineage.spots.frames == 0)[:n_spots])
    lineage = Lineage(spots=spots, links=Links.empty())
    write_lineage_xml(tmp_path / "tracks.xml", lineage, calibration=known.calibration)
    answer = analyse(tmp_path / "tracks.xml", "--out", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["tables"]["tracklets"] == n_spots
    assert answer.json["tables"]["lineages"] == 0
    assert math.isfinite(answer.json["spots"])
