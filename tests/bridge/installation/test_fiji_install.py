"""`volltrack fiji install` on folders laid out as a Fiji."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jpype
import pytest

from volltrack import __version__
from volltrack.apps.cli.main import main
from volltrack.errors import OutputFailed
from volltrack_fiji.errors import BadCommand, JarMissing
from volltrack_fiji.fiji import open_fiji
from volltrack_fiji.installation import (
    check_command,
    find_command,
    find_plugin_jar,
    format_properties,
    into_fiji,
    read_properties,
    require_same_version,
)
from volltrack_fiji.installation.into_fiji import install, plan_install
from volltrack_fiji.macros import find_macros

SCRIPT = Path(sys.executable).with_name("volltrack")
MACROS = Path("scripts", "Plugins", "Tracking", "BTrackMate", "Macros")
CORE, PLUGINS = f"btrackmate-core-{__version__}.jar", f"btrackmate-fiji-{__version__}.jar"


CHOOSE = """
import jpype
jpype.startJVM(classpath=[{!r}], convertStrings=True)
print(jpype.JClass("io.github.volltrack.fiji.script.PythonCommand").choose(""))
"""


@pytest.fixture
def jar(tmp_path, make_jar):
    return make_jar(tmp_path / "built" / PLUGINS, __version__)


@pytest.fixture
def fiji(tmp_path, make_fiji):
    return make_fiji(tmp_path / "Fiji.app")


def run(capsys, *words):
    code = main(["fiji", "install", *map(str, words)])
    return code, capsys.readouterr()


def list_files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_jars_macros_and_command_are_put_in(fiji, jar, capsys):
    code, said = run(capsys, fiji, "--jar", jar, "--json")
    assert code == 0, said.err
    assert (fiji / "jars" / PLUGINS).read_bytes() == jar.read_bytes()
    assert (fiji / "jars" / CORE).is_file()
    for name, path in find_macros().items():
        assert (fiji / MACROS / name).read_bytes() == path.read_bytes()
    assert Path(read_properties(fiji / "btrackmate.properties")).samefile(SCRIPT)
    result = json.loads(said.out)
    assert result["trackmate"] == "7.14.0"
    assert result["command_version"] == __version__
    assert not [name for name in list_files(fiji) if name.endswith(".part")]


def test_dry_run_says_the_same_and_changes_nothing(fiji, jar, capsys, make_jar):
    make_jar(fiji / "plugins" / "btrackmate-fiji-0.0.9.jar", "0.0.9")
    before = list_files(fiji)
    said = json.loads(run(capsys, fiji, "--jar", jar, "--json", "--dry-run")[1].out)
    assert list_files(fiji) == before
    done = json.loads(run(capsys, fiji, "--jar", jar, "--json")[1].out)
    assert said["dry_run"]
    assert said["written"] == done["written"]
    assert len(said["moved_away"]) == len(done["moved_away"]) == 1


def test_older_versions_of_ours_give_way_and_all_else_stays(fiji, jar, capsys, make_jar):
    old = [
        make_jar(fiji / "jars" / "btrackmate-core-0.0.9.jar", "0.0.9"),
        make_jar(fiji / "plugins" / "btrackmate-fiji-0.0.8.jar", "0.0.8"),
        make_jar(fiji / "plugins" / "own" / "btrackmate-fiji.jar", "0.0.7"),
    ]
    others = [
        make_jar(fiji / "jars" / "BTrackMate-3.0.0.jar", "3.0.0"),
        make_jar(fiji / "jars" / "btrackmate-fiji-addon.jar", "1.0.0"),
        make_jar(fiji / "plugins" / "my-btrackmate-fiji-1.jar", "1"),
    ]
    contents = {path.relative_to(fiji): path.read_bytes() for path in old}
    assert run(capsys, fiji, "--jar", jar)[0] == 0
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in others)
    (backup,) = (fiji / "btrackmate-old").iterdir()
    assert {path: (backup / path).read_bytes() for path in contents} == contents


def test_second_time_has_nothing_to_do(fiji, jar, capsys):
    run(capsys, fiji, "--jar", jar)
    before = {name: (fiji / name).stat().st_mtime_ns for name in list_files(fiji)}
    result = json.loads(run(capsys, fiji, "--jar", jar, "--json")[1].out)
    assert result["written"] == result["moved_away"] == []
    assert {name: (fiji / name).stat().st_mtime_ns for name in list_files(fiji)} == before


def test_macro_that_the_user_changed_is_kept_in_the_backup(fiji, jar, tmp_path):
    macro = tmp_path / "track.ijm"
    macro.write_text("new")
    mine = fiji / MACROS / "sub" / "track.ijm"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    plan = plan_install(open_fiji(fiji), jars=(jar,), macros={"sub/track.ijm": macro}, command=SCRIPT, stamp="now")
    install(plan)
    assert mine.read_text() == "new"
    assert (fiji / "btrackmate-old" / "now" / MACROS / "sub" / "track.ijm").read_text() == "mine"


def test_a_file_that_cannot_be_placed_leaves_everything_as_it_was(fiji, jar, monkeypatch, make_jar):
    old = make_jar(fiji / "jars" / "btrackmate-fiji-0.0.9.jar", "0.0.9")
    same = make_jar(fiji / "jars" / PLUGINS, "0.0.1")
    before = {name: (fiji / name).read_bytes() for name in list_files(fiji)}
    replace, calls = os.replace, []

    def fail_at_the_second(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise PermissionError(13, "used by another process", str(target))
        replace(source, target)

    monkeypatch.setattr(into_fiji.os, "replace", fail_at_the_second)
    plan = plan_install(open_fiji(fiji), jars=(jar,), macros={}, command=SCRIPT)
    with pytest.raises(OutputFailed, match=r"used by another process; nothing was installed: close Fiji"):
        install(plan)
    assert {name: (fiji / name).read_bytes() for name in list_files(fiji)} == before
    assert old.exists()
    assert same.exists()


@pytest.mark.parametrize(
    ("release", "message"),
    [
        ("7.13.2", "TrackMate 7.13.2 is too old; expected 7.14.x or 8.1.x: update Fiji"),
        ("8.0.0", "TrackMate 8.0.0 lies between"),
        ("8.2.0", "TrackMate 8.2.0 is newer than what BTrackMate was tested with"),
        ("9.0.0-SNAPSHOT", "is newer"),
        ("", "no TrackMate in jars or plugins; expected 7.14.x or 8.1.x: update Fiji"),
    ],
)
def test_other_trackmate_is_refused_unless_told(tmp_path, jar, capsys, release, message, make_fiji):
    folder = make_fiji(tmp_path / "F", release)
    before = list_files(folder)
    code, said = run(capsys, folder, "--jar", jar)
    assert code == 2
    assert message in said.err
    assert list_files(folder) == before
    code, said = run(capsys, folder, "--jar", jar, "--any-trackmate")
    assert code == 0
    assert message in said.out


@pytest.mark.parametrize("release", ["7.14.1", "8.1.0", "8.1.7-SNAPSHOT"])
def test_releases_of_the_tested_lines_are_taken(tmp_path, jar, capsys, release, make_fiji):
    assert run(capsys, make_fiji(tmp_path / "F", release), "--jar", jar)[0] == 0


def test_two_trackmates_and_a_damaged_one_are_refused(fiji, jar, capsys, make_jar):
    second = make_jar(fiji / "plugins" / "TrackMate_-6.0.3.jar", "6.0.3")
    assert "TrackMate is there 2 times (jars/TrackMate-7.14.0.jar, plugins/TrackMate_-6.0.3.jar)" in (
        run(capsys, fiji, "--jar", jar)[1].err
    )
    second.unlink()
    (fiji / "jars" / "TrackMate-7.14.0.jar").write_bytes(b"half a downl")
    assert "is damaged" in run(capsys, fiji, "--jar", jar)[1].err


def test_folder_that_is_no_fiji_is_refused_and_the_right_one_named(tmp_path, fiji, jar, capsys):
    assert f"in {fiji}: give that one" in run(capsys, tmp_path, "--jar", jar)[1].err
    assert f"in {fiji}: give that one" in run(capsys, fiji / "plugins", "--jar", jar)[1].err
    (tmp_path / "other").mkdir()
    assert "no folder 'jars' there; expected" in run(capsys, tmp_path / "other", "--jar", jar)[1].err
    assert "there is no such folder" in run(capsys, tmp_path / "none", "--jar", jar)[1].err


def test_missing_or_foreign_plugin_jar_says_how_to_build_it(tmp_path, jar, make_jar):
    with pytest.raises(JarMissing, match="make plugins"):
        find_plugin_jar(package=tmp_path / "site-packages" / "volltrack_fiji", here=tmp_path)
    with pytest.raises(JarMissing, match=r"--jar .*there is no such file"):
        find_plugin_jar(tmp_path / "none.jar")
    with pytest.raises(JarMissing, match=r"version 0\.0\.9, but volltrack is"):
        require_same_version((make_jar(tmp_path / "btrackmate-fiji-1.jar", "0.0.9"),), __version__)
    target = tmp_path / "checkout" / "java" / "btrackmate-fiji" / "target"
    built = make_jar(target / PLUGINS, __version__)
    assert find_plugin_jar(package=tmp_path / "volltrack_fiji", here=tmp_path / "checkout") == built
    make_jar(target / "btrackmate-fiji-0.0.9.jar", "0.0.9")
    with pytest.raises(JarMissing, match="several versions"):
        find_plugin_jar(package=tmp_path / "volltrack_fiji", here=tmp_path / "checkout")


def write_script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_command_is_checked_before_anything_is_written(fiji, jar, tmp_path, capsys):
    before = list_files(fiji)
    broken = write_script(tmp_path / "broken", "echo 'no module named volltrack' >&2; exit 1")
    code, said = run(capsys, fiji, "--jar", jar, "--command", broken)
    assert code == 2
    assert "exit code 1 and said 'no module named volltrack'" in said.err
    assert "there is no such command" in run(capsys, fiji, "--jar", jar, "--command", tmp_path / "none")[1].err
    broken.chmod(0o644)
    if os.geteuid() != 0 or not os.access(broken, os.X_OK):
        assert "cannot be executed" in run(capsys, fiji, "--jar", jar, "--command", broken)[1].err
    assert list_files(fiji) == before


def test_command_that_is_given_replaces_the_old_one(fiji, jar, tmp_path, capsys):
    run(capsys, fiji, "--jar", jar)
    other = write_script(tmp_path / "vt", "echo volltrack 9.9")
    result = json.loads(run(capsys, fiji, "--jar", jar, "--command", other, "--json")[1].out)
    assert result["command"].startswith(f"{other} (was ")
    assert result["command_version"] == "9.9"
    assert read_properties(fiji / "btrackmate.properties") == str(other)


def test_another_program_is_no_volltrack(tmp_path):
    with pytest.raises(BadCommand, match="said 'Python 3'"):
        check_command(write_script(tmp_path / "x", "echo Python 3"))
    (tmp_path / "text").write_text("not a program")
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(BadCommand, match="does not start"):
        check_command(tmp_path / "text")
    assert find_command().samefile(SCRIPT)


@pytest.mark.parametrize(
    "path", ["/home/me/env/bin/volltrack", r"C:\Users\Jörg M\Scripts\volltrack.exe", "/a=b:#c/v t"]
)
def test_java_reads_the_path_that_python_writes(path, tmp_path):
    file = tmp_path / "btrackmate.properties"
    file.write_text(format_properties(Path(path)), encoding="utf-8")
    assert read_properties(file) == path
    properties = jpype.JClass("java.util.Properties")()
    reader = jpype.JClass("java.nio.file.Files").newBufferedReader(jpype.JClass("java.nio.file.Paths").get(str(file)))
    properties.load(reader)
    reader.close()
    assert str(properties.getProperty("command")) == path


@pytest.mark.parametrize("release", ["7.14", "8.1"])
def test_installed_fiji_of_real_jars_passes_the_doctor_and_tracks(
    release, tmp_path, capsys, shared_data, link_real_fiji
):
    """In a process of its own, with a Java that this TrackMate runs on."""
    folder = link_real_fiji(tmp_path / "Fiji.app", release)
    java = next(Path("/usr/lib/jvm").glob("*25*"), None) if release == "8.1" else None
    if release == "8.1" and java is None:
        pytest.skip("### no Java 25 for TrackMate 8.1 here ###")
    try:
        find_plugin_jar()
    except JarMissing as error:
        pytest.skip(f"### {error} ###")
    assert run(capsys, folder)[0] == 0
    environment = dict(os.environ)
    if java is not None:
        environment |= {"JAVA_HOME": str(java)}

    def call(*words):
        return subprocess.run([SCRIPT, *words], capture_output=True, text=True, env=environment, cwd=tmp_path)

    doctor = call("fiji", "doctor", folder)
    assert doctor.returncode == 0, doctor.stdout
    asked = subprocess.run(
        [sys.executable, "-c", CHOOSE.format(str(folder / "jars" / "*"))],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert Path(asked.stdout.strip()).samefile(SCRIPT), asked.stderr  # Java starts what install wrote down
    movie = shared_data / "trackmate-reference" / "labels3d.tif"
    done = call("link", movie, "--engine", "trackmate", "--fiji", folder, "--out", "t.xml", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["links"] == 33
    assert f'<TrackMate version="{release}' in (tmp_path / "t.xml").read_text(encoding="utf-8")
