"""Results printed for a person or, with ``--json``, for a program."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from volltrack.apps.cli.terminal.events import are_events_on, print_event
from volltrack.apps.option_names import name_options

__all__ = ["print_result"]


def print_result(result: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a result: aligned lines, or one JSON object in which NaN is null."""
    if are_events_on():
        print_event("result", result=_to_json(result))
        return
    if as_json:
        print(_to_unicode(json.dumps(_to_json(result), ensure_ascii=False)))
        return
    width = max((len(str(key)) for key in result), default=0)
    for key, value in result.items():
        print(_to_unicode(f"{key!s:<{width}}  {_to_text(value)}"))


def _to_unicode(text: str) -> str:
    """Return a text with escapes for what no output can show: names of files that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _to_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _to_json(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_json(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers; `volltrack --help` does not wait for numpy
        return _to_json(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return name_options(value)
    return str(value) if isinstance(value, Path) else value


def _to_text(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        return _to_text(asdict(value))
    if hasattr(value, "tolist"):
        return _to_text(value.tolist())
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 1e9  # 60000 ms, not 6e+04
        return f"{value:.0f}" if is_whole else f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_to_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_to_text, value)) if value else "-"
    return name_options(value) if isinstance(value, str) else str(value)
