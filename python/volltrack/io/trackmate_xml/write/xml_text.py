"""Text inside XML: what must be escaped, and what XML cannot hold at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from volltrack.errors import BadTable, BadValue

__all__ = [
    "clean_text",
    "escape_attribute",
    "escape_text",
    "format_element",
    "is_key",
    "is_text",
    "require_key",
]

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_ATTRIBUTE: Final = re.compile('[&<>"\t\n\r]')
_ESCAPES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}
_KEY: Final = re.compile(r"[^\W\d][\w.\-]*")


def escape_attribute(text: str) -> str:
    """Return `text` as it stands between double quotes.

    Raises
    ------
    BadValue
        A character that XML cannot hold, such as a control character.
    """
    _refuse_forbidden(text)
    return _IN_ATTRIBUTE.sub(lambda match: _ESCAPES[match[0]], text)


def escape_text(text: str) -> str:
    """Return `text` as it stands between two tags.

    Raises
    ------
    BadValue
        As `escape_attribute`.
    """
    _refuse_forbidden(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def is_text(text: str) -> bool:
    """Whether XML can hold a text: no control characters, nothing that is not Unicode."""
    return _FORBIDDEN.search(text) is None


def clean_text(text: str) -> str:
    """Return a text with a question mark for each character that XML cannot hold."""
    return _FORBIDDEN.sub("?", text)


def format_element(name: str, attributes: Mapping[str, str], *, closed: bool = True) -> str:
    """Return a tag, closed in itself or open; values are escaped."""
    pairs = "".join(f' {key}="{escape_attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs} />" if closed else f"<{name}{pairs}>"


def is_key(key: str, taken: frozenset[str] = frozenset()) -> bool:
    """Whether `key` can name an attribute, and is none of those that are `taken`."""
    return _KEY.fullmatch(key) is not None and key not in taken and key.lower() != "xmlns"


def require_key(key: str, what: str, taken: frozenset[str] = frozenset()) -> str:
    """Return `key` if it can name an attribute.

    Raises
    ------
    BadTable
        Blanks or signs in it, or a name that TrackMate uses for something else.
    """
    if not is_key(key, taken):
        raise BadTable(
            f"{what} {key!r} cannot stand in a TrackMate file: expected letters, digits and '_', starting with a "
            f"letter{', and none of ' + ', '.join(sorted(taken)) if taken else ''}; rename the column"
        )
    return key


def _refuse_forbidden(text: str) -> None:
    match = _FORBIDDEN.search(text)
    if match:
        raise BadValue(f"the text {text[:60]!r} holds {match[0]!r}, which XML cannot hold; remove it")
