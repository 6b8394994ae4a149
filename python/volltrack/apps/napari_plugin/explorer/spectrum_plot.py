"""The plot of the spectra of one track, one per tracklet."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from volltrack.analyse import Spectrum, SpectrumSettings, compute_spectrum
from volltrack.apps.napari_plugin.explorer.family import Family, Member
from volltrack.apps.napari_plugin.explorer.plot_data import Curve, PlotData

__all__ = ["plot_spectrum"]

FloatArray = npt.NDArray[np.float64]

_NAMED = 3
"""So many dominant frequencies fit below the plot; with more, the strongest are named."""


def plot_spectrum(
    family: Family, values: FloatArray, name: str, times: FloatArray, time_unit: str, settings: SpectrumSettings
) -> PlotData:
    """Return the amplitude of a quantity over frequency, one line per tracklet that is long enough.

    Parameters
    ----------
    family
        The track.
    values, times
        Of each spot of the track, (N,); NaN where a spot has no value.
    name
        The quantity with its unit, in which the amplitudes are.
    time_unit
        Unit of the times; frequencies are in 1 / that.
    settings
        See `SpectrumSettings`.
    """
    found: list[tuple[Member, Spectrum]] = []
    for member in family.members:
        if np.isfinite(values[member.rows]).sum() >= settings.min_samples:
            found.append((member, compute_spectrum(times[member.rows], values[member.rows], settings)))
    x_label, y_label = f"Frequency (1/{time_unit})", f"Amplitude of {name[:1].lower() + name[1:]}"
    if not found:
        message = f"No tracklet of this track has {settings.min_samples} values or more: too few for a spectrum."
        return PlotData(title=f"spectrum of {name}", x_label=x_label, y_label=y_label, message=message, has_time=False)
    curves = tuple(
        Curve(
            label=member.name,
            x=spectrum.frequencies,
            y=spectrum.amplitudes,
            color=member.color,
            markers="o" if len(spectrum.frequencies) < 8 else "",
        )
        for member, spectrum in found
    )
    return PlotData(
        title=f"spectrum of {name}",
        curves=curves,
        note=_describe(found, len(family.members), time_unit, settings),
        x_label=x_label,
        y_label=y_label,
        has_time=False,
    )


def _describe(found: list[tuple[Member, Spectrum]], n_members: int, time_unit: str, settings: SpectrumSettings) -> str:
    """Return the dominant frequencies, and what was filled or left out."""
    peaks = [(m, s) for m, s in found if not math.isnan(s.dominant_frequency)]
    strongest = sorted(peaks, key=lambda pair: -pair[1].dominant_amplitude)[:_NAMED]
    words = [
        f"{m.name} {s.dominant_frequency:.3g} (period {1 / s.dominant_frequency:.3g} {time_unit})" for m, s in strongest
    ]
    parts = [f"Strongest frequency: {', '.join(words)}."] if words else ["No tracklet changes."]
    n_filled, n_samples = sum(s.n_filled for _, s in found), sum(s.n_samples for _, s in found)
    if n_filled:
        parts.append(f"{n_filled} of {n_samples} values filled by interpolation.")
    if n_members > len(found):
        n = n_members - len(found)
        parts.append(f"{n} tracklet{' is' if n == 1 else 's are'} shorter than {settings.min_samples} values.")
    return " ".join(parts)
