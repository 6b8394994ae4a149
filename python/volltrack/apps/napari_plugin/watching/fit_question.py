"""Images that do not fit the tracks are asked about before anything is measured in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from napari.layers import Image, Labels
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from volltrack.apps.napari_plugin.layers import CONTENT_KEY, lazy_frames
from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.apps.napari_plugin.watching.one_box import OneBox
from volltrack.io.tracks import find_named_shape
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.pipeline import find_misfit, swap_z_and_t

__all__ = ["FitQuestion"]


class FitQuestion(OneBox):
    """Asks, without blocking, about each image of a session that does not fit, and about those opened later.

    Until a person agrees the image is only looked at. One whose z and t are swapped is put right on request.

    Parameters
    ----------
    window
        The window of the viewer.
    viewer, session
        Where the layers are, and the tracks.
    """

    def __init__(self, window: QWidget, viewer: Any, session: TrackSession) -> None:
        super().__init__(window)
        self._viewer = viewer
        self._session = session
        self._waiting: list[tuple[str, dict[str, Callable[[], None]]]] = []
        for kind, (image, misfit) in session.doubts.items():
            answers: dict[str, Callable[[], None]] = {}
            if misfit.is_swapped:
                answers["Swap z and t"] = partial(self._swap, kind, image)
            answers["Measure in it all the same"] = partial(session.agree_to, kind)
            self._waiting.append((f"{misfit}.", answers))
        viewer.layers.events.inserted.connect(self._look_at_layer)
        self._ask_next()

    def stop(self) -> None:
        """Ask no more."""
        self._viewer.layers.events.inserted.disconnect(self._look_at_layer)
        self._waiting.clear()
        self._close_box()

    def _swap(self, kind: str, image: Movie) -> None:
        swapped = swap_z_and_t(image)
        for layer in self._viewer.layers:
            if layer.metadata.get(CONTENT_KEY) == kind:
                layer.data = lazy_frames(swapped)
        self._session.agree_to(kind, swapped)

    def _look_at_layer(self, event: Any) -> None:
        """Tell of an image that a person opens beside the tracks and that does not fit them."""
        layer = event.value
        data = layer.data[0] if getattr(layer, "multiscale", False) else layer.data
        is_ours = CONTENT_KEY in layer.metadata or SESSION_KEY in layer.metadata
        if is_ours or not isinstance(layer, Image | Labels) or data.ndim != 4 or min(data.shape) < 1:
            return
        z, y, x = (abs(float(size)) for size in layer.scale[-3:])
        size = VoxelSize(z=z, y=y, x=x, unit=self._session.calibration.length_unit)
        has_scale = np.allclose(size.zyx, self._session.calibration.voxel_size.zyx)
        shown = Movie(
            shape=tuple(data.shape),
            dtype=np.dtype(data.dtype),
            calibration=Calibration(voxel_size=size, frame_interval=1.0, time_unit="frame"),
            read_frame=lambda t: np.asarray(data[t]),
            name=layer.name,
        )
        misfit = find_misfit(
            shown,
            self._session.lineage.spots,
            size if has_scale else self._session.calibration.voxel_size,  # without a scale its voxels are meant
            named_shape=find_named_shape(self._session.tracks_file),
            may_be_one_frame=isinstance(layer, Labels),
        )
        if misfit is None:
            return

        def swap() -> None:
            layer.data = np.swapaxes(data, 0, 1)

        self._waiting.append((f"{misfit}. It is only looked at.", {"Swap z and t": swap} if misfit.is_swapped else {}))
        if self.box is None:
            self._ask_next()

    def _ask_next(self) -> None:
        self._close_box()
        if not self._waiting:
            return
        text, answers = self._waiting.pop(0)
        box = QMessageBox(self.parent())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("The image does not fit the tracks")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        for name, act in answers.items():
            box.addButton(name, QMessageBox.ButtonRole.AcceptRole).clicked.connect(lambda _=False, act=act: act())
        box.addButton("Only look at it" if answers else "Close", QMessageBox.ButtonRole.RejectRole)
        box.setModal(False)
        box.finished.connect(self._ask_next)
        self.box = box
        box.show()
