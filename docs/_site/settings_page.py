"""The reference of the settings, from the fields of their classes."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from typing import Any

from volltrack.model.settings import SettingsField, list_fields
from volltrack.pipeline import KINDS, AnalysisSettings, RunSettings
from volltrack.segment.train import PatchSettings, TrainingSettings

__all__ = ["format_settings"]

_TOP = {
    "run.toml": (RunSettings, "What `volltrack run` writes beside its results, and `--settings` reads."),
    "analyse.toml": (AnalysisSettings, "What `volltrack analyse` writes and reads."),
    "Training: patches": (PatchSettings, "The section `[patches]` of a training."),
    "Training: networks": (TrainingSettings, "The sections of the networks in a training."),
}


def format_settings() -> str:
    """Return the page: one table for each section."""
    lines = [
        "# Settings",
        "",
        "Every setting with its default and its range, from the code itself. A name that is not known, a value of",
        "another type or out of its range is refused with a message; what a file does not name has its default.",
        "",
    ]
    for title, (cls, about) in _TOP.items():
        lines += [f"## {title}", "", about, "", *_format_class(cls, ())]
    return "\n".join(lines)


def _format_class(cls: type, path: tuple[str, ...]) -> list[str]:
    """Return the table of a class, and below it those of its sections."""
    inner = [(field.name, *found) for field in list_fields(cls) for found in _find_sections(cls, field.name)]
    lines = [] if not path and len({name for name, *_ in inner}) == len(list_fields(cls)) else _format_table(cls)
    for name, kind, methods in inner:
        at = (*path, name)
        of = " or ".join(f'`kind = "{method}"`' for method in methods)
        lines += [
            f"### [{'.'.join(at)}]{of and f' with {of}'}",
            "",
            _first_sentence(kind),
            "",
            *_format_class(kind, at),
        ]
    return lines


def _find_sections(cls: type, name: str) -> list[tuple[type, tuple[str, ...]]]:
    """Return the settings classes that a field may hold, with the names of the methods that they are of."""
    hint = typing.get_type_hints(cls)[name]
    found = [t for t in (typing.get_args(hint) or (hint,)) if isinstance(t, type)]
    return [pair for each in found for pair in _concrete(each)]


def _concrete(cls: type) -> list[tuple[type, tuple[str, ...]]]:
    """Return a settings class, or those that a registry offers for an abstract one."""
    if dataclasses.is_dataclass(cls):
        return [(cls, ())] if cls.__name__.endswith("Settings") else []  # a label movie that is given is no section
    registry: Any = KINDS.get(cls)
    methods: dict[type, list[str]] = {}
    for method in registry.names if registry is not None else ():
        methods.setdefault(registry.find(method)[0], []).append(method)
    return [(settings, tuple(names)) for settings, names in methods.items()]


def _format_table(cls: type) -> list[str]:
    lines = ["| setting | default | takes | what for |", "| --- | --- | --- | --- |"]
    for field in list_fields(cls):
        lines.append(
            f"| `{field.name}` | {_format_default(field)} | {_plain(field.takes)} | {_plain(field.description)} |"
        )
    return [*lines, ""]


def _format_default(field: SettingsField) -> str:
    if field.default is dataclasses.MISSING:
        return "must be given"
    if field.default is None:
        return "none"
    if dataclasses.is_dataclass(field.default):
        return type(field.default).__name__
    return f"`{field.default!r}`"


def _first_sentence(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")


def _plain(text: str) -> str:
    """Return text for a cell of a table."""
    return text.replace("|", "\\|").replace("``", "`").replace("<", "&lt;")
