"""How many weights a network of stardist, csbdeep or n2v has, from its settings alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

__all__ = ["MOST_WEIGHTS", "count_weights"]

MOST_WEIGHTS = 200_000_000
"""The networks that people publish have 0.1 to 40 million; these many take 0.8 GB."""


def count_weights(config: Mapping[str, Any], n_dim: int) -> int:
    """Return how many weights the network of a checked ``config.json`` has, but for batch normalisation."""
    if config.get("backbone") == "resnet":
        return _count_resnet(config)
    is_star = "n_rays" in config
    kernel = config.get("unet_kernel_size", [3] * n_dim) if is_star else [config.get("unet_kern_size", 3)] * n_dim
    voxels = math.prod(kernel)
    first = config.get("unet_n_filter_base" if is_star else "unet_n_first", 32)
    per_level = config.get("unet_n_conv_per_depth", 2)
    total, channels = 0, 1
    if is_star:
        for _ in range(per_level * _count_poolings(config.get("grid", [1]))):
            total += _convolve(channels, first, voxels)
            channels = first
    total += _count_unet(
        channels,
        first,
        voxels,
        depth=config.get("unet_n_depth", 2),
        per_level=per_level,
        growth=config.get("unet_expansion", 2),
    )
    if is_star:
        return total + _count_heads(config, first, config.get("net_conv_after_unet", 128), voxels)
    return total + (2 if config.get("probabilistic") else 1) * _convolve(first, 1, 1)


def _convolve(before: int, after: int, voxels: int) -> int:
    """Return the weights of one convolution with its biases."""
    return before * after * voxels + after


def _count_poolings(grid: list[int]) -> int:
    return max(g.bit_length() - 1 for g in grid)


def _count_unet(channels: int, first: int, voxels: int, *, depth: int, per_level: int, growth: float) -> int:
    """Return the weights of ``csbdeep.internals.blocks.unet_block``."""
    filters = [int(first * growth**level) for level in range(depth + 1)]
    total = 0
    for level in range(depth):
        for _ in range(per_level):
            total += _convolve(channels, filters[level], voxels)
            channels = filters[level]
    for after in [filters[depth]] * (per_level - 1) + [filters[max(0, depth - 1)]]:
        total += _convolve(channels, after, voxels)
        channels = after
    for level in reversed(range(depth)):
        channels += filters[level]  # the skipped connection
        for after in [filters[level]] * (per_level - 1) + [filters[max(0, level - 1)]]:
            total += _convolve(channels, after, voxels)
            channels = after
    return total


def _count_resnet(config: Mapping[str, Any]) -> int:
    """Return the weights of StarDist3D on a residual network."""
    filters = config.get("resnet_n_filter_base", 32)
    voxels = math.prod(config.get("resnet_kernel_size", [3, 3, 3]))
    total = _convolve(1, filters, 7**3) + _convolve(filters, filters, 27)
    poolings = _count_poolings(config.get("grid", [1]))
    for block in range(config.get("resnet_n_blocks", 4)):
        after = filters * 2 if block < poolings else filters
        total += _convolve(filters, after, voxels) + (_convolve(filters, after, 1) if block < poolings else 0)
        total += (config.get("resnet_n_conv_per_block", 3) - 1) * _convolve(after, after, voxels)
        filters = after
    return total + _count_heads(config, filters, config.get("net_conv_after_resnet", 128), voxels)


def _count_heads(config: Mapping[str, Any], channels: int, features: int, voxels: int) -> int:
    """Return the weights of StarDist's outputs: probability, distances, classes."""
    heads = [1 + config["n_rays"]] + ([1 + config["n_classes"]] if config.get("n_classes") else [])
    if features == 0:
        return sum(_convolve(channels, n, 1) for n in heads)
    return sum(_convolve(channels, features, voxels) + _convolve(features, n, 1) for n in heads)
