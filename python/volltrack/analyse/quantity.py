"""What the columns of the tables mean, and in which unit they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from volltrack.errors import BadValue
from volltrack.model import Calibration, declare_spot_feature
from volltrack.model.feature import DIMENSIONS

__all__ = ["QUANTITIES", "Quantity", "describe_column", "unit_of_dimension"]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One column of a table, or one axis of a plot.

    Parameters
    ----------
    key
        Name of the column.
    name
        Name for a person, for an axis.
    dimension
        One of `volltrack.model.feature.DIMENSIONS`.
    meaning
        One sentence: what the number is.
    """

    key: str
    name: str
    dimension: str
    meaning: str

    def __post_init__(self) -> None:
        if self.dimension not in DIMENSIONS:
            raise BadValue(f"quantity {self.key}: dimension {self.dimension!r}: expected one of {sorted(DIMENSIONS)}")

    def unit(self, calibration: Calibration) -> str:
        """Return the unit, such as ``"µm/min"``; empty for a plain number."""
        if self.key == "VOLUME":  # TrackMate has no dimension for it
            return f"{calibration.length_unit}³"
        return unit_of_dimension(self.dimension, calibration)

    def label(self, calibration: Calibration) -> str:
        """Return the words of an axis, such as ``"Speed (µm/min)"``."""
        unit = self.unit(calibration)
        return f"{self.name} ({unit})" if unit else self.name


def unit_of_dimension(dimension: str, calibration: Calibration) -> str:
    """Return the unit of a dimension; empty where it has none."""
    length, time = calibration.length_unit, calibration.time_unit
    units = {
        "POSITION": length,
        "LENGTH": length,
        "AREA": f"{length}²",
        "TIME": time,
        "VELOCITY": f"{length}/{time}",
        "RATE": f"1/{time}",
        "ANGLE": "rad",
        "ANGLE_RATE": f"rad/{time}",
        "INTENSITY": "counts",
        "INTENSITY_SQUARED": "counts²",
    }
    return units.get(dimension, "")


def describe_column(key: str) -> Quantity:
    """Return what a column is: one of `QUANTITIES`, or a spot feature of TrackMate, of ours or of the file."""
    known = QUANTITIES.get(key)
    if known is not None:
        return known
    feature = declare_spot_feature(key)
    return Quantity(key=key, name=feature.name, dimension=feature.dimension, meaning=f"Spot feature {feature.name}.")


def _declare(text: str) -> Mapping[str, Quantity]:
    """Build declarations from lines of ``KEY|name|dimension|meaning``."""
    found = {}
    for line in text.strip().splitlines():
        key, name, dimension, meaning = line.strip().split("|")
        found[key] = Quantity(key=key, name=name, dimension=dimension, meaning=meaning)
    return MappingProxyType(found)


QUANTITIES: Final = _declare("""
    SPOT_ID|Spot|NONE|Id of the spot in the file.
    FRAME|Frame|NONE|Frame, counted from 0.
    TIME|Time|TIME|Frame times the frame interval.
    TRACK_ID|Track|NONE|Id of the track (lineage); -1 for a spot without links.
    TRACKLET_ID|Tracklet|NONE|Number of the tracklet (run of links without division or merge).
    PARENT_ID|Parent tracklet|NONE|Tracklet before this one, of several the smallest number; -1 without one.
    N_PARENTS|Parents|NONE|Tracklets that lead into this one: 2 or more after a merge.
    N_CHILDREN|Children|NONE|Tracklets that this one leads to: 2 or more after a division.
    GENERATION|Generation|NONE|Number of divisions since the founder.
    ROLE|Role|STRING|daughter: begins at a division; parent: other of a dividing lineage; single: no division.
    N_SPOTS|Spots|NONE|Number of spots.
    N_MISSED|Missed frames|NONE|Frames between first and last spot of a tracklet in which it has no spot.
    FIRST_SPOT_ID|First spot|NONE|Id of the first spot.
    LAST_SPOT_ID|Last spot|NONE|Id of the last spot.
    START_FRAME|First frame|NONE|Frame of the first spot.
    STOP_FRAME|Last frame|NONE|Frame of the last spot.
    START_TIME|Start|TIME|Time of the first spot.
    STOP_TIME|Stop|TIME|Time of the last spot.
    DURATION|Duration|TIME|Time from the first spot to the last.
    DISPLACEMENT|Displacement|LENGTH|Straight distance from the first spot to the last.
    PATH_LENGTH|Path length|LENGTH|Sum of the distances from spot to spot.
    MEAN_SPEED|Mean speed|VELOCITY|Path length over duration.
    MAX_SPEED|Maximum speed|VELOCITY|Largest speed of a link.
    STRAIGHTNESS|Straightness|NONE|Displacement over path length: 1 for a straight line.
    MEAN_TURNING_ANGLE|Mean turning angle|ANGLE|Mean angle between successive links, 0 to π.
    CELL_CYCLE|Cell cycle|TIME|Time between two divisions: from the parent's division to the tracklet's own.
    N_TRACKLETS|Tracklets|NONE|Number of tracklets.
    N_FOUNDERS|Founders|NONE|Tracklets without a parent.
    N_DIVISIONS|Divisions|NONE|Spots with two or more links to later spots.
    N_MERGES|Merges|NONE|Spots with two or more links to earlier spots.
    MAX_GENERATION|Last generation|NONE|Largest generation of a tracklet.
    N_CELL_CYCLES|Cell cycles|NONE|Tracklets between two divisions.
    MEAN_CELL_CYCLE|Mean cell cycle|TIME|Mean time between two divisions.
    LAG|Lag|TIME|Time between two looks at the same cell.
    MSD|Mean squared displacement|AREA|Mean square of the distance moved in a lag.
    N_PAIRS|Pairs|NONE|Pairs of spots that the mean is taken over.
    DISTANCE_TO_TISSUE|Distance to tissue boundary|LENGTH|Distance to the tissue surface of the frame; positive inside.
    START_DISTANCE|Distance at the start|LENGTH|Distance to the tissue boundary of the first spot; positive inside.
    END_DISTANCE|Distance at the end|LENGTH|Distance to the tissue boundary of the last spot; positive inside.
    START_Z|Start z|POSITION|Position of the first spot.
    START_Y|Start y|POSITION|Position of the first spot.
    START_X|Start x|POSITION|Position of the first spot.
    END_Z|End z|POSITION|Position of the last spot.
    END_Y|End y|POSITION|Position of the last spot.
    END_X|End x|POSITION|Position of the last spot.
    SPOT_SOURCE_ID|Earlier spot|NONE|Id of the earlier spot of the link.
    SPOT_TARGET_ID|Later spot|NONE|Id of the later spot of the link.
    SPEED|Speed|VELOCITY|Distance between the two spots of a link over the time between them.
    TURNING_ANGLE|Turning angle|ANGLE|Angle between a link and the link before it in the same tracklet, 0 to π.
    RADIAL_SPEED|Radial speed|VELOCITY|Change of the distance to the boundary per time: positive into the tissue.
    TANGENTIAL_SPEED|Tangential speed|VELOCITY|Speed along the tissue boundary: the root of speed² - radial speed².
    QUANTITY|Quantity|STRING|Key of the quantity that the spectrum is of.
    FREQUENCY|Frequency|RATE|Frequency of a bin of the spectrum.
    AMPLITUDE|Amplitude|NONE|One-sided amplitude: a sine of amplitude A gives A at its frequency.
    DOMINANT_FREQUENCY|Dominant frequency|RATE|Frequency with the largest amplitude, frequency 0 left out.
    DOMINANT_AMPLITUDE|Dominant amplitude|NONE|Amplitude at the dominant frequency.
    N_SAMPLES|Samples|NONE|Evenly spaced samples, filled ones included.
    N_FILLED|Filled samples|NONE|Samples filled by linear interpolation.
""")
"""Every column of the tables of `volltrack.analyse`, by key."""
