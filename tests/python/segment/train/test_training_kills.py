"""A training that is killed at any moment and started again ends with the same bytes as one that was left alone."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import tifffile

from volltrack.errors import BadFile
from volltrack.segment.train.checkpoint import Checkpoint, read_checkpoint, write_checkpoint

SETTINGS = """
[patches]
patch_zyx = [8, 16, 16]
per_image = 4
[{network}]
depth = 1
epochs = {epochs}
steps_per_epoch = 2
learning_rate = 1e-3
batch_size = 2
first_filters = 4
rays = 8
grid_zyx = [1, 2, 2]
tensorboard = false
batch_norm = true
warm_up_steps = 3
fall = "{fall}"
"""

FALL = {"unet": "cosine", "star": "plateau", "noise2void": "plateau"}

SINGLE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""On several threads TensorFlow adds in an order of its own."""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for number in range(2):
        rng = np.random.default_rng(number)
        labels = np.zeros((8, 32, 32), np.uint16)
        for label, (y, x) in enumerate([(4, 4), (4, 20), (20, 6), (20, 22)], start=1):
            labels[2:6, y : y + 8, x : x + 8] = label
        for part, image in (("Raw", rng.poisson(20 + 80 * (labels > 0)).astype(np.uint16)), ("Segmentation", labels)):
            (folder / part).mkdir(exist_ok=True)
            tifffile.imwrite(folder / part / f"{number}.tif", image)
    return folder


def _start(data, out, network, epochs):
    settings = data / f"{network}.toml"
    settings.write_text(SETTINGS.format(network=network, epochs=epochs, fall=FALL[network]))
    words = [
        "train",
        str(data),
        "--out",
        str(out),
        "--only",
        "patches",
        network,
        "--settings",
        str(settings),
        "--quiet",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "volltrack.apps.cli.main", *words],
        env=os.environ | SINGLE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(*how):
    process = _start(*how)
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said


def _wait_for(file, process):
    while process.poll() is None and not file.exists():
        time.sleep(0.005)
    return time.monotonic()


def _kill(delay, data, out, network, epochs, sent=signal.SIGKILL):
    """Kill a training `delay` seconds after it has begun to train; return whether it was still at it."""
    process = _start(data, out, network, epochs)
    training = out / network / "training.json"
    if not (out / network / "checkpoint.npz").exists():
        training.unlink(missing_ok=True)
    _wait_for(training, process)
    time.sleep(delay)
    process.send_signal(sent)
    process.communicate(timeout=600)
    return process.returncode != 0


def _bytes_of(folder):
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and "logs" not in p.parts]  # one of each process
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _require_equal(out, reference):
    there, wanted = _bytes_of(out), _bytes_of(reference)
    assert sorted(there) == sorted(wanted)  # nothing is left behind
    assert [name for name in wanted if there[name] != wanted[name]] == []


def test_killed_training_ends_with_the_same_bytes(need_networks, data, tmp_path):
    began = time.monotonic()
    reference = _start(data, tmp_path / "whole", "unet", 3)
    began = _wait_for(tmp_path / "whole" / "unet" / "checkpoint.npz", reference)
    _, said = reference.communicate(timeout=600)
    assert reference.returncode == 0, said
    process = _start(data, tmp_path / "killed", "unet", 3)
    _wait_for(tmp_path / "killed" / "unet" / "checkpoint.npz", process)  # of the first epoch; two are left
    time.sleep(random.Random(5).uniform(0, 0.8 * (time.monotonic() - began)) if process.poll() is None else 0)
    process.kill()
    process.communicate()
    _finish(data, tmp_path / "killed", "unet", 3)
    _require_equal(tmp_path / "killed", tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("network", ["unet", "star", "noise2void"])
def test_training_killed_at_many_moments_ends_with_the_same_bytes(need_networks, network, data, tmp_path):
    epochs = 12
    process = _start(data, tmp_path / "whole", network, epochs)
    began = _wait_for(tmp_path / "whole" / network / "training.json", process)
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    longest = time.monotonic() - began
    moments, out = random.Random(network), tmp_path / "killed"
    killed = sum(_kill(moments.uniform(0, 0.5 * longest), data, out, network, epochs) for _ in range(7))
    _finish(data, out, network, epochs)
    assert killed > 0
    _require_equal(out, tmp_path / "whole")


# ---- the checkpoint alone


@pytest.fixture
def kept(tmp_path):
    rng = np.random.default_rng(0)
    weights = [rng.random((3, 4)).astype(np.float32), rng.random(4).astype(np.float32)]
    optimizer = [np.array(7, np.int64), np.array(1e-3, np.float32)]
    rows = tuple({"EPOCH": str(n), "LOSS": f"{1 / n:.6g}"} for n in (1, 2))
    checkpoints = [
        Checkpoint(
            epochs_done=n,
            weights=weights,
            best_weights=[w + n for w in weights],
            optimizer=optimizer,
            best_loss=0.1 + 1 / n,
            schedule={"best": 0.5, "wait": 3.0, "cooldown_counter": 0.0},
            history=rows[:n],
        )
        for n in (1, 2)
    ]
    return tmp_path, checkpoints, (weights, optimizer)


def test_checkpoint_comes_back_as_it_was(kept):
    folder, (first, second), like = kept
    assert read_checkpoint(folder, *like) is None
    for checkpoint in (first, second):
        write_checkpoint(checkpoint, folder)
    again = read_checkpoint(folder, *like)
    for name in ("weights", "best_weights", "optimizer"):
        for a, b in zip(getattr(again, name), getattr(second, name), strict=True):
            np.testing.assert_array_equal(a, b)
    assert (again.best_loss, again.schedule, again.history) == (second.best_loss, second.schedule, second.history)
    assert {p.name for p in folder.iterdir()} == {"checkpoint.npz", "checkpoint.previous.npz"}


def test_a_process_that_dies_while_writing_leaves_a_checkpoint(kept, monkeypatch):
    folder, (first, second), like = kept
    write_checkpoint(first, folder)
    for dies_at in (1, 2):
        calls = iter(range(1, 9))

        def replace(path, target, calls=calls, dies_at=dies_at):
            if next(calls) == dies_at:
                raise KeyboardInterrupt
            os.replace(path, target)

        monkeypatch.setattr("pathlib.Path.replace", replace)
        with pytest.raises(KeyboardInterrupt):
            write_checkpoint(second, folder)
        assert read_checkpoint(folder, *like).epochs_done == 1


def _pickled(folder):
    values = dict(np.load(folder / "checkpoint.npz"))
    np.savez(folder / "checkpoint.npz", **values | {"w0": np.array([{"a": 1}], dtype=object)})


def _huge(folder):
    values = dict(np.load(folder / "checkpoint.npz"))
    np.savez(folder / "checkpoint.npz", **values | {"w0": np.zeros((3000, 4000), np.float32)})


def _other_note(folder):
    values = dict(np.load(folder / "checkpoint.npz"))
    np.savez(folder / "checkpoint.npz", **values | {"note": np.frombuffer(json.dumps({"a": 1}).encode(), np.uint8)})


def _cut(folder):
    file = folder / "checkpoint.npz"
    file.write_bytes(file.read_bytes()[:-300])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_cut, "not a zip file"),
        (_pickled, r"w0 is object \(1,\), the network has float32 \(3, 4\)"),
        (_huge, r"w0 is float32 \(3000, 4000\)"),
        (_other_note, "of another program or version"),
        (lambda folder: (folder / "checkpoint.npz").write_bytes(b""), "not a zip file"),
        (lambda folder: (folder / "checkpoint.npz").write_bytes(b"\x80\x04cos\nsystem\n"), "not a zip file"),
    ],
)
def test_checkpoint_that_is_none_is_named_and_the_one_before_is_kept(kept, spoil, message):
    folder, (first, second), like = kept
    write_checkpoint(first, folder)
    write_checkpoint(second, folder)
    spoil(folder)
    before = (folder / "checkpoint.npz").read_bytes()
    with pytest.raises(BadFile, match=rf"checkpoint\.npz: .*{message}.*remove it to go on from checkpoint\.previous"):
        read_checkpoint(folder, *like)
    assert (folder / "checkpoint.npz").read_bytes() == before
    shutil.move(folder / "checkpoint.npz", folder / "aside")
    assert read_checkpoint(folder, *like).epochs_done == 1
