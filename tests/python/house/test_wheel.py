"""The wheel carries the Java core where it was built, and is built without it, too."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BEFORE_ANY_TAG = "0.1.0.dev0"


def build_wheel(root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def copy_sources(tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "version_from_git.py", "README.md"):
        shutil.copy(ROOT / name, copy)
    for package in ("python/volltrack", "bridge/volltrack_fiji"):
        (copy / package).mkdir(parents=True)
        shutil.copy(ROOT / package / "__init__.py", copy / package)
    return copy


def test_the_wheel_holds_the_jar_the_macros_and_the_bridges_command(tmp_path: Path) -> None:
    copy = copy_sources(tmp_path)
    target = copy / "java" / "btrackmate-core" / "target"
    target.mkdir(parents=True)
    version = BEFORE_ANY_TAG  # the copy is no repository
    (target / f"btrackmate-core-{version}.jar").write_bytes(b"a jar")
    (copy / "macros").mkdir()
    (copy / "macros" / "track.ijm").write_text("// a macro")
    built = build_wheel(copy, tmp_path)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert wheel.read(f"volltrack_fiji/jars/btrackmate-core-{version}.jar") == b"a jar"
        assert wheel.read("volltrack_fiji/macros/files/track.ijm") == b"// a macro"
        assert not [name for name in wheel.namelist() if name.startswith("java/")]
        entries = wheel.read(f"volltrack-{version}.dist-info/entry_points.txt").decode()
    assert "fiji = volltrack_fiji.cli:add_parser" in entries
    assert "trackmate = volltrack_fiji.engine:link_labels" in entries


def test_a_wheel_is_built_without_the_jar_and_the_builder_says_so(tmp_path: Path) -> None:
    copy = copy_sources(tmp_path)
    other = copy / "java" / "btrackmate-core" / "target" / "btrackmate-core-0.0.9.jar"
    other.parent.mkdir(parents=True)
    other.touch()
    built = build_wheel(copy, tmp_path)
    assert built.returncode == 0, built.stderr
    said = " ".join((built.stdout + built.stderr).split())
    assert "no Java core travels along" in said
    assert "(but btrackmate-core-0.0.9.jar is); 'make jar' builds it" in said
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert not [name for name in wheel.namelist() if name.endswith(".jar")]
