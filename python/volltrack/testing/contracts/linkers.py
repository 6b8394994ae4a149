"""What every linker keeps to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from volltrack.model import LabelMovie, Lineage, Links, Spots
from volltrack.model.methods import Linker, LinkerSettings
from volltrack.testing.contracts.elsewhere import call_elsewhere
from volltrack.testing.contracts.promise import copy_by_pickle, pickle_method, require, require_stop, require_value
from volltrack.testing.contracts.samples import measure_spots, sample_labels

__all__ = ["check_linker"]


def check_linker(make: Callable[[], Linker], *, elsewhere: bool = True) -> None:
    """Check a linker: spots of stacks and planes, none, one, of one frame, stopped, pickled, elsewhere, twice.

    Parameters
    ----------
    make
        Makes it, not ready, as `settings.make` does.
    elsewhere
        Whether it is tried in another process, too.

    Raises
    ------
    ContractBroken
        It does not keep to something that all linkers do.
    """
    method = make()
    require_value(method, Linker, LinkerSettings)
    require(make() == method, "the same settings make equal methods")
    for labels in sample_labels():
        spots = measure_spots(labels)
        require(not method.why_not(spots, labels), "it can link spots with their labels", method.why_not(spots, labels))
        links = _link(method, spots, labels)
        require(len(links) > 0, f"of {len(spots)} spots of {labels.name} some are linked")
        for few in (spots.frames < 0, spots.ids == spots.ids[0], spots.frames == 0):
            part = spots.select(few)
            found = _link(method, part, labels)
            require(len(found) == 0, f"{len(part)} spots of one frame have no links", len(found))
        shuffled = Spots(table=spots.table.iloc[::-1].reset_index(drop=True), calibration=spots.calibration)
        again = _link(method, shuffled, labels)
        require(again.table.equals(links.table), "the order of the rows does not matter")
    ready = method.prepare(spots, labels=labels)
    require_stop(lambda on_progress: _link(method, spots, labels, on_progress=on_progress))
    _require_same(copy_by_pickle(ready).link(spots, labels=labels), links, "pickled and back it")
    if elsewhere:
        _require_same(call_elsewhere(_Call(ready, labels), "link", spots), links, "in another process it")


class _Call:
    """A linker with its labels."""

    def __init__(self, ready: Linker, labels: LabelMovie) -> None:
        self._ready, self._labels = ready, labels

    def link(self, spots: Spots) -> Links:
        """Return the links."""
        return self._ready.link(spots, labels=self._labels)


def _link(method: Linker, spots: Spots, labels: LabelMovie, **kwargs: object) -> Links:
    """Return the links, after checks that hold for any spots."""
    before, kept = pickle_method(method), spots.table.copy()
    ready = method.prepare(spots, labels=labels, **kwargs)  # type: ignore[arg-type]
    require(pickle_method(method) == before, "prepare() leaves the method as it was and returns another")
    require_value(ready, Linker, LinkerSettings)
    links = ready.link(spots, labels=labels, **kwargs)  # type: ignore[arg-type]
    require(spots.table.equals(kept), "the spots are not changed")
    _require_same(ready.link(spots, labels=labels), links, "a second time it")
    frames = dict(zip(spots.ids.tolist(), spots.frames.tolist(), strict=True))
    known = all(i in frames for i in np.concatenate([links.source_ids, links.target_ids]).tolist())
    require(known, "links join spots that there are")
    pairs = zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True)
    back = [(source, target) for source, target in pairs if frames[source] >= frames[target]]
    require(not back, "links go to later frames", back[:3])
    Lineage(spots=spots, links=links)
    return links


def _require_same(found: Links, expected: Links, doing: str) -> None:
    require(found.table.equals(expected.table), f"{doing} gives the same links")
