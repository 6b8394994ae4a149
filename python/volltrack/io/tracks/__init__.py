"""Files of lineages of any kind: read, written, recognised by a look; what they hide and which image they name.

The kinds are `volltrack.io.trackmate_xml`, `cells_csv`, `ctc` and `geff`. Each name is loaded when it is used.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack.io.tracks.kind import KEEPS_HIDDEN, FileKind, find_kind
    from volltrack.io.tracks.lost import describe_lost
    from volltrack.io.tracks.named_image import find_named_image, find_named_shape
    from volltrack.io.tracks.read import read_tracks_file
    from volltrack.io.tracks.recognise import recognise_tracks
    from volltrack.io.tracks.tracks_file import TracksFile
    from volltrack.io.tracks.visible import find_hidden_spots, leave_out_hidden
    from volltrack.io.tracks.write import write_tracks_file

__all__ = [
    "KEEPS_HIDDEN",
    "FileKind",
    "TracksFile",
    "describe_lost",
    "find_hidden_spots",
    "find_kind",
    "find_named_image",
    "find_named_shape",
    "leave_out_hidden",
    "read_tracks_file",
    "recognise_tracks",
    "write_tracks_file",
]

__getattr__ = look_up_in(
    __name__,
    {
        "kind": (
            "FileKind",
            "KEEPS_HIDDEN",
            "find_kind",
        ),
        "lost": ("describe_lost",),
        "named_image": (
            "find_named_image",
            "find_named_shape",
        ),
        "read": ("read_tracks_file",),
        "recognise": ("recognise_tracks",),
        "tracks_file": ("TracksFile",),
        "visible": (
            "find_hidden_spots",
            "leave_out_hidden",
        ),
        "write": ("write_tracks_file",),
    },
)
