"""One check for all settings: what is inside the stated ranges is taken, what is outside is refused with a message."""

import dataclasses
import importlib
import inspect
import json
import math
import pkgutil
from collections.abc import Mapping

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import volltrack_fiji.trackmate.run_trackmate as bridge
from volltrack.apps.napari_plugin.explorer.rows import animation
from volltrack.errors import BadSettings, VollTrackError
from volltrack.model.settings import list_fields, make_schema
from volltrack.model.settings.kinds import Kind, find_kinds

# by their names: `volltrack.segment` is the function of the front door
ROOMS = [
    importlib.import_module(name)
    for name in (
        "volltrack.analyse",
        "volltrack.link",
        "volltrack.measure",
        "volltrack.pipeline",
        "volltrack.score",
        "volltrack.segment",
        "volltrack.testing",
    )
]
MODULES = (animation, bridge)
OTHER_NAMES = {"LineageShape", "ThresholdSearch"}


def find_settings_classes():
    """Every dataclass of these rooms whose name ends in Settings."""
    found = {}
    modules = [
        importlib.import_module(module.name)
        for room in ROOMS
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    ]
    for module in (*modules, *MODULES):
        for name, cls in vars(module).items():
            if (name.endswith("Settings") or name in OTHER_NAMES) and inspect.isclass(cls):
                found[f"{cls.__module__}.{name}"] = cls
    return dict(sorted((name, cls) for name, cls in found.items() if dataclasses.is_dataclass(cls)))


CLASSES = find_settings_classes()


def values_of(kind: Kind):
    """A strategy of values that a field takes."""
    if kind.choices:
        found = st.sampled_from(kind.choices)
    elif kind.base is bool:
        found = st.booleans()
    elif kind.base is int and kind.is_valid is not None:
        found = st.sampled_from([n for n in range(int(kind.low), 20) if kind.is_valid(n) and n <= (kind.high or 20)])
    elif kind.base is int:
        low = -1000 if kind.low is None else math.floor(kind.low) + kind.low_excluded
        found = st.integers(low, low + 1000 if kind.high is None else math.ceil(kind.high) - kind.high_excluded)
    elif kind.base is float:
        found = st.floats(
            kind.low if kind.low is not None else -1e6,
            kind.high if kind.high is not None else 1e6,
            exclude_min=kind.low_excluded,
            exclude_max=kind.high_excluded,
        )
    elif kind.base is str:
        found = st.text(max_size=5)
    elif kind.base is tuple and kind.length is not None:
        found = st.tuples(*map(values_of, kind.members))
    elif kind.base is tuple:
        found = st.lists(values_of(kind.members[0]), min_size=kind.least_length, max_size=3).map(tuple)
    elif kind.base is Mapping:
        found = st.dictionaries(st.text("ABC_", min_size=1), values_of(kind.members[0]), max_size=2)
    else:
        return None
    return st.none() | found if kind.allows_none else found


def wrong_values_of(kind: Kind):
    """Values that a field does not take: of another type, NaN, beyond its limits."""
    wrong = [object(), float("nan") if kind.base in (int, float) else 1j]
    if kind.base in (int, float):
        wrong += [True, "1", *([] if kind.allows_infinite else [math.inf, -math.inf])]
        if kind.low is not None:
            wrong += [kind.low - 1, *([kind.low] if kind.low_excluded else [])]
        if kind.high is not None:
            wrong += [kind.high + 1, *([kind.high] if kind.high_excluded else [])]
    if kind.base is bool:
        wrong += [0, 1, "true"]
    if kind.base is int:
        wrong += [1.5]
    if kind.choices:
        wrong += ["no such choice"]
    if kind.is_valid is not None:
        wrong += [n for n in range(int(kind.low), 7) if not kind.is_valid(n)]
    if kind.least_length:
        wrong += [()]
    if kind.length is not None:
        wrong += [(), (1,) * (kind.length + 1)]
    return wrong


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_values_inside_the_ranges_are_taken(cls, data):
    """One field at a time: rules between fields may forbid other combinations."""
    for name, kind in find_kinds(cls).items():
        strategy = values_of(kind)
        if strategy is None or name in BETWEEN_FIELDS.get(cls.__name__, ()):
            continue
        value = data.draw(strategy, label=name)
        assert getattr(cls(**{**needed(cls), name: value}), name) == value


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_values_outside_the_ranges_are_refused(cls):
    for name, kind in find_kinds(cls).items():
        if values_of(kind) is None:
            continue
        for value in wrong_values_of(kind):
            with pytest.raises((BadSettings, VollTrackError)) as caught:
                cls(**{**needed(cls), name: value})
            assert "expected" in str(caught.value) or "needs" in str(caught.value), (name, value)


BETWEEN_FIELDS = {
    # low < high: told by a check between or beyond the ranges, tested where the class is
    "PatchSettings": ("percentiles",),
    "PredictionSettings": ("percentiles",),
    "VollSegSettings": ("percentiles", "max_size", "min_size"),
    "TrainingStackSettings": ("diameter_px", "planes_per_cell", "photons"),
    "ClassicalSettings": ("mask_method",),
}


NEEDED = {"AnimationSettings": {"first_frame": 0, "last_frame": 0}, "NetworkSettings": {"star": "a", "denoise": "b"}}


def needed(cls):
    """What a class cannot do without."""
    return NEEDED.get(cls.__name__, {})


def to_json(value):
    """The value as JSON holds it, or None where JSON has none such."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_another_reader_of_the_schema_takes_and_refuses_the_same(cls, data):
    schema = make_schema(cls)
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, kind in find_kinds(cls).items():
        strategy = values_of(kind)
        if strategy is None:
            continue
        reader = jsonschema.Draft202012Validator(schema["properties"][name])
        assert reader.is_valid(to_json(data.draw(strategy, label=name))), name
        for value in wrong_values_of(kind):
            plain = to_json(value)
            if plain is not None and (kind.is_valid is None or "x-rule" not in schema["properties"][name]):
                assert not reader.is_valid(plain), (name, value)


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_schema_states_what_the_check_does(cls):
    schema = json.loads(json.dumps(make_schema(cls)))
    assert list(schema["properties"]) == list(find_kinds(cls))
    assert schema["additionalProperties"] is False
    for field in list_fields(cls):
        entry = schema["properties"][field.name]
        assert entry.get("description"), f"{cls.__name__}.{field.name} is not in the docstring"
        if field.kind.low is not None:
            assert entry["exclusiveMinimum" if field.kind.low_excluded else "minimum"] == field.kind.low
        if isinstance(field.default, bool | int | float | str):
            assert entry["default"] == field.default


def test_all_settings_are_found():
    assert {"PruneSettings", "MeasureSettings"} <= {cls.__name__ for cls in CLASSES.values()}
    assert len(CLASSES) >= 25
