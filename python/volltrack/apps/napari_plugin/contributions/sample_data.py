"""Sample data: a synthetic movie of a tissue with its labels and true lineages."""

from __future__ import annotations

from volltrack.apps.napari_plugin.contributions.readers import attach_when_added
from volltrack.apps.napari_plugin.layers.layer_data import LayerData, make_layer_data
from volltrack.apps.napari_plugin.layers.lazy_movie import make_image_data, make_label_data
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

__all__ = ["make_sample"]


def make_sample() -> list[LayerData]:
    """Return the layers of `volltrack demo`'s movie and of its true lineages."""
    made = make_tissue_movie(SyntheticSettings(seed=0))
    session = TrackSession.from_lineage(made.lineage, calibration=made.raw.calibration)
    attach_when_added(session)
    labels, options, kind = make_label_data(made.labels, session.calibration)
    return [
        make_image_data(made.raw, session.calibration),
        (labels, options | {"visible": False}, kind),
        *make_layer_data(session),
    ]
