"""LZW: a stream that imagecodecs would follow into memory that is not its own is refused; all others are read."""

import time

import imagecodecs
import numpy as np
import pytest
import tifffile

from volltrack.errors import BadFile
from volltrack.io.tiff import read_movie
from volltrack.io.tiff.opening.lzw_streams import _is_sound

CALIBRATION = {"voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "min"}


def pack(codes: list[tuple[int, int]]) -> bytes:
    """Bytes of (code, width), as TIFF packs them."""
    bits = "".join(format(code, f"0{width}b") for code, width in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@pytest.mark.parametrize("size", [1, 7, 300, 5_000, 200_000])
@pytest.mark.parametrize("kind", ["noise", "even", "slope"])
def test_streams_of_an_encoder_are_sound(kind, size):
    noise = np.random.default_rng(3).integers(0, 256, size, dtype=np.uint8)
    data = {"noise": noise, "even": np.zeros(size, np.uint8), "slope": np.arange(size).astype(np.uint8)}[kind].tobytes()
    stream = imagecodecs.lzw_encode(data)
    assert imagecodecs.lzw_decode(stream) == data
    assert _is_sound(stream)


def test_code_of_the_table_right_after_a_clearing_is_not_sound():
    assert _is_sound(pack([(256, 9), (17, 9), (258, 9), (257, 9)]))
    assert not _is_sound(pack([(256, 9), (300, 9), (17, 9), (257, 9)]))
    assert not _is_sound(pack([(256, 9), (17, 9), (256, 9), (256, 9), (300, 9), (257, 9)]))


def test_clearing_after_the_codes_have_widened_is_found():
    noise = [(code % 256, 9 if at < 254 else 10) for at, code in enumerate(range(600))]
    assert _is_sound(pack([(256, 9), *noise, (256, 10), (5, 9), (257, 9)]))
    assert not _is_sound(pack([(256, 9), *noise, (256, 10), (400, 9), (257, 9)]))


def test_stream_of_nothing_but_clearings_takes_no_time():
    stream = pack([(256, 9)] * 8) * 500_000
    before = time.process_time()
    assert not _is_sound(stream)
    assert time.process_time() - before < 5


def test_movie_with_such_a_stream_is_refused_and_others_are_read(tmp_path):
    frames = np.random.default_rng(0).integers(0, 50, (3, 2, 32, 40)).astype(np.uint16)
    path = tmp_path / "movie.tif"
    tifffile.imwrite(path, frames, compression="lzw", rowsperstrip=8, metadata={"axes": "TZYX"}, ome=True)
    movie = read_movie(path, **CALIBRATION)
    np.testing.assert_array_equal([movie.frame(t) for t in range(3)], frames)
    with tifffile.TiffFile(path) as file:
        at = file.pages[2].dataoffsets[1]
    with path.open("r+b") as file:
        file.seek(at)
        file.write(pack([(256, 9), (400, 9)]))
    movie = read_movie(path, **CALIBRATION)
    np.testing.assert_array_equal(movie.frame(0), frames[0])
    with pytest.raises(BadFile, match="strip or tile 2 is damaged"):
        movie.frame(1)
