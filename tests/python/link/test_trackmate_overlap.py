"""Links by overlap of labels."""

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadTable, BadValue
from volltrack.link import LinkSettings, link_labels_by_overlap
from volltrack.link.trackmate.overlap import measure_overlaps
from volltrack.model import Calibration, LabelMovie, Links, Spots

OVERLAP = LinkSettings(method="overlap")


def movie_of(*frames: list[int]) -> LabelMovie:
    return LabelMovie.from_array(np.array(frames, dtype=np.int32)[:, np.newaxis], Calibration.in_pixels())


def spots_of(labels: LabelMovie) -> Spots:
    """One spot per label; id = 1000 x frame + label."""
    found = [(t, int(v)) for t in range(labels.n_frames) for v in np.unique(labels.frame(t)) if v]
    frame, label = np.array(found, dtype=np.int64).reshape(-1, 2).T
    table = pd.DataFrame({"ID": 1000 * frame + label, "FRAME": frame, "LABEL": label.astype(float)})
    return Spots(table=table.assign(POSITION_X=0.0, POSITION_Y=0.0, POSITION_Z=0.0))


def pairs(links: Links) -> list[tuple[int, int]]:
    return list(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))


def test_overlaps_are_intersection_over_union() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 6, (2, 3, 20, 20)) * 1000
    labels = np.array([1000, 2000, 4000, 5000])  # 3000 does not count
    overlaps = measure_overlaps(before, after, labels, labels[1:])
    expected = {
        (i, j): 1 - ((before == a) & (after == b)).sum() / ((before == a) | (after == b)).sum()
        for i, a in enumerate(labels)
        for j, b in enumerate(labels[1:])
    }
    found = {(i, j): c for i, j, c in zip(overlaps.source, overlaps.target, overlaps.cost, strict=True)}
    assert found.keys() == expected.keys()
    np.testing.assert_allclose([found[key] for key in expected], list(expected.values()), rtol=1e-12)


def test_cells_that_overlap_are_linked_with_one_minus_iou() -> None:
    labels = movie_of([5, 5, 5, 5, 0, 7, 7], [0, 8, 8, 8, 0, 9, 9])
    links = link_labels_by_overlap(labels, spots_of(labels), OVERLAP)
    assert pairs(links) == [(5, 1008), (7, 1009)]
    assert links.table["LINK_COST"].tolist() == [0.25, pytest.approx(0, abs=1e-300)]
    assert (links.table["LINK_COST"] > 0).all()


def test_min_iou_is_exclusive() -> None:
    labels = movie_of([5, 5, 5, 5], [0, 0, 8, 8])
    assert len(link_labels_by_overlap(labels, spots_of(labels), LinkSettings(method="overlap", min_iou=0.5))) == 0
    assert len(link_labels_by_overlap(labels, spots_of(labels), LinkSettings(method="overlap", min_iou=0.49))) == 1


def test_division_needs_splitting() -> None:
    labels = movie_of([5, 5, 5, 5, 5], [1, 1, 2, 2, 2])
    assert pairs(link_labels_by_overlap(labels, spots_of(labels), OVERLAP)) == [(5, 1002)]
    splitting = LinkSettings(method="overlap", splitting=True)
    assert pairs(link_labels_by_overlap(labels, spots_of(labels), splitting)) == [(5, 1001), (5, 1002)]


def test_frames_without_spots_are_skipped_over() -> None:
    labels = movie_of([3, 3], [0, 0], [4, 4])
    assert pairs(link_labels_by_overlap(labels, spots_of(labels), OVERLAP)) == [(3, 2004)]


def test_filtered_cells_are_not_linked() -> None:
    labels = movie_of([3, 3, 0, 4, 4], [3, 3, 0, 4, 4])
    spots = spots_of(labels)
    kept = spots.select(spots.ids != 1004)
    assert pairs(link_labels_by_overlap(labels, kept, OVERLAP)) == [(3, 1003)]


def test_no_spots_no_links() -> None:
    labels = movie_of([0, 0], [0, 0])
    assert len(link_labels_by_overlap(labels, Spots.empty(), OVERLAP)) == 0


def test_bad_tables_are_refused() -> None:
    labels = movie_of([3, 3], [4, 4])
    spots = spots_of(labels)
    with pytest.raises(BadTable, match="spots without column LABEL: found FRAME"):
        link_labels_by_overlap(labels, Spots(table=spots.table.drop(columns="LABEL")), OVERLAP)
    with pytest.raises(BadTable, match="spot 3: LABEL = nan: expected a label > 0"):
        link_labels_by_overlap(labels, spots.with_columns({"LABEL": [np.nan, 4]}), OVERLAP)
    with pytest.raises(BadTable, match="label 4 of frame 1 belongs to more than one spot"):
        link_labels_by_overlap(labels, spots.with_columns({"FRAME": [1, 1], "LABEL": [4, 4]}), OVERLAP)
    with pytest.raises(BadValue, match="spots reach frame 2, but array has 2 frames"):
        link_labels_by_overlap(labels, spots.with_columns({"FRAME": [0, 2]}), OVERLAP)
