"""Mutated files put through the commands: a program that names every one that is not answered as it should be.

`python tests/python/fuzz/fuzz.py --help` says how to repeat one mutation, or to try fresh ones.
"""

import argparse
import importlib
import json
import os
import resource
import sys
import tempfile
import traceback
import warnings
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from guarded import Outcome, run_guarded
from samples import SAMPLES, Words, call_samples, mutate_sample, write_samples

SEED, COUNT = 12, 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=f"of {', '.join(SAMPLES)} (default: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT, help="mutations a format")
    parser.add_argument("--only", type=int, nargs="*", help="these mutations only, with all that was said")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the mutated files of --only there")
    parser.add_argument("--all-commands", action="store_true", help="all commands, not `info` and one more in turn")
    parser.add_argument("--json", action="store_true", help="print the faults as JSON, by format")
    chosen = parser.parse_args()
    result: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        _warm_up(Path(name))
        for form in chosen.formats or SAMPLES:
            if chosen.keep is not None:
                for index in chosen.only or ():
                    _say(*_mutate(form, chosen.seed, index, Path(name))[:2])
                    chosen.keep.mkdir(exist_ok=True, parents=True)
                    for path in Path(name).glob("m_*"):
                        path.rename(chosen.keep / f"{index}_{path.name}")
                continue
            before = _cpu_s()
            outcomes = _run_format(form, Path(name), chosen)
            faults = [outcome for outcome in outcomes if outcome.fault]
            commands = Counter(outcome.words[0] for outcome in outcomes)
            result[form] = {
                "cpu_s": _cpu_s() - before,
                "commands": dict(commands),
                "faults": [_as_json(form, chosen.seed, f) for f in faults],
            }
            if not chosen.json:
                _show(form, faults, commands, _cpu_s() - before, in_full=chosen.only is not None)
    if chosen.json:
        _say(json.dumps(result))
    return 1 if any(found["faults"] for found in result.values()) else 0


def _warm_up(folder: Path) -> None:
    """Make the samples in a process of its own, and load here what they needed: nothing of a thread is inherited."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            write_samples(folder)
            call_samples()
        except BaseException:  # noqa: BLE001 - whatever it is, a forked process must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        with os.fdopen(writing, "w") as answer:
            json.dump([name for name in sys.modules if not name.startswith("_")], answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    if os.waitpid(child, 0)[1] or not text:
        raise SystemExit("the samples could not be made, or are refused")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in json.loads(text):
            if name.partition(".")[0] != "pytest":
                try:
                    importlib.import_module(name)
                except ImportError:
                    continue


def _cpu_s() -> float:
    """Return the CPU time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run_format(form: str, folder: Path, chosen: argparse.Namespace) -> list[Outcome]:
    def prepare(index: int) -> tuple[str, list[Words]]:
        how, name, commands = _mutate(form, chosen.seed, index, folder)
        if not chosen.all_commands and chosen.only is None:
            commands = _two_of(commands, index // len(SAMPLES[form]))
        return how, [_fill(words, name) for words in commands]

    indices = list(range(chosen.count)) if chosen.only is None else chosen.only
    return list(run_guarded(indices, folder, prepare))


def _two_of(commands: tuple[Words, ...], turn: int) -> list[Words]:
    """Return the first command and one of the others in turn; to write a GEFF takes longest and has its turn seldom."""
    others = commands[1:]
    quick = [words for words in others if not words[-1].endswith(".geff")]
    order = [*quick * 3, *(words for words in others if words not in quick)]
    return [commands[0], *([order[turn % len(order)]] if order else [])]


def _mutate(form: str, seed: int, index: int, folder: Path) -> tuple[str, str, tuple[Words, ...]]:
    sample = SAMPLES[form][index % len(SAMPLES[form])]
    rng = np.random.default_rng([seed, zlib.crc32(form.encode()), index])
    name, how = mutate_sample(sample, folder, rng)
    return how, name, sample.commands


def _fill(words: Words, name: str) -> Words:
    return tuple(name if word == "FILE" else word for word in words)


def _repeat(form: str, seed: int, index: int) -> str:
    return f"{sys.executable} {Path(__file__).resolve()} {form} --seed {seed} --only {index}"


def _as_json(form: str, seed: int, outcome: Outcome) -> dict[str, object]:
    return {
        "index": outcome.index,
        "how": outcome.how,
        "command": " ".join(outcome.words),
        "fault": outcome.fault,
        "repeat": _repeat(form, seed, outcome.index),
    }


def _show(form: str, faults: list[Outcome], commands: Counter, seconds: float, *, in_full: bool) -> None:
    _say(f"{form}: {sum(commands.values())} commands {dict(commands)}, {len(faults)} faults, {seconds:.1f} CPU s")
    seen = Counter(fault.fault for fault in faults)
    for fault, count in seen.most_common():
        of = [outcome for outcome in faults if outcome.fault == fault]
        places = " ".join(str(outcome.index) for outcome in of[:8])
        _say(f"  {count} x {fault}  --only {places}  ({of[0].how}; {' '.join(of[0].words)})")
        if in_full:
            _say(*(outcome.detail for outcome in of))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    if "MALLOC_ARENA_MAX" not in os.environ:  # read at the start of a process; threads then reserve less
        one = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | one)
    sys.exit(main())
