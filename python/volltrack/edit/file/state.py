"""Whether a file is still the one that was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["FileState"]


@dataclass(frozen=True, kw_only=True)
class FileState:
    """What a file was like when it was read or written.

    Parameters
    ----------
    size, modified_ns, inode
        As the operating system gives them: quick to compare.
    digest
        SHA-256 of the content: a file that was only touched or copied back is the same.
    """

    size: int
    modified_ns: int
    inode: int
    digest: bytes

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Return the state of a file now, or None where there is none (or a folder)."""
        if not path.is_file():
            return None
        stat = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        return cls(size=stat.st_size, modified_ns=stat.st_mtime_ns, inode=stat.st_ino, digest=digest)

    def matches(self, path: Path) -> bool:
        """Whether the file at `path` still has the content that it had."""
        if not path.is_file():
            return False
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns, stat.st_ino) == (self.size, self.modified_ns, self.inode):
            return True
        now = FileState.of(path)
        return now is not None and now.digest == self.digest
