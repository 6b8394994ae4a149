"""Spectra of series whose spectrum is known, and beside scipy's periodogram."""

import itertools

import numpy as np
import pytest
from scipy.signal import periodogram

from volltrack.analyse import SpectrumSettings, compute_spectrum, compute_tracklet_spectra
from volltrack.errors import BadSettings, BadValue, MissingCalibration


def sine(n, period, amplitude, interval=1.0, offset=100.0):
    times = np.arange(n) * interval
    return times, offset + amplitude * np.sin(2 * np.pi * times / period + 0.3)


@pytest.mark.parametrize("window", ["none", "hann", "hamming", "blackman"])
@pytest.mark.parametrize(("n", "interval"), [(60, 1.0), (61 * 5, 0.5), (4096, 2.5), (6001, 90.5)])
def test_sine_comes_back_at_its_frequency_with_its_amplitude(n, interval, window):
    period = n * interval / 12  # twelve whole periods
    times, values = sine(n, period, 7.5, interval)
    found = compute_spectrum(times, values, SpectrumSettings(window=window))
    assert found.dominant_frequency == pytest.approx(1 / period, rel=1e-12)
    assert found.dominant_amplitude == pytest.approx(7.5, rel=1e-9)
    assert found.n_filled == 0
    if window == "none":
        others = np.delete(found.amplitudes, np.argmax(found.amplitudes))
        assert others.max() < 1e-9


def test_sine_at_half_the_sampling_rate_keeps_its_amplitude():
    values = 3.0 * (-1.0) ** np.arange(20)
    found = compute_spectrum(np.arange(20.0), values)
    assert (found.dominant_frequency, found.dominant_amplitude) == (0.5, pytest.approx(3.0))


def test_period_between_two_bins_is_found_more_finely_with_padding():
    times, values = sine(100, 7.3, 1.0)
    coarse = compute_spectrum(times, values).dominant_frequency
    fine = compute_spectrum(times, values, SpectrumSettings(window="hann", padding=16)).dominant_frequency
    assert abs(coarse - 1 / 7.3) <= 0.5 / 100
    assert abs(fine - 1 / 7.3) < 0.5 / 1600 * 2


@pytest.mark.parametrize("window", ["none", "hann", "hamming", "blackman"])
@pytest.mark.parametrize(("detrend", "theirs"), [("mean", "constant"), ("linear", "linear"), ("none", False)])
@pytest.mark.parametrize("n", [4, 5, 99, 100])
def test_amplitudes_are_those_of_scipys_periodogram(n, detrend, theirs, window):
    values = np.random.default_rng(n).normal(size=n).cumsum() + 5
    found = compute_spectrum(np.arange(n) * 0.25, values, SpectrumSettings(detrend=detrend, window=window))
    name = "boxcar" if window == "none" else window
    frequencies, power = periodogram(values, 4.0, window=name, detrend=theirs, scaling="spectrum")
    twice = np.full(len(power), 2.0)
    twice[0] = 1.0
    if n % 2 == 0:
        twice[-1] = 1.0
    np.testing.assert_allclose(found.frequencies, frequencies)
    np.testing.assert_allclose(found.amplitudes, np.sqrt(twice * power), atol=1e-9)


def test_gaps_are_filled_linearly_and_counted():
    times, values = sine(120, 12, 5.0)
    keep = np.ones(120, bool)
    keep[[7, 30, 31, 80]] = False
    values[55] = np.nan  # a value that is missing is a gap too
    found = compute_spectrum(times[keep], values[keep])
    assert found.n_filled == 5
    assert found.n_samples == 120
    assert found.dominant_frequency == pytest.approx(1 / 12)
    filled = np.interp(times, times[keep & np.isfinite(values)], values[keep & np.isfinite(values)])
    np.testing.assert_allclose(found.amplitudes, compute_spectrum(times, filled).amplitudes)


def test_order_of_rows_does_not_matter():
    times, values = sine(50, 10, 2.0)
    order = np.random.default_rng(0).permutation(50)
    np.testing.assert_allclose(
        compute_spectrum(times[order], values[order]).amplitudes, compute_spectrum(times, values).amplitudes
    )


def test_linear_trend_does_not_hide_a_sine():
    times, values = sine(100, 10, 1.0)
    found = compute_spectrum(times, values + 3 * times, SpectrumSettings(detrend="linear"))
    assert found.dominant_frequency == pytest.approx(0.1)
    assert compute_spectrum(times, values + 3 * times).dominant_frequency == pytest.approx(0.01)


def test_intensities_of_16_bit_do_not_wrap():
    times, values = sine(64, 8, 30000.0, offset=32000.0)
    found = compute_spectrum(times, np.rint(values).astype(np.uint16))
    assert found.dominant_amplitude == pytest.approx(30000, rel=1e-4)


def test_series_that_does_not_change_has_no_dominant_frequency():
    found = compute_spectrum(np.arange(10), np.full(10, 12345.678))
    assert np.isnan(found.dominant_frequency)
    assert np.isnan(found.dominant_amplitude)


@pytest.mark.parametrize("interval", [0.0, -1.0, float("nan"), float("inf")])
def test_frame_interval_that_is_no_time_is_asked_for(interval):
    with pytest.raises(MissingCalibration, match="give it"):
        SpectrumSettings(frame_interval=interval)


def test_times_that_are_all_equal_ask_for_the_frame_interval():
    with pytest.raises(MissingCalibration, match="give the time between two frames"):
        compute_spectrum(np.zeros(10), np.arange(10))


@pytest.mark.parametrize(
    ("times", "values", "words"),
    [
        ([0, 1, 2], [1, 2, 3], "at least 4"),
        ([], [], "at least 4"),
        ([0, 1, 2, 3], [1, 2, 3, np.nan], "at least 4"),
        ([0, 1, 2, 3.4], [1, 2, 3, 4], "between two frames"),
        ([0, 1, 1, 2, 3], [1, 2, 3, 4, 5], "twice"),
        ([0, 1, 2, np.inf], [1, 2, 3, 4], "not finite"),
        ([0, 1, 2, 3], [1, 2, 3], "one time for each value"),
    ],
)
def test_series_without_a_spectrum_are_refused(times, values, words):
    with pytest.raises(BadValue, match=words):
        compute_spectrum(times, values)


@pytest.mark.parametrize("bad", [{"window": "hanning"}, {"detrend": "constant"}, {"padding": 0}, {"min_samples": 2}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(BadSettings):
        SpectrumSettings(**bad)


def test_each_tracklet_has_its_own_spectrum(build, calibration):
    spots = [(100 * cell + t, t, 0, 0, t) for cell, n in ((0, 40), (1, 20), (2, 3)) for t in range(n) if t != 5]
    links = [(a[0], b[0]) for a, b in itertools.pairwise(spots) if a[0] // 100 == b[0] // 100]
    lineage = build(spots, links)
    period = np.where(lineage.spots.ids < 100, 8, 10)  # frames
    values = np.sin(2 * np.pi * lineage.spots.frames / period)
    found = compute_tracklet_spectra(lineage, values, calibration, track_ids=[70, 80, 90])
    assert found.n_skipped == 1
    assert found.summary["TRACK_ID"].tolist() == [70, 80]
    np.testing.assert_allclose(found.summary["DOMINANT_FREQUENCY"], [1 / (8 * 2.0), 1 / (10 * 2.0)])
    assert found.summary["N_FILLED"].tolist() == [1, 1]
    assert found.spectra.groupby("TRACKLET_ID").size().tolist() == [21, 11]
