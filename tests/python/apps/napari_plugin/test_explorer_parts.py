"""Parts of the track explorer that need no window."""

import itertools

import numpy as np
import pandas as pd
import pytest

from volltrack.analyse import SpectrumSettings
from volltrack.apps.napari_plugin.explorer.family import GENERATION_COLORS, arrange_family
from volltrack.apps.napari_plugin.explorer.picking.pick_spot import find_link_at
from volltrack.apps.napari_plugin.explorer.picking.track_index import index_tracks
from volltrack.apps.napari_plugin.explorer.picking.track_names import name_tracks
from volltrack.apps.napari_plugin.explorer.plots.curves import plot_quantity, plot_tree
from volltrack.apps.napari_plugin.explorer.plots.plot_data import Curve, PlotData
from volltrack.apps.napari_plugin.explorer.plots.save_plot import save_figure, save_table
from volltrack.apps.napari_plugin.explorer.plots.spectrum_plot import plot_spectrum
from volltrack.apps.napari_plugin.explorer.rows.animation import AnimationSettings, animate_view
from volltrack.apps.napari_plugin.explorer.rows.distance_job import to_tissue
from volltrack.apps.napari_plugin.layers.picking import find_nearest_disc, make_view_plane
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import BadSettings, BadValue
from volltrack.model import Lineage, Links, RemoveLink, Spots
from volltrack.testing import make_random_lineage


def make_lineage(frames, links, *, step=1.0):
    """Return spots 0, 1, ... in a row along x, one per entry of `frames`, linked as said."""
    n = len(frames)
    table = pd.DataFrame(
        {
            "ID": np.arange(n),
            "FRAME": np.asarray(frames, dtype=np.int64),
            "POSITION_X": np.arange(n) * step,
            "POSITION_Y": np.zeros(n),
            "POSITION_Z": np.zeros(n),
        }
    )
    source, target = zip(*links, strict=True) if links else ((), ())
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(list(source), list(target)))


@pytest.mark.parametrize("seed", range(8))
def test_index_holds_every_linked_spot_and_link_once(seed):
    lineage = make_random_lineage(seed)
    index = index_tracks(lineage)
    assert len(index) == lineage.n_tracks
    assert sorted(index.spot_rows.tolist()) == np.flatnonzero(lineage.track_of_spot >= 0).tolist()
    assert sorted(index.link_rows.tolist()) == list(range(len(lineage.links)))
    assert index.n_divisions.sum() == lineage.n_divisions
    for track in range(len(index)):
        rows = index.spots_of(track)
        assert (lineage.track_of_spot[rows] == track).all()
        assert (np.diff(lineage.spots.frames[rows]) >= 0).all()
        own = index.select_track(track)
        assert own.n_tracks == 1
        assert len(own.spots) == index.n_spots[track]
        assert own.n_divisions == index.n_divisions[track]


@pytest.mark.parametrize("seed", range(8))
def test_every_spot_of_a_track_is_one_point_of_one_tracklet(seed):
    index = index_tracks(make_random_lineage(seed))
    for track in range(len(index)):
        family = arrange_family(index.select_track(track))
        ids = family.lineage.spots.ids
        shown = np.concatenate([ids[member.rows] for member in family.members])
        assert sorted(shown.tolist()) == sorted(ids.tolist())
        assert len({member.name for member in family.members}) == len(family.members)
        times = family.lineage.spots.frames.astype(float)
        tree = plot_tree(family, times, "Time (frame)")
        lines = [curve for curve in tree.curves if not curve.label.startswith("link")]
        for a, b in itertools.combinations(lines, 2):  # no two lie upon each other
            assert a.y[0] != b.y[0] or a.x[-1] < b.x[0] or b.x[-1] < a.x[0]


def test_parent_daughters_and_grandchildren_have_names_and_colours():
    # 0-1 divides into 2-4 and 3 (ends at once); 4 divides into 5, 6
    lineage = make_lineage([0, 1, 2, 2, 3, 4, 4], [(0, 1), (1, 2), (1, 3), (2, 4), (4, 5), (4, 6)])
    family = arrange_family(lineage)
    found = {m.name: (m.color, lineage.spots.ids[m.rows].tolist()) for m in family.members}
    green, red, amber = GENERATION_COLORS[:3]
    assert found["parent"] == (green, [0, 1])
    daughters = sorted(ids for name, (color, ids) in found.items() if color == red and name.count(".") == 0)
    assert daughters == [[2, 4], [3]]
    assert sorted(ids for color, ids in found.values() if color == amber) == [[5], [6]]
    assert [name for name, _ in family.legend] == ["parent", "daughters", "granddaughters"]
    values = np.arange(7.0)
    plot = plot_quantity(family, values, "Size (µm)", values, "Time (min)")
    dots = [curve.label for curve in plot.curves if curve.markers == "o"]
    assert len(dots) == 3  # those with a single spot are seen


def test_merged_track_is_one_family_with_two_parents():
    lineage = make_lineage([0, 0, 1, 2], [(0, 2), (1, 2), (2, 3)])
    names = {member.name for member in arrange_family(lineage).members}
    assert names == {"parent 1", "parent 2", "merged 1"}


def test_spectrum_says_what_was_filled_and_left_out():
    frames = [k for k in range(40) if k != 7]
    lineage = make_lineage([*frames, 40, 40], [*((k, k + 1) for k in range(38)), (38, 39), (38, 40)])
    values = np.append(np.sin(2 * np.pi * np.array(frames) / 10), [0.0, 0.0])
    times = lineage.spots.frames * 0.5
    plot = plot_spectrum(arrange_family(lineage), values, "Signal (counts)", "counts", times, "min", SpectrumSettings())
    assert (plot.x_label, plot.y_label) == ("Frequency (1/min)", "Amplitude (counts)")
    assert (
        plot.note == "Peak: parent 0.2 1/min (period 5 min); 1 of 40 values interpolated; 2 of 3 tracklets too short."
    )
    assert plot.curves[0].y.max() == pytest.approx(1.0, abs=0.1)
    short = plot_spectrum(
        arrange_family(make_lineage([0, 1], [(0, 1)])), np.zeros(2), "S", "", np.arange(2.0), "min", SpectrumSettings()
    )
    assert not short.curves
    assert "too few" in short.message


def test_a_click_on_a_tail_takes_the_nearer_end_of_the_nearest_link_on_view():
    lineage = make_lineage([0, 1, 2, 3], [(0, 1), (1, 2), (2, 3)], step=10.0)
    flat = make_view_plane(np.array([1.0, 0.0, 0.0]))

    def click(x, y, *, z=0.0, plane=flat, on_view=(True, True, True)):
        return find_link_at(lineage, np.array([z, y, x]), plane, on_view=np.array(on_view), max_distance=2.0)

    assert click(12.0, 1.0) == 1
    assert click(18.0, 1.0, z=50.0) == 2  # depth does not matter on a flat screen
    assert click(15.0, 3.0) is None
    assert click(12.0, 1.0, on_view=(False, False, True)) is None
    slanted = make_view_plane(np.array([1.0, 0.0, 1.0]))
    assert click(12.0 + 5.0, 0.0, z=5.0, plane=slanted) == 1  # along the view direction


def test_of_the_discs_under_a_click_the_nearest_in_space_is_meant():
    across = np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 9.0], [9.0, 0.0]])
    depth, radii = np.array([0.0, 4.0, 0.0, 0.0]), np.array([4.0, 4.0, 4.0, 4.0])
    assert find_nearest_disc(across, depth, radii, reach=1.0) == 0, "its neighbour on the screen lies deeper"
    assert find_nearest_disc(across, np.zeros(4), radii, reach=1.0) == 1
    assert find_nearest_disc(across - [0.0, 12.9], depth, radii, reach=1.0) == 2, "the whole disc is the target"
    assert find_nearest_disc(across - [0.0, 13.1], depth, radii, reach=1.0) is None
    assert find_nearest_disc(across - [0.0, 13.1], depth, radii, reach=5.0) == 2, "small discs are easier to hit"


def test_tracks_keep_the_names_of_the_file(tmp_path):
    from volltrack.io.trackmate_xml import write_lineage_xml
    from volltrack.model import Calibration

    path = tmp_path / "tracks.xml"
    lineage = make_lineage([0, 1, 2, 3, 0, 1], [(0, 1), (1, 2), (2, 3), (4, 5)])
    write_lineage_xml(path, lineage, calibration=Calibration.in_pixels())
    text = path.read_text().replace('name="Track_0"', 'name="leg cell"')
    path.write_text(text)
    session = TrackSession.open(path)
    assert name_tracks(session) == {0: "leg cell", 1: "Track_1"}
    session.apply(RemoveLink(source_id=1, target_id=2))
    assert sorted(name_tracks(session).values()) == ["Track_1", "leg cell", "leg cell (2)"]


def test_layers_with_another_number_of_axes_are_no_tissue():
    class Layer:
        def __init__(self, shape):
            self.data, self.scale, self.name = (
                np.ones(shape, np.uint8),
                (1.0,) * (len(shape) - 3) + (2.0, 0.5, 0.5),
                "t",
            )

    tissue = to_tissue(Layer((4, 5, 6)), is_2d=False, length_unit="µm")
    assert tissue.labels.shape == (1, 4, 5, 6)
    assert tissue.labels.calibration.voxel_size.zyx == (2.0, 0.5, 0.5)
    assert to_tissue(Layer((3, 4, 5, 6)), is_2d=False, length_unit="µm").frame(2).shape == (4, 5, 6)
    with pytest.raises(BadValue, match="expected 4"):
        to_tissue(Layer((2, 3, 4, 5, 6)), is_2d=False, length_unit="µm")


def test_bad_output_is_refused_with_a_reason(tmp_path):
    plot = PlotData(title="t", x_label="x", y_label="y")
    with pytest.raises(BadValue, match="select a track"):
        save_figure(tmp_path / "a.png", [plot])
    with pytest.raises(BadValue, match="select a track"):
        save_table(tmp_path / "a.csv", [plot])
    curve = Curve(label="a", x=np.arange(3.0), y=np.arange(3.0), color="#2ca02c")
    full = PlotData(title="t", x_label="$x_1$ & <b>", y_label="$y", curves=(curve,))
    with pytest.raises(BadValue, match=r"\.pdf, \.png, \.svg"):
        save_figure(tmp_path / "a.jpg", [full])
    save_figure(tmp_path / "a.svg", [full])
    assert "$x_1$ &amp; &lt;b&gt;" in (tmp_path / "a.svg").read_text()  # names of features are no formulas
    with pytest.raises(BadValue, match="mp4"):
        animate_view(None, tmp_path / "a.avi", AnimationSettings(first_frame=0, last_frame=3))
    with pytest.raises(BadSettings, match="frames_per_second"):
        AnimationSettings(first_frame=0, last_frame=3, frames_per_second=0)
    with pytest.raises(BadSettings, match="first_frame = -1: expected a whole number >= 0"):
        AnimationSettings(first_frame=-1, last_frame=3)
