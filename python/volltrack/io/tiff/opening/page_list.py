"""Whether the list of pages of a TIFF ends: each names the next, and damaged bytes can lead back."""

from __future__ import annotations

import struct
from pathlib import Path

from volltrack.errors import BadFile

__all__ = ["require_finite_list"]


def require_finite_list(path: Path) -> None:
    """Refuse a file whose list of pages comes back to one of them; tifffile would follow it for ever.

    Anything else that is wrong with the list is left to those who read the pages.

    Raises
    ------
    BadFile
        Says which page.
    """
    with path.open("rb") as file:
        head = file.read(16)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None or len(head) < 16:
            return
        is_big = struct.unpack_from(order + "H", head, 2)[0] == 43
        link, count, entry = (order + "Q", order + "Q", 20) if is_big else (order + "I", order + "H", 12)
        at = struct.unpack_from(link, head, 8 if is_big else 4)[0]
        seen: set[int] = set()
        while at:
            if at in seen:
                raise BadFile(
                    f"the list of its pages is damaged: behind page {len(seen)} it comes back to one before; copy or "
                    "export it again",
                    path=path,
                )
            seen.add(at)
            try:
                file.seek(at)
                n_tags = struct.unpack(count, file.read(struct.calcsize(count)))[0]
                if n_tags > 4096:
                    return
                file.seek(n_tags * entry, 1)
                at = struct.unpack(link, file.read(struct.calcsize(link)))[0]
            except (struct.error, OSError, ValueError, OverflowError):
                return
