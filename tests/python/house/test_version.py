"""One version for Python and Java, from the git tag; shown on a repository made for it."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
MAVEN = "{http://maven.apache.org/POM/4.0.0}"
ROOT_FILES = (
    "pyproject.toml", "hatch_build.py", "version_from_git.py", "README.md", "Makefile", "pom.xml", ".gitignore",
    ".gitattributes", ".git_archival.txt",
)  # fmt: skip
PERSON = {f"GIT_{who}_{what}": "test@test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def load_rule():
    spec = spec_from_file_location("version_from_git", ROOT / "version_from_git.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def call(*words, cwd):
    environment = {**os.environ, **PERSON, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(list(map(str, words)), cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def find_version(folder):
    return call(sys.executable, "version_from_git.py", cwd=folder)


def commit(folder, tag=""):
    call("git", "add", "-A", cwd=folder)
    call("git", "commit", "-q", "--allow-empty", "-m", "a commit", cwd=folder)
    if tag:
        call("git", "tag", tag, cwd=folder)


@pytest.fixture
def repository(tmp_path):
    """A repository without a tag, with what a build needs."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name in ROOT_FILES:
        shutil.copy(ROOT / name, folder)
    for package in ("python/volltrack", "bridge/volltrack_fiji"):
        (folder / package).mkdir(parents=True)
        shutil.copy(ROOT / package / "__init__.py", folder / package)
    call("git", "init", "-q", "-b", "main", cwd=folder)
    commit(folder)
    return folder


def test_the_version_is_the_tag_and_then_the_next_one_in_development(repository):
    assert find_version(repository) == "0.1.0.dev0"
    versions = []
    for tag in ("v0.2.0", "v1.10", "v2.0.0rc1"):
        commit(repository, tag)
        versions.append(find_version(repository))
        commit(repository)
        commit(repository, "other-tags-do-not-count")
        versions.append(find_version(repository))
        call("git", "tag", "-d", "other-tags-do-not-count", cwd=repository)
    assert versions == ["0.2.0", "0.2.1.dev0", "1.10", "1.11.dev0", "2.0.0rc1", "2.0.0rc2.dev0"]


def test_a_tag_that_is_no_version_is_refused(repository):
    commit(repository, "v1-beta")
    with pytest.raises(ValueError, match=r"tag 'v1-beta': expected v1.2.3"):
        load_rule().find_version(repository)


def test_copies_without_git_keep_the_version(repository, tmp_path):
    commit(repository, "v0.2.0")
    archive = tmp_path / "archive.tar"
    call("git", "archive", "--prefix=source/", "-o", archive, "HEAD", cwd=repository)
    inside = repository / "unpacked"  # whose tags are not those of the archive
    with tarfile.open(archive) as tar:
        tar.extractall(inside, filter="data")
    commit(repository, "v9.0.0")
    assert find_version(inside / "source") == "0.2.0"
    (inside / "source" / ".git_archival.txt").unlink()
    assert find_version(inside / "source") == "0.1.0.dev0"
    call("git", "clone", "-q", "--depth", "1", "--no-tags", repository.as_uri(), tmp_path / "shallow", cwd=tmp_path)
    assert find_version(tmp_path / "shallow") == "0.1.0.dev0"


def test_wheel_and_source_distribution_have_the_version_of_the_tag(repository, tmp_path):
    commit(repository, "v0.2.0")
    build = (sys.executable, "-m", "hatchling", "build", "-d")
    call(*build, tmp_path / "dist", cwd=repository)
    names = sorted(path.name for path in (tmp_path / "dist").iterdir())
    assert names == ["volltrack-0.2.0-py3-none-any.whl", "volltrack-0.2.0.tar.gz"]
    with tarfile.open(tmp_path / "dist" / names[1]) as tar:
        tar.extractall(tmp_path, filter="data")
    call(*build, tmp_path / "again", "-t", "wheel", cwd=tmp_path / "volltrack-0.2.0")
    assert [path.name for path in (tmp_path / "again").iterdir()] == names[:1]


def test_make_hands_the_version_to_maven(repository):
    commit(repository, "v0.2.0")
    said = call("make", "-n", "jar", cwd=repository)
    assert re.search(r"^mvn -B -Drevision=0\.2\.0 -q package", said, flags=re.MULTILINE)
    assert "touch java/btrackmate-core/target/btrackmate-core-0.2.0.jar" in said


def test_make_installs_anew_when_the_version_changed(repository):
    (repository / "uv.lock").touch()
    commit(repository, "v0.2.0")
    site = repository / ".venv" / "lib" / "python3.11" / "site-packages"
    (site / "volltrack-0.2.0.dist-info").mkdir(parents=True)
    (repository / ".venv" / ".synced").touch()
    assert "uv sync" not in call("make", "-n", "setup", cwd=repository)
    commit(repository)  # the version after the tag
    assert "uv sync --locked --all-extras --reinstall-package volltrack" in call("make", "-n", "setup", cwd=repository)
    (site / "volltrack-0.2.1.dev0.dist-info").mkdir()
    assert "uv sync" not in call("make", "-n", "setup", cwd=repository)


def test_maven_called_by_hand_has_the_version_before_any_tag():
    tree = ElementTree.parse(ROOT / "pom.xml").getroot()
    assert tree.findtext(f"{MAVEN}version") == "${revision}"
    assert tree.findtext(f"{MAVEN}properties/{MAVEN}revision") == load_rule().BEFORE_ANY_TAG
    for pom in (ROOT / "java").glob("*/pom.xml"):
        assert ElementTree.parse(pom).getroot().findtext(f"{MAVEN}parent/{MAVEN}version") == "${revision}"


@pytest.mark.slow
def test_jar_and_wheel_of_a_tag_have_its_version(repository, tmp_path):
    if shutil.which("mvn") is None:
        pytest.skip("### NO MAVEN HERE ###")
    shutil.copytree(ROOT / "java" / "btrackmate-core", repository / "java" / "btrackmate-core")
    shutil.copytree(ROOT / "java" / "btrackmate-fiji", repository / "java" / "btrackmate-fiji")
    shutil.rmtree(repository / "java" / "btrackmate-core" / "target", ignore_errors=True)
    shutil.rmtree(repository / "java" / "btrackmate-fiji" / "target", ignore_errors=True)
    commit(repository, "v0.2.0")
    call("make", "jar", cwd=repository)
    jar = repository / "java" / "btrackmate-core" / "target" / "btrackmate-core-0.2.0.jar"
    with zipfile.ZipFile(jar) as archive:
        assert "Implementation-Version: 0.2.0" in archive.read("META-INF/MANIFEST.MF").decode()
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=repository)
    with zipfile.ZipFile(tmp_path / "volltrack-0.2.0-py3-none-any.whl") as wheel:
        assert "volltrack_fiji/jars/btrackmate-core-0.2.0.jar" in wheel.namelist()
    commit(repository)
    call("make", "jar", cwd=repository)
    assert [path.name for path in jar.parent.glob("*.jar")] == ["btrackmate-core-0.2.1.dev0.jar"]
