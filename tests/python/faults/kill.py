"""Commands that are killed at random moments and given again: a program that names every one that leaves something.

`python tests/python/faults/kill.py --help` says how to repeat one moment, or to try others.
"""

import argparse
import hashlib
import importlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import tifffile

from volltrack.apps.cli import main as cli_main
from volltrack.apps.cli.main import main as call_volltrack
from volltrack.io.outputs.lock import _release_all as release_all
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

SEED, COUNT = 12, 20
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "../in/movie.tif", "--no-network", "--out", "r"),
    "run into its old results": (
        "run",
        "../in/movie.tif",
        "--no-network",
        "--cell-diameter",
        "9",
        "--out",
        "r",
        "--overwrite",
    ),
    "segment": ("segment", "../in/movie.tif", "--no-network", "--out", "l.tif"),
    "segment to zarr": ("segment", "../in/movie.tif", "--no-network", "--out", "l.zarr"),
    "link": ("link", "../in/labels.tif", "--out", "t.xml", "--picture", "p.png"),
    "link over old files": (
        "link",
        "../in/labels.tif",
        "--preset",
        "trackmate",
        "--out",
        "t.xml",
        "--picture",
        "p.png",
        "--overwrite",
    ),
    "convert": ("convert", "../in/t.xml", "t.geff"),
    "convert over an old folder": ("convert", "../in/t.xml", "t.geff", "--overwrite"),
    "analyse": ("analyse", "../in/t.xml", "--no-plots", "--out", "a"),
    "cut patches": ("train", "../in/data", "--only", "patches", "--settings", "../in/train.toml", "--out", "m"),
}
BEFORE = {"run into its old results": "run", "link over old files": "link", "convert over an old folder": "convert"}
"""What is done before the command that is killed; others begin in an empty folder."""

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
WRITES = frozenset(
    (
        "os.rename",
        "os.remove",
        "os.mkdir",
        "os.rmdir",
        "os.link",
        "os.scandir",
        "os.truncate",
        "shutil.rmtree",
        "os.chmod",
    )
)
MAY_STAY = re.compile(r"^(r/\.volltrack(/.*)?|\.l\.(tif|zarr)\.frames-.*|m|r)$")
"""What an interrupted command leaves on purpose, so that it can go on."""


@dataclass(frozen=True)
class Moment:
    """Where a command is killed: at an event that concerns files, or after so much of its CPU time."""

    number: signal.Signals
    event: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Answer:
    code: int  # as a shell would say it
    said: str
    events: int = 0
    cpu_s: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help=f"of {', '.join(COMMANDS)} (default: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT, help="moments a command")
    parser.add_argument("--only", type=int, nargs="*", help="these moments only")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="what is there after the kill is copied there")
    parser.add_argument("--json", action="store_true", help="print the faults as JSON, by command")
    chosen = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        _fork(lambda: _write_inputs(root), root)
        _load(root)
        for command in chosen.commands or COMMANDS:
            faults, n_killed = _try_moments(root, command, chosen)
            result[command] = faults
            if not chosen.json:
                _say(
                    f"{command}: {chosen.count} moments, {n_killed} met it at work, {len(faults)} faults",
                    *faults,
                )
    if chosen.json:
        _say(json.dumps(result))
    return 1 if any(result.values()) else 0


def _write_inputs(root: Path) -> int:
    """Make the files that the commands read."""
    (root / "in").mkdir()
    os.chdir(root / "in")
    made = make_tissue_movie(
        SyntheticSettings(seed=1, n_frames=4, shape_zyx=(8, 48, 48), n_cells=6, cell_diameter_um=8.0, n_debris=1)
    )
    write_movie("movie.tif", made.raw)
    write_label_movie("labels.tif", made.labels)
    for kind, movie in (("Raw", made.raw), ("Segmentation", made.labels)):
        Path("data", kind).mkdir(parents=True)
        for t in range(2):
            tifffile.imwrite(f"data/{kind}/{t}.tif", movie.frame(t).astype(np.uint16), photometric="minisblack")
    Path("train.toml").write_text("[patches]\npatch_zyx = [4, 16, 16]\n")
    return call_volltrack(["link", "labels.tif", "--raw", "movie.tif", "--out", "t.xml", "--quiet"])


def _load(root: Path) -> None:
    """Run all commands in another process, and import here what they needed, so that each is then quick."""
    names = root / "modules"

    def run_all() -> int:
        for words in COMMANDS.values():
            (root / "w").mkdir()
            os.chdir(root / "w")
            if call_volltrack([*words, "--quiet"]) != 0:
                return 1
            shutil.rmtree(root / "w")
        names.write_text("\n".join(sys.modules))
        return 0

    answer = _fork(run_all, root)
    if answer.code != 0:
        raise SystemExit(f"the commands fail without a kill: {answer.said}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names.read_text().split("\n"):
            if not name.startswith(("_", "tensorflow", "keras")):
                try:
                    importlib.import_module(name)
                except ImportError:
                    continue


def _try_moments(root: Path, command: str, chosen: argparse.Namespace) -> tuple[list[str], int]:
    """Return what is wrong after each kill, and how many kills met the command at work."""
    rng = np.random.default_rng([chosen.seed, *command.encode()])
    words = COMMANDS[command]
    with _folder(root, command) as work:
        full = _fork(lambda: _run(work, words), root)
        wanted = _look(work)
    before = {}
    faults, n_killed = [], 0
    for index in range(chosen.count):
        number = SIGNALS[index % 3]
        at = float(rng.random())
        moment = Moment(number, event=1 + int(at * full.events)) if index % 2 else Moment(number, cpu_s=at * full.cpu_s)
        if chosen.only is not None and index not in chosen.only:
            continue
        with _folder(root, command) as work:
            before = _look(work)
            killed = _fork(partial(_run, work, words, moment), root)
            n_killed += killed.code != 0
            problems = _judge_kill(killed, number, before, wanted, _look(work))
            if chosen.keep is not None:
                shutil.copytree(work, chosen.keep / f"{command.replace(' ', '_')}_{index}", dirs_exist_ok=True)
            again = _fork(partial(_run, work, words), root)
            problems += _judge_repeat(again, wanted, _look(work))
        repeat = f"{sys.executable} {Path(__file__).resolve()} {command!r} --seed {chosen.seed} --only {index}"
        faults += [f"{number.name} {moment}: {problem}; repeat: {repeat}" for problem in problems]
    return faults, n_killed


def _judge_kill(answer: Answer, number: signal.Signals, before: dict, wanted: dict, found: dict) -> list[str]:
    """Say what is wrong directly after a kill."""
    problems = []
    if number is not signal.SIGKILL:
        lines = [line for line in answer.said.splitlines() if line and not line.startswith("WARNING ")]
        if answer.code == 130 and not (len(lines) == 1 and lines[0].startswith("volltrack: interrupted")):
            problems.append(f"said {lines}")
        elif answer.code not in (0, 130):
            problems.append(f"exit code {answer.code}: {answer.said[-1500:]}")
        left = [name for name in found if name not in wanted and name not in before and not MAY_STAY.match(name)]
        if left or [name for name in found if ".tmp-" in name or name.endswith("-lock")]:
            problems.append(f"left {left or list(found)}")
    for name, content in found.items():
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if not hidden and content not in (wanted.get(name), before.get(name), "folder"):
            problems.append(f"{name} is half-written")
    return problems


def _judge_repeat(answer: Answer, wanted: dict, found: dict) -> list[str]:
    """Say what is wrong after the same command again."""
    if found != wanted:
        differ = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
        return [f"after the repeat (exit code {answer.code}, {answer.said[-1500:]!r}) these differ: {differ}"]
    if answer.code != 0 and not (answer.code == 2 and "exists already" in answer.said):  # it was complete before
        return [f"the repeat ended with exit code {answer.code}: {answer.said[-1500:]}"]
    return []


@contextmanager
def _folder(root: Path, command: str) -> Iterator[Path]:
    """Yield a folder in which the command may begin."""
    work = root / "w"
    work.mkdir()
    try:
        if command in BEFORE:
            _fork(lambda: _run(work, COMMANDS[BEFORE[command]]), root)
        yield work
    finally:
        shutil.rmtree(work)


def _look(work: Path) -> dict[str, str]:
    """Return every file and folder, hidden ones too, with a hash of what it holds."""
    return {
        str(path.relative_to(work)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(work.rglob("*"))
    }


def _run(work: Path, words: tuple[str, ...], moment: Moment | None = None) -> int:
    """Run a command in this process, which ends at that moment; write down how long it took."""
    os.chdir(work)
    count = [0]
    before = time.process_time()

    def kill(*_: object) -> None:
        os.kill(os.getpid(), moment.number)

    def watch(event: str, arguments: tuple) -> None:
        is_write = event in WRITES or (
            event == "open" and isinstance(arguments[1], str) and set("wxa+") & set(arguments[1])
        )
        if is_write:
            count[0] += 1
            if moment is not None and count[0] == moment.event:
                kill()

    sys.addaudithook(watch)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if moment is not None and moment.cpu_s:
        # nothing of Python stands between the timer and a SIGKILL; the others are met by Python anyway
        signal.signal(signal.SIGPROF, signal.SIG_DFL if moment.number is signal.SIGKILL else kill)
        _let_run(moment.cpu_s)
    code = call_volltrack([*words, "--quiet"])
    sys.stderr.write(f"\n##{count[0]} {time.process_time() - before}")
    return code


def _let_run(cpu_s: float) -> None:
    """Set the timer while the command is at work: before and after, Python itself dies of the signal, as it should."""
    at_work = cli_main._call

    def run(*words: object) -> int:
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        try:
            return at_work(*words)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    cli_main._call = run


def _fork(work: Callable[[], int], root: Path) -> Answer:
    """Run `work` in a forked process and return how that ended and what it said."""
    said = root / "said"
    child = os.fork()
    if child == 0:
        try:
            file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
            code = work()
        except BaseException:  # noqa: BLE001 - whatever it is, a forked process must not go on as its parent
            traceback.print_exc()
            code = 1
        release_all()  # registered with atexit, whose other functions are of the parent
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    text, _, numbers = said.read_text(errors="replace").partition("\n##")
    events, cpu_s = numbers.split() if numbers else (0, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return Answer(code, text, int(events), float(cpu_s))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
