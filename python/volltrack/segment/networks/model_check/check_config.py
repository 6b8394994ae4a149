"""``config.json`` of a model: known keys, plain values, sizes that fit."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from volltrack.errors import BadFile
from volltrack.segment.networks.model_check.config_value import ValueCheck
from volltrack.segment.networks.model_check.known_keys import keys_of_noise2void, keys_of_star, keys_of_unet
from volltrack.segment.networks.model_check.network_size import MOST_WEIGHTS, count_weights
from volltrack.segment.networks.model_check.rays import count_rays

__all__ = ["check_config"]

_LIBRARIES = {"star": "stardist", "unet": "csbdeep", "noise2void": "n2v"}

_NEEDED_BY_NOISE2VOID = (
    "axes",
    "n_channel_in",
    "n_channel_out",
    "means",
    "stds",
    "unet_residual",
    "unet_n_depth",
    "unet_kern_size",
    "unet_n_first",
    "unet_input_shape",
    "unet_last_activation",
    "train_loss",
    "batch_norm",
    "blurpool",
    "skip_skipone",
    "single_net_per_channel",
    "structN2Vmask",
)
"""n2v has no defaults of its own for a network that is loaded."""


_SIZES = (
    "unet_n_depth",
    "unet_n_first",
    "unet_n_filter_base",
    "unet_kern_size",
    "unet_kernel_size",
    "unet_expansion",
    "unet_n_conv_per_depth",
    "resnet_n_filter_base",
    "resnet_n_blocks",
    "net_conv_after_unet",
    "net_conv_after_resnet",
    "n_rays",
    "grid",
)
"""What makes a network large; named where it is too large."""


def check_config(config: Mapping[str, Any], kind: str, n_dim: int, file: Path) -> None:
    """Check the settings of a network of `kind` and `n_dim` dimensions; `file` is named in messages.

    Raises
    ------
    BadFile
        If a key is unknown, a value is not what the library writes there, or the network would be too large.
    """
    library = _LIBRARIES[kind]
    known = _known_keys(config, kind, n_dim)
    unknown = sorted(set(config) - set(known))
    if unknown:
        named = ", ".join(_show(key) for key in unknown[:6]) + (", ..." if len(unknown) > 6 else "")
        raise BadFile(
            f"holds {named}, which {_with_version(library)} does not know: another version of {library} (or another "
            f"program) wrote it; train or export the model with this version of {library}",
            path=file,
        )
    for key, value in config.items():
        if not known[key].is_right(value):
            raise BadFile(f"{key} = {_show(value)}: expected {known[key].expected}", path=file)
    _require_whole(config, kind, library, file)
    _require_size(config, n_dim, file)


def _known_keys(config: Mapping[str, Any], kind: str, n_dim: int) -> Mapping[str, ValueCheck]:
    if kind == "star":
        return keys_of_star(n_dim, "resnet" if config.get("backbone") == "resnet" else "unet")
    return keys_of_unet(n_dim) if kind == "unet" else keys_of_noise2void(n_dim)


def _require_whole(config: Mapping[str, Any], kind: str, library: str, file: Path) -> None:
    """Check what several keys say together."""
    if kind == "noise2void":
        missing = [key for key in _NEEDED_BY_NOISE2VOID if key not in config]
        if missing:
            raise BadFile(
                f"lacks {', '.join(missing)}, which {_with_version(library)} needs; copy the file again, or train the "
                "model again",
                path=file,
            )
    if "rays_json" in config and count_rays(config["rays_json"]) != config["n_rays"]:
        made = count_rays(config["rays_json"])
        raise BadFile(
            f"n_rays = {config['n_rays']} but rays_json makes {made} rays: expected the same; copy the file again",
            path=file,
        )


def _require_size(config: Mapping[str, Any], n_dim: int, file: Path) -> None:
    """Check that the network fits into the memory before any is taken."""
    weights = count_weights(config, n_dim)
    if weights > MOST_WEIGHTS:
        said = ", ".join(f"{key} = {_show(config[key])}" for key in _SIZES if key in config)
        raise BadFile(
            f"a network of {weights:.3g} weights ({4 * weights / 1e9:.3g} GB; {said}): expected at most "
            f"{MOST_WEIGHTS:.3g} weights; take a smaller network",
            path=file,
        )


def _show(value: object) -> str:
    """Return a value in one short line, whatever it holds."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _with_version(library: str) -> str:
    """Return the name of a library with the version that is installed."""
    try:
        return f"{library} {metadata.version(library)}"
    except metadata.PackageNotFoundError:
        return library
