"""The frequency spectrum of a series of one tracklet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Interval

from volltrack.errors import BadValue, MissingCalibration
from volltrack.model.settings import Positive, Unit, require_fields

__all__ = ["Detrend", "Spectrum", "SpectrumSettings", "Window", "compute_spectrum"]

FloatArray = npt.NDArray[np.float64]

Detrend = Literal["mean", "linear", "none"]
Window = Literal["none", "hann", "hamming", "blackman"]

_TOLERANCE = 0.01
"""How far, in frame intervals, a time may be from a whole number of them."""


@dataclass(frozen=True, kw_only=True)
class SpectrumSettings:
    """How a series becomes a spectrum.

    Parameters
    ----------
    detrend
        What is taken off first: the ``"mean"`` (default, analysis.md), the ``"linear"`` trend, or ``"none"``.
    window
        Weights that fade the ends: ``"none"`` (default), ``"hann"``, ``"hamming"``, ``"blackman"``. Amplitudes are
        divided by the mean weight, so that a sine keeps its amplitude.
    padding
        Finer frequencies: zeros are added up to this many times the length, 1 to 64. Default 1.
    min_samples
        Shortest series, >= 3. Default 4: fewer samples hold no frequency to speak of.
    frame_interval
        Time between two samples, in the unit of the times; None (default) takes the smallest difference between times.
    """

    detrend: Detrend = "mean"
    window: Window = "none"
    padding: Annotated[int, Interval(ge=1, le=64)] = 1
    min_samples: Annotated[int, Ge(3), Unit("frames")] = 4
    frame_interval: Positive | None = None

    def __post_init__(self) -> None:
        interval = self.frame_interval
        if isinstance(interval, float | int) and not (math.isfinite(interval) and interval > 0):
            raise MissingCalibration(
                f"frame interval {interval!r}: a spectrum needs the time between two frames, a number > 0; give it"
            )
        require_fields(self)


@dataclass(frozen=True, kw_only=True)
class Spectrum:
    """One-sided amplitudes of a series.

    Parameters
    ----------
    frequencies
        In 1 / (unit of the times), from 0 to half the sampling rate, (F,).
    amplitudes
        In the unit of the values, (F,): a sine of amplitude A gives A at its frequency.
    dominant_frequency, dominant_amplitude
        Where the amplitude is largest, frequency 0 left out; NaN for a series that does not change.
    n_samples
        Evenly spaced samples, (filled ones included).
    n_filled
        How many of them were filled by linear interpolation.
    frame_interval
        Time between two samples.
    """

    frequencies: FloatArray
    amplitudes: FloatArray
    dominant_frequency: float
    dominant_amplitude: float
    n_samples: int
    n_filled: int
    frame_interval: float


def compute_spectrum(times: npt.ArrayLike, values: npt.ArrayLike, settings: SpectrumSettings | None = None) -> Spectrum:
    """Return the amplitude spectrum of a series.

    Parameters
    ----------
    times
        Time of each value, (N,), each once, in any order; whole multiples of the frame interval after the first.
    values
        Numbers of any real type, (N,); NaN counts as a gap.
    settings
        See `SpectrumSettings`.

    Returns
    -------
    Spectrum
        Real FFT of the detrended series (Cooley, Tukey 1965) with gaps filled by linear interpolation; amplitude
        ``2 |X_k| / sum(weights)``, at frequency 0 and at half the sampling rate ``|X_k| / sum(weights)``.

    Raises
    ------
    MissingCalibration
        All times are equal, or the frame interval is not > 0.
    BadValue
        Series of different lengths, fewer than ``min_samples``, a time that is not finite, twice the same time, or
        one between two frames.
    """
    settings = settings or SpectrumSettings()
    even, n_filled, interval = _sample_evenly(times, values, settings)
    n = len(even)
    weights = _make_window(settings.window, n)
    padded = n * settings.padding
    transform = np.fft.rfft(_detrend(even, settings.detrend) * weights, n=padded)
    amplitudes = 2 * np.abs(transform) / weights.sum()
    amplitudes[0] /= 2
    if padded % 2 == 0:
        amplitudes[-1] /= 2
    frequencies = np.fft.rfftfreq(padded, interval).astype(np.float64)
    peak = 1 + int(np.argmax(amplitudes[1:]))
    flat = amplitudes[peak] <= 1e-12 * max(float(np.abs(even).max()), np.finfo(np.float64).tiny)
    return Spectrum(
        frequencies=frequencies,
        amplitudes=amplitudes,
        dominant_frequency=math.nan if flat else float(frequencies[peak]),
        dominant_amplitude=math.nan if flat else float(amplitudes[peak]),
        n_samples=n,
        n_filled=n_filled,
        frame_interval=interval,
    )


def _sample_evenly(
    times: npt.ArrayLike, values: npt.ArrayLike, settings: SpectrumSettings
) -> tuple[FloatArray, int, float]:
    """Return the values at every frame from the first to the last that is known, how many were filled, the interval."""
    time, value = np.asarray(times, dtype=np.float64).ravel(), np.asarray(values, dtype=np.float64).ravel()
    if len(time) != len(value):
        raise BadValue(f"{len(time)} times but {len(value)} values: expected one time for each value")
    if not np.isfinite(time).all():
        raise BadValue("a time that is not finite: expected numbers")
    order = np.argsort(time, kind="stable")
    time, value = time[order], value[order]
    interval = _find_interval(time, settings)
    known = np.isfinite(value)
    time, value = time[known], value[known]
    if len(time) < settings.min_samples:
        raise BadValue(f"{len(time)} values: expected at least {settings.min_samples} for a spectrum")
    place = (time - time[0]) / interval
    frame = np.rint(place).astype(np.int64)
    if np.abs(place - frame).max() > _TOLERANCE:
        at = int(np.argmax(np.abs(place - frame)))
        raise BadValue(
            f"time {time[at]:g} lies between two frames of interval {interval:g}: expected evenly spaced times (gaps "
            "are allowed); give the frame interval, or times that are its multiples"
        )
    if (np.diff(frame) == 0).any():
        raise BadValue(f"time {time[int(np.argmax(np.diff(frame) == 0))]:g} stands twice: expected one value a frame")
    n = int(frame[-1]) + 1
    return np.interp(np.arange(n), frame, value), n - len(frame), interval


def _find_interval(time: FloatArray, settings: SpectrumSettings) -> float:
    if settings.frame_interval is not None:
        return settings.frame_interval
    if len(time) < 2:
        raise BadValue(f"{len(time)} values: expected at least {settings.min_samples} for a spectrum")
    step = np.diff(time)
    if step.max() <= 0:
        raise MissingCalibration(
            "all times are equal: the frame interval is 0 or not known, and a spectrum needs it; give the time between "
            "two frames"
        )
    return float(step[step > 0].min())


def _detrend(values: FloatArray, how: Detrend) -> FloatArray:
    if how == "none":
        return values
    if how == "mean":
        values = values - values.mean()
        return values
    place = np.arange(len(values)) - (len(values) - 1) / 2
    slope = (place * values).sum() / (place * place).sum()
    detrended: FloatArray = values - values.mean() - slope * place
    return detrended


def _make_window(name: Window, n: int) -> FloatArray:
    """Return periodic window weights, (n,); none is 0 everywhere."""
    if name == "none":
        return np.ones(n)
    terms = {"hann": (0.5, 0.5), "hamming": (0.54, 0.46), "blackman": (0.42, 0.5, 0.08)}[name]
    phase = 2 * np.pi * np.arange(n) / n
    weights = np.zeros(n)
    for k, term in enumerate(terms):
        weights += (-1) ** k * term * np.cos(k * phase)
    return weights
