"""A number with what it counts, in words for a message."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 spot``, ``2 spots``, ``no spots``; `plural` where it is not the noun with an s.

    >>> counted(0, "spot"), counted(1, "spot"), counted(2, "merge")
    ('no spots', '1 spot', '2 merges')
    """
    many = f"{noun}s" if plural is None else plural
    return f"1 {noun}" if number == 1 else f"{number or 'no'} {many}"
