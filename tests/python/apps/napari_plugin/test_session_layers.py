"""The layers of a session in a viewer: they line up, and they follow edits and selection."""

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

from volltrack.apps.napari_plugin.layers import (
    DIVIDING,
    NON_DIVIDING,
    SELECTION,
    SPOTS,
    add_session_layers,
    connect_session,
    find_layer,
    find_session,
)
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.model import (
    AddLink,
    AddSpot,
    Calibration,
    DeleteSpot,
    LabelMovie,
    Lineage,
    Links,
    Movie,
    RemoveLink,
    SetSpot,
    Spots,
    Tissue,
    VoxelSize,
)

SIZE = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25, unit="µm"), frame_interval=60.0, time_unit="sec")
SHAPE = (4, 6, 24, 40)


def make_lineage(frames=(0, 1, 2, 2, 0, 1), pairs=((0, 1), (1, 2), (1, 3), (4, 5))):
    """Spots 0 to 3 divide in frame 1, spots 4 and 5 do not; spot i sits in voxel (1, 4 + 2 i, 6 + 4 i)."""
    ids = np.arange(len(frames))
    table = pd.DataFrame(
        {
            "ID": ids,
            "FRAME": frames,
            "POSITION_X": (6 + 4 * ids) * SIZE.voxel_size.x,
            "POSITION_Y": (4 + 2 * ids) * SIZE.voxel_size.y,
            "POSITION_Z": np.full(len(frames), 1 * SIZE.voxel_size.z),
            "RADIUS": np.full(len(frames), 0.5),
        }
    )
    source, target = zip(*pairs, strict=True) if pairs else ((), ())
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))


def make_session(**options):
    return TrackSession.from_lineage(make_lineage(**options), calibration=SIZE)


def make_images(lineage):
    """A movie whose voxels are bright where a spot is, labels that number them, and one tissue frame."""
    raw, labels = np.zeros(SHAPE, np.uint16), np.zeros(SHAPE, np.uint16)
    at = np.rint(lineage.spots.positions_zyx / SIZE.voxel_size.zyx).astype(int)
    for spot, (t, (z, y, x)) in enumerate(zip(lineage.spots.frames, at, strict=True)):
        raw[t, z, y, x], labels[t, z, y, x] = 1000, spot + 1
    tissue = LabelMovie.from_array(np.ones((1, *SHAPE[1:]), np.uint8), SIZE, name="tissue")
    return (
        Movie.from_array(raw, SIZE),
        LabelMovie.from_array(labels, SIZE),
        Tissue(labels=tissue),
    )


@pytest.fixture
def model():
    """napari's viewer without a window."""
    return ViewerModel()


def test_images_labels_and_tracks_meet_in_the_same_world(model):
    session = make_session()
    movie, labels, tissue = make_images(session.lineage)
    add_session_layers(model, session, movie=movie, labels=labels, tissue=tissue)
    spots = find_layer(model, session, SPOTS)
    for row, point in enumerate(spots.data):
        world = spots.data_to_world(point)
        for name, value in (("movie", 1000), ("labels", row + 1), ("tissue", 1)):
            layer = model.layers[name]
            voxel = tuple(np.rint(layer.world_to_data(world)).astype(int))
            assert np.asarray(layer.data[voxel]) == value
        for role in (DIVIDING, NON_DIVIDING):
            tracks = find_layer(model, session, role)
            for vertex in tracks.data[tracks.features["SPOT_ID"].to_numpy() == row]:
                assert np.allclose(tracks.data_to_world(vertex[1:]), world)
    assert np.allclose(spots.data_to_world(spots.data[3])[1:], session.lineage.spots.positions_zyx[3])


def test_all_layers_have_the_same_units_and_names_of_axes(model):
    session = make_session()
    movie, labels, tissue = make_images(session.lineage)
    add_session_layers(model, session, movie=movie, labels=labels, tissue=tissue)
    assert {layer.axis_labels for layer in model.layers} == {("frame", "z", "y", "x")}
    assert {tuple(map(str, layer.units)) for layer in model.layers} == {("pixel", *["micrometer"] * 3)}
    assert model.dims.axis_labels == ("frame", "z", "y", "x")


def test_a_unit_that_napari_does_not_know_is_shown_as_pixels(model):
    calibration = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="furlong-ish"), frame_interval=1, time_unit="x")
    session = TrackSession.from_lineage(make_lineage(), calibration=calibration)
    add_session_layers(model, session)
    assert str(find_layer(model, session, SPOTS).units[-1]) == "pixel"


def test_discs_have_the_diameter_of_their_spots(model):
    session = make_session()
    add_session_layers(model, session)
    spots = find_layer(model, session, SPOTS)
    assert np.allclose(spots.size * SIZE.voxel_size.x, 1.0)


def test_spots_without_a_radius_get_the_usual_one(model):
    session = make_session()
    table = session.lineage.spots.table.assign(RADIUS=[0.5, np.nan, 0.5, 0.0, 0.5, 0.5])
    session = TrackSession.from_lineage(
        Lineage(spots=Spots(table=table), links=session.lineage.links), calibration=SIZE
    )
    add_session_layers(model, session)
    assert np.allclose(find_layer(model, session, SPOTS).size, 4.0)


def test_a_selected_lineage_has_green_parents_and_red_daughters(model):
    session = make_session()
    add_session_layers(model, session)
    session.select_spot(3)
    layer = find_layer(model, session, SELECTION)
    assert layer.visible
    assert sorted(layer.features["SPOT_ID"]) == [0, 1, 2, 3]
    colour = dict(zip(layer.features["SPOT_ID"], layer.track_colors[:, :3].tolist(), strict=True))
    assert colour[0][1] > 0.8 > 0.3 > colour[0][0]
    assert colour[2][0] > 0.8 > 0.3 > colour[2][1]


def test_the_selection_follows_and_hides(model):
    session = make_session()
    add_session_layers(model, session)
    session.select_spot(3)
    session.select_track_of(5)
    layer = find_layer(model, session, SELECTION)
    assert sorted(layer.features["SPOT_ID"]) == [4, 5]
    assert np.allclose(layer.track_colors[:, 1], layer.track_colors[0, 1])  # a lineage without daughters is green
    session.select_spot(None)
    assert not layer.visible


def test_an_edit_shows_in_the_layers_and_their_look_stays(model):
    session = make_session()
    keeper = add_session_layers(model, session)
    dividing = find_layer(model, session, DIVIDING)
    dividing.color_by, dividing.tail_length, dividing.visible = "GENERATION", 7, False
    model.dims.set_point(0, 2)
    session.apply(SetSpot(spot_id=2, features={"POSITION_X": 9.0}))
    layer = find_layer(model, session, DIVIDING)
    assert layer is dividing
    assert (layer.color_by, layer.tail_length, layer.visible) == ("GENERATION", 7, False)
    assert layer.data[layer.features["SPOT_ID"].to_numpy() == 2][0, 4] == 9.0 / SIZE.voxel_size.x
    assert find_layer(model, session, SPOTS).data[2, 3] == 9.0 / SIZE.voxel_size.x
    assert keeper.frame == 2


def test_a_lineage_changes_layer_when_its_division_goes_and_comes_back(model):
    session = make_session()
    add_session_layers(model, session)
    session.apply(RemoveLink(source_id=1, target_id=3))
    assert find_layer(model, session, DIVIDING) is None
    assert sorted(find_layer(model, session, NON_DIVIDING).features["SPOT_ID"]) == [0, 1, 2, 3, 4, 5]
    session.undo()
    assert sorted(find_layer(model, session, DIVIDING).features["SPOT_ID"]) == [0, 1, 2, 3]
    assert sorted(find_layer(model, session, NON_DIVIDING).features["SPOT_ID"]) == [4, 5]


def test_a_merge_is_drawn_to_both_parents(model):
    session = make_session()
    add_session_layers(model, session)
    features = {"FRAME": 3, "POSITION_X": 1.0, "POSITION_Y": 1.0, "POSITION_Z": 2.0}
    session.apply(
        AddSpot(spot_id=9, features=features), AddLink(source_id=2, target_id=9), AddLink(source_id=3, target_id=9)
    )
    layer = find_layer(model, session, DIVIDING)
    number = session.lineage.tracklet_of_spot[session.lineage.spots.rows_of([9])[0]]
    assert len(layer.graph[number]) == 2
    assert len(layer._manager.graph_vertices) == 2 * 4  # two daughters, two ways into the merge


def test_the_quick_graph_is_that_of_napari(model):
    from napari.layers import Tracks

    session = make_session()
    add_session_layers(model, session)
    layer = find_layer(model, session, DIVIDING)
    plain = Tracks(layer.data, graph=layer.graph)
    assert np.array_equal(layer._manager.graph_vertices, plain._manager.graph_vertices)
    assert np.array_equal(layer._manager.graph_connex, plain._manager.graph_connex)


def test_all_spots_can_be_deleted_and_brought_back(model):
    session = make_session()
    add_session_layers(model, session)
    session.select_spot(0)
    session.apply(*(DeleteSpot(spot_id=i) for i in range(6)))
    assert find_layer(model, session, DIVIDING) is None
    assert find_layer(model, session, NON_DIVIDING) is None
    assert len(find_layer(model, session, SPOTS).data) == 0
    session.undo()
    assert len(find_layer(model, session, SPOTS).data) == 6


def test_a_layer_that_a_person_removed_stays_away(model):
    session = make_session()
    add_session_layers(model, session)
    model.layers.remove(find_layer(model, session, NON_DIVIDING))
    session.apply(SetSpot(spot_id=4, features={"POSITION_X": 3.0}))
    assert find_layer(model, session, NON_DIVIDING) is None


def test_a_session_whose_layers_are_gone_is_let_go(model):
    session = make_session()
    add_session_layers(model, session)
    model.layers.clear()
    session.apply(SetSpot(spot_id=4, features={"POSITION_X": 3.0}))
    assert len(model.layers) == 0
    assert find_session(model) is None


def test_a_session_is_connected_once(model):
    session = make_session()
    keeper = add_session_layers(model, session)
    assert connect_session(model, session) is keeper
    assert find_session(model) is session


def test_two_files_in_one_viewer_keep_to_themselves(model):
    first, second = make_session(), make_session(frames=(0, 1), pairs=((0, 1),))
    add_session_layers(model, first)
    add_session_layers(model, second)
    second.apply(DeleteSpot(spot_id=0))
    assert len(find_layer(model, first, SPOTS).data) == 6
    assert len(find_layer(model, second, SPOTS).data) == 1


def test_one_frame_and_many_frames(model):
    one = make_session(frames=(0, 0), pairs=())
    add_session_layers(model, one)
    assert len(find_layer(model, one, NON_DIVIDING).data) == 2
    n = 2500
    many = TrackSession.from_lineage(
        make_lineage(frames=tuple(range(n)), pairs=tuple((i, i + 1) for i in range(n - 1))), calibration=SIZE
    )
    keeper = add_session_layers(model, many)
    many.select_spot(n - 1)
    assert find_layer(model, many, SELECTION).tail_length >= n
    keeper.show_frame(n - 1)
    assert keeper.frame == n - 1


def test_a_movie_is_read_frame_by_frame(model):
    asked = []

    def read_frame(t):
        asked.append(t)
        return np.full(SHAPE[1:], t, np.uint16)

    movie = Movie(shape=(500, *SHAPE[1:]), dtype=np.dtype(np.uint16), calibration=SIZE, read_frame=read_frame)
    session = make_session()
    add_session_layers(model, session, movie=movie)
    assert len(set(asked)) <= 3
    assert np.asarray(model.layers["movie"].data[321, 0, 0, 0]) == 321
    assert len(set(asked)) <= 4


def test_layers_are_drawn_where_they_belong_in_planes_and_in_volumes(shown_viewer):
    session = make_session(frames=(0, 1, 2, 2, 3, 3), pairs=((0, 1), (1, 2), (1, 3), (2, 4), (3, 5)))
    movie, labels, _ = make_images(session.lineage)
    keeper = add_session_layers(shown_viewer, session, movie=movie, labels=labels)
    session.select_spot(3)
    for n_dims in (2, 3):
        shown_viewer.dims.ndisplay = n_dims
        keeper.show_frame(2)
        shown_viewer.reset_view()
        shown_viewer.layers["movie"].visible = shown_viewer.layers["labels"].visible = False
        picture = shown_viewer.screenshot(canvas_only=True, flash=False)[..., :3].astype(int)
        red = (picture[..., 0] > 150) & (picture[..., 1] < 90)
        green = (picture[..., 1] > 120) & (picture[..., 0] < 90)
        assert red.sum() > 20
        assert green.sum() > 20
