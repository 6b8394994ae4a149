"""What every method keeps to, as checks that you can run on a method of your own, with pytest or without.

    from volltrack.testing.contracts import check_segmenter
    check_segmenter(MySettings().make)

Each check raises `ContractBroken` with what was expected and what was found. ``segmenters``, ``detectors`` and
``linkers`` hold the checks, ``promise`` what they have in common, ``samples`` what they are tried on, and ``elsewhere``
runs a method in another process.
"""

from volltrack.testing.contracts.detectors import check_detector
from volltrack.testing.contracts.linkers import check_linker
from volltrack.testing.contracts.promise import ContractBroken
from volltrack.testing.contracts.segmenters import check_segmenter

__all__ = ["ContractBroken", "check_detector", "check_linker", "check_segmenter"]
