"""GEFF of other programs by the command line: read with what they say, asked for the rest, refused where damaged."""

import warnings
from xml.etree import ElementTree

import geff
import numpy as np
import pytest
import zarr
from geff.core_io import write_arrays
from geff_spec import Axis, DisplayHint

SPACE = {"type": "space", "unit": "micrometer"}
SCALED = {"type": "space", "unit": "pixel", "scale": 0.5, "scaled_unit": "micrometer"}
GRID = ("--voxel-size", "1,0.5,0.5")


def write_graph(path, nodes, axes, *, edges=((0, 1), (1, 2)), zarr_format=2, varlength=None, **metadata):
    """Write columns of three nodes as another program would.

    `axes` are keywords by property name; `varlength` holds lists of arrays.
    """
    props = {key: {"values": np.asarray(values), "missing": None} for key, values in nodes.items()}
    for key, arrays in (varlength or {}).items():
        values = np.empty(len(arrays), dtype=object)
        for i, array in enumerate(arrays):
            values[i] = np.asarray(array)
        props[key] = {"values": values, "missing": None}
    n = len(next(iter(nodes.values())))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        about = geff.GeffMetadata(
            directed=True,
            node_props_metadata={},
            edge_props_metadata={},
            axes=[Axis(name=name, **keywords) for name, keywords in axes.items()] or None,
            **metadata,
        )
        pairs = np.array(edges, dtype=np.uint64).reshape(-1, 2)
        write_arrays(path, np.arange(n, dtype=np.uint64), props, pairs, {}, about, zarr_format=zarr_format)
    return path


def flat(times, time=None, *, path, **more):
    """Write three cells of a 2D movie with this axis of time."""
    nodes = {"t": times, "y": [1.0, 2.0, 3.0], "x": [4.0, 5.0, 6.0]} | more.pop("nodes", {})
    return write_graph(path, nodes, {"t": {"type": "time"} | (time or {}), "y": SPACE, "x": SPACE}, **more)


def frames_and_times(xml):
    spots = ElementTree.parse(xml).getroot().iter("Spot")
    return [(int(s.get("FRAME")), float(s.get("POSITION_T"))) for s in sorted(spots, key=lambda s: int(s.get("ID")))]


@pytest.mark.parametrize("times", [[0, 5, 15], [0.0, 5.0, 15.0]])
@pytest.mark.parametrize(("unit", "ours"), [("second", "sec"), ("minute", "min"), ("hour", "hour"), ("ms", "ms")])
def test_seconds_stay_seconds(ask, tmp_path, times, unit, ours):
    path = flat(times, {"unit": unit}, path=tmp_path / "a.geff")
    found = ask("info", path)
    assert (found["frames"], found["frame_interval"], found["time_unit"]) == ("0 to 3", 5, ours)
    ask("convert", path, tmp_path / "a.xml", *GRID)
    assert frames_and_times(tmp_path / "a.xml") == [(0, 0), (1, 5), (3, 15)]
    assert ElementTree.parse(tmp_path / "a.xml").getroot().find("Model").get("timeunits") == ours


def test_frame_interval_given_for_seconds_of_whole_numbers(ask, tmp_path):
    path = flat([0, 5, 10], {"unit": "second"}, path=tmp_path / "a.geff")
    ask("convert", path, tmp_path / "a.xml", "--frame-interval", "5", "--time-unit", "sec", *GRID)
    assert frames_and_times(tmp_path / "a.xml") == [(0, 0), (1, 5), (2, 10)]
    ask("convert", path, tmp_path / "b.xml", "--frame-interval", "2.5", *GRID)
    assert frames_and_times(tmp_path / "b.xml") == [(0, 0), (2, 5), (4, 10)]


def test_frame_interval_given_in_another_unit(ask, tmp_path):
    path = flat([0, 60, 120], {"unit": "second"}, path=tmp_path / "a.geff")
    ask("convert", path, tmp_path / "a.xml", "--frame-interval", "1", "--time-unit", "min", *GRID)
    assert frames_and_times(tmp_path / "a.xml") == [(0, 0), (1, 1), (2, 2)]


def test_times_without_a_common_step_need_the_frame_interval(call, ask, tmp_path):
    path = flat([0.0, 5.02, 9.97], {"unit": "second"}, path=tmp_path / "a.geff")
    answer = call("convert", path, tmp_path / "a.xml", *GRID)
    assert answer.code == 2
    assert "0, 5.02, 9.97 sec) have no step in common" in answer.err
    assert "--frame-interval, in sec" in answer.err
    ask("convert", path, tmp_path / "a.xml", "--frame-interval", "5", *GRID)
    assert [frame for frame, _ in frames_and_times(tmp_path / "a.xml")] == [0, 1, 2]
    assert (
        "no multiples of the frame interval 3"
        in call("info", path).err + call("convert", path, tmp_path / "b.xml", "--frame-interval", "3", *GRID).err
    )


@pytest.mark.parametrize("first", ["t", "tpoint"])
@pytest.mark.parametrize("count_unit", ["frame", None])
def test_two_axes_of_time_each_say_their_part(ask, tmp_path, first, count_unit):
    axes = {"t": {"type": "time", "unit": "minute"}, "tpoint": {"type": "time", "unit": count_unit}}
    axes = {first: axes[first], **axes, "y": SPACE, "x": SPACE}
    nodes = {"t": [0, 5, 15], "tpoint": [0, 1, 3], "y": [1.0, 2, 3], "x": [1.0, 2, 3]}
    found = ask("info", write_graph(tmp_path / "a.geff", nodes, axes))
    assert (found["frames"], found["gaps"], found["frame_interval"], found["time_unit"]) == ("0 to 3", 1, 5, "min")


def test_frames_stay_frames(ask, tmp_path):
    found = ask("info", flat([0, 5, 10], {"unit": "frame"}, path=tmp_path / "a.geff"))
    assert (found["frames"], found["frame_interval"], found["time_unit"]) == ("0 to 10", 1, "frame")
    scaled = {"unit": "frame", "scale": 5.0, "scaled_unit": "minute"}
    found = ask("info", flat([0, 1, 3], scaled, path=tmp_path / "b.geff"))
    assert (found["frames"], found["frame_interval"], found["time_unit"]) == ("0 to 3", 5, "min")


def test_whole_numbers_without_a_unit_are_frames_and_their_length_is_asked_for(call, ask, tmp_path):
    path = flat([0, 5, 10], path=tmp_path / "a.geff")
    found = ask("info", path)
    assert (found["frames"], found["frame_interval"], found["time_unit"]) == ("0 to 10", "not stated", "not stated")
    answer = call("convert", path, tmp_path / "a.xml", *GRID)
    assert answer.code == 2
    assert "the time between two frames (--frame-interval); the unit of time (--time-unit" in answer.err
    ask("convert", path, tmp_path / "a.xml", *GRID, "--frame-interval", "2", "--time-unit", "min")
    assert frames_and_times(tmp_path / "a.xml") == [(0, 0), (5, 10), (10, 20)]


@pytest.mark.parametrize("target", ["a.xml", "a_ctc"])
def test_pixel_size_is_never_taken_as_1(call, ask, tmp_path, target):
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff", nodes={"RADIUS": [1.0, 1, 1]})
    assert ask("info", path)["voxel_size_zyx"] == ["not stated"] * 3
    answer = call("convert", path, tmp_path / target)
    assert answer.code == 2
    assert "does not say the pixel size in y and x (--voxel-size Z,Y,X)" in answer.err
    assert not (tmp_path / target).exists()
    call("convert", path, tmp_path / target, *GRID)
    assert (tmp_path / target).exists()


def test_scale_of_pixels_is_the_pixel_size(ask, tmp_path):
    nodes = {"t": [0, 1, 2], "y": [10, 20, 30], "x": [2, 4, 6]}
    path = write_graph(tmp_path / "a.geff", nodes, {"t": {"type": "time", "unit": "frame"}, "y": SCALED, "x": SCALED})
    ask("convert", path, tmp_path / "a.xml")
    root = ElementTree.parse(tmp_path / "a.xml").getroot()
    assert root.find("Settings/ImageData").get("pixelwidth") == "0.5"
    assert [float(s.get("POSITION_X")) for s in root.iter("Spot")] == [1, 2, 3]
    assert root.find("Model").get("spatialunits") == "µm"


def test_units_that_are_missing_are_asked_for(call, tmp_path):
    nodes = {"t": [0, 1, 2], "y": [10, 20, 30], "x": [2, 4, 6]}
    for name, space in (("a", {"type": "space"}), ("b", {"type": "space", "unit": "pixel", "scale": 0.5})):
        axes = {"t": {"type": "time", "unit": "frame"}, "y": space, "x": space}
        answer = call("convert", write_graph(tmp_path / f"{name}.geff", nodes, axes), tmp_path / "a.xml")
        assert answer.code == 2
        assert "the unit of length (--length-unit" in answer.err
    axes = {"t": {"type": "time", "unit": "frame"}, "y": {"type": "space", "unit": "pixel"}}
    path = write_graph(tmp_path / "c.geff", nodes, axes | {"x": {"type": "space", "unit": "pixel"}})
    assert call("convert", path, tmp_path / "c.xml").code == 0  # a pixel is 1 pixel


def test_lengths_of_two_units_become_one(ask, tmp_path):
    nodes = {"t": [0, 1, 2], "z": [500.0, 1000, 2000], "y": [1.0, 2, 3], "x": [1.0, 2, 3]}
    axes = {"t": {"type": "time", "unit": "frame"}, "z": SPACE | {"unit": "nanometer"}, "y": SPACE, "x": SPACE}
    ask("convert", write_graph(tmp_path / "a.geff", nodes, axes), tmp_path / "a.xml", *GRID)
    spots = ElementTree.parse(tmp_path / "a.xml").getroot().iter("Spot")
    assert [float(s.get("POSITION_Z")) for s in spots] == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("names", "hints"),
    [
        (("t", "row", "column"), None),
        (("time", "pos_y", "pos_x"), None),
        (("a", "b", "c"), DisplayHint(display_horizontal="c", display_vertical="b", display_time="a")),
        (("a", "x", "y"), DisplayHint(display_horizontal="y", display_vertical="x")),
        (("a", "b", "c"), None),
    ],
)
def test_axes_of_any_name_are_found(ask, tmp_path, names, hints):
    nodes = dict(zip(names, ([0, 1, 2], [1.0, 2, 3], [4.0, 5, 6]), strict=True))
    axes = {names[0]: {"type": "time", "unit": "frame"}, names[1]: SPACE, names[2]: SPACE}
    path = write_graph(tmp_path / "a.geff", nodes, axes, display_hints=hints)
    ask("convert", path, tmp_path / "a.xml", *GRID)
    spots = ElementTree.parse(tmp_path / "a.xml").getroot().iter("Spot")
    assert [(float(s.get("POSITION_Y")), float(s.get("POSITION_X"))) for s in spots] == [(1, 4), (2, 5), (3, 6)]


def test_graph_without_axes_but_with_the_usual_names(ask, tmp_path):
    nodes = {"t": [0, 1, 2], "z": [0.0, 0, 1], "y": [1.0, 2, 3], "x": [4.0, 5, 6]}
    found = ask("info", write_graph(tmp_path / "a.geff", nodes, {}))
    assert (found["frames"], found["length_unit"]) == ("0 to 2", "not stated")


def test_radii_of_spheres_and_ellipsoids(ask, tmp_path):
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff", nodes={"r": [1.0, 2, 3]}, sphere="r")
    ask("convert", path, tmp_path / "a.xml", *GRID)
    covariance = np.array([np.diag([4.0, 9.0]), np.diag([1.0, 1.0]), np.diag([16.0, 1.0])])
    nodes = {"cov": covariance}
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "b.geff", nodes=nodes, ellipsoid="cov")
    ask("convert", path, tmp_path / "b.xml", *GRID)
    radii = [
        [float(s.get("RADIUS")) for s in ElementTree.parse(tmp_path / name).getroot().iter("Spot")]
        for name in ("a.xml", "b.xml")
    ]
    assert radii[0] == [1, 2, 3]
    np.testing.assert_allclose(radii[1], [6**0.5, 1, 2])


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_polygons_follow_the_order_of_the_axes(ask, tmp_path, zarr_format):
    outlines = [[[0.0, 1], [2, 3], [4, 5]], [[0.0, 1], [2, 3], [4, 5], [6, 7]], np.zeros((0, 2))]
    path = flat(
        [0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff", polygon="poly", varlength={"poly": outlines},
        zarr_format=zarr_format,
    )  # fmt: skip
    assert ask("convert", path, tmp_path / "a.xml", *GRID)["not_kept"] == []
    spots = list(ElementTree.parse(tmp_path / "a.xml").getroot().iter("Spot"))
    assert [s.text for s in spots] == ["1.0 0.0 3.0 2.0 5.0 4.0", "1.0 0.0 3.0 2.0 5.0 4.0 7.0 6.0", None]
    assert ask("convert", path, tmp_path / "a.csv", *GRID)["not_kept"] == ["2 outlines of 2D cells"]


def test_names_are_kept_and_what_is_not_is_said(call, ask, tmp_path):
    nodes = {"cell_name": ["mother", "", "µ"], "cell_type": ["a", "b", "c"], "my size": [1, 2, 3], "name of": [1, 2, 3]}
    nodes |= {"vector": np.zeros((3, 2)), "ROI_N_POINTS": [7, 8, 9], "RADIUS": [1.0, 1, 1]}
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff", nodes=nodes)
    for target in ("a.xml", "a.csv", "a_ctc", "b.geff"):
        lost = ask("convert", path, tmp_path / target, *GRID)["not_kept"]
        assert "property cell_type (text): features are numbers" in lost
        assert "property vector (more than one number): features are numbers" in lost
        assert "property 'my size': the name of a feature is of letters, digits and '_'" in lost
        assert ("spot feature 'ROI_N_POINTS': a name that cannot stand in a TrackMate file" in lost) == (
            target == "a.xml"
        )
    names = [s.get("name") for s in ElementTree.parse(tmp_path / "a.xml").getroot().iter("Spot")]
    assert names == ["mother", "ID1", "µ"]
    assert call("convert", path, tmp_path / "c.csv", *GRID).out.count("cell_type") == 1  # printed without --verbose
    assert call("check", tmp_path / "a.xml").code == 0


def test_a_column_of_a_table_that_cannot_stand_in_xml_is_left_out(ask, tmp_path):
    (tmp_path / "a.csv").write_text(
        "# units: space=µm; time=sec; voxel_size_zyx=1 1 1; frame_interval=1\n"
        "ID,FRAME,POSITION_X,POSITION_Y,ROI_N_POINTS,AREA\n0,0,1,2,7,3.5\n"
    )
    lost = ask("convert", tmp_path / "a.csv", tmp_path / "a.xml")["not_kept"]
    assert lost == ["spot feature 'ROI_N_POINTS': a name that cannot stand in a TrackMate file"]
    assert [s.get("AREA") for s in ElementTree.parse(tmp_path / "a.xml").getroot().iter("Spot")] == ["3.5"]


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("lost", ["nodes/ids", "edges/ids", "nodes/props/x/values", "nodes/props/t/values"])
def test_a_lost_chunk_of_ids_and_places_is_an_error(call, tmp_path, zarr_format, lost):
    nodes = {"x": [4.0, 5.0, 6.0]}
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff", nodes=nodes, zarr_format=zarr_format)
    for chunk in [p for p in (path / lost).rglob("*") if p.is_file() and not p.name.startswith((".z", "zarr"))]:
        chunk.unlink()
    answer = call("info", path)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert f"1 of 1 chunks of {lost} are missing" in answer.err


def test_chunks_of_zeros_that_others_left_out_are_read(call, tmp_path, caplog):
    nodes = {"t": [0, 0, 0], "z": [0.0, 0, 0], "y": [1.0, 2, 3], "x": [1.0, 2, 3], "size": [0, 0, 0]}
    axes = {"t": {"type": "time", "unit": "frame"}, "z": SPACE, "y": SPACE, "x": SPACE}
    path = write_graph(tmp_path / "a.geff", nodes, axes, edges=())
    assert not list((path / "nodes/props/z/values").glob("0*"))
    assert call("info", path).code == 0
    assert "read as 0, as the format lays down: nodes/props/size/values (1 of 1 chunks)" in caplog.text
    assert "props/z" not in caplog.text  # its range says so


def test_every_lost_chunk_of_ours_is_an_error(call, ask, movies, tmp_path):
    ask("convert", movies.truth, tmp_path / "a.geff")
    chunks = [p for p in (tmp_path / "a.geff").rglob("*") if p.is_file() and not p.name.startswith(".z")]
    for chunk in chunks[::7]:
        content = chunk.read_bytes()
        chunk.unlink()
        answer = call("convert", tmp_path / "a.geff", tmp_path / "a.csv")
        assert (answer.code, "its values are lost; copy or export" in answer.err) == (2, True), chunk
        chunk.write_bytes(content)
    assert call("convert", tmp_path / "a.geff", tmp_path / "a.csv").code == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (".zattrs", '"axes": [', '"axes": [5, '),
        (".zattrs", '"directed": true', '"directed": {"a": []}'),
        (".zattrs", '"geff"', '"gef"'),
        ("nodes/ids/.zarray", '"shape": [\n    3', '"shape": [\n    2147483648'),
        ("nodes/ids/.zarray", '"chunks": [\n    3', '"chunks": [\n    0'),
        ("nodes/props/x/values/.zarray", '"<f8"', '"|O"'),
        ("nodes/props/x/values/.zarray", '"<f8"', '"<U900000"'),
        ("nodes/props/x/values/.zarray", '"zarr_format": 2', '"zarr_format": "x"'),
        ("nodes/props/x/values/.zarray", '"blosc"', '"pickle"'),
    ],
)
def test_odd_metadata_give_one_line(call, tmp_path, file, old, new):
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff")
    text = (path / file).read_text()
    assert old in text
    (path / file).write_text(text.replace(old, new))
    answer = call("convert", path, tmp_path / "a.xml", *GRID)
    assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err


def test_deep_metadata_give_one_line(call, tmp_path):
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "a.geff")
    (path / ".zattrs").write_text('{"geff": ' + "[" * 5000 + "]" * 5000 + "}")
    assert zarr.__version__.startswith("3")
    answer = call("info", path)
    assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err


def test_info_says_not_stated_where_a_file_says_nothing(ask, movies, tmp_path):
    text = movies.truth.read_text().replace(' pixelwidth="', ' pixelwidth="0" was="').replace(" spatialunits=", " was=")
    (tmp_path / "a.xml").write_text(text)
    for name in ("a.xml", "a.paper.csv", "a_ctc"):
        if name != "a.xml":
            ask("convert", movies.truth, tmp_path / name)
        found = ask("info", tmp_path / name)
        stated = name == "a_ctc"  # our masks carry it
        assert (found["length_unit"] == "not stated") != stated, name
        assert (found["voxel_size_zyx"][2] == "not stated") != stated, name


def test_a_graph_inside_another_zarr_is_found(ask, tmp_path):
    zarr.create_group(tmp_path / "data.zarr", zarr_format=2)
    path = flat([0, 1, 2], {"unit": "frame"}, path=tmp_path / "data.zarr" / "tracks")
    assert ask("info", path)["kind"] == "geff"
    assert ask("convert", path, tmp_path / "a.csv", *GRID)["spots"] == 3
