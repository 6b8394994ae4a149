"""What a method is: settings make one, `prepare` returns it ready, and it runs on frames or spots, here or elsewhere.

Four steps, the same for all of them::

    method = settings.make()           # a value, made in no time; nothing is loaded or estimated
    method.why_not(movie)              # "" where it can be used, else why not
    ready = method.prepare(movie)      # another value: what the settings left open is estimated, networks are loaded
    ready.segment(frame)               # a `Segmenter`;  detect(frame): a `Detector`;  link(spots): a `Linker`

A method is frozen: it can be pickled, ready or not, and runs in another process as it would have here. A new one is a
folder of its own with a class for the settings and one for the method, and a line in `volltrack.registry`;
`volltrack.testing.contracts` tells whether it behaves.

These are abstract classes, not protocols: a method inherits what is the same for all (`describe`, the plain answers of
`why_not`), so that a new one has little to say, and a word misspelt is found when the class is made.
"""

from volltrack.model.methods.method import (
    Detector,
    DetectorSettings,
    Linker,
    LinkerSettings,
    MethodSettings,
    Segmenter,
    SegmenterSettings,
    SizedSegmenterSettings,
    list_changed,
)
from volltrack.model.methods.segmentation import (
    DENOISED,
    DISTANCE,
    IMAGE_NAMES,
    LABELS,
    MASK,
    PROBABILITY,
    RESPONSE,
    SEEDS,
    TISSUE,
    MovieInfo,
    Segmentation,
)

__all__ = [
    "DENOISED",
    "DISTANCE",
    "IMAGE_NAMES",
    "LABELS",
    "MASK",
    "PROBABILITY",
    "RESPONSE",
    "SEEDS",
    "TISSUE",
    "Detector",
    "DetectorSettings",
    "Linker",
    "LinkerSettings",
    "MethodSettings",
    "MovieInfo",
    "Segmentation",
    "Segmenter",
    "SegmenterSettings",
    "SizedSegmenterSettings",
    "list_changed",
]
