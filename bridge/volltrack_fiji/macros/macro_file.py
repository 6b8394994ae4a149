"""A macro for Fiji as a file: its name, what it takes and what it gives, as its ``#@`` lines say."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from volltrack.errors import BadSettings
from volltrack_fiji.fiji import make_absolute
from volltrack_fiji.macros.own_macros import find_macros

__all__ = ["Macro", "check_arguments", "find_macro", "read_macro"]

_LINE: Final = re.compile(r"^#@\s*(?P<output>output\s)?\s*(?P<type>\w+)\s*(?P<options>\(.*\))?\s*(?P<name>\w+)\s*$")
_WHOLE: Final = {"Integer", "Long", "Short", "Byte"}
_REAL: Final = {"Double", "Float"}
_TRUE: Final = ("true", "false")


@dataclass(frozen=True, kw_only=True)
class Macro:
    """A macro and its parameters.

    Parameters
    ----------
    path
        The file.
    inputs
        SciJava type, such as ``"File"`` or ``"Double"``, by name.
    required
        Names of inputs without which the macro does nothing.
    outputs
        Names of what it gives.
    """

    path: Path
    inputs: dict[str, str]
    required: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the file without its extension."""
        return self.path.stem


def read_macro(path: Path) -> Macro:
    """Return what the ``#@`` lines of a script declare.

    Raises
    ------
    BadSettings
        There is no such file, or it is no text.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"macro {path}: cannot be read ({error}); expected a text file such as prune_xml.ijm"
        ) from error
    found = [match for line in lines if (match := _LINE.match(line.strip()))]
    inputs = [match for match in found if not match["output"]]
    return Macro(
        path=path,
        inputs={match["name"]: match["type"] for match in inputs},
        required=tuple(match["name"] for match in inputs if not re.search(r"value\s*=|required\s*=\s*false", match[0])),
        outputs=tuple(match["name"] for match in found if match["output"]),
    )


def find_macro(macro: str | os.PathLike[str]) -> Macro:
    """Return one of VollTrack's macros by its name, or any script by its path.

    Raises
    ------
    BadSettings
        There is none; names those that are there.
    """
    named = os.fspath(macro)
    if make_absolute(named).is_file():
        return read_macro(make_absolute(named))
    own = {Path(key).stem: path for key, path in find_macros().items()}
    if named in own:
        return read_macro(own[named])
    raise BadSettings(
        f"macro {named!r}: no such file; expected a path, or one of {', '.join(own) or 'none (not installed)'}"
    )


def check_arguments(macro: Macro, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the arguments as texts that SciJava understands.

    Parameters
    ----------
    macro
        See `Macro`.
    arguments
        Values by parameter name: paths, texts, finite numbers, booleans. None is the same as leaving one out.

    Raises
    ------
    BadSettings
        An argument that the macro does not take, of another type than it declares, or missing.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    for name in given:
        if name not in macro.inputs:
            known = ", ".join(macro.inputs) or "none"
            raise BadSettings(f"macro {macro.name}: argument {name!r}: expected one of {known}")
    for name in macro.required:
        if name not in given:
            raise BadSettings(f"macro {macro.name}: argument {name!r} is missing: expected a {macro.inputs[name]}")
    return {name: _to_text(macro, name, value) for name, value in given.items()}


def _to_text(macro: Macro, name: str, value: Any) -> str:
    kind, text = macro.inputs[name], os.fspath(value) if isinstance(value, os.PathLike) else str(value)
    fits = True
    if kind == "File":
        text = str(make_absolute(text))
    elif kind == "Boolean":
        text = text.lower()
        fits = text in _TRUE
    elif kind in _WHOLE | _REAL:
        fits = _is_number(text, kind)
    if not fits or any(character < " " for character in text):
        raise BadSettings(f"macro {macro.name}: {name} = {value!r}: expected a {kind} on one line")
    return text


def _is_number(text: str, kind: str) -> bool:
    try:
        return math.isfinite(int(text) if kind in _WHOLE else float(text))
    except ValueError:
        return False
