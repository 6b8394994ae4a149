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
from volltrack.segment.network_packages import quiet_libraries


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

    began = time.monotonic()
    assert start().wait() == 0
    longest, moments = time.monotonic() - began, random.Random(int(sent))
    codes = []
    for _ in range(10):
        process = start()
        time.sleep(moments.uniform(0.15, 0.95) * longest)
        process.send_signal(sent)
        said = process.communicate(timeout=120)[1]
        codes.append(process.returncode)
        assert process.returncode in (0, 130), said
        assert "Traceback" not in said
        assert "SystemError" not in said
        assert (process.returncode == 0) == (said == "") or said.startswith("volltrack: interrupted")
    assert codes.count(130) > 4
    assert start().wait() == 0  # clears what was left
    assert sorted(p.name for p in tmp_path.iterdir()) == ["labels.tif", "movie.tif"]
