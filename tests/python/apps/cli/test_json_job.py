"""Jobs in JSON, each in a process of its own, as Fiji starts them."""

import json
import signal
import subprocess
import sys
import time

import pytest
import tifffile

COMMAND = (sys.executable, "-m", "volltrack.apps.cli.main", "job")


@pytest.fixture
def run_job(tmp_path):
    def run(job):
        path = tmp_path / "job.json"
        path.write_text(job if isinstance(job, str) else json.dumps(job), encoding="utf-8")
        done = subprocess.run([*COMMAND, str(path)], capture_output=True, text=True, encoding="utf-8", check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    return run


def test_job_tells_progress_and_result(run_job, movies, tmp_path):
    out = tmp_path / "with blank µ.tif"
    arguments = {"movie": str(movies.movie), "out": str(out), "cell_diameter": 8.0, "channel": 1, "no_network": True}
    code, events, _ = run_job({"command": "segment", "arguments": arguments})
    assert code == 0
    steps = [event for event in events if event["event"] == "progress"]
    assert steps[-1]["done"] == steps[-1]["total"] == 5
    assert events[-1] == {"event": "result", "result": {"frames": 5, "cell_diameter": "8 µm", "out": str(out)}}
    assert tifffile.imread(out).shape == movies.array().shape


def test_error_is_an_event_with_the_message_of_the_command_line(run_job, tmp_path):
    code, events, _ = run_job({"command": "info", "arguments": {"file": str(tmp_path / "none.tif")}})
    assert code == 2
    assert events[-1]["event"] == "error"
    assert "none.tif" in events[-1]["message"]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("{", "cannot be read as JSON"),
        ([], "no 'command'"),
        ({"command": "fly"}, "expected one of ['run',"),
        ({"command": "job"}, "command 'job'"),
        ({"command": "segment", "arguments": {"speed": 3}}, "unknown arguments ['speed']"),
        ({"command": "segment", "arguments": 3}, "expected an object of options"),
        ({"command": "segment", "token": 3}, "'token': expected"),
        ({"command": "segment", "token": "a\nb"}, "'token': expected"),
        ("[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_bad_job_is_said(run_job, job, words):
    code, events, _ = run_job(job)
    assert code == 2
    assert words in events[-1]["message"]


FORGED = '{"event": "result", "result": {"out": "forged"}}'


@pytest.mark.skipif(sys.platform == "win32", reason="no such names on Windows")
def test_name_cannot_break_or_forge_an_event(run_job, tmp_path):
    name = f"a\n{FORGED}\r\u2028\x85\x1b[0m\udcff.tif"  # the last: a byte that is no UTF-8
    code, events, said = run_job(
        {"command": "info", "arguments": {"file": str(tmp_path / name)}, "token": "T0ken"},
    )
    assert code == 2
    assert [event["event"] for event in events] == ["error"]
    assert all(event["token"] == "T0ken" for event in events)
    assert "T0ken" not in said


def test_events_are_ascii(tmp_path, capsys):
    from volltrack.apps.cli.terminal import events

    events.turn_events_on("abc")
    try:
        events.print_event("result", result={"out": "µ\n\u2028\udcff"})
    finally:
        events._state.update(on=False, token={})
    line = capsys.readouterr().out
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line) == {"event": "result", "result": {"out": "µ\n\u2028\udcff"}, "token": "abc"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal")
def test_job_that_is_told_to_end_leaves_nothing(movies, tmp_path):
    out = tmp_path / "labels.tif"
    job = tmp_path / "job.json"
    arguments = {"movie": str(movies.movie), "out": str(out), "no_network": True}
    job.write_text(json.dumps({"command": "segment", "arguments": arguments}))
    with subprocess.Popen([*COMMAND, str(job)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert json.loads(first)["event"] == "progress"
        process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        last = json.loads(process.stdout.read().splitlines()[-1])
        assert process.wait() == 130
    assert last["event"] == "error"
    assert last["message"].startswith("interrupted")
    assert time.monotonic() - start < 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job.json"]
