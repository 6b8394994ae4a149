"""The viewer of the tests draws, on whatever display there is."""

import numpy as np


def test_a_viewer_draws_an_image(shown_viewer):
    shown_viewer.add_image(np.full((4, 4), 200, dtype=np.uint8), contrast_limits=(0, 255))
    assert shown_viewer.screenshot(canvas_only=True, flash=False)[..., 0].max() > 150


def test_a_window_is_shown(shown_viewer):
    assert shown_viewer.window._qt_window.isVisible()
