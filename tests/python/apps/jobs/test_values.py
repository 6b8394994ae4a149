"""A job is a value: words, JSON, a settings file and Python make the same one, and nothing is done before it runs."""

import dataclasses
import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from volltrack.apps import jobs
from volltrack.apps.analysis import AnalyseJob, write_analysis_settings
from volltrack.apps.cli.main import COMMANDS, parse_job
from volltrack.apps.jobs import (
    CheckJob,
    ConvertJob,
    DemoJob,
    EvaluateJob,
    ImageOptions,
    InfoJob,
    LabelSources,
    LinkJob,
    LinkSources,
    MeasureJob,
    MovieSources,
    PruneJob,
    RunJob,
    ScoreJob,
    SegmentJob,
    TrackSources,
    TrainFile,
    TrainJob,
)
from volltrack.apps.jobs.inputs import InputRecord
from volltrack.apps.jobs.settings import write_run_file
from volltrack.apps.report import ReportJob
from volltrack.errors import BadSettings
from volltrack.io.settings_toml import sections, write_settings_toml
from volltrack.link import LinkSettings, PruneSettings
from volltrack.measure import MeasureSettings
from volltrack.pipeline import AnalysisSettings, RunSettings
from volltrack.score import ScoreSettings
from volltrack.segment import ClassicalSettings
from volltrack.segment.train.training_settings import TrainingSettings

SIZE = ImageOptions(voxel_size=(2.0, 0.5, 0.25), unit="µm", frame_interval=3.0, time_unit="min", scene="2")
SIZE_WORDS = "--voxel-size 2,0.5,0.25 --length-unit µm --frame-interval 3 --time-unit min --scene 2"
SIZE_JSON = {
    "voxel_size": [2.0, 0.5, 0.25],
    "length_unit": "µm",
    "frame_interval": 3.0,
    "time_unit": "min",
    "scene": "2",
}

# name: words, JSON, value; {movie} is a file that is there, for what segments it is chosen by what it is
CASES = {
    "run": (
        "{movie} --out r --channel 1 --tissue t.tif --tissue-labels 2,3 --no-network --cell-diameter 8 "
        "--preset trackmate --min-tracklet-length 4 --unit time --movie-axes TZYX --dry-run",
        {
            "movie": "{movie}",
            "out": "r",
            "channel": 1,
            "tissue": "t.tif",
            "tissue_labels": [2, 3],
            "no_network": True,
            "cell_diameter": 8.0,
            "preset": "trackmate",
            "min_tracklet_length": 4,
            "unit": "time",
            "movie_axes": "TZYX",
            "dry_run": True,
        },
        lambda movie: RunJob(
            sources=MovieSources(
                movie=movie,
                tissue=Path("t.tif"),
                tissue_labels=(2, 3),
                images=ImageOptions(movie_axes="TZYX"),
            ),
            out=Path("r"),
            settings=RunSettings(
                segment=ClassicalSettings(cell_diameter_um=8.0),
                link=LinkSettings.trackmate(),
                prune=PruneSettings(min_tracklet_length=4, unit="time"),
            ),
            dry_run=True,
        ),
    ),
    "demo": (
        "--out d --seed 3 --no-network",
        {"out": "d", "seed": 3, "no_network": True},
        lambda _: DemoJob(out=Path("d"), seed=3, use_networks=False),
    ),
    "segment": (
        "{movie} --out l.zarr --star s --unet u --denoise n --intermediates i --overwrite --axes TZYX",
        {
            "movie": "{movie}",
            "out": "l.zarr",
            "star": "s",
            "unet": "u",
            "denoise": "n",
            "intermediates": "i",
            "overwrite": True,
            "axes": "TZYX",
            "tissue_network": None,
        },
        lambda movie: SegmentJob(
            sources=MovieSources(movie=movie, images=ImageOptions(axes="TZYX")),
            out=Path("l.zarr"),
            settings=_networks(star="s", unet="u", denoise="n"),
            intermediates=Path("i"),
            overwrite=True,
        ),
    ),
    "measure": (
        f"l.tif --raw a.tif --raw b.tif --channel 2 --split-mask {SIZE_WORDS}",
        {"labels": "l.tif", "raw": ["a.tif", "b.tif"], "channel": 2, "split_mask": True, **SIZE_JSON},
        lambda _: MeasureJob(
            sources=LabelSources(
                labels=Path("l.tif"),
                raws=(Path("a.tif"), Path("b.tif")),
                channel=2,
                images=replace(SIZE, split_mask=True),
            ),
            out=Path("cells.csv"),
        ),
    ),
    "link": (
        f"c.tif --image m.tif --engine trackmate --fiji F.app --picture p.png {SIZE_WORDS}",
        {"cells": "c.tif", "image": "m.tif", "engine": "trackmate", "fiji": "F.app", "picture": "p.png", **SIZE_JSON},
        lambda _: LinkJob(
            sources=LinkSources(cells=Path("c.tif"), image=Path("m.tif"), images=SIZE),
            settings=RunSettings(link=LinkSettings.trackmate()),
            out=Path("tracks.xml"),
            engine="trackmate",
            program=Path("F.app"),
            picture=Path("p.png"),
        ),
    ),
    "prune": (
        "t.xml --min-tracklet-length 3 --whole-tracks --keep-leaves --dry-run",
        {"file": "t.xml", "min_tracklet_length": 3, "whole_tracks": True, "keep_leaves": True, "dry_run": True},
        lambda _: PruneJob(
            tracks=Path("t.xml"),
            settings=PruneSettings(min_tracklet_length=3, whole_tracks=True, leaf_tracklets=False),
            dry_run=True,
        ),
    ),
    "check": ("t.xml", {"file": "t.xml"}, lambda _: CheckJob(file=Path("t.xml"))),
    "convert": (
        f"a b --from ctc --to trackmate --movie m.tif --all-spots {SIZE_WORDS}",
        {
            "input": "a",
            "output": "b",
            "source_kind": "ctc",
            "target_kind": "trackmate",
            "movie": "m.tif",
            "all_spots": True,
            **SIZE_JSON,
        },
        lambda _: ConvertJob(
            tracks=Path("a"),
            out=Path("b"),
            source_kind="ctc",
            target_kind="trackmate",
            movie=Path("m.tif"),
            images=SIZE,
            all_spots=True,
        ),
    ),
    "score": (
        "a.xml b.xml --result-labels a.tif --truth-labels b.tif --max-distance 5 --time-in-frames",
        {
            "result": "a.xml",
            "truth": "b.xml",
            "result_labels": "a.tif",
            "truth_labels": "b.tif",
            "max_distance": 5,
            "time_in_frames": True,
        },
        lambda _: ScoreJob(
            result=Path("a.xml"),
            truth=Path("b.xml"),
            result_labels=Path("a.tif"),
            truth_labels=Path("b.tif"),
            settings=ScoreSettings(max_distance=5),
            images=ImageOptions(time_in_frames=True),
        ),
    ),
    "evaluate": (
        "A=a.tif b.tif truth.tif --out t.csv --keep-going",
        {"result": ["A=a.tif", "b.tif"], "truth": "truth.tif", "out": "t.csv", "keep_going": True},
        lambda _: EvaluateJob(
            results={"A": Path("a.tif"), "b.tif": Path("b.tif")},
            truth=Path("truth.tif"),
            out=Path("t.csv"),
            images=ImageOptions(keep_going=True),
        ),
    ),
    "train": (
        "data --out models --only star thresholds --epochs 7 --minutes 5 --start a/star b/unet",
        {
            "data": "data",
            "out": "models",
            "only": ["star", "thresholds"],
            "epochs": 7,
            "minutes": 5.0,
            "start": ["a/star", "b/unet"],
        },
        lambda _: TrainJob(
            data=Path("data"),
            out=Path("models"),
            steps=("star", "thresholds"),
            epochs=7,
            minutes=5.0,
            start=("a/star", "b/unet"),
        ),
    ),
    "analyse": (
        "t.xml --movie m.tif --labels l.tif --tissue t.tif --out an --no-plots --border-is-surface "
        "--spectrum-of SPEED --spectrum-of AREA --window hann",
        {
            "tracks": "t.xml",
            "movie": "m.tif",
            "labels": "l.tif",
            "tissue": "t.tif",
            "out": "an",
            "no_plots": True,
            "border_is_surface": True,
            "spectrum_of": ["SPEED", "AREA"],
            "window": "hann",
        },
        lambda _: AnalyseJob(
            sources=TrackSources(tracks=Path("t.xml"), movie=Path("m.tif"), labels=Path("l.tif"), tissue=Path("t.tif")),
            out=Path("an"),
            settings=_analysis(),
            with_plots=False,
        ),
    ),
    "report": (
        "t.xml --channel 2 --settings s.toml --all-spots",
        {"tracks": "t.xml", "channel": 2, "settings": "s.toml", "all_spots": True},
        lambda _: ReportJob(
            sources=TrackSources(tracks=Path("t.xml"), channel=2, all_spots=True),
            out=Path("report.html"),
            settings_file=Path("s.toml"),
        ),
    ),
    "info": ("f.tif --scene 2", {"file": "f.tif", "scene": "2"}, lambda _: InfoJob(file=Path("f.tif"), scene="2")),
}


def _networks(**named):
    from volltrack.segment.vollseg import NetworkSettings

    return NetworkSettings(**named)


def _analysis():
    default = AnalysisSettings()
    return replace(
        default,
        boundary=replace(default.boundary, border_is_surface=True),
        spectrum=replace(default.spectrum, window="hann"),
        spectrum_of=("SPEED", "AREA"),
    )


def test_every_command_but_the_window_and_the_door_of_fiji_is_a_job():
    assert set(CASES) == set(COMMANDS) - {"napari", "job"}


@pytest.fixture
def made(request, movies, tmp_path):
    """The job of a command: as words, JSON and Python say it."""
    name = request.param
    words, values, value = CASES[name]
    text = json.dumps(values).replace("{movie}", str(movies.movie))
    (tmp_path / "job.json").write_text(f'{{"command": "{name}", "arguments": {text}}}', encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    found = (
        parse_job([name, *(word.replace("{movie}", str(movies.movie)) for word in words.split())]),
        parse_job(["job", str(tmp_path / "job.json")]),
        value(movies.movie),
    )
    assert sorted(tmp_path.iterdir()) == before
    return found


@pytest.mark.parametrize("made", CASES, indirect=True)
def test_words_json_and_python_make_the_same_value(made):
    from_words, from_json, value = made
    assert from_words == value
    assert from_json == value
    default = {f.name: f.default for f in dataclasses.fields(value)}
    assert any(getattr(value, name) != default[name] for name in default)  # the case says something


@pytest.mark.parametrize("made", CASES, indirect=True)
def test_job_is_frozen_and_travels(made):
    for job in made:
        again = pickle.loads(pickle.dumps(job))
        assert again == job
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(job, dataclasses.fields(job)[0].name, None)


def test_run_file_of_a_job_makes_it_again(movies, tmp_path):
    _, _, value = CASES["run"]
    job = value(movies.movie)
    job = replace(job, sources=replace(job.sources, tissue=tmp_path / "t.tif"), dry_run=False)
    write_run_file(tmp_path / "run.toml", job.settings, job.sources.to_record())
    again = ["run", str(movies.movie), "--settings", str(tmp_path / "run.toml"), "--out", "r"]
    assert parse_job(again) == job
    assert RunJob.again(tmp_path / "run.toml", Path("r")) == job
    assert parse_job([*again, "--min-tracklet-length", "9"]).settings.prune.min_tracklet_length == 9
    of_another_movie = parse_job(["run", str(movies.movie2d), *again[2:]])
    assert of_another_movie == replace(job, sources=MovieSources(movie=movies.movie2d))


def test_settings_file_gives_segmenting_and_linking_their_part(movies, tmp_path):
    settings = RunSettings(
        segment=ClassicalSettings(cell_diameter_um=5.0),
        measure=MeasureSettings(border_is_surface=True),
        link=LinkSettings(max_distance=7.0),
    )
    sources = LinkSources(cells=movies.labels, tissue=tmp_path / "t.tif", images=SIZE)
    file = ["--settings", str(tmp_path / "s.toml")]
    write_run_file(tmp_path / "s.toml", settings, sources.to_record())
    assert parse_job(["segment", str(movies.movie), *file]) == SegmentJob(
        sources=MovieSources(movie=movies.movie), out=Path("labels.tif"), settings=settings.segment
    )
    assert parse_job(["link", str(movies.labels), *file]) == LinkJob(
        sources=sources, out=Path("tracks.xml"), settings=settings
    )


def test_settings_files_of_training_and_analysis_make_the_same_settings(tmp_path):
    training = TrainFile(star=TrainingSettings(epochs=3))
    write_settings_toml(tmp_path / "train.toml", training)
    words = ["train", "data", "--out", "models", "--settings", str(tmp_path / "train.toml")]
    assert parse_job(words) == TrainJob(data=Path("data"), out=Path("models"), settings=training)
    sources = TrackSources(tracks=Path("t.xml"))
    write_analysis_settings(tmp_path / "analyse.toml", _analysis(), sources)
    words = ["analyse", "t.xml", "--out", "an", "--settings", str(tmp_path / "analyse.toml")]
    assert parse_job(words) == AnalyseJob(sources=sources, out=Path("an"), settings=_analysis())


def test_example_of_the_face_runs(movies, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(movies.movie, "movie.tif")
    code = "\n".join(line[4:] for line in jobs.__doc__.splitlines() if line.startswith("    "))
    exec(compile(code, "jobs", "exec"), {})
    assert Path("results/tracks.xml").exists()


def test_settings_of_no_run_cannot_be_run_again(tmp_path):
    write_run_file(tmp_path / "s.toml", RunSettings(), InputRecord())
    with pytest.raises(BadSettings, match="does not name the movie"):
        RunJob.again(tmp_path / "s.toml", Path("r"))


@pytest.mark.parametrize("command", ["run", "segment", "link"])
def test_settings_file_is_read_once(command, movies, tmp_path, monkeypatch):
    write_run_file(tmp_path / "s.toml", RunSettings(), MovieSources(movie=movies.movie).to_record())
    read, paths = sections.read_toml, []
    monkeypatch.setattr(sections, "read_toml", lambda path: paths.append(path) or read(path))
    source = movies.labels if command == "link" else movies.movie
    out = {"run": "r", "segment": "l.tif", "link": "t.xml"}[command]
    words = [command, str(source), "--settings", str(tmp_path / "s.toml"), "--out", str(tmp_path / out)]
    parse_job(words).run()
    assert (tmp_path / out).exists()
    assert [path.name for path in paths].count("s.toml") == 1
