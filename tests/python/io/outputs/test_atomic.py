"""Output that is complete or not there: full disk, Ctrl-C, permissions, existing files."""

import errno
import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from volltrack.errors import FileExists, OutputFailed
from volltrack.io.outputs import replace_file, replace_folder


def write_half(path, error, opener=replace_file):
    """Start to write, then fail."""
    with opener(path) as temporary:
        (temporary / "half" if temporary.is_dir() else temporary).write_text("half")
        raise error


def write_late(path):
    """Write while another program writes the same file."""
    with replace_file(path, overwrite=False) as temporary:
        temporary.write_text("mine")
        path.write_text("theirs")


def test_file_appears_complete_and_nothing_else_stays(tmp_path):
    path = tmp_path / "out.xml"
    with replace_file(path) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".xml"
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_error_in_the_block_keeps_the_old_file(tmp_path, error):
    path = tmp_path / "out.xml"
    path.write_text("old")
    with pytest.raises(error):
        write_half(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only"), (errno.EFBIG, "larger")],
)
def test_failed_write_says_why_and_keeps_the_old_file(tmp_path, number, words):
    path = tmp_path / "out.xml"
    path.write_text("old")
    with pytest.raises(OutputFailed, match=words) as caught:
        write_half(path, OSError(number, os.strerror(number)))
    assert str(path) in str(caught.value)
    assert caught.value.errno == number
    assert list(tmp_path.iterdir()) == [path]


def test_short_write_of_numpy_counts_as_full_disk(tmp_path):
    with pytest.raises(OutputFailed, match="the disk is full"), replace_file(tmp_path / "out.bin"):
        np.zeros(4_000_000).tofile("/dev/full")
    assert list(tmp_path.iterdir()) == []


def test_real_limit_on_the_file_size_is_reported(tmp_path):
    code = (
        "import sys; from volltrack.io.outputs import replace_file\n"
        "with replace_file(sys.argv[1]) as p: p.write_bytes(bytes(10_000_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out.bin")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert "OutputFailed" in done.stderr
    assert "the file is larger than this disk or process may hold" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_error_of_reading_an_input_is_not_blamed_on_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), replace_file(tmp_path / "out.xml"):
        (tmp_path / "input.xml").read_text()
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputFailed, match="the folder does not exist"), replace_file(tmp_path / "none" / "out.xml"):
        pass


def test_no_permission_is_said(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OutputFailed, match="no permission to write there"), replace_file(tmp_path / "out.xml"):
        pass


def test_existing_file_is_kept_unless_told_otherwise(tmp_path):
    path = tmp_path / "out.xml"
    path.write_text("old")
    with pytest.raises(FileExists, match="exists already"), replace_file(path, overwrite=False):
        pytest.fail("the block must not start")
    assert path.read_text() == "old"


def test_file_that_appears_meanwhile_is_kept(tmp_path):
    path = tmp_path / "out.xml"
    with pytest.raises(FileExists):
        write_late(path)
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(FileExists, match="is a folder, expected a file"), replace_file(tmp_path):
        pass


def test_link_stays_a_link_and_permissions_stay(tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    with replace_file(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_folder_appears_complete(tmp_path):
    path = tmp_path / "out.geff"
    with replace_folder(path) as temporary:
        (temporary / "a").write_text("a")
    assert (path / "a").read_text() == "a"
    with pytest.raises(FileExists), replace_folder(path):
        pass
    with replace_folder(path, overwrite=True) as temporary:
        (temporary / "b").write_text("b")
    assert [p.name for p in path.iterdir()] == ["b"]
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted_folder_keeps_the_old_one(tmp_path):
    path = tmp_path / "out.geff"
    path.mkdir()
    (path / "a").write_text("a")
    with pytest.raises(KeyboardInterrupt):
        write_half(path, KeyboardInterrupt, lambda p: replace_folder(p, overwrite=True))
    assert [p.name for p in path.iterdir()] == ["a"]
    assert list(tmp_path.iterdir()) == [path]
