"""The lines of plots over time: every link within a tracklet whose two values are known, and no other."""

import numpy as np
from matplotlib.figure import Figure

from volltrack.apps.drawing.plots.axes import draw_quantity
from volltrack.apps.drawing.roles import ROLE_COLORS, find_roles
from volltrack.testing import make_random_lineage


def drawn_links(lineage, values):
    """Pairs of values that the plot joins by a line, and the values of the dots, as sets."""
    axes = Figure().subplots()
    draw_quantity(axes, lineage, find_roles(lineage), lineage.spots.frames.astype(float), values)
    lines, dots = axes.collections
    pairs = {
        (piece[i, 1], piece[i + 1, 1])
        for piece in lines.get_segments()
        for i in range(len(piece) - 1)
    }  # fmt: skip
    return pairs, set(np.asarray(dots.get_offsets())[:, 1]), len(lines.get_segments())


def test_lines_are_the_links_within_tracklets_between_known_values():
    lineage = make_random_lineage(4)
    values = np.arange(len(lineage.spots), dtype=float)
    values[::7] = np.nan
    tracklet, known = lineage.tracklet_of_spot, np.isfinite(values)
    expected = {
        (values[a], values[b])
        for a, b in zip(lineage.source_rows, lineage.target_rows, strict=True)
        if tracklet[a] == tracklet[b] and known[a] and known[b]
    }
    pairs, dots, n_lines = drawn_links(lineage, values)
    assert pairs == expected
    assert dots == set(values[known]) - {value for pair in expected for value in pair}
    assert n_lines < len(expected)  # whole pieces, not a line per link: 200,000 links are drawn in a second


def test_nothing_known_draws_nothing():
    lineage = make_random_lineage(4)
    assert drawn_links(lineage, np.full(len(lineage.spots), np.nan)) == (set(), set(), 0)


def test_roles_have_the_colours_of_the_paper():
    assert ROLE_COLORS[:2] == ("#2ca02c", "#d62728")
