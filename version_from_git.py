"""The version of Python's and Java's side, from the git tag: `python3 version_from_git.py` prints it.

A commit with the tag ``v1.2.3`` is version 1.2.3; every commit after it, until the next tag, is 1.2.4.dev0; after
``v1.2.3rc1``, 1.2.3rc2.dev0. The number of commits is left out on purpose: jars, the editable installation and uv.lock
stay valid from commit to commit.

Read by hatchling (pyproject.toml) and by the Makefile, which hands it on to Maven. Without git or without tags, as in a
shallow clone: a source distribution has it in its PKG-INFO, an archive of ``git archive`` (and of GitHub) in
.git_archival.txt, and anything else is `BEFORE_ANY_TAG`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BEFORE_ANY_TAG = "0.1.0.dev0"
"""The property ``revision`` of pom.xml is the same, for Maven called by hand."""

_DESCRIBED = re.compile(r"v(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?(?:-(\d+)-g[0-9a-f]+)?")


def find_version(root: Path | None = None) -> str:
    """Return the version of the sources in a folder, by default this file's.

    Raises
    ------
    ValueError
        The tag is no version.
    """
    root = root or Path(__file__).resolve().parent
    stated = _find_line(root / "PKG-INFO", r"Version: (\S+)")
    if stated:
        return stated
    described = next(_describe(root), "")
    return _to_version(described) if described else BEFORE_ANY_TAG


def _describe(root: Path) -> Iterator[str]:
    """Give what ``git describe`` says, or said when the archive was made."""
    yield from filter(None, [_find_line(root / ".git_archival.txt", r"describe: (v\d\S*)")])
    if not (root / ".git").exists():  # the tags of a repository around an unpacked archive are not ours
        return
    command = ["git", "-C", str(root), "describe", "--tags", "--match", "v[0-9]*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return
    if done.returncode == 0:
        yield done.stdout.strip()


def _find_line(path: Path, pattern: str) -> str:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(f"^{pattern}$", text, flags=re.MULTILINE)
    return found[1] if found else ""


def _to_version(described: str) -> str:
    found = _DESCRIBED.fullmatch(described)
    if found is None:
        raise ValueError(f"tag {described!r}: expected v1.2.3 or v1.2.3rc1 (also a, b); rename the tag")
    numbers, kind, number, n_commits = found.groups()
    if n_commits is None:
        return f"{numbers}{kind or ''}{number or ''}"
    if kind:
        return f"{numbers}{kind}{int(number) + 1}.dev0"
    *first, last = numbers.split(".")
    return f"{'.'.join([*first, str(int(last) + 1)])}.dev0"


if __name__ == "__main__":
    sys.stdout.write(f"{find_version()}\n")
