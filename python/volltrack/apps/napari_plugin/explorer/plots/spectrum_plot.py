"""The plot of the spectra of one track, one per tracklet."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from volltrack.analyse import Spectrum, SpectrumSettings, compute_spectrum
from volltrack.apps.napari_plugin.explorer.family import Family, Member
from volltrack.apps.napari_plugin.explorer.plots.plot_data import Curve, PlotData

__all__ = ["plot_spectrum"]

FloatArray = npt.NDArray[np.float64]


def plot_spectrum(
    family: Family,
    values: FloatArray,
    name: str,
    unit: str,
    times: FloatArray,
    time_unit: str,
    settings: SpectrumSettings,
) -> PlotData:
    """Return the amplitude of a quantity over frequency, one line per tracklet that is long enough.

    Parameters
    ----------
    family
        The track.
    values, times
        Of each spot of the track, (N,); NaN where a spot has no value.
    name, unit
        The quantity and its unit, in which the amplitudes are; the unit may be empty.
    time_unit
        Unit of the times; frequencies are in 1 / that.
    settings
        See `SpectrumSettings`.
    """
    found: list[tuple[Member, Spectrum]] = []
    for member in family.members:
        if np.isfinite(values[member.rows]).sum() >= settings.min_samples:
            found.append((member, compute_spectrum(times[member.rows], values[member.rows], settings)))
    x_label, y_label = f"Frequency (1/{time_unit})", f"Amplitude ({unit})" if unit else "Amplitude"
    if not found:
        message = f"No tracklet of this track has {settings.min_samples} values or more: too few for a spectrum."
        return PlotData(title=f"Spectrum: {name}", x_label=x_label, y_label=y_label, message=message, has_time=False)
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
        title=f"Spectrum: {name}",
        curves=curves,
        note=_describe(found, len(family.members), time_unit, most=1),
        details=_describe(found, len(family.members), time_unit, most=len(found)),
        x_label=x_label,
        y_label=y_label,
        has_time=False,
    )


def _describe(found: list[tuple[Member, Spectrum]], n_members: int, time_unit: str, *, most: int) -> str:
    """Return the dominant frequencies, the strongest `most` of them, and what was filled or left out."""
    peaks = [(member, spectrum) for member, spectrum in found if not math.isnan(spectrum.dominant_frequency)]
    words = []
    for member, spectrum in sorted(peaks, key=lambda pair: -pair[1].dominant_amplitude)[:most]:
        frequency = spectrum.dominant_frequency
        words.append(f"{member.name} {frequency:.3g} 1/{time_unit} (period {1 / frequency:.3g} {time_unit})")
    parts = [f"Peak: {', '.join(words)}" if words else "No tracklet changes"]
    n_filled, n_samples = sum(s.n_filled for _, s in found), sum(s.n_samples for _, s in found)
    if n_filled:
        parts.append(f"{n_filled:,} of {n_samples:,} values interpolated")
    if n_members > len(found):
        parts.append(f"{n_members - len(found)} of {n_members} tracklets too short")
    return "; ".join(parts) + "."
