"""The JSON schema from which Fiji's dialogs take their defaults and ranges."""

from __future__ import annotations

import json

from volltrack.model.settings import make_schema
from volltrack_fiji.trackmate.run_trackmate import TrackMateRunSettings

__all__ = ["dialog_schema_text"]


def dialog_schema_text() -> str:
    """Return the schema of all that the plug-ins can be told, as the text of the file that is built into their jar."""
    return json.dumps(make_schema(TrackMateRunSettings), indent=2, ensure_ascii=False) + "\n"
