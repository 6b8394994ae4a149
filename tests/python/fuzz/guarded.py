"""Commands run in a forked process that may use so much memory and time, and what each came to."""

import io
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from volltrack.apps.cli.main import main
from volltrack.apps.cli.terminal import events

CPU_S, WALL_S = 10, 120  # of one command; the wall time is for what waits, on a machine with other work
MEMORY_BYTES = 2**30
FILE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Outcome:
    """What one command came to; `fault` is empty when that was right, else says in a few words what was wrong."""

    index: int
    how: str
    words: tuple[str, ...]
    fault: str
    detail: str = ""


Prepare = Callable[[int], tuple[str, Sequence[tuple[str, ...]]]]
"""Makes the input of one index: returns how it was made, and the commands to run on it."""


def run_guarded(indices: Sequence[int], folder: Path, prepare: Prepare, *, batch: int = 25) -> Iterator[Outcome]:
    """Run the commands of each index in forked processes; yield what they came to.

    A process takes up to `batch` indices; the first that kills it is named, and a new process goes on after it.
    """
    waiting = list(indices)
    keep = frozenset(os.listdir(folder))
    while waiting:
        done = 0
        _clear(folder, keep)  # what a process that was killed has left
        for outcome in _run_batch(waiting[:batch], folder, prepare):
            if isinstance(outcome, int):
                done += 1
            else:
                yield outcome
        waiting = waiting[done:]


def _run_batch(indices: Sequence[int], folder: Path, prepare: Prepare) -> Iterator[Outcome | int]:
    """Yield the outcomes of one process, and each index when it is done with."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        complaint = os.dup(2)
        try:
            _work(indices, folder, prepare, os.fdopen(writing, "w"))
        except BaseException:  # noqa: BLE001 - whatever it is, a forked process must not go on as its parent
            os.write(complaint, traceback.format_exc().encode())
            os._exit(1)
        os._exit(0)
    os.close(writing)
    current: tuple[int, str, tuple[str, ...]] | None = None
    with os.fdopen(reading) as lines:
        for line in lines:
            message = json.loads(line)
            if message["is"] == "begin":
                current = (message["index"], message["how"], tuple(message["words"]))
            elif message["is"] == "end":
                assert current is not None
                yield Outcome(*current, message["fault"], message["detail"])
                current = None
            else:
                yield int(message["index"])
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) or os.WEXITSTATUS(status):
        if current is None:
            raise RuntimeError(f"the process of the indices {indices[0]} to {indices[-1]} ended with status {status}")
        yield Outcome(*current, _describe_end(status))
        yield current[0]


def _describe_end(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"the process ended with exit code {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    known = {signal.SIGPROF: f"over {CPU_S} s of CPU", signal.SIGALRM: f"no answer within {WALL_S} s"}
    return known.get(signal.Signals(number), f"killed by {signal.Signals(number).name}")


def _work(indices: Sequence[int], folder: Path, prepare: Prepare, answers: io.TextIOBase) -> None:
    """Run the commands of the indices in this process, whose memory is limited first."""
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    # what is reserved, as threads do, is not yet used; the limit only keeps the machine from harm
    resource.setrlimit(resource.RLIMIT_AS, (now + 3 * MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    keep = frozenset(os.listdir(folder))
    said = [os.memfd_create(name) for name in ("out", "err")]
    for stream, file in zip((1, 2), said, strict=True):
        os.dup2(file, stream)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(stream, "w", closefd=False), write_through=True, errors="backslashreplace")
        for stream in (1, 2)
    )

    def tell(**message: object) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    for index in indices:
        how, commands = prepare(index)
        for words in commands:
            tell(**{"is": "begin", "index": index, "how": how, "words": words})
            fault, detail = _run(words, said)
            tell(**{"is": "end", "fault": fault, "detail": detail})
            _clear(folder, keep, but="m_")
        _clear(folder, keep)
        tell(**{"is": "next", "index": index})


def _clear(folder: Path, keep: frozenset[str], *, but: str = "\0") -> None:
    """Remove what came into the folder, but for names that begin with `but`."""
    for name in set(os.listdir(folder)) - keep:
        path = folder / name
        if name.startswith(but):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _run(words: Sequence[str], said: Sequence[int]) -> tuple[str, str]:
    """Run one command as a user would; return what was wrong with how it ended, and all that it said."""
    for file in said:
        os.truncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
    events._state["on"] = False
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    signal.setitimer(signal.ITIMER_REAL, WALL_S)
    started = time.monotonic()
    Path("/proc/self/clear_refs").write_text("5")  # the peak of the memory is counted from here
    before = _peak_bytes()
    try:
        code = main([*words, "--quiet"])
        trace = ""
    except SystemExit as stop:
        code, trace = stop.code, ""
    except BaseException as error:  # noqa: BLE001 - finding these is what this is for
        code, trace = 1, "".join(traceback.format_exception(error, limit=-12))
        where = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in where if "volltrack" in frame.filename] or where
        trace += f"\n{type(error).__name__} in {Path(ours[-1].filename).name}: {ours[-1].name}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = (os.pread(file, 1_000_000, 0).decode(errors="replace") for file in said)
    detail = f"{err[-3000:]}\n{trace}\n[{time.monotonic() - started:.1f} s]"
    if _peak_bytes() - before > MEMORY_BYTES:
        return f"took over {MEMORY_BYTES / 2**30:g} GB of memory", detail
    if trace:
        return f"traceback: {trace.splitlines()[-1]}", detail
    return _judge(words, code, out, err), detail


def _peak_bytes() -> int:
    """Return the most memory that this process has used since its peak was last set back."""
    return 1024 * int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


def _judge(words: Sequence[str], code: object, out: str, err: str) -> str:
    """Say what is wrong with the exit code and the words of a command, if anything is."""
    if code not in (0, 2) and not (code == 1 and words[0] == "check" and not err):  # 1: `check` found problems
        return f"exit code {code}"
    if "Traceback" in err or "Exception ignored" in err:
        return "a traceback among the messages"
    lines = [line for line in err.splitlines() if not line.startswith("WARNING ")]
    if words[0] == "job":
        answers = [json.loads(line) for line in out.splitlines() if line.startswith('{"event": "error"')]
        lines += [f"volltrack: {answer['message']}" for answer in answers]
    if any("not enough memory" in line and "use a computer with more" in line for line in lines):
        return f"took over {MEMORY_BYTES / 2**30:g} GB of memory"
    if any("the file is larger than this disk" in line for line in lines):
        return f"wrote over {FILE_BYTES / 2**20:g} MB"
    if code == 2 and (len(lines) != 1 or not lines[0].startswith("volltrack: ") or len(lines[0]) > 4000):
        return f"exit code 2 with {len(lines)} lines, expected one: {' | '.join(lines)[:200]}"
    if code == 0 and lines:
        return f"exit code 0 with words on standard error: {lines[0][:200]}"
    return ""
