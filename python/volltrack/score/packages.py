"""The libraries of the scores, or what to install."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Final

from volltrack.errors import MissingPackage

__all__ = ["has_score_packages", "import_score_package", "require_score_packages"]

_PACKAGES: Final = {"traccuracy": "traccuracy", "ctc_metrics": "py-ctcmetrics"}
"""Name of the package by that of its module."""
_INSTALL: Final = "install them with: pip install 'volltrack[score]'"


def import_score_package(name: str) -> ModuleType:
    """Return a module of traccuracy or py-ctcmetrics.

    Parameters
    ----------
    name
        Full module name, such as ``"traccuracy.metrics"``.

    Raises
    ------
    MissingPackage
        With the command that installs what is missing.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = _PACKAGES[name.partition(".")[0]]
        raise MissingPackage(f"scores need {package}, which cannot be imported ({error}); {_INSTALL}") from error


def has_score_packages() -> bool:
    """Return whether the libraries are there, without importing them."""
    return not _list_missing()


def require_score_packages() -> None:
    """Refuse to begin what could not be scored in the end.

    Raises
    ------
    MissingPackage
        With the command that installs what is missing.
    """
    missing = _list_missing()
    if missing:
        raise MissingPackage(f"scores need {' and '.join(missing)}, not installed here; {_INSTALL}")


def _list_missing() -> list[str]:
    return [package for module, package in _PACKAGES.items() if importlib.util.find_spec(module) is None]
