"""Steps of edits as JSON values and back; nothing of what is read is trusted."""

from __future__ import annotations

import re
from typing import Any, Final

from volltrack.edit.history import EditStep
from volltrack.errors import BadValue
from volltrack.model import AddLink, AddSpot, DeleteSpot, Edit, Outline, RemoveLink, SetSpot

__all__ = ["from_record", "to_record"]

_KEY: Final = re.compile(r"[A-Za-z_][\w.-]{0,99}")
_MAX_ID: Final = 2**31
_MAX_TEXT: Final = 2000


def to_record(step: EditStep) -> dict[str, Any]:
    """Return a step as a value that JSON can hold."""
    return {"label": step.label, "edits": [_edit_to_record(edit) for edit in step.edits]}


def from_record(record: Any) -> EditStep:
    """Return the step that `to_record` has made a value of.

    Raises
    ------
    BadValue
        Anything else; says what was found.
    """
    if not isinstance(record, dict) or not isinstance(record.get("edits"), list):
        raise BadValue(f"a step is {type(record).__name__}: expected a label and edits")
    return EditStep(label=_text(record.get("label")), edits=tuple(_edit_of(part) for part in record["edits"]))


def _edit_to_record(edit: Edit) -> dict[str, Any]:
    match edit:
        case SetSpot():
            found: dict[str, Any] = {"do": "set", "spot": int(edit.spot_id), "features": _numbers_of(edit.features)}
            named = {"name": edit.name, "contour": edit.contour}
            return found | {key: value for key, value in named.items() if value is not None}
        case AddSpot():
            found = {"do": "add", "spot": int(edit.spot_id), "features": _numbers_of(edit.features)}
            return found if edit.name is None else found | {"name": edit.name}
        case DeleteSpot():
            return {"do": "delete", "spot": int(edit.spot_id)}
        case AddLink():
            return {
                "do": "link",
                "source": int(edit.source_id),
                "target": int(edit.target_id),
                "features": _numbers_of(edit.features),
            }
        case RemoveLink():
            return {"do": "unlink", "source": int(edit.source_id), "target": int(edit.target_id)}


def _numbers_of(features: Any) -> dict[str, float]:
    """Return plain numbers, whole ones as such: numpy's are none for JSON."""
    return {key: int(v) if float(v).is_integer() else float(v) for key, v in features.items()}


def _edit_of(record: Any) -> Edit:
    do = record.get("do") if isinstance(record, dict) else None
    if do == "set":
        name = record.get("name")
        return SetSpot(
            spot_id=_id(record.get("spot")),
            features=_features(record.get("features")),
            name=None if name is None else _text(name),
            contour=None if record.get("contour") is None else _outline(record["contour"]),
        )
    if do == "add":
        name = record.get("name")
        return AddSpot(
            spot_id=_id(record.get("spot")),
            features=_features(record.get("features")),
            name=None if name is None else _text(name),
        )
    if do == "delete":
        return DeleteSpot(spot_id=_id(record.get("spot")))
    if do == "link":
        source, target = _id(record.get("source")), _id(record.get("target"))
        return AddLink(source_id=source, target_id=target, features=_features(record.get("features")))
    if do == "unlink":
        return RemoveLink(source_id=_id(record.get("source")), target_id=_id(record.get("target")))
    raise BadValue(f"an edit that does {str(do)[:40]!r}: expected set, add, delete, link or unlink")


def _id(value: Any) -> int:
    if type(value) is not int or not -_MAX_ID <= value < _MAX_ID:
        raise BadValue(f"a spot ID {str(value)[:40]!r}: expected a whole number of 32 bits")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or (abs(value) > 1e300 and value not in (float("inf"), float("-inf"))):
        raise BadValue(f"a value {str(value)[:40]!r}: expected a number")
    number: float = value
    return number


def _features(record: Any) -> dict[str, float]:
    if not isinstance(record, dict):
        raise BadValue(f"features are {type(record).__name__}: expected names and numbers")
    for key in record:
        if not _KEY.fullmatch(key):
            raise BadValue(f"a feature {key[:40]!r}: expected letters, digits and _")
    return {key: _number(value) for key, value in record.items()}


def _outline(record: Any) -> Outline:
    if not isinstance(record, list) or not all(isinstance(p, list) and len(p) == 2 for p in record):
        raise BadValue("an outline that is no list of points")
    return tuple((float(_number(x)), float(_number(y))) for x, y in record)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        raise BadValue(f"a text {str(value)[:40]!r}: expected one line of at most {_MAX_TEXT} letters")
    return value
