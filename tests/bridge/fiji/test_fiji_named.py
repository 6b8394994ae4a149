"""Which Fiji, which of its jars and which Java: in made folders, without starting Java."""

import os
from pathlib import Path

import pytest

from volltrack.apps.cli.main import main
from volltrack_fiji.errors import FijiUnusable, JvmUnavailable, MacroFailed
from volltrack_fiji.fiji import choose_java, drop_logging, find_trackmate_jars, list_jars, name_fiji, open_fiji
from volltrack_fiji.jvm import find_java
from volltrack_fiji.macros import run_macro


@pytest.fixture
def fiji(tmp_path, make_fiji, make_jar, monkeypatch):
    """A folder with the names of a Fiji's jars, below a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VOLLTRACK_FIJI", raising=False)
    monkeypatch.chdir(tmp_path)
    folder = make_fiji(tmp_path / "my Fiji ä")
    for name in ("imagej-2.15.0", "imagej-legacy-1.2.2", "btrackmate-fiji-0.1.0"):
        make_jar(folder / "jars" / f"{name}.jar", "1")
    return folder


@pytest.mark.parametrize("named", ["my Fiji ä", "./my Fiji ä/", "~/my Fiji ä", "link", "x/../my Fiji ä"])
def test_a_folder_is_found_however_it_is_named(fiji, named, monkeypatch):
    (fiji.parent / "link").symlink_to(fiji)
    (fiji.parent / "x").mkdir()
    jars = find_trackmate_jars(named)
    assert {jar.name for jar in jars} == {jar.name for jar in (fiji / "jars").glob("*.jar")}
    assert all(jar.is_absolute() for jar in jars)
    monkeypatch.setenv("VOLLTRACK_FIJI", named)
    assert find_trackmate_jars() == jars
    monkeypatch.chdir("/")
    assert name_fiji(fiji) == fiji


def test_no_name_at_all_is_no_folder(monkeypatch):
    monkeypatch.setenv("VOLLTRACK_FIJI", "")
    assert name_fiji() is None
    assert name_fiji("") is None


@pytest.mark.parametrize("named", [".", "nowhere", "~nobody/Fiji.app", "file", "dangling", "a\nb"])
def test_what_is_no_fiji_is_said_in_a_line(fiji, named, capsys, monkeypatch):
    (fiji.parent / "file").touch()
    (fiji.parent / "dangling").symlink_to("gone")
    (fiji.parent / "labels.tif").touch()
    for words in (["fiji", "install", named], ["fiji", "doctor", named]):
        assert main(words) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err
    with pytest.raises(FijiUnusable, match=r"expected the folder of Fiji|give that one"):
        find_trackmate_jars(named)
    monkeypatch.setenv("VOLLTRACK_FIJI", named)
    with pytest.raises(FijiUnusable):
        find_trackmate_jars()


def test_the_fiji_inside_of_a_folder_is_named(fiji, tmp_path):
    fiji.rename(tmp_path / "Fiji.app")
    with pytest.raises(FijiUnusable, match=r"but in .*Fiji\.app: give that one"):
        find_trackmate_jars(".")


def test_jars_of_plugins_and_sub_folders_count_and_links_to_nowhere_do_not(fiji, make_jar):
    make_jar(fiji / "plugins" / "mine" / "a.jar", "1")
    make_jar(fiji / "jars" / "bio-formats" / "b.jar", "1")
    (fiji / "jars" / "c.jar").symlink_to("gone.jar")
    names = [jar.name for jar in list_jars(fiji)]
    assert {"a.jar", "b.jar", "ij-1.54p.jar"} <= set(names)
    assert "c.jar" not in names


@pytest.mark.skipif(os.pathsep != ":", reason="a colon cannot be in a path of Windows")
def test_a_folder_that_no_class_path_can_name_is_refused(fiji, tmp_path):
    odd = tmp_path / "a:b"
    fiji.rename(odd)
    with pytest.raises(FijiUnusable, match="rename or move"):
        find_trackmate_jars(odd)


def make_java(home: Path, version: str, script: str = "exit 1") -> Path:
    """Lay out a Java home that says a version; its command is a script."""
    (home / "lib" / "server").mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "lib" / "server" / "libjvm.so").touch()
    (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
    (home / "bin" / "java").write_text(f"#!/bin/sh\n{script}\n")
    (home / "bin" / "java").chmod(0o755)
    return home


def test_java_of_fiji_is_taken_where_the_systems_is_too_old(fiji, tmp_path, monkeypatch, make_jar):
    (fiji / "jars" / "TrackMate-7.14.0.jar").unlink()
    make_jar(fiji / "jars" / "TrackMate-8.1.6.jar", "8.1.6")
    old = make_java(tmp_path / "old", "17.0.1")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(old / "bin"))
    new = make_java(fiji / "java" / "linux64" / "zulu21", "21.0.7")
    found = choose_java(open_fiji(fiji))
    assert (found.home, found.version, found.origin) == (new, 21, "came with Fiji")
    monkeypatch.setenv("JAVA_HOME", "~/old")
    with pytest.raises(JvmUnavailable, match=r"TrackMate 8\.1\.6 needs Java 21 or newer, but there is only Java 17"):
        choose_java(open_fiji(fiji))


def test_java_home_may_be_relative(fiji, tmp_path, monkeypatch):
    make_java(tmp_path / "java", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", "java")
    assert find_java().library == tmp_path / "java" / "lib" / "server" / "libjvm.so"


SAID = """
echo 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g'
echo 'SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".'
echo 'Nov 30, 2026 11:01:57 PM java.util.prefs.FileSystemPreferences$1 run'
echo 'INFO: Created user preferences directory.'
echo '[WARNING] Not overwriting extension'
echo 'tracks = /none.xml: there is no such file'
echo '[ERROR] Module threw exception'
exit 0
"""


def test_a_macros_message_comes_without_the_logging_of_java(fiji, tmp_path):
    java = make_java(tmp_path / "java", "17.0.1", SAID)
    words = {"tracks": "none.xml", "out": "out.xml"}
    with pytest.raises(MacroFailed) as error:
        run_macro("prune_xml", words, fiji="my Fiji ä", jvm=java)
    assert str(error.value) == "macro prune_xml: tracks = /none.xml: there is no such file"


def test_lines_that_only_look_like_logging_stay():
    lines = ["INFO about cells", "at the end", "ERROR in line 4: nope(", "Macro Error: x", "May 3 cells: none"]
    assert drop_logging(lines) == lines
    assert drop_logging(["\tat ij.IJ.run(IJ.java:3)", "WARNING: A terminally deprecated method", ""]) == []
