"""The limits that a container or a cluster's job (Docker, Kubernetes, Slurm) sets on memory: Linux control groups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

__all__ = ["read_container_free_bytes", "read_lines"]

_NO_LIMIT = 2**60
"""Version 1 writes a huge number where there is no limit."""


def read_container_free_bytes(root: Path = Path("/")) -> int | None:
    """Return what the control groups of this process leave, in bytes, the least of all levels; None without a limit.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.

    Notes
    -----
    Both versions, https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/memory.html. A group is bounded by
    those above it, too. Files that the system keeps in memory and can drop (``inactive_file``) count as free. Inside a
    container the path in ``/proc/self/cgroup`` may be that of the host: then only the top folder exists.
    """
    left = []
    for folder, limit_name, usage_name, cache_name in _find_groups(root):
        limit, usage = _read_number(folder / limit_name), _read_number(folder / usage_name)
        if limit is not None and usage is not None and limit < _NO_LIMIT:
            left.append(limit - usage + _read_cache(folder / "memory.stat", cache_name))
    return min(left) if left else None


def _find_groups(root: Path) -> Iterator[tuple[Path, str, str, str]]:
    """Yield the folder of each group with the names of its limit, its usage and its droppable files."""
    version_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    version_2 = ("memory.max", "memory.current", "inactive_file")
    paths = {"": "/", "memory": "/"}
    for line in read_lines(root / "proc/self/cgroup"):
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            paths[""] = path
        elif "memory" in controllers.split(","):
            paths["memory"] = path
    for controller, names in (("", version_2), ("memory", version_1)):
        innermost = PurePosixPath(paths[controller] or "/")
        for level in (innermost, *innermost.parents):
            yield root / "sys/fs/cgroup" / controller / str(level).lstrip("/"), *names


def _read_number(file: Path) -> int | None:
    lines = read_lines(file)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None  # "max" stands for no limit


def _read_cache(file: Path, name: str) -> int:
    return sum(int(line.split()[1]) for line in read_lines(file) if line.startswith(f"{name} "))


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file of the system, none where it does not exist."""
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
