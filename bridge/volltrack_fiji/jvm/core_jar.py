"""Where the jar of the Java core is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from volltrack_fiji.errors import JarMissing

__all__ = ["find_core_jar"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_JAR: Final = "btrackmate-core-[0-9]*[0-9].jar"
"""Not the jars of sources and javadoc, whose names end in a word."""


def find_core_jar(package: Path = _PACKAGE) -> Path:
    """Return the jar of the Java core: that of the installed wheel, else what Maven built in this checkout.

    Parameters
    ----------
    package
        Folder of the package `volltrack_fiji`.

    Raises
    ------
    JarMissing
        There is none, or Maven's folder holds several versions.
    """
    checkout = package.parent.parent
    target = checkout / "java" / "btrackmate-core" / "target"
    for folder in (package / "jars", target):
        jars = sorted(folder.glob(_JAR))
        if len(jars) > 1:
            raise JarMissing(
                f"{folder} holds several versions of the Java core ({', '.join(j.name for j in jars)}): "
                "expected one; run 'mvn clean', then 'make jar'"
            )
        if jars:
            return jars[0]
    if (checkout / "pom.xml").is_file():
        raise JarMissing(f"the Java core is not built: no {_JAR} in {target}; run 'make jar' in {checkout}")
    raise JarMissing(
        f"this installation of volltrack was built without its Java core (expected {_JAR} in {package / 'jars'}): "
        "run 'make jar' (needs a JDK and Maven) in a checkout and install from there again, or install a wheel with it"
    )
