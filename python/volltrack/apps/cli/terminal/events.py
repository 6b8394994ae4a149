"""Events of a job as lines of JSON on standard output, for a program that started `volltrack job`.

An event is one line of ASCII, whatever names it holds. Other text on the same stream may hold names, too, and a name
may hold a line that looks like an event; so a reader gives a token in the job, and believes only lines that repeat it.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["are_events_on", "print_event", "turn_events_on"]

_state: dict[str, Any] = {"on": False, "token": {}}
"""One process runs one job, so this is a property of the process."""


def turn_events_on(token: str | None = None) -> None:
    """Print progress, result and error as events from now on, each with the token if there is one."""
    _state["on"] = True
    _state["token"] = {} if token is None else {"token": token}


def are_events_on() -> bool:
    """Return whether somebody reads events."""
    return bool(_state["on"])


def print_event(event: str, **values: Any) -> None:
    """Print one event, such as ``{"event": "progress", "task": "segment", "done": 3, "total": 20}``."""
    print(json.dumps({"event": event, **values, **_state["token"]}), flush=True)
