"""One JVM for all tests of the bridge; what needs another state of it runs in a process of its own.

Also folders laid out as a Fiji: of jars that hold a manifest only, or of the real jars on this machine.
"""

import os
import zipfile
from pathlib import Path

import pytest

import volltrack_fiji

CLASS_PATH_714 = Path(__file__).resolve().parents[2] / "java" / "btrackmate-fiji" / "target" / "trackmate-classpath.txt"
JARS_81 = (Path("/opt/tm81/jars"), Path("/opt/tm81/lib"))


@pytest.fixture(scope="session", autouse=True)
def _java() -> None:
    volltrack_fiji.start_jvm()


@pytest.fixture(scope="session")
def make_jar():
    """A function that writes a jar of a version, without any code in it."""
    return write_jar


def write_jar(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\nImplementation-Version: {version}\n")
    return path


@pytest.fixture(scope="session")
def make_fiji():
    """A function that lays out a folder with the names and versions of Fiji's jars."""

    def make(folder: Path, trackmate: str = "7.14.0") -> Path:
        for name in ("jars", "plugins", "macros"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_jar(folder / "jars" / "ij-1.54p.jar", "1.54p")
        write_jar(folder / "jars" / "TrackMate-Cellpose-1.0.0.jar", "1.0.0")  # a companion, not TrackMate
        if trackmate:
            write_jar(folder / "jars" / f"TrackMate-{trackmate}.jar", trackmate)
        return folder

    return make


@pytest.fixture(scope="session")
def link_real_fiji():
    """A function that lays out a folder with links to the real jars of a TrackMate, or skips."""

    def link(folder: Path, release: str) -> Path:
        if release == "7.14":
            names = CLASS_PATH_714.read_text(encoding="utf-8").split(os.pathsep) if CLASS_PATH_714.is_file() else []
            jars = [Path(name) for name in names if Path(name).is_file()]
        else:
            jars = [jar for place in JARS_81 for jar in sorted(place.glob("*.jar"))]
        if not jars:
            pytest.skip(f"### TrackMate {release} IS NOT HERE ###")
        for name in ("jars", "plugins", "macros"):
            (folder / name).mkdir(parents=True)
        for jar in jars:
            os.symlink(jar, folder / "jars" / jar.name)
        return folder

    return link


@pytest.fixture(scope="session")
def link_complete_fiji():
    """A function that lays out a Fiji with imagej-legacy and BTrackMate in it: links to a real one, or skips."""
    from volltrack_fiji.errors import JarMissing
    from volltrack_fiji.installation import find_plugin_jar
    from volltrack_fiji.jvm import find_core_jar

    def link(folder: Path, release: str, without: str = "") -> Path:
        real = Path(os.environ.get(f"VOLLTRACK_TEST_FIJI_{release}", f"/opt/fiji{release}"))
        jars = [*(real / "jars").rglob("*.jar"), *(real / "plugins").rglob("*.jar")]
        if not any(jar.name.startswith("imagej-legacy-") for jar in jars):
            pytest.skip(f"### NO COMPLETE FIJI: none in {real}; name one in VOLLTRACK_TEST_FIJI_{release} ###")
        try:
            own = [find_core_jar(), find_plugin_jar()]
        except JarMissing as error:
            pytest.skip(f"### NO COMPLETE FIJI: {error} ###")
        for name in ("jars", "plugins", "macros"):
            (folder / name).mkdir(parents=True)
        for jar in [*jars, *own]:
            if not (without and jar.name.startswith(without)) and not (folder / "jars" / jar.name).exists():
                (folder / "jars" / jar.name).symlink_to(jar.resolve())
        return folder

    return link
