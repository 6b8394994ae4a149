"""Feature declarations: what TrackMate knows about each column, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.scan import Node
from volltrack.model import EDGE_FEATURES, SPOT_FEATURES, TRACK_FEATURES, Feature
from volltrack.model.feature import DIMENSIONS

__all__ = ["KINDS", "Declarations", "read_declarations"]

KINDS: Final = ("spot", "edge", "track")
_ELEMENTS: Final = {"spot": "SpotFeatures", "edge": "EdgeFeatures", "track": "TrackFeatures"}
_TRUE: Final = frozenset(["true", "on", "1", "yes"])
_FALSE: Final = frozenset(["false", "off", "0", "no"])
_KNOWN: Final = {"spot": SPOT_FEATURES, "edge": EDGE_FEATURES, "track": TRACK_FEATURES}


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """Declared features of spots, edges and tracks by key, in the order of the file."""

    spot: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    edge: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    track: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))

    def of_kind(self, kind: str) -> Mapping[str, Feature]:
        """Return the features of ``"spot"``, ``"edge"`` or ``"track"``."""
        chosen: Mapping[str, Feature] = getattr(self, kind)
        return chosen

    def whole(self, kind: str) -> set[str]:
        """Keys of features that hold whole numbers: declared so, or TrackMate's own that are not declared."""
        declared = self.of_kind(kind)
        own = {key for key, feature in _KNOWN[kind].items() if feature.isint and key not in declared}
        return own | {key for key, feature in declared.items() if feature.isint}


def read_declarations(model: Node, findings: Findings) -> Declarations:
    """Return the declarations below the element Model; report what TrackMate stumbles over."""
    whole = model.child("FeatureDeclarations")
    if whole is None:
        findings.add(
            "warning",
            "FeatureDeclarations",
            found="the element is missing",
            meaning="TrackMate says so and goes on with the features it knows: add it",
            offset=model.offset,
        )
        return Declarations()
    parts: dict[str, dict[str, Feature]] = {}
    for kind in KINDS:
        part = whole.child(_ELEMENTS[kind])
        parts[kind] = {}
        if part is None:
            findings.add(
                "warning",
                _ELEMENTS[kind],
                found="the element is missing",
                meaning="TrackMate says so and goes on with the features it knows: add it",
                offset=whole.offset,
            )
            continue
        for node in part.named("Feature"):
            feature = _read_feature(node, findings)
            if feature is not None:
                parts[kind][feature.key] = feature
    return Declarations(**parts)


def _read_feature(node: Node, findings: Findings) -> Feature | None:
    """Return one declared feature, or None where TrackMate skips it."""
    found = node.attributes
    for attribute in ("feature", "name", "shortname"):
        if attribute not in found:
            findings.add(
                "warning",
                "Feature",
                attribute,
                found=f"the declaration of {found.get('feature', 'a feature')} has no {attribute}",
                meaning="TrackMate says so and skips the declaration: add it",
                offset=node.offset,
            )
            return None
    dimension = found.get("dimension")
    if dimension not in DIMENSIONS:
        findings.add(
            "refused",
            "Feature",
            "dimension",
            found=f"dimension {dimension!r} of {found['feature']}: expected one of {', '.join(sorted(DIMENSIONS))}",
            meaning="TrackMate stops reading: take NONE if no other fits",
            offset=node.offset,
            stops_reading=True,
        )
        dimension = "NONE"
    isint = found.get("isint", "").strip().lower()
    if isint not in _TRUE | _FALSE:
        findings.add(
            "warning",
            "Feature",
            "isint",
            found=f"isint {found.get('isint')!r} of {found['feature']}: expected true or false",
            meaning="TrackMate says so and takes false: add it",
            offset=node.offset,
        )
    return Feature(found["feature"], found["name"], found["shortname"], str(dimension), isint in _TRUE)
