"""Declarations of features: what a column means, its dimension, and whether it holds whole numbers.

Names, short names and dimensions are those that TrackMate 7.14 and 8.1 write (spec/trackmate-xml.md, section 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from volltrack.errors import BadValue

__all__ = [
    "DIMENSIONS",
    "EDGE_FEATURES",
    "SPOT_FEATURES",
    "TRACK_FEATURES",
    "Feature",
    "declare_spot_feature",
]

DIMENSIONS: Final = frozenset(
    [
        "NONE",
        "QUALITY",
        "COST",
        "INTENSITY",
        "INTENSITY_SQUARED",
        "POSITION",
        "VELOCITY",
        "LENGTH",
        "AREA",
        "TIME",
        "ANGLE",
        "RATE",
        "ANGLE_RATE",
        "STRING",
    ]
)
"""The names of dimensions that TrackMate's reader knows; any other makes it refuse the file."""


@dataclass(frozen=True)
class Feature:
    """One declared feature: key, name, short name, dimension, whole numbers or not."""

    key: str
    name: str
    shortname: str
    dimension: str
    isint: bool = False

    def __post_init__(self) -> None:
        if self.dimension not in DIMENSIONS:
            raise BadValue(f"feature {self.key}: dimension {self.dimension!r}: expected one of {sorted(DIMENSIONS)}")


def _declare(text: str) -> dict[str, Feature]:
    """Build declarations from lines of ``KEY|name|shortname|dimension[*]``, where * means whole numbers."""
    features = {}
    for line in text.strip().splitlines():
        key, name, shortname, dimension = line.strip().split("|")
        features[key] = Feature(key, name, shortname, dimension.rstrip("*"), dimension.endswith("*"))
    return features


SPOT_FEATURES: Final = _declare("""
    QUALITY|Quality|Quality|QUALITY
    POSITION_X|X|X|POSITION
    POSITION_Y|Y|Y|POSITION
    POSITION_Z|Z|Z|POSITION
    POSITION_T|T|T|TIME
    FRAME|Frame|Frame|NONE*
    RADIUS|Radius|R|LENGTH
    VISIBILITY|Visibility|Visibility|NONE*
    MANUAL_SPOT_COLOR|Manual spot color|Spot color|NONE*
    ELLIPSE_X0|Ellipse center x0|El. x0|LENGTH
    ELLIPSE_Y0|Ellipse center y0|El. y0|LENGTH
    ELLIPSE_MAJOR|Ellipse long axis|El. long axis|LENGTH
    ELLIPSE_MINOR|Ellipse short axis|El. sh. axis|LENGTH
    ELLIPSE_THETA|Ellipse angle|El. angle|ANGLE
    ELLIPSE_ASPECTRATIO|Ellipse aspect ratio|El. a.r.|NONE
    AREA|Area|Area|AREA
    PERIMETER|Perimeter|Perim.|LENGTH
    CIRCULARITY|Circularity|Circ.|NONE
    SOLIDITY|Solidity|Solidity|NONE
    SHAPE_INDEX|Shape index|Shape index|NONE
    LABEL|Label|Label|NONE*
    N_PIECES|Number of pieces|N pieces|NONE*
    N_VOXELS|Number of voxels|N voxels|NONE*
    VOLUME|Volume|Volume|NONE
    SURFACE|Surface|Surface|AREA
    SPHERICITY|Sphericity|Sphericity|NONE
    ELLIPSOID_A|Ellipsoid longest semi-axis|El. a|LENGTH
    ELLIPSOID_B|Ellipsoid middle semi-axis|El. b|LENGTH
    ELLIPSOID_C|Ellipsoid shortest semi-axis|El. c|LENGTH
    ELLIPSOID_AX|Ellipsoid longest axis, x|El. ax|NONE
    ELLIPSOID_AY|Ellipsoid longest axis, y|El. ay|NONE
    ELLIPSOID_AZ|Ellipsoid longest axis, z|El. az|NONE
    ELLIPSOID_CX|Ellipsoid shortest axis, x|El. cx|NONE
    ELLIPSOID_CY|Ellipsoid shortest axis, y|El. cy|NONE
    ELLIPSOID_CZ|Ellipsoid shortest axis, z|El. cz|NONE
    INSIDE_TISSUE|Fraction inside tissue|In tissue|NONE
    TISSUE_LABEL|Tissue label|Tissue|NONE*
    DISTANCE_TO_TISSUE|Distance to tissue surface|Tissue dist.|LENGTH
    CHECKED|Checked by a person|Checked|NONE*
""")
"""Spot features that TrackMate or VollTrack computes, without the intensity features of the channels."""

EDGE_FEATURES: Final = _declare("""
    SPOT_SOURCE_ID|Source spot ID|Source ID|NONE*
    SPOT_TARGET_ID|Target spot ID|Target ID|NONE*
    LINK_COST|Edge cost|Cost|COST
    DIRECTIONAL_CHANGE_RATE|Directional change rate|γ rate|ANGLE_RATE
    SPEED|Speed|Speed|VELOCITY
    DISPLACEMENT|Displacement|Disp.|LENGTH
    EDGE_TIME|Edge time|Edge T|TIME
    EDGE_X_LOCATION|Edge X|Edge X|POSITION
    EDGE_Y_LOCATION|Edge Y|Edge Y|POSITION
    EDGE_Z_LOCATION|Edge Z|Edge Z|POSITION
    MANUAL_EDGE_COLOR|Manual edge color|Edge color|NONE*
""")
"""Edge features that TrackMate computes."""

TRACK_FEATURES: Final = _declare("""
    TRACK_INDEX|Track index|Index|NONE*
    TRACK_ID|Track ID|ID|NONE*
    NUMBER_SPOTS|Number of spots in track|N spots|NONE*
    NUMBER_GAPS|Number of gaps|N gaps|NONE*
    NUMBER_SPLITS|Number of split events|N splits|NONE*
    NUMBER_MERGES|Number of merge events|N merges|NONE*
    NUMBER_COMPLEX|Number of complex points|N complex|NONE*
    LONGEST_GAP|Longest gap|Lgst gap|NONE*
    TRACK_DURATION|Track duration|Duration|TIME
    TRACK_START|Track start|Track start|TIME
    TRACK_STOP|Track stop|Track stop|TIME
    TRACK_DISPLACEMENT|Track displacement|Track disp.|LENGTH
    TRACK_X_LOCATION|Track mean X|Track X|POSITION
    TRACK_Y_LOCATION|Track mean Y|Track Y|POSITION
    TRACK_Z_LOCATION|Track mean Z|Track Z|POSITION
    TRACK_MEAN_SPEED|Track mean speed|Mean sp.|VELOCITY
    TRACK_MAX_SPEED|Track max speed|Max speed|VELOCITY
    TRACK_MIN_SPEED|Track min speed|Min speed|VELOCITY
    TRACK_MEDIAN_SPEED|Track median speed|Med. speed|VELOCITY
    TRACK_STD_SPEED|Track std speed|Std speed|VELOCITY
    TRACK_MEAN_QUALITY|Track mean quality|Mean Q|QUALITY
    TOTAL_DISTANCE_TRAVELED|Total distance traveled|Total dist.|LENGTH
    MAX_DISTANCE_TRAVELED|Max distance traveled|Max dist.|LENGTH
    CONFINEMENT_RATIO|Confinement ratio|Cfn. ratio|NONE
    MEAN_STRAIGHT_LINE_SPEED|Mean straight line speed|Mn. v. line|VELOCITY
    LINEARITY_OF_FORWARD_PROGRESSION|Linearity of forward progression|Fwd. progr.|NONE
    MEAN_DIRECTIONAL_CHANGE_RATE|Mean directional change rate|Mn. γ rate|ANGLE_RATE
""")
"""Track features that TrackMate computes."""

_CHANNEL_FEATURES: Final = {
    "MEAN_INTENSITY": ("Mean intensity ch", "Mean ch", "INTENSITY"),
    "MEDIAN_INTENSITY": ("Median intensity ch", "Median ch", "INTENSITY"),
    "MIN_INTENSITY": ("Min intensity ch", "Min ch", "INTENSITY"),
    "MAX_INTENSITY": ("Max intensity ch", "Max ch", "INTENSITY"),
    "TOTAL_INTENSITY": ("Sum intensity ch", "Sum ch", "INTENSITY"),
    "STD_INTENSITY": ("Std intensity ch", "Std ch", "INTENSITY"),
    "CONTRAST": ("Contrast ch", "Ctrst ch", "NONE"),
    "SNR": ("Signal/Noise ratio ch", "SNR ch", "NONE"),
}
_CHANNEL_KEY: Final = re.compile(r"([A-Z_]+)_CH([0-9]+)")


def declare_spot_feature(key: str, *, isint: bool = False) -> Feature:
    """Return the declaration of a spot feature: TrackMate's or ours when known, else one of no dimension."""
    known = SPOT_FEATURES.get(key)
    if known is not None:
        return known
    match = _CHANNEL_KEY.fullmatch(key)
    if match is not None and match[1] in _CHANNEL_FEATURES:
        name, shortname, dimension = _CHANNEL_FEATURES[match[1]]
        return Feature(key, name + match[2], shortname + match[2], dimension)
    return Feature(key, key, key, "NONE", isint)
