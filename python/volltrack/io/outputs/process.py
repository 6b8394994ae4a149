"""Which process something on the disk belongs to, and whether that process still lives."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Life", "Owner", "this_process"]

Life = Literal["alive", "dead", "unknown"]
"""``"unknown"``: on another machine or in another container, whose processes cannot be seen from here."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A process on a machine.

    Parameters
    ----------
    process
        Its number.
    started
        When it started, in the machine's own words; a number that is used again belongs to another process. Empty
        where the machine does not say it.
    machine
        Hash of the machine's name and identity, of the time since which it runs, and of the container, 8 hexadecimal
        digits each, joined by ``-``.
    host
        Name of the machine, for messages.
    """

    process: int
    started: str
    machine: str
    host: str = ""

    @property
    def tag(self) -> str:
        """The owner in the letters of a file name; `from_tag` reads it."""
        return f"{self.machine}-{self.process}-{self.started or 0}"

    @staticmethod
    def from_tag(tag: str) -> Owner | None:
        """Return the owner that a file name tells, or None."""
        words = tag.split("-")
        if len(words) != 5 or not words[3].isdigit():
            return None
        return Owner(process=int(words[3]), started="" if words[4] == "0" else words[4], machine="-".join(words[:3]))

    def life(self) -> Life:
        """Return whether the process lives, as far as it can be known from here."""
        here, there = _machine().split("-"), self.machine.split("-")
        if len(there) != 3 or here[0] != there[0]:
            return "unknown"
        if here[1] != there[1]:
            return "dead"  # this machine has been started anew since
        if here[2] != there[2]:
            return "unknown"
        if not _exists(self.process):
            return "dead"
        now = _start_of(self.process)
        return "dead" if self.started and now and now != self.started else "alive"


def this_process() -> Owner:
    """Return the owner of what this process writes."""
    return _owner_of(os.getpid())  # after a fork it is another


@functools.lru_cache(maxsize=4)
def _owner_of(process: int) -> Owner:
    return Owner(process=process, started=_start_of(process), machine=_machine(), host=platform.node())


@functools.cache
def _machine() -> str:
    """Return machine, start of the machine, and container, as `Owner.machine` holds them."""
    container = ""
    if Path("/proc/self/ns/pid").is_symlink():
        container = os.readlink("/proc/self/ns/pid")
    parts = (
        platform.node() + _read("/etc/machine-id"),
        _read("/proc/sys/kernel/random/boot_id"),
        container,
    )
    return "-".join(hashlib.sha256(part.encode()).hexdigest()[:8] for part in parts)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _exists(process: int) -> bool:
    """Whether a process of this number is there; one that ended and waits for its parent does not count."""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    status = _stat_of(process)
    if status:
        return status[0] not in ("Z", "X")
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _start_of(process: int) -> str:
    """Return when a process started, as letters and digits; empty where that cannot be found."""
    status = _stat_of(process)
    if status:
        return status[19]  # clock ticks since the machine started
    if sys.platform == "darwin":
        command = ["/bin/ps", "-o", "lstart=", "-p", str(process)]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return hashlib.sha256(said.encode()).hexdigest()[:12] if said else ""
    return ""


def _stat_of(process: int) -> list[str]:
    """Return Linux's numbers of a process from its state on; its name, which may hold anything, stands before them."""
    return _read(f"/proc/{process}/stat").rpartition(")")[2].split()
