"""Tiles fit into memory; grids are brought to image size."""

import math
import subprocess
import sys

import numpy as np
import pytest

from volltrack.errors import BadSettings
from volltrack.segment.memory import free_memory_bytes
from volltrack.segment.networks.star.upsample import upsample_grid
from volltrack.segment.networks.tiles import MOST_TILE_BYTES, choose_n_tiles


def test_image_that_fits_is_not_cut():
    assert choose_n_tiles((16, 128, 128), bytes_per_voxel=100, overlap=(8, 8, 8), memory_bytes=2**30) == (1, 1, 1)


@pytest.mark.parametrize("memory_mb", [30, 60, 200])
def test_tiles_with_their_context_fit_into_memory(memory_mb):
    shape, overlap = (22, 512, 512), (8, 16, 16)
    tiles = choose_n_tiles(shape, bytes_per_voxel=500, overlap=overlap, memory_bytes=memory_mb * 2**20)
    lengths = [min(n, math.ceil(n / t) + 2 * o * (t > 1)) for n, t, o in zip(shape, tiles, overlap, strict=True)]
    assert math.prod(lengths) * 500 <= memory_mb * 2**20
    assert math.prod(tiles) > 1


def test_too_little_memory_is_said():
    with pytest.raises(BadSettings, match=r"the network needs about \d+ MB for its smallest tile but 0 MB may be used"):
        choose_n_tiles((22, 512, 512), bytes_per_voxel=500, overlap=(8, 16, 16), memory_bytes=100_000)


def test_free_memory_is_plausible():
    assert 2**28 <= free_memory_bytes() < 2**45


def test_a_tile_is_bounded_however_much_memory_is_free(monkeypatch):
    monkeypatch.setattr("volltrack.segment.networks.tiles.free_memory_bytes", lambda: 2**40)
    shape, overlap = (64, 1024, 1024), (48, 48, 48)
    tiles = choose_n_tiles(shape, bytes_per_voxel=300, overlap=overlap)
    lengths = [min(n, math.ceil(n / t) + 2 * o * (t > 1)) for n, t, o in zip(shape, tiles, overlap, strict=True)]
    assert 0.4 * MOST_TILE_BYTES < math.prod(lengths) * 300 <= MOST_TILE_BYTES
    assert choose_n_tiles((16, 512, 512), bytes_per_voxel=300, overlap=overlap) == (1, 1, 1)


GIB = 2**30


@pytest.mark.parametrize(
    ("group", "files", "free_gib"),
    [
        ("0::/", {"memory.max": 4 * GIB, "memory.current": GIB}, 3),
        ("0::/job/step", {"job/step/memory.max": "max", "job/memory.max": 5 * GIB, "job/memory.current": GIB}, 4),
        (
            "0::/job",
            {
                "job/memory.max": 4 * GIB,
                "job/memory.current": 3 * GIB,
                "job/memory.stat": f"anon 1\ninactive_file {GIB}\n",
            },
            2,
        ),
        ("0::/../other", {"memory.max": "max"}, 20),
        (
            "5:cpu,memory:/slurm",
            {"memory/slurm/memory.limit_in_bytes": 2 * GIB, "memory/slurm/memory.usage_in_bytes": GIB},
            1,
        ),
        ("5:memory:/host", {"memory/memory.limit_in_bytes": 2 * GIB, "memory/memory.usage_in_bytes": GIB}, 1),
        ("5:memory:/", {"memory/memory.limit_in_bytes": 2**63 - 4096, "memory/memory.usage_in_bytes": GIB}, 20),
        ("", {}, 20),
        ("0::/", {"memory.max": 1000, "memory.current": 2000}, 0.25),
    ],
)
def test_limits_of_a_container_count_as_memory(group, files, free_gib, tmp_path):
    content = {"proc/meminfo": f"MemTotal: 1 kB\nMemAvailable: {20 * 2**20} kB\n", "proc/self/cgroup": f"{group}\n"}
    for name, text in (content | {f"sys/fs/cgroup/{k}": v for k, v in files.items()}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(str(text))
    assert free_memory_bytes(tmp_path) == free_gib * GIB


def test_own_limit_of_the_process_counts_as_memory():
    code = (
        "import resource; from volltrack.segment.memory import free_memory_bytes\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, resource.RLIM_INFINITY)); print(free_memory_bytes())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 3 * GIB


def test_upsampled_map_is_linear_between_grid_points():
    coarse = np.arange(5, dtype=np.float32)[np.newaxis, :, np.newaxis] * np.ones((2, 5, 3), np.float32)
    fine = upsample_grid(coarse, (1, 2, 2), (2, 9, 5))
    np.testing.assert_allclose(fine[0, :, 0], np.arange(9) / 2)
    assert fine.shape == (2, 9, 5)


def test_map_on_every_voxel_stays_as_it_is():
    values = np.random.default_rng(0).random((3, 4, 5)).astype(np.float32)
    np.testing.assert_array_equal(upsample_grid(values, (1, 1, 1), (3, 4, 5)), values)
