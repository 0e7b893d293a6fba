from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_A_SERIES, NOT_FINITE, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.metrics import (
    amplitude_and_phase,
    forecast_lag,
    mae,
    mase,
    max_error,
    mse,
    rmse,
    steps_until_divergence,
)
from cosine_rnn.signals import cosine_wave
from hypothesis import given
from hypothesis import strategies as st

METRICS = [mse, rmse, mae, max_error]
values = st.floats(-1e6, 1e6)
pairs = st.lists(st.tuples(values, values), min_size=1, max_size=50)


def test_closed_forms():
    true, pred = [0, 0, 0, 0], [3, -1, 1, -1]
    assert (mse(true, pred), mae(true, pred), max_error(true, pred)) == (3, 1.5, 3)
    assert rmse(true, pred) == pytest.approx(3**0.5)


def test_errors_of_a_cosine_over_whole_periods():
    wave, zero = cosine_wave(4000, period=1000, amplitude=2), np.zeros(4000)
    assert max_error(zero, wave) == 2
    assert rmse(zero, wave) == pytest.approx(2**0.5)
    assert mae(zero, wave) == pytest.approx(4 / np.pi, rel=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_all_values_of_a_batch_count(metric: Any):
    true, pred = np.zeros((2, 3)), np.array([[1.0, -2, 3], [0, 0, 5]])
    assert type(metric(true, pred)) is float
    assert metric(true, pred) == metric(true.ravel(), pred.ravel())


@given(pairs)
def test_metrics_keep_their_order_and_symmetry(pair: list[tuple[float, float]]):
    true, pred = np.array(pair).T
    # 1e-150: squares below that are lost to the smallest double.
    greatest, root, mean = (f(true, pred) * (1 + 1e-9) + 1e-150 for f in (max_error, rmse, mae))
    assert greatest * (1 + 1e-9) >= root
    assert root * (1 + 1e-9) >= mean
    assert mean * (1 + 1e-9) >= abs(np.mean(pred - true))
    for metric in METRICS:
        assert metric(true, pred) == metric(pred, true)
        assert metric(true, true) == 0


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_reject_bad_arrays(metric: Any):
    with rejects("y_pred", r"\(3,\)"):
        metric([1, 2], [1, 2, 3])
    with rejects("y_pred", r"\(1, 2\)"):
        metric([1, 2], [[1, 2]])
    with rejects("y_pred", r"\(0,\)"):
        metric([], [])
    with rejects("y_true", r"\[1\]에 nan"):
        metric([1, np.nan], [1, 2])
    with rejects("y_pred", r"\[0\]에 inf"):
        metric([1, 2], [np.inf, 2])
    with rejects("y_true", r"shape=\(\)"):
        metric(1, 1)


@given(
    amplitude=st.floats(0.01, 100),
    phase=st.floats(-3.1, 3.1),
    period=st.floats(2.5, 80),
    n_steps=st.integers(100, 300),
)
def test_amplitude_and_phase_are_recovered(
    amplitude: float, phase: float, period: float, n_steps: int
):
    wave = cosine_wave(n_steps, period=period, amplitude=amplitude, phase=phase)
    found_amplitude, found_phase = amplitude_and_phase(wave, period=period)
    assert found_amplitude == pytest.approx(amplitude, rel=1e-6)
    assert found_phase == pytest.approx(phase, abs=1e-6)


def test_amplitude_of_nothing_is_zero():
    assert amplitude_and_phase(np.zeros(10), period=5)[0] == 0


@pytest.mark.parametrize(("series", "received"), NOT_A_SERIES)
def test_amplitude_and_phase_reject_what_is_no_series(series: Any, received: str):
    with rejects("series", received):
        amplitude_and_phase(series, period=10)


def test_amplitude_and_phase_reject_short_series_and_unseen_periods():
    with rejects("series", "길이 2"):
        amplitude_and_phase([1, 2], period=10)
    for period in (2, 0, -5, *NOT_FINITE):
        with rejects("period", str(period)):
            amplitude_and_phase(range(9), period=period)


def test_mase_of_a_ramp_is_the_error_in_steps_of_its_season():
    # A season of 4 on a ramp of slope 2: the seasonal naive forecast is off by 8 everywhere.
    ramp = 2.0 * np.arange(12)
    assert mase([10, 20], [14, 16], train=ramp, season_length=4) == 0.5
    future = 24 + 2.0 * np.arange(4)
    naive = ramp[-4:]
    assert mase(future, naive, train=ramp, season_length=4) == 1


def test_mase_needs_a_season_that_changes():
    with rejects("train", "0"):
        mase([1.0], [2.0], train=np.tile([1.0, 2.0], 5), season_length=2)
    for period in (7, 24, 100):  # What is left of a cosine is the rounding of its values.
        with rejects("train", "e-1[3-7]"):
            mase([1.0], [2.0], train=50 * cosine_wave(800, period=period), season_length=period)
    with rejects("train", "3"):
        mase([1.0], [2.0], train=[1.0, 2.0, 3.0], season_length=3)
    with rejects("season_length", "0"):
        mase([1.0], [2.0], train=[1.0, 2.0, 3.0], season_length=0)


def test_steps_until_divergence_counts_the_steps_within():
    true = np.zeros(6)
    assert steps_until_divergence(true, [0, 0.1, -0.1, 0.11, 0, 9], threshold=0.1) == 3
    assert steps_until_divergence(true, [9, 0, 0, 0, 0, 0], threshold=0.1) == 0
    assert steps_until_divergence(true, np.full(6, 0.1), threshold=0.1) is None
    for value in (0, -1.0, float("nan")):
        with rejects("threshold", str(value)):
            steps_until_divergence(true, true, threshold=value)
    with rejects("y_true", r"shape=\(2, 6\)"):
        steps_until_divergence(np.zeros((2, 6)), np.zeros((2, 6)), threshold=1)


@given(lag=st.integers(0, 5), seed=st.integers(0, 99))
def test_forecast_lag_finds_how_far_a_copy_trails(lag: int, seed: int):
    rng = np.random.default_rng(seed)
    series = rng.normal(size=200)
    scale, shift = rng.uniform(0.1, 9), rng.uniform(-9, 9)
    assert forecast_lag(series[lag:], scale * series[: 200 - lag] + shift, most=5) == lag


def test_persistence_trails_by_one_step_and_an_oracle_by_none():
    true = np.cumsum(np.random.default_rng(0).normal(size=300))
    assert forecast_lag(true[1:], true[:-1], most=10) == 1
    assert forecast_lag(true, true, most=10) == 0


def test_forecast_lag_rejects_what_has_no_lag():
    wave = cosine_wave(20)
    with rejects("y_true", r"길이 7"):
        forecast_lag(wave[:7], wave[:7], most=5)
    with rejects("y_pred", r"\(19,\)"):
        forecast_lag(wave, wave[:19], most=5)
    for most in NOT_POSITIVE_INTEGERS:
        with rejects("most", repr(most)):
            forecast_lag(wave, wave, most=most)
    with rejects("y_pred", "2.0"):
        forecast_lag(wave, np.full(20, 2.0), most=5)
    with rejects("y_true", r"\[0\]에 nan"):
        forecast_lag(np.full(20, np.nan), wave, most=5)
