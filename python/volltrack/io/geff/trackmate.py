"""The TrackMate file in the metadata of a GEFF: of ours whole, of geff's own converter as far as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from volltrack.io.geff.graph import OWN, Graph
from volltrack.io.geff.put_together import guard_damage, join_pieces, put_together, to_source
from volltrack.io.geff.take_apart import HOLES, find_digest
from volltrack.io.trackmate_xml import Declarations, TrackMateDocument
from volltrack.io.trackmate_xml.edit.locate import locate_parts
from volltrack.io.trackmate_xml.edit.splice import Splicer, find_start_tag, set_attributes
from volltrack.io.trackmate_xml.parse.scan import Node, Sinks, scan_xml
from volltrack.io.trackmate_xml.parse.settings import ImageInfo, read_calibration, read_settings
from volltrack.io.trackmate_xml.parse.source import Source
from volltrack.io.trackmate_xml.read import parse_document
from volltrack.io.trackmate_xml.write.model import format_feature
from volltrack.io.trackmate_xml.write.table import drop_impossible
from volltrack.io.trackmate_xml.write.write_file import format_lineage_xml
from volltrack.io.trackmate_xml.write.xml_text import escape_attribute
from volltrack.model import EDGE_FEATURES, SPOT_FEATURES, Feature, KnownCalibration, Lineage, declare_spot_feature

__all__ = ["TrackMateExtra", "find_trackmate"]

_OTHER: Final = "other_trackmate_metadata"
_PLACES: Final = ("FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T")


@dataclass(frozen=True, kw_only=True)
class TrackMateExtra:
    """What a graph says of the TrackMate file that it came from.

    Parameters
    ----------
    parts
        Log, settings, GUI state and display settings, each as an element.
    around
        What our writer stored besides; None in files of other programs.
    version
        Of the TrackMate that wrote the file.
    known, image
        What the settings say.
    """

    parts: Mapping[str, str]
    around: Mapping[str, Any] | None
    version: str
    known: KnownCalibration
    image: ImageInfo | None

    def to_document(
        self, graph: Graph, lineage: Lineage, known: KnownCalibration, given: KnownCalibration
    ) -> tuple[TrackMateDocument, list[str]]:
        """Return the TrackMate file, and what could not stand in it.

        Where nodes, edges and positions are those that we wrote, it is the file that we read. Where another program
        changed them, or wrote the graph, features of links and tracks are computed anew as TrackMate does, and tracks
        keep name and visibility where most of their links come from.

        Raises
        ------
        BadFile
            The metadata are damaged.
        """
        if self.around is not None and self.around.get("graph") == _digest(graph):
            around = self.around
            source = guard_damage(graph, lambda: put_together(graph, around, self.parts))
            lost: list[str] = []
        else:
            lineage, lost = drop_impossible(lineage)
            source = guard_damage(graph, lambda: self._write_anew(graph, lineage, known))
        source = replace(source, utf8=_state_calibration(source.utf8, given))
        document: TrackMateDocument = guard_damage(graph, lambda: parse_document(source, graph.path))
        return document, lost

    def _write_anew(self, graph: Graph, lineage: Lineage, known: KnownCalibration) -> Source:
        """Return a file of fresh spots and tracks with the old text around them."""
        around = self.around
        old = None if around is None else _read_head(graph, around, self.parts)
        declared = Declarations() if old is None else old.declarations
        features = [*declared.spot.values(), *declared.edge.values()]
        if old is None:
            features += _describe_features(graph)
        names, visible = _name_tracks(lineage, around, graph)
        fresh = "".join(
            format_lineage_xml(
                lineage,
                calibration=known.fill(),
                image=self.image,
                features=features,
                track_names=names,
                visible_tracks=visible,
            )
        ).encode()
        extents, _ = locate_parts(fresh, set(HOLES.values()))
        if around is None:
            splicer = Splicer(fresh)
            for name, part in self.parts.items():
                splicer.replace(extents[HOLES[name]], part.strip().encode())
            text = splicer.apply()
            if self.version:
                start = find_start_tag(text, text.index(b"<TrackMate"))
                tag = set_attributes(text[start.start : start.end], {"version": self.version})
                text = text[: start.start] + tag + text[start.end :]
            return Source(utf8=text)
        texts = dict(self.parts)
        end = "\r\n" if "\r\n" in around["visible"] else "\n"
        for name in ("spots", "tracks", "visible"):
            extent = extents[HOLES[name]]
            texts[name] = fresh[extent.start : extent.end].decode().replace("\n", end)
        joined = join_pieces(around["pieces"], texts)
        for kind, element in (("spot", "SpotFeatures"), ("edge", "EdgeFeatures")):
            joined = _declare(joined, element, lineage, declared.of_kind(kind), kind)
        return to_source(joined, around)


def find_trackmate(graph: Graph) -> TrackMateExtra | None:
    """Return what a graph says of its TrackMate file; None where it says nothing of the settings.

    Raises
    ------
    BadFile
        It says it in a way that cannot be read.
    """
    extra: TrackMateExtra | None = guard_damage(graph, lambda: _find(graph))
    return extra


def _find(graph: Graph) -> TrackMateExtra | None:
    other, own = graph.extra.get(_OTHER), graph.extra.get(OWN)
    around = own.get("trackmate") if isinstance(own, Mapping) else None
    if not isinstance(other, Mapping):
        return None
    parts = {
        name: text
        for name in ("log", "settings", "gui_state", "display_settings")
        if isinstance(text := other.get(name), str)
    }
    if not isinstance(around, Mapping) and ("settings" not in parts or "FRAME" not in graph.nodes):
        return None
    model = Node("Model", _units(graph), 0)
    text = f"<TrackMate>{parts.get('settings', '')}</TrackMate>".encode()
    nothing = Sinks(spots=lambda _: None, tracks=lambda _: None, edges=lambda _: None)
    settings = scan_xml([text], nothing, graph.path).children[0].child("Settings")
    version = other.get("trackmate_version")
    return TrackMateExtra(
        parts=parts,
        around=around if isinstance(around, Mapping) else None,
        version=version if isinstance(version, str) and version != "unknown" else "",
        known=read_calibration(model, settings),
        image=read_settings(settings)[0],
    )


def _units(graph: Graph) -> dict[str, str]:
    """Return the units of the axes as the attributes of Model."""
    units = {}
    for axis in graph.metadata.axes or ():
        if axis.unit and axis.type in ("space", "time"):
            units["spatialunits" if axis.type == "space" else "timeunits"] = str(axis.unit)
    return units


def _digest(graph: Graph) -> str:
    columns = [graph.nodes[key].values for key in _PLACES if key in graph.nodes]
    if len(columns) < len(_PLACES) or any(c.dtype.kind not in "biuf" or c.ndim != 1 for c in columns):
        return ""
    return find_digest(graph.node_ids, columns, graph.edge_ids)


def _read_head(graph: Graph, around: Mapping[str, Any], parts: Mapping[str, str]) -> TrackMateDocument:
    """Return the file without spots and tracks."""
    empty = {"spots": '<AllSpots nspots="0" />', "tracks": "<AllTracks />", "visible": "<FilteredTracks />"}
    return parse_document(to_source(join_pieces(around["pieces"], dict(parts) | empty), around), graph.path)


def _name_tracks(
    lineage: Lineage, around: Mapping[str, Any] | None, graph: Graph
) -> tuple[list[str] | None, list[bool] | None]:
    """Return name and visibility of each track, from the old one to which most of its links belonged."""
    stored = graph.edges.get("TRACK_ID")
    if around is None or stored is None or not lineage.n_tracks:
        return None, None
    tracks = around["tracks"]
    names = {}
    for number, (layout, *texts) in zip(tracks["ids"], tracks["rows"], strict=True):
        names[int(number)] = dict(zip(tracks["layouts"][layout], texts, strict=True)).get("name", "")
    head = scan_xml(
        [f"<TrackMate>{around['visible']}</TrackMate>".encode()],
        Sinks(spots=lambda _: None, tracks=lambda _: None, edges=lambda _: None),
        graph.path,
    ).children[0]
    listed = head.child("FilteredTracks")
    visible = {int(node.attributes["TRACK_ID"]) for node in listed.named("TrackID")} if listed is not None else set()
    now = lineage.track_of_spot[lineage.source_rows]
    present = stored.present
    counts: dict[int, Counter[int]] = {t: Counter() for t in range(lineage.n_tracks)}
    for track, old, there in zip(now.tolist(), stored.values.tolist(), present.tolist(), strict=True):
        if there and int(old) in names:
            counts[track][int(old)] += 1
    taken: set[int] = set()
    chosen: dict[int, str] = {}
    for track in sorted(counts, key=lambda t: -counts[t].total()):
        old = next((o for o, _ in counts[track].most_common() if o not in taken), None)
        if old is not None:
            taken.add(old)
            chosen[track] = names[old]
    shown = [not counts[t] or any(old in visible for old in counts[t]) for t in range(lineage.n_tracks)]
    return [chosen.get(t) or f"Track_{t}" for t in range(lineage.n_tracks)], shown


def _describe_features(graph: Graph) -> list[Feature]:
    """Return features that TrackMate does not know by the names that the metadata give them."""
    features = []
    for described, known in (
        (graph.metadata.node_props_metadata, SPOT_FEATURES),
        (graph.metadata.edge_props_metadata, EDGE_FEATURES),
    ):
        for key, entry in described.items():
            if key not in known:
                guess = declare_spot_feature(key)
                features.append(replace(guess, name=entry.name or guess.name, isint="int" in entry.dtype))
    return features


def _declare(text: str, element: str, lineage: Lineage, declared: Mapping[str, Feature], kind: str) -> str:
    """Return the text with declarations of features that another program added."""
    table = lineage.spots.table if kind == "spot" else lineage.links.table
    skip = {"ID", "NAME", "SPOT_SOURCE_ID", "SPOT_TARGET_ID"}
    new = [str(key) for key in table.columns if key not in declared and key not in skip]
    lines = [
        format_feature((EDGE_FEATURES.get(key) if kind == "edge" else None) or declare_spot_feature(key)) for key in new
    ]
    return (
        text.replace(f"</{element}>", "".join(f"  {line}\n      " for line in lines) + f"</{element}>", 1)
        if new
        else text
    )


def _state_calibration(text: bytes, given: KnownCalibration) -> bytes:
    """Return the text with the calibration that a person gave in place of that of the file."""
    image = {
        "pixelwidth": given.x,
        "pixelheight": given.y,
        "voxeldepth": given.z,
        "timeinterval": given.frame_interval,
    }
    model = {"spatialunits": given.unit, "timeunits": given.time_unit}
    extents, _ = locate_parts(text, {("Model",), ("Settings", "ImageData")})
    splicer = Splicer(text)
    for path, values in ((("Model",), model), (("Settings", "ImageData"), image)):
        stated = {key: escape_attribute(str(value)) for key, value in values.items() if value is not None}
        if stated and path in extents:
            tag = find_start_tag(text, extents[path].start)
            splicer.replace(tag, set_attributes(text[tag.start : tag.end], stated))
    return splicer.apply()
