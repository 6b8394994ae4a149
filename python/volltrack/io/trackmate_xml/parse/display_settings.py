"""How TrackMate shows a file: its own default style for fresh ones, and what it cannot read."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from volltrack.io.trackmate_xml.parse.java_numbers import parse_java_double

__all__ = ["default_display_settings", "find_display_fault"]

_COLOUR_PART: Final = re.compile(r"\s*[+-]?[0-9]+\s*")


def default_display_settings(n_tracks: int) -> str:
    """Return the JSON text of DisplaySettings for a file of `n_tracks` tracks."""
    grey = {"background1": "128, 128, 128, 255", "background2": "192, 192, 192, 255", "black": "0, 0, 0, 255"}
    style = {
        "name": "VollTrack",
        "spotUniformColor": "204, 51, 204, 255",
        "spotColorByType": "TRACKS",
        "spotColorByFeature": "TRACK_INDEX",
        "spotDisplayRadius": 1.0,
        "spotDisplayedAsRoi": True,
        "spotMin": 0.0,
        "spotMax": float(max(n_tracks - 1, 1)),
        "spotShowName": False,
        "trackMin": 0.0,
        "trackMax": float(max(n_tracks - 1, 1)),
        "trackColorByType": "TRACKS",
        "trackColorByFeature": "TRACK_INDEX",
        "trackUniformColor": "204, 204, 51, 255",
        "undefinedValueColor": grey["black"],
        "missingValueColor": "89, 89, 89, 255",
        "highlightColor": "51, 230, 51, 255",
        "trackDisplayMode": "FULL",
        "colormap": "Jet",
        "limitZDrawingDepth": False,
        "drawingZDepth": 10.0,
        "fadeTracks": True,
        "fadeTrackRange": 30,
        "useAntialiasing": True,
        "spotVisible": True,
        "trackVisible": True,
        "font": {"name": "Arial", "style": 1, "size": 12, "pointSize": 12.0, "fontSerializedDataVersion": 1},
        "lineThickness": 1.0,
        "selectionLineThickness": 4.0,
        "trackschemeBackgroundColor1": grey["background1"],
        "trackschemeBackgroundColor2": grey["background2"],
        "trackschemeForegroundColor": grey["black"],
        "trackschemeDecorationColor": grey["black"],
        "trackschemeFillBox": False,
        "spotFilled": False,
        "spotTransparencyAlpha": 1.0,
    }
    return json.dumps(style, indent=2)


def find_display_fault(text: str) -> str:
    """Return what in the text of DisplaySettings makes TrackMate's reader stop; nothing if it reads it.

    An empty text stands for the user's own settings. Keys that TrackMate does not know, missing keys and unknown names
    of styles do no harm.
    """
    if not text:
        return ""
    try:
        found = json.loads(text)
    except ValueError as error:
        return f"the text is no JSON ({error})"
    if not isinstance(found, dict):
        return f"the text is JSON of type {type(found).__name__}: expected an object"
    for key, model in json.loads(default_display_settings(1)).items():
        if key in found and not _fits(key, found[key], model):
            return f"{key} is {json.dumps(found[key])[:60]}: expected a value such as {json.dumps(model)[:60]}"
    return ""


def _fits(key: str, value: Any, model: Any) -> bool:
    """Whether TrackMate can read `value` where it writes values like `model`."""
    if value is None:
        return isinstance(model, dict | str)
    if isinstance(model, bool):
        return isinstance(value, bool | str)
    if isinstance(model, dict):
        return isinstance(value, dict)
    if isinstance(model, int | float):
        number = parse_java_double(value) if isinstance(value, str) else value
        if number is None or isinstance(number, bool) or not isinstance(number, int | float):
            return False
        return isinstance(model, float) or number == int(number)
    if isinstance(value, dict | list):
        return False
    parts = str(value).split(",")
    if "olor" not in key or len(parts) != 4 or not all(_COLOUR_PART.fullmatch(part) for part in parts):
        return True
    return all(0 <= int(part) <= 255 for part in parts)
