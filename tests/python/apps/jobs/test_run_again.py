"""Runs that are interrupted, repeated, changed or edited by a person."""

import json
import shutil

import pytest

from volltrack.apps.jobs import run_movie
from volltrack.apps.jobs.results import step_record
from volltrack.segment.classical import ClassicalSegmenter

pytestmark = pytest.mark.usefixtures("quick_picture")

RESULTS = ("labels.tif", "cells.csv", "removed_cells.csv", "tracks.xml", "pruned_tracklets.csv", "overview.png")


@pytest.fixture
def words(movies, tmp_path):
    """The command that made `finished_run`, for another folder."""
    return ("run", movies.movie, "--tissue", movies.tissue, "--out", tmp_path / "results")


@pytest.fixture
def same_results(finished_run):
    def check(folder) -> None:
        for name in (*RESULTS, "run.toml"):
            if name != "overview.png":
                assert (folder / name).read_bytes() == (finished_run / name).read_bytes(), name
        record, expected = (json.loads((path / ".volltrack/steps.json").read_text()) for path in (folder, finished_run))
        assert record == expected
        assert sorted(p.name for p in folder.rglob("*")) == sorted(p.name for p in finished_run.rglob("*"))

    return check


def _stop(*_args, **_kwargs):
    raise KeyboardInterrupt


@pytest.fixture
def made_frames(monkeypatch):
    """Numbers of the frames that are segmented, in order; made_frames.stop_at = t interrupts at frame t."""

    class Frames(list):
        stop_at = None

    frames = Frames()

    segment = ClassicalSegmenter.segment

    def watched(self, frame, t=0, **kwargs):
        if t == frames.stop_at:
            raise KeyboardInterrupt
        frames.append(t)
        return segment(self, frame, t, **kwargs)

    monkeypatch.setattr(ClassicalSegmenter, "segment", watched)
    return frames


def test_interrupted_segmentation_goes_on_with_the_next_frame(words, call, made_frames, same_results, tmp_path):
    made_frames.stop_at = 3
    answer = call(*words)
    assert answer.code == 130
    assert "goes on where it stopped" in answer.err
    assert made_frames == [0, 1, 2]
    left = {path.name for path in (tmp_path / "results").rglob("*") if path.is_file()}
    assert left == {"t00000.tif", "t00001.tif", "t00002.tif"}

    made_frames.clear()
    made_frames.stop_at = None
    assert call(*words).code == 0
    assert made_frames == [3, 4]
    same_results(tmp_path / "results")


@pytest.mark.parametrize(
    "place",
    [
        "run_movie.make_labels",
        "run_movie.measure_movie",
        "run_movie.write_cells_csv",
        "run_movie.track_cells",
        "run_movie.write_tracks",
        "run_movie.read_trackmate_xml",
        "run_movie.draw_overview",
        "shutil.rmtree",  # the label movie is there, its frames are not yet gone
    ],
)
def test_run_stopped_at_any_step_gives_the_same_result(place, words, call, same_results, tmp_path, monkeypatch):
    module, name = place.split(".")
    with monkeypatch.context() as patch:
        patch.setattr({"run_movie": run_movie, "shutil": shutil}[module], name, _stop)
        assert call(*words).code == 130
    assert not list(tmp_path.rglob(".*tmp*"))
    again = call(*words)
    assert again.code == 0, again.err
    same_results(tmp_path / "results")


@pytest.mark.parametrize("nth", range(1, 5))
def test_run_stopped_between_a_result_and_its_note_goes_on(nth, words, call, same_results, tmp_path, monkeypatch):
    calls = []
    write = run_movie.write_run_file

    def stop_at_nth(*args):
        calls.append(args)
        if len(calls) == nth:
            raise KeyboardInterrupt
        write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(run_movie, "write_run_file", stop_at_nth)
        assert call(*words).code == 130
    again = call(*words)
    assert again.code == 0, again.err
    same_results(tmp_path / "results")


def test_finished_run_changes_nothing_when_called_again(words, results, call, snapshot):
    before = snapshot(results), (results / "tracks.xml").stat().st_mtime_ns
    assert call(*words).code == 0
    assert (snapshot(results), (results / "tracks.xml").stat().st_mtime_ns) == before


def test_tracks_that_a_person_edited_stay_as_they_are(words, results, call):
    edited = (results / "tracks.xml").read_bytes() + b"<!-- looked at by a person -->\n"
    (results / "tracks.xml").write_bytes(edited)
    (results / "overview.png").unlink()
    assert call(*words).code == 0
    assert (results / "tracks.xml").read_bytes() == edited
    assert (results / "overview.png").exists()


def test_edited_tracks_stay_when_a_file_beside_them_is_gone(words, results, refused):
    (results / "tracks.xml").write_text("edited")
    (results / "pruned_tracklets.csv").unlink()
    refused(*words, say=["pruned_tracklets.csv is gone", "tracks.xml", "--overwrite"])
    assert (results / "tracks.xml").read_text() == "edited"


def test_missing_results_are_made_again(words, results, call, same_results):
    for name in ("labels.tif", "overview.png"):
        (results / name).unlink()
    assert call(*words).code == 0
    same_results(results)


@pytest.mark.parametrize("change", [("--min-tracklet-length", "3"), ("--preset", "trackmate"), ("--channel", "1")])
def test_other_settings_are_refused_and_nothing_is_touched(change, words, results, refused, call):
    if change[0] == "--channel":
        assert call(*words, *change).code == 0  # the channel that was used before is no other setting
        return
    refused(*words, *change, say=["tracks.xml was made with other input or settings", "--overwrite", "--out"])


def test_without_the_tissue_it_is_another_run(movies, results, refused):
    refused("run", movies.movie, "--out", results, say=["cells.csv was made with other input or settings"])


def test_other_movie_is_refused(movies, results, refused):
    refused("run", movies.movie2d, "--out", results, say=["labels.tif was made with other input or settings"])


def test_overwrite_replaces_only_what_depends_on_the_change(words, results, call, ask):
    labels, cells = (results / "labels.tif").stat().st_mtime_ns, (results / "cells.csv").stat().st_mtime_ns
    result = ask(*words, "--min-tracklet-length", "3", "--overwrite")
    assert result["finished_before"] == ["labels", "cells"]
    assert (results / "labels.tif").stat().st_mtime_ns == labels
    assert (results / "cells.csv").stat().st_mtime_ns == cells
    assert "min_tracklet_length = 3.0" in (results / "run.toml").read_text(encoding="utf-8")


def test_settings_file_repeats_a_run_byte_for_byte(movies, finished_run, call, tmp_path):
    answer = call("run", movies.movie, "--out", tmp_path / "b", "--settings", finished_run / "run.toml")
    assert answer.code == 0, answer.err
    for name in ("labels.tif", "cells.csv", "tracks.xml", "run.toml"):
        assert (tmp_path / "b" / name).read_bytes() == (finished_run / name).read_bytes(), name


def test_settings_file_of_another_movie_does_not_bring_its_input(movies, finished_run, ask, tmp_path):
    shutil.copy(movies.movie, tmp_path / "copy.tif")
    result = ask("run", tmp_path / "copy.tif", "--out", tmp_path / "b", "--settings", finished_run / "run.toml")
    assert result["removed_by_filter"] == 0  # the tissue belongs to the other movie


def test_calibration_of_the_command_line_is_repeated(movies, ask, call, tmp_path):
    import tifffile

    tifffile.imwrite(tmp_path / "plain.tif", movies.array()[:2])
    given = ("--axes", "TZYX", "--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--time-in-frames")
    ask("run", tmp_path / "plain.tif", "--out", tmp_path / "a", *given)
    again = call("run", tmp_path / "plain.tif", "--out", tmp_path / "b", "--settings", tmp_path / "a" / "run.toml")
    assert again.code == 0, again.err
    assert (tmp_path / "a" / "tracks.xml").read_bytes() == (tmp_path / "b" / "tracks.xml").read_bytes()
    half = ("--voxel-size", "1,0.25,0.25", "--overwrite", "--settings", tmp_path / "a" / "run.toml")
    ask("run", tmp_path / "plain.tif", "--out", tmp_path / "b", *half)
    assert ask("info", tmp_path / "b" / "tracks.xml")["voxel_size_zyx"] == [1, 0.25, 0.25]


def test_settings_file_with_a_mistake_is_refused(words, refused, tmp_path):
    (tmp_path / "run.toml").write_text("[link]\nmax_mised_frames = 1\n")
    refused(*words, "--settings", "run.toml", say=["run.toml", "max_mised_frames", "max_missed_frames"])
    (tmp_path / "run.toml").write_text("[segment]\nmin_volume = 7.0\n")
    refused(
        *words,
        "--settings",
        "run.toml",
        say=["run.toml", "[segment]", "min_volume = 7.0", "expected a finite number from 0 to"],
    )
    (tmp_path / "run.toml").write_text("[segment\n")
    refused(*words, "--settings", "run.toml", say=["run.toml", "not TOML", "line 1"])


def test_settings_of_somebody_else_are_not_replaced(words, refused, call, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "run.toml").write_text("[prune]\nmin_tracklet_length = 5.0\n")
    refused(*words, say=["run.toml holds other settings", "--settings", "--overwrite"])
    assert call(*words, "--settings", tmp_path / "results" / "run.toml").code == 0


@pytest.mark.parametrize("name", RESULTS)
def test_files_that_are_not_ours_are_not_replaced(name, words, refused, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / name).write_text("mine")
    refused(*words, say=[name, "was not made by this command", "--overwrite"])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"finished": 3, "begun": {}}', "\x00"])
def test_damaged_record_counts_nothing_as_ours(content, words, results, refused):
    (results / ".volltrack" / "steps.json").write_text(content)
    refused(*words, say=["labels.tif was not made by this command"])


def test_dry_run_writes_nothing(words, call, snapshot, tmp_path):
    answer = call(*words, "--dry-run", "--json")
    assert answer.code == 0
    assert snapshot(tmp_path) == {}
    assert answer.json["frames"] == 5
    assert [path.rpartition("/")[2] for path in answer.json["would_write"]] == [
        *("labels.tif", "cells.csv", "tracks.xml", "removed_cells.csv", "pruned_tracklets.csv", "overview.png")
    ]
    text = call(*words, "--dry-run").out
    assert "µm" in text
    assert "Calibration(" not in text


def test_dry_run_of_a_finished_run_has_nothing_to_do(words, results, ask):
    assert ask(*words, "--dry-run")["would_write"] == []


def test_leftover_frames_of_other_settings_are_removed_in_the_end(words, call, made_frames, same_results, tmp_path):
    made_frames.stop_at = 1
    (tmp_path / "other.toml").write_text("[segment]\nmin_volume = 0.3\n")
    assert call(*words, "--settings", tmp_path / "other.toml").code == 130
    made_frames.stop_at = None
    assert call(*words).code == 0
    same_results(tmp_path / "results")


def test_failure_in_the_first_step_leaves_no_folder(movies, refused, monkeypatch):
    from volltrack.errors import BadFile

    def broken(*_args, **_kwargs):
        raise BadFile("frame 2 cannot be read", path="movie.tif")

    monkeypatch.setattr(ClassicalSegmenter, "prepare", broken)
    refused("run", movies.movie, "--out", "new/results", say=["frame 2 cannot be read"])


def test_record_is_written_as_plain_json(results):
    record = json.loads((results / ".volltrack" / "steps.json").read_text())
    assert list(record["finished"]) == ["labels", "cells", "tracks", "picture"]
    assert record["begun"] == {}


def test_keys_tell_kinds_and_values_apart():
    from volltrack.link import LikelihoodLinkSettings, LinkSettings, PruneSettings

    keys = [
        step_record.make_key(LinkSettings()),
        step_record.make_key(LikelihoodLinkSettings()),
        step_record.make_key(PruneSettings()),
        step_record.make_key(PruneSettings(min_tracklet_length=2)),
        step_record.make_key("a", "b"),
        step_record.make_key("ab"),
    ]
    assert len(set(keys)) == len(keys)
    assert step_record.make_key(PruneSettings()) == keys[2]
