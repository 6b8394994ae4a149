"""Fixtures that every room shares."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_report_header(config):
    if not any("napari_plugin" in word for word in config.invocation_params.args):
        return "tests of windows run on their own: pytest tests/python/apps/napari_plugin (make test-python runs both)"
    return None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the reference data is not on this machine (expected in {SHARED_DATA})")
    return SHARED_DATA


@pytest.fixture(scope="session")
def shared_cases(shared_data) -> Path:
    return shared_data.parent / "cases"


FIJI_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>fiji</artifactId><version>1</version><packaging>pom</packaging><dependencies>
<dependency><groupId>sc.fiji</groupId><artifactId>TrackMate</artifactId><version>7.14.0</version></dependency>
<dependency><groupId>net.imagej</groupId><artifactId>imagej</artifactId><version>2.15.0</version></dependency>
<dependency><groupId>net.imglib2</groupId><artifactId>imglib2-imglyb</artifactId><version>2.0.0</version></dependency>
</dependencies></project>"""


@pytest.fixture(scope="session")
def full_fiji(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Fiji with BTrackMate: the folder VOLLTRACK_FIJI, else one laid out from what Maven has on this machine."""
    from volltrack_fiji.errors import JarMissing
    from volltrack_fiji.installation import find_plugin_jar
    from volltrack_fiji.jvm import find_core_jar

    if os.environ.get("VOLLTRACK_FIJI"):
        return Path(os.environ["VOLLTRACK_FIJI"])
    try:
        own = [find_core_jar(), find_plugin_jar()]
    except JarMissing as error:
        pytest.skip(f"### NO FULL FIJI HERE: {error} ###")
    if shutil.which("mvn") is None:
        pytest.skip("### NO FULL FIJI HERE: set VOLLTRACK_FIJI to the folder of one, or install Maven ###")
    folder = tmp_path_factory.mktemp("full") / "Fiji.app"
    for name in ("jars", "plugins", "macros"):
        (folder / name).mkdir(parents=True)
    (folder / "pom.xml").write_text(FIJI_POM)
    command = ["mvn", "-o", "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath.txt"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    if done.returncode != 0:
        pytest.skip(
            "### NO FULL FIJI HERE: net.imagej:imagej is not in the local Maven repository; set VOLLTRACK_FIJI ###"
        )
    for jar in [*own, *map(Path, (folder / "classpath.txt").read_text().split(os.pathsep))]:
        (folder / "jars" / jar.name).symlink_to(jar.resolve())
    return folder
