"""Networks that are loaded at their first use, and stay behind when their method travels to another process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from volltrack.segment.networks.load import Networks, load_networks

__all__ = ["LazyNetworks"]


class LazyNetworks:
    """Networks by name, loaded once in each process that uses them.

    Parameters
    ----------
    names
        Model folders or registered names by role (star, unet, denoise, tissue), empty where there is none.
    loaded
        The same networks, if somebody has loaded them already.
    """

    def __init__(self, names: Mapping[str, str] = MappingProxyType({}), *, loaded: Networks | None = None) -> None:
        self._names = dict(names)
        self._loaded = loaded
        self._lock = threading.Lock()

    @property
    def is_named(self) -> bool:
        """Whether there are any."""
        return any(self._names.values()) or self._loaded is not None

    @property
    def is_loaded(self) -> bool:
        """Whether this process has loaded them."""
        return self._loaded is not None

    def load(self) -> Networks:
        """Return the networks; see `load_networks` for the errors."""
        with self._lock:  # threads of a worker that begin together
            if self._loaded is None:
                self._loaded = load_networks(**{role: name or None for role, name in self._names.items()})
            return self._loaded

    def __getstate__(self) -> dict[str, Any]:
        return self._names

    def __setstate__(self, names: dict[str, Any]) -> None:
        self._names, self._loaded, self._lock = names, None, threading.Lock()
