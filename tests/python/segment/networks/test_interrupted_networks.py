"""Ctrl-C and SIGTERM while TensorFlow is imported, builds, loads, predicts or trains end with our one line."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from volltrack.io.tiff import write_movie
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment.networks.packages import quiet_libraries


def test_an_error_that_a_library_makes_of_ctrl_c_is_ctrl_c():
    def fail(kind):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise kind("<built-in method x> returned a result with an exception set") from error

    for kind in (SystemError, RuntimeError, ImportError, ValueError):
        with pytest.raises(KeyboardInterrupt), quiet_libraries():
            fail(kind)
    with pytest.raises(ValueError, match="of its own"), quiet_libraries():
        raise ValueError("of its own")
    with pytest.raises(KeyboardInterrupt), quiet_libraries():
        raise SystemError("in user code: KeyboardInterrupt:")


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_segmentation_with_networks_ends_with_a_message_at_any_moment(need_networks, sent, tmp_path):
    raw = np.random.default_rng(0).integers(0, 200, (3, 8, 96, 96)).astype(np.uint16)
    raw[:, 2:6, 8:16, 8:16] += 2000
    calibration = Calibration(voxel_size=VoxelSize(z=2, y=1, x=1), frame_interval=1.0, time_unit="min")
    write_movie(tmp_path / "movie.tif", Movie.from_array(raw, calibration))

    def start():
        command = [sys.executable, "-m", "volltrack.apps.cli.main", "segment", str(tmp_path / "movie.tif"), "--quiet"]
        return subprocess.Popen(
            [*command, "--out", str(tmp_path / "labels.tif"), "--overwrite"],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish():
        process = start()
        said = process.communicate(timeout=300)[1]
        assert process.returncode == 0, said

    def wait_for_lock(process):  # by then the command hears signals; before, Python is still being loaded
        while process.poll() is None and not list(tmp_path.glob(".*.volltrack-lock")):
            time.sleep(0.01)
        return time.monotonic()

    first = start()
    began = wait_for_lock(first)
    first.communicate(timeout=300)
    longest, moments = time.monotonic() - began, random.Random(int(sent))
    codes = []
    for _ in range(10):
        process = start()
        wait_for_lock(process)
        time.sleep(moments.uniform(0, 0.7) * longest)
        process.send_signal(sent)
        said = process.communicate(timeout=120)[1]
        codes.append(process.returncode)
        if process.returncode == 130 or said:  # another code with our line: the signal was raised once more at the end
            assert said.count("\n") == 1
            assert said.startswith("volltrack: interrupted")
            assert process.returncode in (130, -sent)
        else:  # done; the second: while Python was closing down
            assert (process.returncode, said) in ((0, ""), (-sent, ""))
            assert sorted(p.name for p in tmp_path.iterdir()) == ["labels.tif", "movie.tif"]
    assert codes.count(130) > 1  # closing TensorFlow down takes a good part of the time
    finish()  # clears what was left
    assert sorted(p.name for p in tmp_path.iterdir()) == ["labels.tif", "movie.tif"]
