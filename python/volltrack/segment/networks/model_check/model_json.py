"""JSON files of a model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from volltrack.errors import BadFile

__all__ = ["read_model_json"]

_MOST_BYTES = 4 * 2**20
"""Explicit rays may take some hundred kB; nothing that the libraries write is larger."""


def read_model_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file of a model.

    Raises
    ------
    BadFile
        If the file is too large, no JSON, nested too deep, or holds no object; NaN and Infinity are no JSON.
    """
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise BadFile(f"larger than {_MOST_BYTES // 2**20} MB: expected the few settings of a network", path=file)
    try:
        values = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise BadFile("not readable as JSON (nested too deep); copy the file again", path=file) from error
    except ValueError as error:
        raise BadFile(f"not readable as JSON ({error}); copy the file again", path=file) from error
    if not isinstance(values, dict):
        raise BadFile(
            f"holds a JSON {type(values).__name__}: expected a JSON object with the settings of the network", path=file
        )
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
