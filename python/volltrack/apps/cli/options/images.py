"""The calibration options of the command line as `ImageOptions`."""

from __future__ import annotations

import argparse

from volltrack.apps.jobs.inputs.image_options import ImageOptions

__all__ = ["image_options"]


def image_options(arguments: argparse.Namespace) -> ImageOptions:
    """Return what the calibration options say; see `volltrack.apps.cli.options.shared.add_calibration`."""
    return ImageOptions(
        voxel_size=arguments.voxel_size,
        unit=arguments.length_unit,
        frame_interval=arguments.frame_interval,
        time_unit=arguments.time_unit,
        axes=arguments.axes,
        movie_axes=getattr(arguments, "movie_axes", None),
        labels_axes=getattr(arguments, "labels_axes", None),
        tissue_axes=getattr(arguments, "tissue_axes", None),
        time_in_frames=arguments.time_in_frames,
        allow_whole_floats=getattr(arguments, "allow_whole_floats", False),
        scene=getattr(arguments, "scene", None),
        keep_going=getattr(arguments, "keep_going", False),
        split_mask=getattr(arguments, "split_mask", False),
    )
