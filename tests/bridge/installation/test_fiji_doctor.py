"""`volltrack fiji doctor`: what it finds, the remedies it names, and its exit code."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from volltrack import __version__
from volltrack.apps.cli.main import main
from volltrack_fiji.errors import JvmUnavailable
from volltrack_fiji.fiji import read_jar
from volltrack_fiji.installation import doctor, format_properties

SCRIPT = Path(sys.executable).with_name("volltrack")


@pytest.fixture
def fiji(tmp_path, make_fiji, make_jar):
    """A folder in which nothing is missing."""
    folder = make_fiji(tmp_path / "Fiji.app")
    for name in ("core", "fiji"):
        make_jar(folder / "jars" / f"btrackmate-{name}-{__version__}.jar", __version__)
    macros = folder / "scripts" / "Plugins" / "Tracking" / "BTrackMate" / "Macros"
    macros.mkdir(parents=True)
    (macros / "track.ijm").touch()
    (folder / "btrackmate.properties").write_text(format_properties(SCRIPT), encoding="utf-8")
    return folder


def examine(capsys, *words):
    """Return the exit code and the findings by name."""
    code = main(["fiji", "doctor", *map(str, words), "--json"])
    result = json.loads(capsys.readouterr().out)
    assert result["ok"] == (code == 0)
    return code, {finding["what"]: finding for finding in result["findings"]}


def test_fiji_with_everything_is_found_well(fiji, capsys):
    code, found = examine(capsys, fiji)
    assert code == 0, found
    assert found["TrackMate"]["found"] == "7.14.0"
    assert found["Python command"]["found"] == f"{SCRIPT} ({__version__})"
    assert all(finding["remedy"] for finding in found.values() if finding["state"] != "ok")


def test_every_line_names_what_state_and_remedy(fiji, capsys):
    (fiji / "btrackmate.properties").unlink()
    assert main(["fiji", "doctor", str(fiji)]) == 1
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if line.startswith("Python command")]
    assert "MISSING" in line
    assert f"-> run 'volltrack fiji install {fiji}'" in line.replace("  ->  ", " -> ")
    assert lines[-1].endswith("something that is needed is missing")


def test_jar_that_is_missing_doubled_old_or_damaged_is_said(fiji, capsys, make_jar):
    jar = fiji / "jars" / f"btrackmate-fiji-{__version__}.jar"
    second = make_jar(fiji / "plugins" / "btrackmate-fiji-0.0.9.jar", "0.0.9")
    code, found = examine(capsys, fiji)
    assert code == 1
    assert "2 times" in found["btrackmate-fiji"]["found"]
    assert str(second.relative_to(fiji)) in found["btrackmate-fiji"]["found"]
    jar.unlink()
    assert f"0.0.9, but this volltrack is {__version__}" in examine(capsys, fiji)[1]["btrackmate-fiji"]["found"]
    second.write_bytes(b"half")
    assert "damaged" in examine(capsys, fiji)[1]["btrackmate-fiji"]["found"]
    second.unlink()
    found = examine(capsys, fiji)[1]["btrackmate-fiji"]
    assert (found["state"], found["found"]) == ("missing", "not installed")
    assert "volltrack fiji install" in found["remedy"]


def test_trackmate_of_another_release_or_none_is_said_with_the_remedy(fiji, capsys, make_jar):
    (fiji / "jars" / "TrackMate-7.14.0.jar").unlink()
    code, found = examine(capsys, fiji)
    assert code == 1
    assert "no TrackMate" in found["TrackMate"]["found"]
    assert "Help > Update" in found["TrackMate"]["remedy"]
    make_jar(fiji / "jars" / "TrackMate-7.10.1.jar", "7.10.1")
    found = examine(capsys, fiji)[1]["TrackMate"]
    assert "7.10.1 is too old; expected 7.14.x or 8.1.x" in found["found"]
    assert "Help > Update" in found["remedy"]


def write_script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_command_that_is_gone_fails_or_is_of_another_version_is_said(fiji, capsys, tmp_path):
    def examine_command(path):
        (fiji / "btrackmate.properties").write_text(format_properties(path), encoding="utf-8")
        code, found = examine(capsys, fiji)
        assert code == 1
        assert "volltrack fiji install" in found["Python command"]["remedy"]
        return found["Python command"]["found"]

    assert "does not start (No such file or directory)" in examine_command(tmp_path / "gone")
    assert "no module" in examine_command(write_script(tmp_path / "bad", "echo 'no module x' >&2; exit 1"))
    assert "is version 9.9, but this volltrack" in examine_command(write_script(tmp_path / "new", "echo volltrack 9.9"))
    (fiji / "btrackmate.properties").unlink()
    assert "not set" in examine(capsys, fiji)[1]["Python command"]["found"]


def put_java(fiji, version):
    release = fiji / "java" / "linux-amd64" / f"jdk{version}" / "release"
    release.parent.mkdir(parents=True)
    release.write_text(f'JAVA_VERSION="{version}"\n')


def test_java_of_fiji_must_be_new_enough_for_its_trackmate(fiji, capsys, make_jar):
    put_java(fiji, "1.8.0_322")
    assert examine(capsys, fiji)[1]["Java of Fiji"]["found"] == "8 (came with Fiji)"
    (fiji / "jars" / "TrackMate-7.14.0.jar").unlink()
    make_jar(fiji / "jars" / "TrackMate-8.1.6.jar", "8.1.6")
    code, found = examine(capsys, fiji)
    assert code == 1
    assert found["Java of Fiji"]["found"] == "8 (came with Fiji); this TrackMate needs 21"
    assert "Java 21" in found["Java of Fiji"]["remedy"]
    put_java(fiji, "21.0.7")
    assert examine(capsys, fiji)[1]["Java of Fiji"]["state"] == "ok"


def test_without_any_java_the_remedy_is_named(fiji, capsys, monkeypatch):
    def find_none():
        raise JvmUnavailable("no Java was found: install one")

    monkeypatch.setattr(doctor, "find_java", find_none)
    code, found = examine(capsys, fiji)
    assert code == 1
    assert found["Java of Fiji"]["state"] == "missing"
    assert found["Java of Python"] == {
        "what": "Java of Python",
        "state": "optional",
        "found": "none: TrackMate cannot be called from Python",
        "remedy": "install one",
    }


def test_packages_of_some_commands_are_optional(fiji, capsys, monkeypatch):
    find = doctor.version

    def find_but_napari(name):
        return find("no-such-package" if name in ("napari", "tensorflow", "tensorflow-cpu") else name)

    monkeypatch.setattr(doctor, "version", find_but_napari)
    code, found = examine(capsys, fiji)
    assert code == 0
    assert found["napari"]["state"] == found["tensorflow"]["state"] == "optional"
    assert found["napari"]["remedy"].startswith("pip install 'volltrack[napari]'")
    assert found["jpype1"]["state"] == "ok"


def test_without_a_folder_python_is_examined_alone(capsys, monkeypatch, fiji):
    monkeypatch.delenv("VOLLTRACK_FIJI", raising=False)
    code, found = examine(capsys)
    assert code == 0
    assert "TrackMate" not in found
    assert "VOLLTRACK_FIJI" in found["Fiji"]["remedy"]
    monkeypatch.setenv("VOLLTRACK_FIJI", str(fiji))
    assert "TrackMate" in examine(capsys)[1]


def test_folder_that_is_none_or_holds_no_imagej_is_said(fiji, capsys):
    code, found = examine(capsys, fiji / "no")
    assert code == 1
    assert "there is no such folder" in found["Fiji"]["found"] or "give that one" in found["Fiji"]["found"]
    (fiji / "jars" / "ij-1.54p.jar").unlink()
    code, found = examine(capsys, fiji)
    assert code == 1
    assert "no ImageJ" in found["Fiji"]["found"]


def test_doctor_runs_where_jpype_is_not_installed(fiji):
    code = (
        "import importlib.machinery as m, sys\n"
        "find = m.PathFinder.find_spec\n"
        "m.PathFinder.find_spec = lambda name, *a: None if name == 'jpype' else find(name, *a)\n"
        "from volltrack.apps.cli.main import main\n"
        f"sys.exit(main(['fiji', 'doctor', {str(fiji)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "nothing that is needed is missing" in done.stdout


def test_version_of_a_jar_is_read_from_manifest_then_maven_then_name(tmp_path, make_jar):
    assert read_jar(make_jar(tmp_path / "a-1.0.jar", "2.0")).version == "2.0"
    with zipfile.ZipFile(tmp_path / "b-1.0.jar", "w") as jar:
        jar.writestr("META-INF/maven/g/a/pom.properties", "groupId=g\nversion=3.0-SNAPSHOT\n")
    found = read_jar(tmp_path / "b-1.0.jar")
    assert (found.version, found.numbers) == ("3.0-SNAPSHOT", (3, 0))
    (tmp_path / "c-1.5.jar").touch()
    assert (read_jar(tmp_path / "c-1.5.jar").version, read_jar(tmp_path / "c-1.5.jar").is_whole) == ("1.5", False)
    (tmp_path / "d.jar").touch()
    assert read_jar(tmp_path / "d.jar").numbers == ()
