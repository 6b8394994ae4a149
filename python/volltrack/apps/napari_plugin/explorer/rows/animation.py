"""A film of the view: rotation and time, to MP4."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from annotated_types import Ge, Interval

from volltrack.apps.napari_plugin.explorer.canvas import find_camera
from volltrack.errors import BadValue, OutputFailed
from volltrack.io.outputs import replace_file
from volltrack.model.settings import require_fields
from volltrack.progress import OnProgress, report_progress

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["AnimationSettings", "animate_view"]

_MAX_TURN = 60.0
"""Largest turn, in degrees, between two key frames: a whole turn in one step would be none."""


@dataclass(frozen=True, kw_only=True)
class AnimationSettings:
    """What the film shows.

    Parameters
    ----------
    first_frame, last_frame
        Frames of the movie from start to end of the film, both >= 0; equal ones make time stand still.
    rotation_degrees
        Turn about the axis that points up on the screen, -3600 to 3600; a flat view does not turn.
    duration_s
        Length of the film in seconds, 0.2 to 600.
    frames_per_second
        1 to 60.
    """

    first_frame: Annotated[int, Ge(0)]
    last_frame: Annotated[int, Ge(0)]
    rotation_degrees: Annotated[float, Interval(ge=-3600, le=3600)] = 0.0
    duration_s: Annotated[float, Interval(ge=0.2, le=600)] = 6.0
    frames_per_second: Annotated[int, Interval(ge=1, le=60)] = 15

    def __post_init__(self) -> None:
        require_fields(self)

    @property
    def n_pictures(self) -> int:
        """Number of pictures in the film, at least 2."""
        return max(2, round(self.duration_s * self.frames_per_second))


def animate_view(
    viewer: Viewer,
    path: Path,
    settings: AnimationSettings,
    *,
    overwrite: bool = True,
    on_progress: OnProgress | None = None,
) -> None:
    """Write a film of the viewer's canvas; the view is afterwards as it was.

    Parameters
    ----------
    viewer
        Its window must be on the screen: a hidden one gives black pictures.
    path
        A file that ends in ``.mp4``; appears when it is complete.
    settings
        See `AnimationSettings`.
    overwrite
        Whether an existing file may be replaced.
    on_progress
        Told after each picture.

    Raises
    ------
    BadValue
        Another suffix, or a window that is not shown.
    Cancelled
        `on_progress` asked to stop; nothing is written.
    OutputFailed
        Disk full, no permission, or the encoder fails.
    """
    if path.suffix.lower() != ".mp4":
        raise BadValue(f"{path.name}: expected a name that ends in .mp4")
    window = viewer.window._qt_window
    if not window.isVisible() or window.isMinimized():
        raise BadValue("the window is not on the screen, and its pictures would be black: show it first")
    import imageio

    camera, point = find_camera(viewer), viewer.dims.point
    angles = camera.angles
    try:
        with replace_file(path, overwrite=overwrite) as temporary, warnings.catch_warnings():
            warnings.filterwarnings("ignore", "viewer.camera", DeprecationWarning)  # napari-animation asks for it
            try:
                writer = imageio.get_writer(temporary, format="FFMPEG", fps=settings.frames_per_second, quality=7)
                with writer:
                    pictures = _render(viewer, settings)
                    for done, picture in enumerate(pictures, start=1):
                        writer.append_data(picture)
                        report_progress(on_progress, "animation", done, settings.n_pictures)
            except (RuntimeError, BrokenPipeError) as error:
                raise OutputFailed(f"{path}: the film could not be encoded: {error}") from error
    finally:
        camera.angles = angles
        viewer.dims.point = point


def _render(viewer: Viewer, settings: AnimationSettings) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Yield the pictures (Y, X, 3), all of one even size."""
    from napari_animation.frame_sequence import FrameSequence
    from napari_animation.key_frame import KeyFrame, KeyFrameList
    from napari_animation.viewer_state import ViewerState
    from scipy.spatial.transform import Rotation

    camera, point = find_camera(viewer), viewer.dims.point
    degrees = settings.rotation_degrees if viewer.dims.ndisplay == 3 else 0.0
    n_steps = min(max(1, int(np.ceil(abs(degrees) / _MAX_TURN))), settings.n_pictures - 1)
    shares = np.linspace(0.0, 1.0, n_steps + 1)
    pictures_until = np.rint(shares * (settings.n_pictures - 1)).astype(int)
    view, up = np.array(camera.view_direction), np.array(camera.up_direction)
    keys = KeyFrameList()
    for k, share in enumerate(shares.tolist()):
        if degrees:
            turn = Rotation.from_rotvec(np.radians(degrees * share) * up)
            camera.set_view_direction(tuple(turn.apply(view)), tuple(up))
        frame = settings.first_frame + share * (settings.last_frame - settings.first_frame)
        dims = {"point": (frame, *point[1:])}
        # without layers: these stay as they are, however large
        state = ViewerState(camera={"angles": camera.angles}, dims=dims, layers={})
        steps = int(pictures_until[k] - pictures_until[k - 1]) if k else 1
        keys.append(KeyFrame(viewer_state=state, thumbnail=np.zeros((1, 1, 4), dtype=np.uint8), steps=steps))
    size = None
    for picture in FrameSequence(keys).iter_frames(viewer, canvas_only=True):
        height, width = (n - n % 2 for n in picture.shape[:2])  # the encoder takes even sizes only
        size = size or (height, width)
        yield np.ascontiguousarray(picture[: size[0], : size[1], :3])
