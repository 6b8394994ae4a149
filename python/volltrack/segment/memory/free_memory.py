"""How much memory this process may still take."""

from __future__ import annotations

import os
from pathlib import Path

from volltrack.segment.memory.container_limits import read_container_free_bytes, read_lines

__all__ = ["free_memory_bytes"]

_FALLBACK_BYTES = 4 * 2**30
_LEAST_BYTES = 2**28


def free_memory_bytes(root: Path = Path("/")) -> int:
    """Return the memory that this process may still take, in bytes: of the machine, its container, or its own limit.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.
    """
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        free = _FALLBACK_BYTES
    for line in read_lines(root / "proc/meminfo"):
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    limits = [read_container_free_bytes(root), _read_own_free_bytes(root)]
    return max(min([free, *(limit for limit in limits if limit is not None)]), _LEAST_BYTES)


def _read_own_free_bytes(root: Path) -> int | None:
    """Return what ``ulimit -v`` leaves to the process; None without such a limit."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    taken = [line.split()[1] for line in read_lines(root / "proc/self/status") if line.startswith("VmSize:")]
    return limit - int(taken[0]) * 1024 if taken else limit
