"""The jar of BTrackMate's plug-ins, and that all jars of ours are of one version."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from volltrack_fiji.errors import JarMissing
from volltrack_fiji.fiji import read_jar

__all__ = ["find_plugin_jar", "require_same_version"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_JAR: Final = "btrackmate-fiji-[0-9]*[0-9].jar"
_ADVICE: Final = (
    "in a checkout of VollTrack run 'make plugins' (needs a JDK and Maven; where TrackMate is in the "
    "local Maven repository, 'make jar' does), then this command again there, or elsewhere with --jar FILE"
)


def find_plugin_jar(given: Path | None = None, *, package: Path = _PACKAGE, here: Path | None = None) -> Path:
    """Return the jar of BTrackMate's plug-ins: `given`, else what Maven built in the checkout.

    Parameters
    ----------
    given
        A jar that the user names.
    package
        Folder of the package `volltrack_fiji`; a checkout is around it when it is installed as editable.
    here
        A checkout that the user may stand in. Default: the current folder.

    Raises
    ------
    JarMissing
        There is none, or Maven's folder holds several versions.

    Notes
    -----
    The jar links TrackMate and is GPL-3.0-or-later, and it is built only where TrackMate is at hand: so it does not
    travel in the wheel, which is BSD and the same wherever it is built.
    """
    if given is not None:
        if not given.is_file():
            raise JarMissing(f"--jar {given}: there is no such file; {_ADVICE}")
        return given
    places = [package.parent.parent, here or Path.cwd()]
    for target in (checkout / "java" / "btrackmate-fiji" / "target" for checkout in places):
        jars = sorted(target.glob(_JAR))
        if len(jars) > 1:
            names = ", ".join(jar.name for jar in jars)
            raise JarMissing(f"{target} holds several versions ({names}): expected one; run 'mvn clean', then build it")
        if jars:
            return jars[0]
    raise JarMissing(f"the jar of BTrackMate's plug-ins ({_JAR}) is not built: {_ADVICE}")


def require_same_version(jars: tuple[Path, ...], version: str) -> None:
    """Refuse jars that were built for another version of volltrack.

    Raises
    ------
    JarMissing
        One says another version, or is damaged.
    """
    for path in jars:
        jar = read_jar(path)
        if not jar.is_whole:
            raise JarMissing(f"{path}: is damaged (no archive); {_ADVICE}")
        if jar.version != version:
            raise JarMissing(
                f"{path}: version {jar.version or 'unknown'}, but volltrack is {version}: expected the same; {_ADVICE}"
            )
