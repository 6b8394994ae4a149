"""Files made wrong in at least 300 ways a format: exit 0 or 2 with one line, within 10 s of CPU and 1 GB, always.

VOLLTRACK_FUZZ_COUNT=1000 and VOLLTRACK_FUZZ_SEED=... try fresh ones, through all commands. A failure says how to repeat
it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("fuzz.py")
SEED, COUNT = os.environ.get("VOLLTRACK_FUZZ_SEED", "12"), os.environ.get("VOLLTRACK_FUZZ_COUNT", "300")


FORMATS = [
    "xml",
    "csv",
    "tiff-plain",
    "tiff-compressed",
    "zarr-0.4",
    "zarr-0.5",
    "geff",
    "toml",
    "job",
]


@pytest.fixture(scope="session")
def fuzzed(request):
    """What `fuzz.py` found in the formats that this run of pytest asks for, in one process, as imports cost most."""
    items = [item for item in request.session.items if "fuzzed" in getattr(item, "fixturenames", ())]
    formats = [item.callspec.params["form"] for item in items]
    fresh = ["--all-commands"] if "VOLLTRACK_FUZZ_COUNT" in os.environ else []
    command = [sys.executable, str(PROGRAM), *formats, "--seed", SEED, "--count", COUNT, "--json", *fresh]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(f"{PROGRAM.name} broke: {done.stderr}")
    return json.loads(done.stdout)


@pytest.mark.timeout(3600)  # of the first, which waits for all
@pytest.mark.parametrize("form", FORMATS)
def test_wrong_file_is_answered_in_one_line(form, fuzzed):
    found = fuzzed[form]
    assert sum(found["commands"].values()) >= int(COUNT)
    faults = {fault["fault"]: fault for fault in reversed(found["faults"])}  # the first of each
    shown = "\n".join(
        f"- {fault['fault'][:300]}\n  {fault['how']}: {fault['command']}\n  repeat: {fault['repeat']}"
        for fault in list(faults.values())[:10]
    )
    assert not faults, f"{len(found['faults'])} answers are wrong, of {len(faults)} kinds:\n{shown}"
