"""Editing: a TrackMate file with a few spots or links changed and everything else byte for byte as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from volltrack.io.trackmate_xml.edit.locate import locate_elements
from volltrack.io.trackmate_xml.edit.regroup import find_touched_tracks, regroup_tracks
from volltrack.io.trackmate_xml.edit.splice import Splicer
from volltrack.io.trackmate_xml.edit.spots import declare_new_features, edit_spot_elements
from volltrack.io.trackmate_xml.edit.tracks import edit_track_elements
from volltrack.io.trackmate_xml.edit.values import complete_edits
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.read import parse_document
from volltrack.model import Edit, apply_net_edits, find_net_edits

__all__ = ["edit_trackmate_xml"]


def edit_trackmate_xml(document: TrackMateDocument, edits: Iterable[Edit]) -> TrackMateDocument:
    """Return the document after `edits`, applied one after the other; nothing is written to disk.

    Parameters
    ----------
    document
        From `read_trackmate_xml`, or from this function.
    edits
        Changes of spots and links.

    Returns
    -------
    TrackMateDocument
        Differs from `document` in the edited spots and links, in the features of links and tracks that depend on them
        (as TrackMate computes them), in ``nspots`` and in the list of visible tracks. All other text is the same.

    Raises
    ------
    BadValue
        An edit of a spot or link that is not there, or of one that is there already; a value that cannot be.
    BadTable
        The result breaks the rules of a lineage: a link between two spots of one frame.
    BadFile
        The result could not be read again.

    Notes
    -----
    - A track that is cut keeps its element, name and number for the part with most links; the other parts become new
      tracks, visible if it was. Joined tracks take the element of the larger one. Parts without a link are no tracks.
    - Spot features that were measured in the image (intensity, shape) are left as they are when a spot moves.
    - A new link costs -1 unless LINK_COST is given, and an added spot has quality -1, as if made by hand in TrackMate.
    - Features that the file neither declares nor holds are not added to links and tracks.
    """
    net = complete_edits(document.lineage, document.calibration, find_net_edits(document.lineage, edits))
    edited = apply_net_edits(document.lineage, net)
    touched = find_touched_tracks(document, net)
    old_spots = (set(net.changed) | set(net.names) | set(net.contours) | net.deleted) - (set(net.added) - net.deleted)
    places = locate_elements(document.source.utf8, old_spots, set(touched.tolist()))
    splicer = Splicer(document.source.utf8)
    declare_new_features(document, net, places, splicer)
    edit_spot_elements(document, net, places, splicer)
    if len(touched) or net.linked:
        groups = regroup_tracks(document, edited, net, touched)
        edit_track_elements(document, net, groups, places, splicer)
    source = replace(document.source, utf8=splicer.apply())
    return parse_document(source, document.path)
