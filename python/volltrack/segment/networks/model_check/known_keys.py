"""The keys of ``config.json`` that stardist 0.9.2, csbdeep 0.8.2 and n2v 0.3.3 know, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping

from volltrack.segment.networks.model_check.config_value import (
    ValueCheck,
    each_of,
    file_name,
    flag,
    maybe,
    number,
    one_of,
    plain,
    whole,
    word,
)
from volltrack.segment.networks.model_check.rays import RAYS

__all__ = ["MOST_RAYS", "keys_of_noise2void", "keys_of_star", "keys_of_unet"]

MOST_RAYS = 2048
"""StarDist's own default is 96; the published networks have up to 192."""

_MOST_FILTERS = 4096
_LONGEST_SIDE = 8192

_ACTIVATIONS = one_of(
    (
        "elu",
        "exponential",
        "gelu",
        "leaky_relu",
        "linear",
        "mish",
        "relu",
        "relu6",
        "selu",
        "sigmoid",
        "silu",
        "softplus",
        "softsign",
        "swish",
        "tanh",
    )
)
_INITIALISERS = one_of(
    (
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "lecun_normal",
        "lecun_uniform",
        "orthogonal",
        "zeros",
        "ones",
        "random_normal",
        "random_uniform",
        "truncated_normal",
    )
)
_KERNEL = ValueCheck(lambda v: whole(1, 15).is_right(v) and v % 2 == 1, "an odd whole number from 1 to 15")
_GRID = ValueCheck(lambda v: whole(1, 32).is_right(v) and v & (v - 1) == 0, "1, 2, 4, 8, 16 or 32")
_DEPTH = whole(1, 8)
_FILTERS = whole(1, _MOST_FILTERS)
_EITHER_TEXT_OR_NUMBER = ValueCheck(
    lambda v: number(-1e30, 1e30).is_right(v) or (isinstance(v, str) and len(v) < 40 and _is_decimal(v)),
    "a finite number",
)

_TRAINING: dict[str, ValueCheck] = {
    "train_epochs": whole(1, 10**9),
    "train_steps_per_epoch": whole(1, 10**9),
    "train_learning_rate": number(0, 1e6, above=True),
    "train_batch_size": whole(1, 10**6),
    "train_tensorboard": flag,
    "train_checkpoint": maybe(file_name),
    "train_reduce_lr": maybe(plain),
}

_CHECKPOINTS = {"train_checkpoint_last": maybe(file_name), "train_checkpoint_epoch": maybe(file_name)}


def _is_decimal(text: str) -> bool:
    try:
        return number(-1e30, 1e30).is_right(float(text))
    except ValueError:
        return False


def _shape(n_dim: int) -> ValueCheck:
    """Return the check of the shape of an input: any lengths, one channel."""
    length = maybe(whole(1, _LONGEST_SIDE))
    return ValueCheck(
        lambda v: isinstance(v, list) and len(v) == n_dim + 1 and all(length.is_right(n) for n in v) and v[-1] == 1,
        f"{n_dim} lengths up to {_LONGEST_SIDE} or null, and 1 channel",
    )


def _common(n_dim: int, channels_out: ValueCheck) -> dict[str, ValueCheck]:
    axes = "YX" if n_dim == 2 else "ZYX"
    return {
        "n_dim": whole(n_dim, n_dim),
        "axes": one_of((axes, f"{axes}C")),
        "n_channel_in": whole(1, 1),
        "n_channel_out": channels_out,
        **_TRAINING,
    }


def keys_of_star(n_dim: int, backbone: str) -> Mapping[str, ValueCheck]:
    """Return the keys of StarDist2D and StarDist3D."""
    keys = {
        **_common(n_dim, whole(1, MOST_RAYS + 1)),
        **_CHECKPOINTS,
        "n_rays": whole(3 if n_dim == 2 else 4, MOST_RAYS),
        "grid": each_of(_GRID, n_dim),
        "backbone": one_of(("unet",) if n_dim == 2 else ("unet", "resnet")),
        "n_classes": maybe(whole(1, 1000)),
        "net_input_shape": _shape(n_dim),
        "net_mask_shape": _shape(n_dim),
        "train_patch_size": each_of(whole(1, _LONGEST_SIDE), n_dim),
        "train_background_reg": number(0, 1e6),
        "train_foreground_only": number(0, 1),
        "train_sample_cache": flag,
        "train_dist_loss": one_of(("mae", "mse", "iou")),
        "train_loss_weights": each_of(number(0, 1e6)),
        "train_class_weights": each_of(number(0, 1e6)),
        "train_n_val_patches": maybe(whole(1, 10**9)),
        "use_gpu": flag,
    }
    if n_dim == 2:
        keys |= {"train_shape_completion": flag, "train_completion_crop": whole(0, _LONGEST_SIDE)}
    else:
        keys |= {"anisotropy": maybe(each_of(number(1e-3, 1e3), 3)), "rays_json": RAYS}
    if backbone == "resnet":
        return keys | {
            "resnet_n_blocks": whole(1, 16),
            "resnet_kernel_size": each_of(_KERNEL, n_dim),
            "resnet_kernel_init": _INITIALISERS,
            "resnet_n_filter_base": _FILTERS,
            "resnet_n_conv_per_block": whole(2, 16),
            "resnet_activation": _ACTIVATIONS,
            "resnet_batch_norm": flag,
            "net_conv_after_resnet": whole(0, _MOST_FILTERS),
        }
    return keys | {
        "unet_n_depth": whole(0, 8),
        "unet_kernel_size": each_of(_KERNEL, n_dim),
        "unet_n_filter_base": _FILTERS,
        "unet_n_conv_per_depth": whole(1, 16),
        "unet_pool": each_of(whole(1, 8), n_dim),
        "unet_activation": _ACTIVATIONS,
        "unet_last_activation": _ACTIVATIONS,
        "unet_batch_norm": flag,
        "unet_dropout": number(0, 0.99),
        "unet_expansion": number(1, 8),
        "unet_prefix": word,
        "net_conv_after_unet": whole(0, _MOST_FILTERS),
    }


def _care(n_dim: int) -> dict[str, ValueCheck]:
    """Return the keys that csbdeep and n2v share."""
    return {
        **_common(n_dim, whole(1, 1)),
        "probabilistic": flag,
        "unet_residual": flag,
        "unet_n_depth": _DEPTH,
        "unet_kern_size": _KERNEL,
        "unet_n_first": _FILTERS,
        "unet_last_activation": one_of(("linear", "relu")),
        "unet_input_shape": _shape(n_dim),
        "train_loss": one_of(("mae", "mse", "laplace")),
    }


def keys_of_unet(n_dim: int) -> Mapping[str, ValueCheck]:
    """Return the keys of csbdeep's CARE."""
    return _care(n_dim) | _CHECKPOINTS


def keys_of_noise2void(n_dim: int) -> Mapping[str, ValueCheck]:
    """Return the keys of n2v, which needs all of them but the first two."""
    return {
        **_CHECKPOINTS,
        **_care(n_dim),
        "means": each_of(_EITHER_TEXT_OR_NUMBER, 1),
        "stds": each_of(_EITHER_TEXT_OR_NUMBER, 1),
        "batch_norm": flag,
        "n2v_perc_pix": number(0, 100, above=True),
        "n2v_patch_shape": each_of(whole(1, _LONGEST_SIDE), n_dim),
        "n2v_manipulator": one_of(
            (
                "normal_withoutCP",
                "uniform_withCP",
                "uniform_withoutCP",
                "normal_additive",
                "normal_fitted",
                "identity",
                "mean",
                "median",
            )
        ),
        "n2v_neighborhood_radius": whole(0, 1000),
        "single_net_per_channel": flag,
        "blurpool": flag,
        "skip_skipone": flag,
        "structN2Vmask": maybe(plain),
    }
