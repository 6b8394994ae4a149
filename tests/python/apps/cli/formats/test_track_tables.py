"""Tables of tracks that other programs write: their links are read, and what contradicts itself is named."""

import pytest

from volltrack.io.tracks import read_tracks_file, recognise_tracks

GIVEN = ("--voxel-size", "1,1,1", "--length-unit", "µm", "--frame-interval", "1", "--time-unit", "sec")


@pytest.fixture
def links(ask, tmp_path):
    """Return the links that `convert` finds in a table, as pairs of rows of the file, and what it says of it."""

    def convert(text, *words, name="tracks.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        result = ask("convert", tmp_path / name, tmp_path / "out.xml", "--overwrite", *GIVEN, *words)
        found = read_tracks_file(tmp_path / "out.xml").lineage
        rows = {number: row for row, number in enumerate(found.spots.ids.tolist())}
        pairs = zip(found.links.source_ids.tolist(), found.links.target_ids.tolist(), strict=True)
        return sorted((rows[a], rows[b]) for a, b in pairs), " ".join(result["notes"]), found

    return convert


def test_tracks_of_napari(links):
    pairs, _, found = links("track_id,t,z,y,x\n0,0,1,20,0\n0,1,1,21,0\n5,1,1,5,5\n0,3,1,22,0\n5,2,1,5,6\n")
    assert len(pairs) == 3
    spots = found.spots.table.set_index("ID")
    steps = [
        (spots["POSITION_Y"][a], spots["POSITION_Y"][b])
        for a, b in zip(found.links.source_ids, found.links.target_ids, strict=True)
    ]
    assert sorted(steps) == [(5, 5), (20, 21), (21, 22)]  # the last over a gap
    assert "track_id" not in found.spots.feature_keys


def test_tracks_of_ultrack_with_a_division_and_large_ids(links):
    big = 3_000_000_000
    text = "track_id,t,z,y,x,id,parent_track_id,parent_id\n"
    text += f"1,0,0,1,1,{big + 1},-1,-1\n1,1,0,1,1,{big + 2},-1,{big + 1}\n"
    text += f"2,2,0,0,1,{big + 3},1,{big + 2}\n3,2,0,2,1,{big + 4},1,{big + 2}\n"
    pairs, notes, _ = links(text)
    assert pairs == [(0, 1), (1, 2), (1, 3)]
    assert "ids numbered anew, 0 to 3" in notes


def test_parents_of_tracks_alone_make_divisions_and_merges(links):
    text = "Track ID,t,y,x,Parent Track ID\n1,0,0,0,\n2,0,9,9,\n3,2,0,1,1\n4,2,2,2,1\n5,4,5,5,2;4\n1,1,0,0,\n"
    pairs, _, found = links(text)
    ys = found.spots.table["POSITION_Y"].tolist()
    assert len(pairs) == 5
    assert {(ys[a], ys[b]) for a, b in pairs} == {(0, 0), (0, 2), (9, 5), (2, 5)}
    assert (found.n_divisions, int((found.in_degrees > 1).sum())) == (1, 1)


def test_tracks_of_laptrack_say_that_the_tree_is_not_told(links):
    pairs, notes, _ = links("frame,index,y,x,tree_id,track_id\n0,0,0,0,0,0\n1,0,0,0,0,1\n1,1,0,0,0,2\n2,0,0,0,0,2\n")
    assert pairs == [(2, 3)]
    assert "tree_id joins tracks that track_id separates, 1 such" in notes
    assert "parent_track_id" in notes


def test_tracks_of_trackpy_with_the_number_of_the_row_and_regionprops(links):
    pairs, _, _ = links(",y,x,mass,frame,particle\n0,1,1,9,0,0\n1,5,5,9,0,1\n2,1,1,9,1,0\n3,5,5,9,1,1\n")
    assert pairs == [(0, 2), (1, 3)]
    _, _, found = links("frame,label,centroid-0,centroid-1,centroid-2,track_id\n0,1,3,4,5,0\n1,1,3,4,5,0\n")
    assert found.spots.positions_zyx[0].tolist() == [3, 4, 5]


def test_tracks_of_btrack_count_tracks_with_id_and_stand_between_blanks(links):
    text = (
        "ID t x y z parent root state generation dummy\n1 0 1.0 2.0 0.0 1 1 5 0 False\n1 1 1.0 2.0 0.0 1 1 5 0 False\n"
    )
    text += "2 2 1.0 2.5 0.0 1 1 5 1 False\n3 2 1.0 1.5 0.0 1 1 5 1 True\n"
    pairs, _, found = links(text)
    assert pairs == [(0, 1), (1, 2), (1, 3)]
    assert found.spots.table["dummy"].tolist() == [0, 0, 0, 1]


def test_parents_of_spots_in_any_case(links):
    for name in ("parent_id", "PARENT_ID", "Parent ID"):
        assert links(f"id,frame,x,y,{name}\n7,0,1,2,-1\n9,1,1,2,7\n")[0] == [(0, 1)]
    assert links("track_id,t,x,y,parent_id\n4,0,1,2,-1\n6,1,1,2,4\n")[0] == [(0, 1)]  # without ids, of tracks


@pytest.mark.parametrize(
    "text",
    [
        "track_id;t;y;x\n0;0;1,5;2,5\n0;1;1,5;2,5\n",
        "sep=;\ntrack_id;t;y;x\n0;0;1,5;2,5\n0;1;1,5;2,5\n",
        "track_id\tt\ty\tx\tname\n0\t0\t1,5\t2,5\ta,b\n0\t1\t1,5\t2,5\tc\n",
        "\ufefftrack_id\tt\ty\tx\n0\t0\t1.5\t2.5\n0\t1\t1.5\t2.5\n",
        '"track_id";"t";"y";"x"\n"0";"0";"1,5";"2,5"\n"0";"1";"1,5";"2,5"\n',
        '"track_id","t","y","x"\r\n"0","0","1.5","2.5"\r\n"0","1","1.5","2.5"\r\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_how_the_table_is_written_does_not_matter(links, tmp_path, text, encoding):
    pairs, _, found = links(text, encoding=encoding)
    assert pairs == [(0, 1)]
    assert found.spots.table[["POSITION_X", "POSITION_Y"]].to_numpy().tolist() == [[2.5, 1.5]] * 2
    assert recognise_tracks(tmp_path / "tracks.csv") == "cells"


SPOTS = (
    "LABEL,ID,TRACK_ID,QUALITY,POSITION_X,POSITION_Y,POSITION_Z,POSITION_T,FRAME,RADIUS,VISIBILITY,MANUAL_SPOT_COLOR\n"
    "Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,Radius,Visibility,Manual spot color\n"
    "Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,R,Visibility,Spot color\n"
    ",,,(quality),(µm),(µm),(µm),(min),,(µm),,\n"
)
ROWS = (
    "mother,11,0,5.0,1.0,2.0,0.0,0.0,0,3.0,1,\n"
    "a,12,0,5.0,1.5,2.0,0.0,2.5,1,3.0,1,r=255;g=0;b=0\n"
    "b,13,0,5.0,2.5,2.0,0.0,2.5,1,3.0,1,\n"
    "c,14,0,5.0,3.5,2.0,0.0,5.0,2,3.0,1,\n"
    "alone,15,,5.0,9.5,2.0,0.0,5.0,2,3.0,1,\n"
)
EDGES = (
    "LABEL,TRACK_ID,SPOT_SOURCE_ID,SPOT_TARGET_ID,LINK_COST,OWN\n"
    "Label,Track ID,Source spot ID,Target spot ID,Cost,Own\n"
    ",,,,(cost),\nmother → a,0,11,12,1.0,7\nmother → b,0,11,13,1.0,8\nb → c,0,13,14,1.0,9\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("n_header", [4, 3, 2])
def test_spots_and_edges_of_trackmate(ask, tmp_path, encoding, n_header):
    lines = SPOTS.splitlines(keepends=True)
    (tmp_path / "m_spots.csv").write_bytes("".join([*lines[: n_header - 1], lines[-1], ROWS]).encode(encoding))
    (tmp_path / "m_edges.csv").write_bytes(EDGES.replace("→", "?" if encoding == "cp1252" else "→").encode(encoding))
    for source in ("m_spots.csv", "m_edges.csv"):
        result = ask("convert", tmp_path / source, tmp_path / "out.xml", "--overwrite")
        found = read_tracks_file(tmp_path / "out.xml")
        lineage = found.lineage
        pairs = sorted(zip(lineage.links.source_ids.tolist(), lineage.links.target_ids.tolist(), strict=True))
        assert pairs == [(11, 12), (11, 13), (13, 14)]
        assert sorted(lineage.links.table["OWN"]) == [7, 8, 9]
        assert lineage.spots.table["MANUAL_SPOT_COLOR"].tolist()[1] == -65536
        assert lineage.spots.table["NAME"].tolist() == ["mother", "a", "b", "c", "alone"]
        calibration = found.calibration
        assert (calibration.length_unit, calibration.frame_interval, calibration.time_unit) == ("µm", 2.5, "min")
        assert "links are those of m_edges.csv" in result["notes"] or source == "m_edges.csv"


def test_spots_of_trackmate_alone_are_linked_by_track_where_that_is_clear(ask, refused, tmp_path):
    clear = ROWS.replace("a,12,0,", "a,12,1,")
    (tmp_path / "m_spots.csv").write_text(SPOTS + clear, encoding="utf-8")
    assert ask("convert", tmp_path / "m_spots.csv", tmp_path / "out.xml")["links"] == 2
    (tmp_path / "m_spots.csv").write_text(SPOTS + ROWS, encoding="utf-8")
    refused(
        "convert", "m_spots.csv", "x.xml", say=["line 6: TRACK_ID = 0 has two spots in frame 1", "line 7", "--edges"]
    )
    (tmp_path / "other.csv").write_text(EDGES, encoding="utf-8")
    given = ask("convert", tmp_path / "m_spots.csv", tmp_path / "x.xml", "--edges", tmp_path / "other.csv")
    assert given["links"] == 3
    assert ask("link", tmp_path / "m_spots.csv", "--out", tmp_path / "linked.xml")["cells"] == 5  # linked anew


def test_results_table_of_trackmate_five(links):
    text = " ,Label,ID,TRACK_ID,QUALITY,POSITION_X,POSITION_Y,POSITION_Z,POSITION_T,FRAME\n"
    text += "1,ID3,3,0,1.0,1,2,0,0,0\n2,ID4,4,0,1.0,1,2,0,1,1\n3,ID5,5,None,1.0,1,2,0,1,1\n"
    assert links(text)[0] == [(0, 1)]


def test_analysis_is_read_back_with_its_links(ask, movies, tmp_path):
    ask("analyse", movies.truth, "--out", tmp_path / "an", "--no-plots")
    before = read_tracks_file(movies.truth).lineage
    result = ask("convert", tmp_path / "an/tables/spots.csv", tmp_path / "back.xml")
    assert (result["spots"], result["links"]) == (len(before.spots), len(before.links))
    after = read_tracks_file(tmp_path / "back.xml").lineage
    assert after.n_divisions == before.n_divisions > 0


HEAD = "id,t,x,y,track_id,parent_track_id,parent_id\n"


@pytest.mark.parametrize(
    ("rows", "say"),
    [
        ("1,0,0,0,1,-1,-1\n2,1,0,0,1,-1,-1\n", ["line 3", "track_id = 1 goes on from line 2", "parent_id"]),
        ("1,0,0,0,1,-1,-1\n2,1,0,0,2,-1,1\n", ["line 3", "links it to line 2", "contradict"]),
        ("1,1,0,0,1,-1,-1\n2,0,0,0,2,-1,1\n", ["line 3", "expected a parent before it"]),
        ("1,0,0,0,1,-1,-1\n2,1,0,0,2,-1,9\n", ["line 3", "spot id 9 is not in the table"]),
    ],
)
def test_columns_that_contradict_each_other_name_the_lines(refused, tmp_path, rows, say):
    (tmp_path / "t.csv").write_text(HEAD + rows)
    refused("convert", "t.csv", "out.xml", say=say)


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("track_id,t,x,y\n0,0,1,1\n0,1,1,1\n0,1,2,2\n", ["line 3: track_id = 0 has two spots in frame 1", "line 4"]),
        ("track_id,t,x,y,parent_track_id\n0,0,1,1,-1\n1,1,1,1,7\n", ["line 3", "no row has track_id = 7"]),
        (
            "track_id,t,x,y,parent_track_id\n0,0,1,1,\n0,1,1,1,\n1,1,1,1,0\n",
            ["track 1 begins in frame 1 (line 4)", "lives until frame 1 (line 3)"],
        ),
        (
            "track_id,t,x,y,parent_track_id\n0,0,1,1,\n1,0,1,1,\n2,1,1,1,0\n2,2,1,1,1\n",
            ["line 5: track 2 has the parent_track_id 1 here, but another one in line 4"],
        ),
        ("ID,t,z,y,x\n1,0,0,0,0\n1,1,0,0,0\n", ["stands in line 2 too", "name it track_id"]),
        (EDGES, ["a table of edges", "give TrackMate's table of spots"]),
        ("LABEL,TRACK_INDEX,TRACK_ID,NUMBER_SPOTS\nTrack_0,0,0,4\n", ["a table of tracks"]),
        ("track_id;t;y;x\n0;0;1.500,5;2\n", ["y = '1.500,5': expected a number".replace("y =", "POSITION_Y =")]),
    ],
)
def test_tables_that_cannot_be_tracks_are_refused(refused, tmp_path, text, say):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    refused("convert", "t.csv", "out.xml", say=say)


def test_edges_of_other_spots_are_refused(refused, tmp_path):
    (tmp_path / "m_spots.csv").write_text(SPOTS + ROWS, encoding="utf-8")
    (tmp_path / "m_edges.csv").write_text(EDGES.replace("0,13,14", "0,13,99"), encoding="utf-8")
    refused("convert", "m_spots.csv", "out.xml", say=["m_edges.csv, line 6: spot 99 is not in m_spots.csv"])


def test_columns_that_are_not_used_are_said(links):
    _, notes, _ = links("id,t,x,y,lineage,comment\n1,0,1,1,3,good\n2,1,1,1,3,bad\n")
    assert "lineage: looks like tracks, but says no link" in notes
    assert "column comment: text" in notes
