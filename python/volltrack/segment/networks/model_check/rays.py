"""The rays of a StarDist3D network: classes that the library has, with the arguments that they take."""

from __future__ import annotations

from typing import Any

from volltrack.segment.networks.model_check.config_value import ValueCheck, each_of, maybe, number, whole

__all__ = ["RAYS", "count_rays"]

_MOST = 4096

_COORDINATE = number(-1e6, 1e6)

_KNOWN: dict[str, dict[str, ValueCheck]] = {
    "Rays_GoldenSpiral": {"n": whole(4, _MOST), "anisotropy": maybe(each_of(number(1e-3, 1e3), 3))},
    "Rays_Cartesian": {"n_rays_x": whole(3, 64), "n_rays_z": whole(3, 64)},
    "Rays_Tetra": {"n_level": whole(1, 5)},
    "Rays_Octo": {"n_level": whole(1, 5)},
}

_DEFAULTS = {"n": 70, "anisotropy": None, "n_rays_x": 11, "n_rays_z": 5, "n_level": 4}


def _are_rays(value: Any) -> bool:
    """Whether a value says rays as the library writes them: ``{"name": ..., "kwargs": {...}}``."""
    if not isinstance(value, dict) or set(value) != {"name", "kwargs"} or not isinstance(value["kwargs"], dict):
        return False
    name, arguments = value["name"], value["kwargs"]
    if name == "Rays_Explicit":
        return _are_explicit(arguments)
    if not isinstance(name, str) or name not in _KNOWN:
        return False
    checks = _KNOWN[name]
    return all(key in checks and checks[key].is_right(given) for key, given in arguments.items())


def _are_explicit(arguments: dict[str, Any]) -> bool:
    """Whether the arguments are points, and triangles of their numbers."""
    if set(arguments) != {"vertices0", "faces0"}:
        return False
    points, faces = arguments["vertices0"], arguments["faces0"]
    if not (
        isinstance(points, list) and 4 <= len(points) <= _MOST and isinstance(faces, list) and len(faces) <= 4 * _MOST
    ):
        return False
    corner = whole(0, len(points) - 1)
    return all(each_of(_COORDINATE, 3).is_right(p) for p in points) and all(
        each_of(corner, 3).is_right(f) for f in faces
    )


RAYS = ValueCheck(
    _are_rays,
    'rays of StarDist, as {"name": "Rays_GoldenSpiral", "kwargs": {"n": 96, "anisotropy": null}}; '
    f"known are {', '.join(sorted(_KNOWN))} and Rays_Explicit with their own arguments",
)


def count_rays(rays: dict[str, Any]) -> int:
    """Return how many rays a checked value of ``rays_json`` makes."""
    arguments = _DEFAULTS | rays["kwargs"]
    if rays["name"] == "Rays_Explicit":
        return len(arguments["vertices0"])
    if rays["name"] == "Rays_GoldenSpiral":
        return int(arguments["n"])
    if rays["name"] == "Rays_Cartesian":
        return int(arguments["n_rays_x"] * arguments["n_rays_z"])
    faces, points = (4, 4) if rays["name"] == "Rays_Tetra" else (8, 6)
    for _ in range(arguments["n_level"] - 1):
        points += faces * 3 // 2  # one in the middle of each edge
        faces *= 4
    return points
