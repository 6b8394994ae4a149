"""GEFF through the geff library: both ways, foreign files, damaged ones, no warnings."""

import logging
import warnings

import geff
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadFile, BadTable, FileExists
from volltrack.io.geff import read_geff, write_geff
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(
    voxel_size=VoxelSize(z=2.16, y=0.277, x=0.277, unit="µm"), frame_interval=90.5, time_unit="sec"
)


def lineage(n_frames=4, per_frame=3, **columns):
    rng = np.random.default_rng(0)
    n = n_frames * per_frame
    frames = np.repeat(np.arange(n_frames), per_frame)
    table = {"ID": np.arange(n) * 2 + 5, "FRAME": frames, **{f"POSITION_{a}": rng.normal(size=n) for a in "XYZ"}}
    table |= {"POSITION_T": frames * 90.5, "RADIUS": rng.random(n) + 1, "LABEL": np.arange(n)} | columns
    source = table["ID"][:-per_frame][: n - per_frame - 1]
    links = Links.from_arrays(source, source + 2 * per_frame, cost=rng.random(len(source)))
    return Lineage(spots=Spots(table=pd.DataFrame(table)), links=links)


def same(found, expected):
    """Compare spots by id and links by pair, whatever the order."""
    left, right = (x.spots.table.set_index("ID").sort_index() for x in (found, expected))
    pd.testing.assert_frame_equal(left[right.columns], right, check_dtype=False)
    keys = ["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]
    left, right = (x.links.table.sort_values(keys).reset_index(drop=True) for x in (found, expected))
    pd.testing.assert_frame_equal(left[right.columns], right, check_dtype=False)


def test_lineage_survives_without_any_warning(tmp_path):
    before = lineage(QUALITY=np.append(np.nan, np.arange(11.0)), NAME=[f"cell {i}" for i in range(12)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_geff(tmp_path / "t.geff", before, calibration=CALIBRATION)
        back = read_geff(tmp_path / "t.geff")
    same(back.lineage, before)
    assert back.calibration == CALIBRATION
    assert "TRACK_ID" not in back.lineage.spots.table


def test_the_library_accepts_the_file_and_sees_the_graph(tmp_path):
    before = lineage()
    write_geff(tmp_path / "t.geff", before, calibration=CALIBRATION)
    geff.validate_structure(tmp_path / "t.geff")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph, metadata = geff.read(tmp_path / "t.geff")
    assert isinstance(graph, nx.DiGraph)
    assert set(graph.edges) == set(zip(before.links.source_ids, before.links.target_ids, strict=True))
    units = {axis.name: axis.unit for axis in metadata.axes}
    assert units == {"POSITION_T": "second"} | dict.fromkeys(["POSITION_X", "POSITION_Y", "POSITION_Z"], "micrometer")
    assert metadata.sphere == "RADIUS"
    first = graph.nodes[before.spots.ids[0]]
    assert first["POSITION_X"] == before.spots.table["POSITION_X"].iloc[0]
    assert "TRACK_ID" not in graph.nodes[before.spots.ids[-1]]  # the last spot has no link


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 2**31 - 1), min_size=2, max_size=6, unique=True), st.floats(-1e6, 1e6))
def test_random_ids_and_numbers_survive(tmp_path_factory, ids, value):
    table = pd.DataFrame({"ID": ids, "FRAME": range(len(ids)), "OWN": value})
    table = table.assign(POSITION_X=value, POSITION_Y=1.0, POSITION_Z=2.0, POSITION_T=90.5 * table["FRAME"])
    before = Lineage(spots=Spots(table=table), links=Links.from_arrays(ids[:-1], ids[1:]))
    path = tmp_path_factory.mktemp("geff") / "t.geff"
    write_geff(path, before, calibration=CALIBRATION)
    same(read_geff(path).lineage, before)


def test_nothing_survives_as_nothing(tmp_path):
    empty = Lineage(spots=Spots.empty(), links=Links.empty())
    write_geff(tmp_path / "t.geff", empty, calibration=CALIBRATION)
    back = read_geff(tmp_path / "t.geff")
    assert (len(back.lineage.spots), len(back.lineage.links)) == (0, 0)


def test_no_links_and_one_spot_survive(tmp_path):
    table = lineage().spots.table.iloc[:1]
    write_geff(tmp_path / "t.geff", Lineage(spots=Spots(table=table), links=Links.empty()), calibration=CALIBRATION)
    assert len(read_geff(tmp_path / "t.geff").lineage.spots) == 1


def foreign(path, nodes, edges=(), **options):
    """Write a graph as another program would."""
    graph = nx.DiGraph()
    for number, properties in nodes.items():
        graph.add_node(number, **properties)
    graph.add_edges_from(edges)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        geff.write(graph, path, **options)
    return path


AXES = {"axis_names": ["t", "y", "x"], "axis_types": ["time", "space", "space"]}


def test_graph_of_another_program_reads(tmp_path):
    nodes = {10: {"t": 0, "y": 1.0, "x": 2.0, "size": 5}, 11: {"t": 1, "y": 2.0, "x": 3.0, "size": 6}}
    path = foreign(
        tmp_path / "f.geff", nodes, [(10, 11)], **AXES,
        axis_units=["frame", "pixel", "pixel"], axis_scales=[30.0, 0.5, 0.25],
        scaled_units=["second", "micrometer", "micrometer"],
    )  # fmt: skip
    found = read_geff(path)
    table = found.lineage.spots.table
    assert table["FRAME"].tolist() == [0, 1]
    assert table["POSITION_X"].tolist() == [0.5, 0.75]
    assert table["POSITION_Y"].tolist() == [0.5, 1.0]
    assert table["POSITION_Z"].tolist() == [0.0, 0.0]
    assert table["POSITION_T"].tolist() == [0.0, 30.0]
    assert table["size"].tolist() == [5, 6]
    assert (found.calibration.length_unit, found.calibration.time_unit) == ("µm", "sec")


def test_times_in_seconds_need_the_frame_interval(tmp_path):
    nodes = {n: {"t": t, "y": 1.0, "x": 2.0} for n, t in enumerate([0.0, 7.5, 12.6])}
    path = foreign(tmp_path / "f.geff", nodes, [(0, 1)], **AXES, axis_units=["second", "micrometer", "micrometer"])
    with pytest.raises(BadFile, match=r"0, 7.5, 12.6 sec\) have no step in common.*`frame_interval`, in sec"):
        read_geff(path)
    assert read_geff(path, frame_interval=2.5).lineage.spots.frames.tolist() == [0, 3, 5]


def test_ids_that_trackmate_cannot_hold_are_numbered_anew(tmp_path, caplog):
    big = 10**12
    nodes = {big: {"t": 0, "y": 1.0, "x": 2.0}, big + 5: {"t": 1, "y": 2.0, "x": 3.0}}
    path = foreign(tmp_path / "f.geff", nodes, [(big, big + 5)], **AXES)
    with caplog.at_level(logging.WARNING):
        found = read_geff(path).lineage
    assert "numbered anew" in caplog.text
    assert (len(found.links), found.spots.frames[found.target_rows[0]]) == (1, 1)


def test_edge_inside_a_frame_is_refused(tmp_path):
    nodes = {1: {"t": 0, "y": 1.0, "x": 2.0}, 2: {"t": 0, "y": 2.0, "x": 3.0}}
    with pytest.raises(BadTable, match="joins two spots of frame 0"):
        read_geff(foreign(tmp_path / "f.geff", nodes, [(1, 2)], **AXES))


def test_graph_without_axes_is_refused(tmp_path):
    with pytest.raises(BadFile, match="axes none: expected one of time and two or three of space"):
        read_geff(foreign(tmp_path / "f.geff", {1: {"a": 1}, 2: {"a": 2}}))


def test_what_is_no_geff_is_refused(tmp_path):
    with pytest.raises(BadFile, match="no such folder"):
        read_geff(tmp_path / "none.geff")
    (tmp_path / "file.geff").write_text("x")
    with pytest.raises(BadFile, match="a file"):
        read_geff(tmp_path / "file.geff")
    (tmp_path / "empty.geff").mkdir()
    with pytest.raises(BadFile, match="not a GEFF, or damaged"):
        read_geff(tmp_path / "empty.geff")
    write_geff(tmp_path / "t.geff", lineage(), calibration=CALIBRATION)
    next((tmp_path / "t.geff" / "nodes" / "ids").rglob("0*")).write_bytes(b"\0")
    with pytest.raises(BadFile, match=r"nodes/ids cannot be decoded: the chunk 0 .*; copy or export it again"):
        read_geff(tmp_path / "t.geff")


def test_existing_folder_is_kept_unless_told_otherwise(tmp_path):
    write_geff(tmp_path / "t.geff", lineage(), calibration=CALIBRATION)
    with pytest.raises(FileExists):
        write_geff(tmp_path / "t.geff", lineage(), calibration=CALIBRATION)
    write_geff(tmp_path / "t.geff", lineage(2), calibration=CALIBRATION, overwrite=True)
    assert len(read_geff(tmp_path / "t.geff").lineage.spots) == 6
    assert [p.name for p in tmp_path.iterdir()] == ["t.geff"]
