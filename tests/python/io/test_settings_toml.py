"""Settings in TOML: every settings class survives, unknown names and wrong values are named."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volltrack.errors import BadFile, BadSettings
from volltrack.io.settings_toml import read_settings_toml, settings_from_dict, settings_to_dict, write_settings_toml
from volltrack.link import LinkSettings
from volltrack.measure import MeasureSettings
from volltrack.pipeline.settings import KINDS as RUN_KINDS
from volltrack.pipeline.settings import RunSettings


class Either:
    """What a section may hold that names its kind."""


@dataclass(frozen=True, kw_only=True)
class Inner(Either):
    size_um: float = 1.0
    sizes: tuple[float, ...] = (1.0, 2.0)

    def __post_init__(self):
        if self.size_um <= 0:
            raise BadSettings(f"size_um = {self.size_um}: expected > 0")


@dataclass(frozen=True, kw_only=True)
class Other(Either):
    count: int = 3
    mode: str = "a"


class Names:
    """Other is known by two names, each of which decides its mode."""

    default = "inner"

    def find(self, name):
        known = {"inner": (Inner, {}), "a": (Other, {"mode": "a"}), "b": (Other, {"mode": "b"}), "Other": (Other, {})}
        if name not in known:
            raise BadSettings(f"nothing is named {name!r}: expected one of {', '.join(known)}")
        return known[name]

    def require_name(self, name, settings):
        if name == "a" and settings.count < 0:
            raise BadSettings("not by this name")

    def name_of(self, settings):
        return "inner" if isinstance(settings, Inner) else settings.mode

    def fixed_of(self, settings):
        return {} if isinstance(settings, Inner) else {"mode": settings.mode}


KINDS = {Either: Names()}


@dataclass(frozen=True, kw_only=True)
class Outer:
    inner: Inner = field(default_factory=Inner)
    either: Either = field(default_factory=Inner)
    method: Literal["a", "b"] = "a"
    limit: float | None = None
    default_limit: float | None = 5.0
    place: tuple[float, float, float] | None = None
    is_on: bool = True
    weights: Mapping[str, float] = field(default_factory=dict)
    name: str = "x"


numbers = st.floats(0.1, 1e6, allow_nan=False)


@given(
    st.builds(
        Outer,
        inner=st.builds(Inner, size_um=numbers, sizes=st.lists(numbers).map(tuple)),
        either=st.one_of(
            st.builds(Inner, size_um=numbers), st.builds(Other, count=st.integers(0, 5), mode=st.sampled_from("ab"))
        ),
        method=st.sampled_from(["a", "b"]),
        limit=st.none() | numbers,
        default_limit=st.none() | numbers,
        place=st.none() | st.tuples(numbers, numbers, numbers),
        is_on=st.booleans(),
        weights=st.dictionaries(st.text(max_size=5), numbers, max_size=3),
        name=st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=10),
    )
)
def test_any_settings_survive(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("toml") / "run.toml"
    write_settings_toml(path, value, kinds=KINDS)
    assert read_settings_toml(path, Outer, kinds=KINDS) == value
    assert settings_from_dict(Outer, settings_to_dict(value, kinds=KINDS), kinds=KINDS) == value


def test_settings_of_a_run_survive(tmp_path):
    link = LinkSettings(feature_penalties={"QUALITY": 0.5}, splitting=True)
    value = RunSettings(link=link, measure=MeasureSettings(statistics=("MEAN", "MAX")))
    write_settings_toml(tmp_path / "run.toml", value, kinds=RUN_KINDS)
    assert 'kind = "lap"' in (tmp_path / "run.toml").read_text()
    assert read_settings_toml(tmp_path / "run.toml", RunSettings, kinds=RUN_KINDS) == value


def test_name_decides_what_several_share_and_old_names_are_read(tmp_path):
    path = tmp_path / "run.toml"

    def read(text):
        path.write_text(text)
        return read_settings_toml(path, Outer, kinds=KINDS).either

    assert read("[either]\nkind = 'b'\ncount = 4") == Other(count=4, mode="b")
    assert read("[either]\nkind = 'b'\nmode = 'b'") == Other(mode="b")
    assert read("[either]\nkind = 'Other'\nmode = 'b'") == Other(mode="b")
    assert read("[either]\nsize_um = 4") == Inner(size_um=4.0)
    write_settings_toml(path, Outer(either=Other(mode="b")), kinds=KINDS)
    assert tomllib.loads(path.read_text())["either"] == {"kind": "b", "count": 3}


def test_what_is_not_named_has_its_default(tmp_path):
    (tmp_path / "run.toml").write_text("method = 'b'\n[inner]\nsize_um = 2\n")
    found = read_settings_toml(tmp_path / "run.toml", Outer)
    assert found == Outer(method="b", inner=Inner(size_um=2.0))
    assert isinstance(found.inner.size_um, float)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("methd = 'b'", "unknown setting 'methd': did you mean 'method'?"),
        ("[inner]\nsize_umm = 2", "unknown setting 'inner.size_umm': did you mean 'size_um'?"),
        ("qqqq = 1", "unknown setting 'qqqq': expected one of inner, either, method"),
        ("method = 'c'", "setting 'method' = 'c': expected one of 'a', 'b'"),
        ("is_on = 1", "setting 'is_on' = 1: expected true or false"),
        ("limit = true", "setting 'limit' = True: expected number or 'none'"),
        ("limit = 'much'", "setting 'limit' = 'much': expected number"),
        ("place = [1, 2]", "expected a list of 3 numbers"),
        ("inner = 3", "setting 'inner' = 3: expected section"),
        ("weights = {a = 'x'}", "expected a table of names and numbers"),
        ("[inner]\nsize_um = -1", r"\[inner\] size_um = -1.0: expected > 0"),
        (
            "[either]\nkind = 'Third'",
            "setting 'either.kind' = 'Third': nothing is named 'Third': expected one of inner, a",
        ),
        ("[either]\nkind = 3", "setting 'either.kind' = 3: expected the name of a method"),
        ("[either]\nkind = 'b'\nmode = 'a'", "setting 'either.mode' = 'a': kind 'b' means 'b'; leave one out"),
        ("[either]\nkind = 'a'\ncount = -1", r"\[either\] not by this name"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, text, message):
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(BadSettings, match=message) as caught:
        read_settings_toml(tmp_path / "run.toml", Outer, kinds=KINDS)
    assert str(tmp_path / "run.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"), [(b"a = = 1", "not TOML .*line 1"), (b"name = '\xb5'", "not UTF-8 text")]
)
def test_what_is_no_toml_is_refused(tmp_path, content, message):
    (tmp_path / "run.toml").write_bytes(content)
    with pytest.raises(BadFile, match=message):
        read_settings_toml(tmp_path / "run.toml", Outer)


def test_missing_file_is_said(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        read_settings_toml(tmp_path / "none.toml", Outer)
