"""Promises that methods of all kinds make: frozen, described in a line, picklable, stopped when asked."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

from volltrack.errors import Cancelled, VollTrackError

__all__ = [
    "ContractBroken",
    "copy_by_pickle",
    "pickle_method",
    "require",
    "require_refusal",
    "require_stop",
    "require_value",
]


class ContractBroken(VollTrackError, AssertionError):
    """A method does not do what all methods do."""


def require(is_kept: bool, promise: str, found: object = "") -> None:
    """Raise `ContractBroken` with the promise and what was found, if it is not kept."""
    if not is_kept:
        raise ContractBroken(f"{promise}{f'; found {found}' if found != '' else ''}")


def require_value(method: Any, kind: type, settings_kind: type) -> None:
    """Check that a method is a frozen value of its kind, says what it is in one line, and is what its settings make.

    One that chooses among others when it is made ready may hold the settings of the one that it has chosen.
    """
    require(isinstance(method, kind), f"a method inherits from {kind.__name__}", type(method))
    require(isinstance(method.settings, settings_kind), f"settings inherit from {settings_kind.__name__}")
    require(dataclasses.is_dataclass(method.settings), "settings are a dataclass", type(method.settings))
    require(bool(method.settings.method), "settings name their method")
    made = method.settings.make()
    chosen = getattr(method, "chosen", None) or method
    require(type(made) in (type(method), type(chosen)), "settings.make() makes the method", made)
    for value, field in (
        (method, "settings"),
        *((method.settings, f.name) for f in dataclasses.fields(method.settings)),
    ):
        try:
            setattr(value, field, getattr(value, field))
        except AttributeError:
            continue
        raise ContractBroken(f"{type(value).__name__} is frozen; its {field} could be set")
    for name, text in (("title", method.title), ("describe()", method.describe())):
        require(bool(text) and len(text.splitlines()) == 1, f"{name} is one line", repr(text))
    require(isinstance(method.report, tuple), "report is a tuple of lines", type(method.report))


def copy_by_pickle(method: Any) -> Any:
    """Return the method pickled and back."""
    return pickle.loads(pickle_method(method))


def pickle_method(method: Any) -> bytes:
    """Return the method pickled: what it is, to the last bit."""
    try:
        return pickle.dumps(method)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ContractBroken(f"a method can be pickled: {error}") from error


def require_stop(work: Callable[..., object]) -> None:
    """Check that `work(on_progress=...)` stops with `Cancelled` when the first call of `on_progress` says so."""
    told = []

    def stop(event: Any) -> bool:
        told.append(event)
        return False

    try:
        work(on_progress=stop)
    except Cancelled:
        require(len(told) == 1, "work stops at once when on_progress says so", f"{len(told)} further events")
        return
    raise ContractBroken("work stops with Cancelled when on_progress returns False")


def require_refusal(work: Callable[[], object], doing: str, *words: str) -> None:
    """Check that `work()` raises an error of ours, in one line that holds these words."""
    try:
        work()
    except VollTrackError as error:
        text = str(error)
        require(len(text.splitlines()) == 1, f"{doing} is refused in one line", repr(text))
        for word in words:
            require(word in text, f"{doing} is refused with the word {word!r}", repr(text))
        return
    except Exception as error:
        raise ContractBroken(f"{doing} is refused with an error of volltrack.errors; found {error!r}") from error
    raise ContractBroken(f"{doing} is refused; found no error")
