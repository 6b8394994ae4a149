"""One picture of a result: labels over the movie, tracks, lineage trees, cells per frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.apps.drawing.trees.layout import lay_out_trees
from volltrack.io.outputs import replace_file
from volltrack.io.trackmate_xml.write.xml_text import clean_text
from volltrack.model import Calibration, Frame, LabelMovie, Lineage, Movie

__all__ = ["draw_overview"]

_UNLINKED = (0.75, 0.75, 0.75, 1.0)
_GAMMA = 0.7  # a nucleus of a tenth of the brightest shows as a fifth
_PIXELS = 350  # about the size at which a frame is shown; outlines are as thin, or as thick, as it needs
_WIDTH_INCH, _HEIGHT_INCH = 15.0, 9.6
_COMPRESSION = 2  # zlib's 6 takes three times as long for a file a tenth smaller


def draw_overview(
    path: Path,
    lineage: Lineage,
    calibration: Calibration,
    *,
    raw: Movie | None = None,
    labels: LabelMovie | None = None,
    title: str = "",
    score: Mapping[str, Any] | None = None,
) -> None:
    """Write a PNG that shows a person whether the result looks right.

    Parameters
    ----------
    path
        PNG file; written to a temporary name and moved into place.
    lineage
        Spots with ``LABEL`` (when `labels` are given) and positions in `calibration`'s unit.
    calibration
        Units and voxel size of the axes.
    raw, labels
        Movie and label movie (T, Z, Y, X); outlines of the labels are drawn over the
        plane that holds most of them.
    title
        Line on top.
    score
        Measures to print, if the truth is known.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lines = [clean_text(title)] if title else []
    if score:
        lines.append("   ".join(f"{key} {value:.3f}" for key, value in score.items() if isinstance(value, float)))
    figure = Figure(figsize=(_WIDTH_INCH, _HEIGHT_INCH), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 3, gridspec_kw=_place_axes(len(lines)))
    n_frames = max(lineage.spots.n_frames, 1 if raw is None else raw.n_frames)
    shown = sorted({0, (n_frames - 1) // 2, n_frames - 1})
    for axis, t in zip(axes[0], shown, strict=False):
        _draw_frame(axis, t, lineage, calibration, raw, labels)
    for axis in axes[0][len(shown) :]:
        axis.set_axis_off()
    _draw_tracks(axes[1, 0], lineage, calibration, raw)
    _draw_trees(axes[1, 1], lineage, calibration)
    _draw_counts(axes[1, 2], lineage, n_frames)
    figure.suptitle("\n".join(lines), fontsize=12, y=1 - 0.1 / _HEIGHT_INCH)
    with replace_file(path) as temporary:
        figure.savefig(temporary, format="png", pil_kwargs={"compress_level": _COMPRESSION})


def color_tracks(track: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return one RGBA colour per track number, (N, 4); neighbours differ, -1 (unlinked) is grey."""
    from matplotlib.colors import hsv_to_rgb

    hue = (track * 0.6180339887498949) % 1.0  # golden ratio: successive numbers land far apart
    rgb = hsv_to_rgb(np.stack([hue, np.full(len(track), 0.85), np.full(len(track), 0.95)], axis=-1))
    rgba = np.concatenate([rgb, np.ones((len(track), 1))], axis=1)
    rgba[track < 0] = _UNLINKED
    return rgba


def _place_axes(n_lines: int) -> dict[str, float]:
    """Return margins and gaps of two rows of three axes below some lines of title, as matplotlib's grid takes them.

    They are fixed lengths: matplotlib's own layout draws the picture twice more to find them.
    """
    left, right, bottom, top, beside, between = 0.85, 0.1, 0.5, 0.33 + 0.22 * n_lines, 0.9, 0.68
    return {
        "left": left / _WIDTH_INCH,
        "right": 1 - right / _WIDTH_INCH,
        "bottom": bottom / _HEIGHT_INCH,
        "top": 1 - top / _HEIGHT_INCH,
        "wspace": 3 * beside / (_WIDTH_INCH - left - right - 2 * beside),  # in widths of one of the axes
        "hspace": 2 * between / (_HEIGHT_INCH - bottom - top - between),
    }


def _extent(shape_yx: tuple[int, int], calibration: Calibration) -> tuple[float, float, float, float]:
    """Return the edges (left, right, bottom, top) of an image whose first voxel centre is at 0."""
    y, x = calibration.voxel_size.y, calibration.voxel_size.x
    return (-0.5 * x, (shape_yx[1] - 0.5) * x, (shape_yx[0] - 0.5) * y, -0.5 * y)


def _stretch(plane: Frame) -> npt.NDArray[np.float64]:
    """Return a plane (Y, X) stretched between its 1 % and 99.8 % values to 0 .. 1, dim cells brought up."""
    plane = plane.astype(np.float64)
    low, high = np.percentile(plane, (1, 99.8))
    stretched: npt.NDArray[np.float64] = np.clip((plane - low) / max(high - low, 1e-12), 0, 1) ** _GAMMA
    return stretched


def _draw_frame(
    axis: Any, t: int, lineage: Lineage, calibration: Calibration, raw: Movie | None, labels: LabelMovie | None
) -> None:
    unit = calibration.length_unit
    here = lineage.spots.frames == t
    by_track = len(lineage.links) > 0
    colors = color_tracks(lineage.track_of_spot[here] if by_track else np.arange(here.sum()))
    where = ""
    if labels is not None and "LABEL" in lineage.spots.table.columns:
        frame = labels.frame(t)
        z = int(np.argmax((frame != 0).sum(axis=(1, 2))))  # the plane that shows most
        where = "" if labels.is_2d else f", z = {z * calibration.voxel_size.z:.4g} {unit}"
        extent = _extent((frame.shape[1], frame.shape[2]), calibration)
        if raw is not None:
            axis.imshow(_stretch(raw.frame(t)[z]), cmap="gray", extent=extent)
        fine = max(1, _PIXELS // max(frame.shape[1:]))
        plane = frame[z].repeat(fine, axis=0).repeat(fine, axis=1)
        outline = _outline_labels(plane, lineage.spots.table["LABEL"].to_numpy()[here], colors)
        axis.imshow(outline, extent=extent, interpolation="nearest")
    else:
        if raw is not None:
            image = _stretch(raw.frame(t).max(axis=0))
            axis.imshow(image, cmap="gray", extent=_extent((image.shape[0], image.shape[1]), calibration))
        positions = lineage.spots.positions_zyx[here]
        axis.scatter(positions[:, 2], positions[:, 1], s=12, c=colors)
        if raw is None:
            _show_all_spots(axis, lineage)
    coloured = ", coloured by track" if by_track else ""
    axis.set_title(f"frame {t}: {int(here.sum())} cells{coloured}{where}", fontsize=10, y=1)
    axis.set_xlabel(f"x ({unit})")
    axis.set_ylabel(f"y ({unit})")
    axis.set_aspect("equal")


def _show_all_spots(axis: Any, lineage: Lineage) -> None:
    """Give the axis the place of all spots of the movie, y down, so that its frames can be compared."""
    if len(lineage.spots) == 0:
        return
    xy = lineage.spots.positions_zyx[:, [2, 1]]
    low, high = xy.min(axis=0), xy.max(axis=0)
    margin = 0.05 * max(float(np.max(high - low)), 1.0)
    axis.set_xlim(low[0] - margin, high[0] + margin)
    axis.set_ylim(high[1] + margin, low[1] - margin)


def _outline_labels(plane: Frame, values: npt.NDArray[Any], colors: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return an RGBA image of the outlines of the labels in a plane (Y, X); labels without a spot are thin white."""
    known, place = np.unique(plane, return_inverse=True)
    palette = np.tile((1.0, 1.0, 1.0, 0.35), (len(known), 1))
    at = np.searchsorted(known, values)
    found = (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == values)
    palette[at[found]] = colors[found]
    edge = np.zeros(plane.shape, dtype=bool)
    width = max(1, max(plane.shape) // _PIXELS)
    down, right = plane[width:] != plane[:-width], plane[:, width:] != plane[:, :-width]
    edge[:-width] |= down
    edge[width:] |= down
    edge[:, :-width] |= right
    edge[:, width:] |= right
    edge &= plane != 0
    outlined: npt.NDArray[np.uint8] = np.rint(255 * palette).astype(np.uint8)[place.reshape(plane.shape)]
    outlined[~edge] = 0
    return outlined


def _draw_tracks(axis: Any, lineage: Lineage, calibration: Calibration, raw: Movie | None) -> None:
    from matplotlib.collections import LineCollection

    unit = calibration.length_unit
    if raw is not None and raw.n_frames:
        plane = 0.6 * _stretch(raw.frame(raw.n_frames - 1).max(axis=0))
        extent = _extent((plane.shape[0], plane.shape[1]), calibration)
        axis.imshow(plane, cmap="gray", vmin=0, vmax=1, extent=extent)
    xy = lineage.spots.positions_zyx[:, [2, 1]]
    segments = np.stack([xy[lineage.source_rows], xy[lineage.target_rows]], axis=1)
    axis.add_collection(
        LineCollection(list(segments), colors=color_tracks(lineage.track_of_spot[lineage.source_rows]), linewidths=1.2)
    )
    mothers = lineage.out_degrees > 1
    ring = "white" if raw is not None else "black"
    axis.scatter(xy[mothers, 0], xy[mothers, 1], s=30, facecolors="none", edgecolors=ring, linewidths=1.0)
    if raw is None:
        _show_all_spots(axis, lineage)
    n_divisions = int(mothers.sum())
    divisions = f"{n_divisions} division{'' if n_divisions == 1 else 's'}{' (circles)' if n_divisions else ''}"
    axis.set_title(f"{lineage.n_tracks} track{'' if lineage.n_tracks == 1 else 's'}, {divisions}", fontsize=10, y=1)
    axis.set_xlabel(f"x ({unit})")
    axis.set_ylabel(f"y ({unit})")
    axis.set_aspect("equal")


def _draw_trees(axis: Any, lineage: Lineage, calibration: Calibration) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.ticker import MaxNLocator

    if lineage.n_tracks == 0:
        axis.set_axis_off()
        axis.text(0.5, 0.5, "no tracks", transform=axis.transAxes, ha="center", va="center", color="grey")
        return
    layout = lay_out_trees(lineage)
    interval = calibration.frame_interval
    colors = color_tracks(layout.track)
    axis.vlines(layout.x, layout.first_frame * interval, layout.last_frame * interval, colors=colors, linewidth=1.6)
    mother, daughter = layout.joins[:, 0], layout.joins[:, 1]
    top, down = layout.last_frame[mother] * interval, layout.first_frame[daughter] * interval
    x, y = layout.x[np.stack([mother, daughter, daughter], axis=1)], np.stack([top, top, down], axis=1)
    bends = LineCollection(list(np.stack([x, y], axis=2)), colors=colors[daughter], linewidths=1.6)
    axis.add_collection(bends, autolim=False)
    n_shown = len(np.unique(layout.track))
    axis.invert_yaxis()
    axis.set_xticks([])
    axis.set_ylabel(f"time ({calibration.time_unit})")
    if calibration.time_unit == "frame":
        axis.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    some = "" if n_shown == lineage.n_tracks else f": {n_shown} of {lineage.n_tracks} (most divisions first)"
    axis.set_title(f"lineage trees{some}", fontsize=10, y=1)


def _draw_counts(axis: Any, lineage: Lineage, n_frames: int) -> None:
    from matplotlib.ticker import MaxNLocator

    frames = np.arange(n_frames)
    counts = np.bincount(lineage.spots.frames, minlength=n_frames)
    linked = np.bincount(lineage.spots.frames[lineage.track_of_spot >= 0], minlength=n_frames)
    dots = ("o-", "s--") if n_frames <= 50 else ("-", "--")
    axis.plot(frames, counts, dots[0], label="cells")
    axis.plot(frames, linked, dots[1], label="of them in a track")
    axis.set_ylim(0, 1.15 * max(1, counts.max(initial=0)))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.set_xlim(-0.5, n_frames - 0.5)
    axis.set_xlabel("frame")
    axis.set_ylabel("number of cells")
    axis.legend(loc="lower right")
    axis.set_title("cells per frame", fontsize=10, y=1)
