"""Spectra of a quantity, one per tracklet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.spectrum import SpectrumSettings, compute_spectrum
from volltrack.analyse.track_numbers import number_tracks
from volltrack.analyse.tracklets import Tracklets
from volltrack.model import Calibration, Lineage

__all__ = ["TrackletSpectra", "compute_tracklet_spectra"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TrackletSpectra:
    """Spectra of all tracklets that are long enough.

    Parameters
    ----------
    spectra
        One row per tracklet and frequency: ``TRACK_ID, TRACKLET_ID, FREQUENCY, AMPLITUDE``.
    summary
        One row per tracklet with a spectrum: ``TRACK_ID, TRACKLET_ID, ROLE, DOMINANT_FREQUENCY, DOMINANT_AMPLITUDE,
        N_SAMPLES, N_FILLED``.
    n_skipped
        Tracklets with too few values.
    """

    spectra: pd.DataFrame
    summary: pd.DataFrame
    n_skipped: int


def compute_tracklet_spectra(
    lineage: Lineage,
    values: FloatArray,
    calibration: Calibration,
    settings: SpectrumSettings | None = None,
    *,
    track_ids: npt.ArrayLike | None = None,
) -> TrackletSpectra:
    """Return the spectrum of each tracklet that has at least ``settings.min_samples`` values.

    Parameters
    ----------
    lineage, calibration, track_ids
        See `tracklet_table`. The calibration's frame interval stands for that of the settings where they have none.
    values
        One number per spot, (N,), such as `quantity_values` gives; NaN counts as a gap.
    settings
        See `SpectrumSettings`.
    """
    settings = settings or SpectrumSettings()
    settings = replace(settings, frame_interval=settings.frame_interval or calibration.frame_interval)
    tracklets = Tracklets.of(lineage)
    times = lineage.spots.frames * calibration.frame_interval
    n_known = np.bincount(tracklets.number[np.isfinite(values[tracklets.rows])], minlength=len(tracklets))
    long_enough = np.flatnonzero(n_known >= settings.min_samples)
    ids = number_tracks(lineage, tracklets.tracks, track_ids)
    roles = tracklets.roles
    parts, rows = [], []
    for k in long_enough.tolist():
        own = tracklets.rows_of(k)
        spectrum = compute_spectrum(times[own], values[own], settings)
        rows.append(
            (
                ids[k],
                k,
                roles[k],
                spectrum.dominant_frequency,
                spectrum.dominant_amplitude,
                spectrum.n_samples,
                spectrum.n_filled,
            )
        )
        parts.append((spectrum.frequencies, spectrum.amplitudes))
    sizes = [len(frequencies) for frequencies, _ in parts]
    spectra = pd.DataFrame(
        {
            "TRACK_ID": np.repeat(ids[long_enough], sizes),
            "TRACKLET_ID": np.repeat(long_enough, sizes),
            "FREQUENCY": np.concatenate([f for f, _ in parts]) if parts else np.zeros(0),
            "AMPLITUDE": np.concatenate([a for _, a in parts]) if parts else np.zeros(0),
        }
    )
    names = ["TRACK_ID", "TRACKLET_ID", "ROLE", "DOMINANT_FREQUENCY", "DOMINANT_AMPLITUDE", "N_SAMPLES", "N_FILLED"]
    return TrackletSpectra(
        spectra=spectra,
        summary=pd.DataFrame(rows, columns=names),
        n_skipped=len(tracklets) - len(long_enough),
    )
