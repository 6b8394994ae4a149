"""What TrackMate needs around spots and tracks: required elements, version, units, filters, display settings."""

from __future__ import annotations

import re
from typing import Final

from volltrack.errors import BadFile
from volltrack.io.trackmate_xml.parse.display_settings import find_display_fault
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.java_numbers import parse_int, parse_java_double
from volltrack.io.trackmate_xml.parse.problem import Severity
from volltrack.io.trackmate_xml.parse.scan import Node

__all__ = ["check_root", "check_settings", "check_structure", "is_supported", "require_root"]

_ONCE: Final = {
    "": ("Log", "Model", "Settings", "GUIState", "DisplaySettings"),
    "Model": ("FeatureDeclarations", "AllSpots", "AllTracks", "FilteredTracks"),
    "FeatureDeclarations": ("SpotFeatures", "EdgeFeatures", "TrackFeatures"),
    "Settings": (
        "ImageData",
        "BasicSettings",
        "DetectorSettings",
        "InitialSpotFilter",
        "SpotFilterCollection",
        "TrackerSettings",
        "TrackFilterCollection",
        "AnalyzerCollection",
    ),
}
"""Elements of which TrackMate reads the first and ignores any other."""
_PLACES: Final = {
    "SpotsInFrame": ("Model", "AllSpots"),
    "Spot": ("Model", "AllSpots", "SpotsInFrame"),
    "Track": ("Model", "AllTracks"),
    "Edge": ("Model", "AllTracks", "Track"),
    "TrackID": ("Model", "FilteredTracks"),
}
_NAMESPACED: Final = "the elements are in an XML namespace"


def require_root(top: Node, path: object) -> Node:
    """Return the root element if it can be that of a TrackMate file.

    Raises
    ------
    BadFile
        A file of TrackMate's action "Export tracks to XML file", of a TrackMate before version 2, or of none at all.
    """
    root = top.children[0]
    if root.name == "Tracks":
        raise BadFile(
            "the root element is <Tracks>: this is a file of TrackMate's 'Export tracks to XML file', which holds "
            "neither ids nor features nor splits; open the data in TrackMate and use 'Save' to get a whole file",
            path=path,
            line=1,
        )
    if root.child("Model") is None and root.child("AllSpots") is not None:
        raise BadFile(
            f"<AllSpots> stands in <{root.name}>, not in <Model>: this is a file of a TrackMate before version 2 (2010 "
            "to 2013); expected one of version 2.1.0 or later, as TrackMate itself does now: open it in the TrackMate "
            "that made it, or in one of 2014 to 2020, and save it again",
            path=path,
            line=1,
        )
    if root.name != "TrackMate" and root.child("Model") is None:
        raise BadFile(
            f"the root element is <{root.name}>; expected <TrackMate>: this is no TrackMate file", path=path, line=1
        )
    return root


def check_root(root: Node, findings: Findings) -> None:
    """Report a version before 2.1.0 (the format was another) or none, a wrong root and a namespace."""
    version = root.attributes.get("version")
    if version is None:
        findings.add(
            "refused",
            root.name,
            "version",
            found="the root element has no version",
            meaning='TrackMate does not load the file: write version="7.14.0"',
            offset=root.offset,
        )
    elif not is_supported(version):
        findings.add(
            "refused",
            root.name,
            "version",
            found=f"version {version!r}: expected 2.1.0 or later",
            meaning="TrackMate does not load such files: open it in a TrackMate of 2014 to 2020 and save it again",
            offset=root.offset,
            stops_reading=True,
        )
    if root.attributes.get("xmlns"):
        findings.add(
            "refused",
            root.name,
            "xmlns",
            found=_NAMESPACED,
            meaning="TrackMate finds none of them: remove the attribute xmlns",
            offset=root.offset,
        )
    if root.name != "TrackMate":
        findings.add(
            "warning",
            root.name,
            found="the root element is not <TrackMate>",
            meaning="TrackMate reads it all the same",
            offset=root.offset,
        )


def is_supported(version: str) -> bool:
    """Whether a version is 2.1.0 or later by the rule of TrackMate: part by part, 2.1 before 2.1.0, words after all."""
    numbers = re.match(r"[0-9]+(?:[.][0-9]+)*", version)
    return version > "2" if numbers is None else [int(part) for part in numbers[0].split(".")] >= [2, 1, 0]


def check_structure(root: Node, findings: Findings) -> None:
    """Report missing and repeated elements of root and Model, and elements at a place where TrackMate ignores them."""
    model = root.child("Model")
    if model is None:
        _miss(findings, "refused", "Model", root, "TrackMate finds nothing to show", stops=True)
        return
    for key in ("spatialunits", "timeunits"):
        if key not in model.attributes:
            findings.add(
                "refused",
                "Model",
                key,
                found=f"the model has no {key}",
                meaning="TrackMate opens the file and fails when it saves it: add the unit",
                offset=model.offset,
            )
    for name in ("AllSpots", "AllTracks", "FilteredTracks"):
        if model.child(name) is None:
            _miss(findings, "refused", name, model, "TrackMate stops reading: add it, empty if need be", stops=True)
    if root.child("Log") is None:
        _miss(findings, "warning", "Log", root, "TrackMate shows an empty log")
    if root.child("GUIState") is None:
        _miss(findings, "warning", "GUIState", root, "TrackMate opens at the page ConfigureViews")
    for path, node in root.walk():
        place = _PLACES.get(node.name)
        if place is not None and path[:-1] != place:
            findings.add(
                "lost",
                node.name,
                found=f"<{node.name}> inside <{path[-2] if len(path) > 1 else root.name}>",
                meaning=f"TrackMate does not see it there: expected it inside <{place[-1]}>",
                offset=node.offset,
                stops_reading=True,
            )
    for path, node in [((), root), *root.walk()]:
        for name in _ONCE.get(path[-1] if path else "", ()):
            for extra in node.named(name)[1:]:
                findings.add(
                    "lost",
                    name,
                    found=f"a second <{name}>",
                    meaning="TrackMate reads the first only: join them",
                    offset=extra.offset,
                    stops_reading=name in ("Model", "AllSpots", "AllTracks", "FilteredTracks"),
                )


def check_settings(root: Node, findings: Findings) -> None:
    """Report what TrackMate misses in Settings and DisplaySettings."""
    settings = root.child("Settings")
    if settings is None:
        _miss(findings, "warning", "Settings", root, "TrackMate goes on with default settings and without the image")
    else:
        for name in ("ImageData", "InitialSpotFilter", "SpotFilterCollection", "TrackFilterCollection"):
            if settings.child(name) is None:
                _miss(findings, "refused", name, settings, "TrackMate stops reading the settings: add it")
        for name in ("DetectorSettings", "TrackerSettings", "AnalyzerCollection", "BasicSettings"):
            if settings.child(name) is None:
                _miss(findings, "warning", name, settings, "TrackMate goes on with defaults")
        _check_filters(settings, findings)
        image = settings.child("ImageData")
        if image is not None:
            _check_image(image, findings)
    display = root.child("DisplaySettings")
    if display is None:
        _miss(findings, "warning", "DisplaySettings", root, "TrackMate takes the user's own")
        return
    fault = find_display_fault(display.text)
    if fault:
        findings.add(
            "refused",
            "DisplaySettings",
            found=fault,
            meaning="TrackMate stops when it reads the display settings: empty the element to get the defaults",
            offset=display.offset,
        )


def _check_filters(settings: Node, findings: Findings) -> None:
    filters = [n for n in (settings.child("InitialSpotFilter"),) if n is not None]
    for name in ("SpotFilterCollection", "TrackFilterCollection"):
        collection = settings.child(name)
        filters += collection.named("Filter") if collection is not None else []
    for node in filters:
        if "feature" not in node.attributes and node.name == "Filter":
            findings.add(
                "refused",
                node.name,
                "feature",
                found="a filter without a feature",
                meaning="TrackMate opens the file and fails when it applies or saves the filter: name the feature",
                offset=node.offset,
            )
        if parse_java_double(node.attributes.get("value", "")) is None:
            findings.add(
                "warning",
                node.name,
                "value",
                found=f"the value {node.attributes.get('value')!r} is not a number",
                meaning="TrackMate takes 0: correct it",
                offset=node.offset,
            )


def _check_image(image: Node, findings: Findings) -> None:
    if not image.attributes.get("filename"):
        findings.add(
            "warning",
            "ImageData",
            "filename",
            found="no image file is named",
            meaning="TrackMate shows the tracks on an empty image",
            offset=image.offset,
        )
    for key in ("pixelwidth", "pixelheight", "voxeldepth", "timeinterval"):
        if parse_java_double(image.attributes.get(key, "")) is None:
            findings.add(
                "warning",
                "ImageData",
                key,
                found=f"{key} {image.attributes.get(key)!r} is not a number",
                meaning="TrackMate takes 0 and so loses the calibration: correct it",
                offset=image.offset,
            )
    for key in ("width", "height", "nslices", "nframes"):
        if parse_int(image.attributes.get(key, "")) is None:
            findings.add(
                "warning",
                "ImageData",
                key,
                found=f"{key} {image.attributes.get(key)!r} is not a whole number",
                meaning="TrackMate takes a default: correct it",
                offset=image.offset,
            )


def _miss(
    findings: Findings, severity: Severity, name: str, parent: Node, meaning: str, *, stops: bool = False
) -> None:
    findings.add(
        severity,
        name,
        found=f"the element is missing from <{parent.name}>",
        meaning=meaning,
        offset=parent.offset,
        stops_reading=stops,
    )
