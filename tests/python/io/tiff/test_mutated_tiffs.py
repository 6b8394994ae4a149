"""TIFF files with damaged bytes: one line or a result, never a traceback, and memory in proportion."""

import random
import resource
import struct
import time

import numpy as np
import pytest
import tifffile

from volltrack.apps.cli.main import main

OME = {"axes": "TZYX", "PhysicalSizeX": 0.3, "PhysicalSizeY": 0.3, "PhysicalSizeZ": 1.0, "TimeIncrement": 2.0}
GIVEN = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", "5", "--time-unit", "min")
KINDS = {
    "imagej.tif": {"imagej": True, "resolution": (2, 2), "metadata": {"axes": "TZYX", "unit": "um", "spacing": 2.0}},
    "ome.ome.tif": {"metadata": OME},
    "zlib.ome.tif": {"metadata": OME, "compression": "zlib"},
    "big.ome.tif": {"metadata": OME, "bigtiff": True},
    "tiles.ome.tif": {"metadata": OME, "tile": (16, 16), "compression": "lzw", "predictor": True},
    "jpeg.ome.tif": {"metadata": OME, "compression": "jpeg"},
    "lzw.tif": {"metadata": {"axes": "TZYX"}, "compression": "lzw"},
}


@pytest.fixture
def labels():
    movie = np.zeros((3, 4, 32, 40), np.uint16)
    movie[:, 1:3, 6:12, 6:12], movie[:, 1:3, 20:26, 22:28] = 1, 2
    return movie


def mutate(content, rng):
    """Change bytes as a bad disk, a broken transfer, or a hostile person does."""
    data, how = bytearray(content), rng.random()
    at = rng.randrange(min(len(data), 900)) if rng.random() < 0.5 else rng.randrange(len(data))
    if how < 0.5:
        data[at] ^= 1 << rng.randrange(8)
    elif how < 0.65:
        for _ in range(rng.randrange(2, 12)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif how < 0.8:
        data[at : at + 4] = rng.choice([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0"])
    elif how < 0.87:
        del data[rng.randrange(len(data)) :]
    elif how < 0.94:
        del data[at : at + rng.randrange(1, 30)]
    else:
        data[at:at] = rng.randbytes(rng.randrange(1, 30))
    return bytes(data)


def judge(words, capsys):
    """Run a command and check how it ends; anything that it raises fails the test."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    code = main([*map(str, words), "--quiet"])
    err = capsys.readouterr().err
    assert code in (0, 2)
    assert sum(line.startswith("volltrack: ") for line in err.splitlines()) == (code == 2), err
    assert "Traceback" not in err
    assert time.monotonic() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000
    return code, err


@pytest.mark.parametrize("name", [*KINDS, "c_1_MMStack_Default.ome.tif"])
def test_mutated_files_end_with_a_line(tmp_path, labels, micromanager, capsys, name):
    path = tmp_path / name
    if name in KINDS:
        array = (labels * 80).astype(np.uint8) if "jpeg" in name else labels
        how = {} if "imagej" in KINDS[name] else {"photometric": "minisblack"}
        tifffile.imwrite(path, array, **how, **KINDS[name])
    else:
        micromanager(path, labels)
    whole = path.read_bytes()
    codes = []
    for seed in range(25):
        path.write_bytes(mutate(whole, random.Random(f"{name} {seed}")))
        codes.append(judge(["info", path], capsys)[0])
        judge(["measure", path, *GIVEN, "--out", tmp_path / "c.csv", "--overwrite"], capsys)
        if seed % 5 == 0:
            judge(["segment", path, *GIVEN, "--axes", "TZYX", "--no-network", "--cell-diameter", "3", "--out",
                   tmp_path / "l.tif", "--overwrite"], capsys)  # fmt: skip
    assert {0, 2} == set(codes)


@pytest.mark.parametrize("axis", ["SizeX", "SizeY", "SizeZ", "SizeC", "SizeT"])
def test_sizes_of_a_thousand_million_take_no_memory(tmp_path, labels, capsys, axis):
    path = tmp_path / "m.ome.tif"
    xml = tifffile.OmeXml()
    xml.addimage("uint16", labels.shape, (12, 1, 1, 32, 40, 1), **OME)
    text = xml.tostring()
    start = text.index(f'{axis}="') + len(axis) + 2
    text = text[:start] + "1000000000" + text[text.index('"', start) :]
    tifffile.imwrite(path, labels, photometric="minisblack", metadata=None, description=text.encode())
    for command in ("info", "measure"):
        code, err = judge([command, path], capsys)
        assert code == 2
        assert "damaged" in err


def test_imagej_and_micromanager_promises_are_no_reason_to_take_memory(tmp_path, labels, micromanager, capsys):
    text = b"ImageJ=1.53t\nimages=1000000000\nslices=1000\nframes=1000000\nhyperstack=true\n"
    tifffile.imwrite(tmp_path / "i.tif", labels[0], photometric="minisblack", metadata=None, description=text)
    micromanager(tmp_path / "c_MMStack.tif", labels, ome=False, promised=(10**9, 4))
    for name in ("i.tif", "c_MMStack.tif"):
        code, err = judge(["info", tmp_path / name], capsys)
        assert code == 0 or "damaged" in err


@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
def test_a_page_that_claims_more_than_its_bytes_is_refused(tmp_path, labels, capsys, compression):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, labels[0, 0], photometric="minisblack", metadata=None, compression=compression)
    with tifffile.TiffFile(path, mode="r+") as file:
        for tag in (256, 257):
            file.pages[0].tags[tag].overwrite(100_000)
    _, err = judge(["measure", path, *GIVEN], capsys)
    assert "a page claims 100000 x 100000 pixels" in err


def test_a_list_of_pages_that_comes_back_is_told(tmp_path, labels, capsys):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, labels[0], photometric="minisblack", metadata=None, compression="zlib")
    with tifffile.TiffFile(path) as file:
        offsets = [page.offset for page in file.pages]
    content = bytearray(path.read_bytes())
    at = offsets[2]
    link = at + 2 + 12 * struct.unpack_from("<H", content, at)[0]
    struct.pack_into("<I", content, link, offsets[1])
    path.write_bytes(content)
    assert "comes back to one before" in judge(["info", path], capsys)[1]


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><OME><Image><Pixels/></Image></OME>',
        '<?xml version="1.0"?><OME><Image><Pixels SizeX="&x;" SizeY="1"/></Image></OME>',
        '<?xml version="1.0"?><OME><Image><Pixels SizeX="4" SizeY="-1"/></Image></OME>',
        '<?xml version="1.0"?><OME><Image><Pixels DimensionOrder="XYZZZ" SizeX="4" SizeY="4"/></Image></OME>',
        '<?xml version="1.0"?><OME></OME>',
        '<?xml version="1.0"?><OME><BinaryOnly MetadataFile="../../../etc/passwd"/></OME>',
    ],
)
def test_hostile_descriptions_are_refused(tmp_path, labels, capsys, text):
    tifffile.imwrite(tmp_path / "m.ome.tif", labels[0, 0], photometric="minisblack", metadata=None, description=text)
    assert judge(["info", tmp_path / "m.ome.tif"], capsys)[0] == 2


@pytest.mark.parametrize("name", [b"a\xff.tif", b"a\nb.tif", b"a\x1b[31mb.tif", "a\u202eb.tif".encode()])
def test_odd_names_of_files(tmp_path, labels, capsys, name):
    import os

    folder = os.fsencode(tmp_path)
    path = os.fsdecode(folder + b"/" + name)
    tifffile.imwrite(tmp_path / "m.tif", labels, imagej=True, resolution=(2, 2),
                     metadata={"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 1.0})  # fmt: skip
    os.rename(tmp_path / "m.tif", path)
    judge(["info", path], capsys)
    judge(["measure", path, "--out", str(tmp_path / "c.csv")], capsys)
    judge(["run", path, "--no-network", "--cell-diameter", "3", "--out", str(tmp_path / "r")], capsys)
    judge(["info", path + "x"], capsys)
