from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.forecast import (
    Forecaster,
    autoregression,
    nearest_windows,
    persistence,
    recursive_forecaster,
    seasonal_naive,
    sinusoid,
    stateful_forecaster,
)
from cosine_rnn.signals import cosine_wave
from hypothesis import given
from hypothesis import strategies as st

OMEGA = 2 * np.pi / 100
FACTOR = 2 * np.cos(OMEGA)


def oracle_value(window: np.ndarray) -> np.ndarray:
    """The cosine's own recurrence, x[t+1] = 2cos(ω)·x[t] − x[t−1]."""
    return FACTOR * window[:, -1] - window[:, -2]


def oracle_step(value: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The same recurrence one step at a time: the state is the value before."""
    before = np.zeros_like(value) if before is None else before
    return FACTOR * value - before, value


FORECASTERS: dict[str, tuple[Forecaster, int]] = {
    "recursive": (recursive_forecaster(oracle_value, window_length=2), 2),
    "stateful": (stateful_forecaster(oracle_step, warm_up=3), 3),
    "persistence": (persistence(), 1),
    "seasonal naive": (seasonal_naive(7), 7),
    "autoregression": (autoregression(cosine_wave(50), order=4), 4),
    "nearest windows": (nearest_windows(cosine_wave(50), window_length=3, n_neighbors=2), 3),
}
# What fits all of its context is held to everything but forgetting the beginning of it.
ALL_OF_CONTEXT = {"sinusoid": (sinusoid(30), 2)}


def parametrize(forecasters: dict[str, tuple[Forecaster, int]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("forecaster", "context_length"), forecasters.values(), ids=forecasters.keys()
    )


every_forecaster = parametrize(FORECASTERS | ALL_OF_CONTEXT)


@pytest.mark.parametrize(
    "forecaster",
    [
        recursive_forecaster(oracle_value, window_length=2),
        stateful_forecaster(oracle_step, warm_up=2),
    ],
    ids=["recursive", "stateful"],
)
@pytest.mark.parametrize("phase", [0.0, 0.4, 2.0])
def test_oracle_follows_the_cosine_for_1000_steps(forecaster: Forecaster, phase: float):
    t = np.arange(1100)
    wave = np.cos(OMEGA * t + phase)
    np.testing.assert_allclose(forecaster(wave[:100], 1000), wave[100:], rtol=0, atol=1e-9)


def test_recursive_forecast_slides_its_window_over_its_own_output():
    seen: list[list[float]] = []

    def last_plus_one(window: np.ndarray) -> np.ndarray:
        seen.append(window[0].tolist())
        return window[:, -1] + 1

    forecaster = recursive_forecaster(last_plus_one, window_length=3)
    np.testing.assert_array_equal(forecaster(range(10), 4), [10, 11, 12, 13])
    assert seen == [[7, 8, 9], [8, 9, 10], [9, 10, 11], [10, 11, 12]]


@pytest.mark.parametrize(("warm_up", "horizon"), [(1, 1), (1, 9), (5, 1), (6, 20)])
def test_stateful_forecast_costs_one_step_a_value(warm_up: int, horizon: int):
    seen: list[float] = []

    def count(value: np.ndarray, state: int | None) -> tuple[np.ndarray, int]:
        assert state == (len(seen) or None)
        seen.append(value.item())
        return value + 1, len(seen)

    forecast = stateful_forecaster(count, warm_up=warm_up)(range(30), horizon)
    np.testing.assert_array_equal(forecast, 30 + np.arange(horizon))
    assert len(seen) == warm_up + horizon
    np.testing.assert_array_equal(seen, 30 - warm_up + np.arange(warm_up + horizon))


def test_persistence_repeats_the_last_value():
    np.testing.assert_array_equal(persistence()([3, 1, 2], 4), [2, 2, 2, 2])


def test_seasonal_naive_repeats_the_last_season():
    np.testing.assert_array_equal(seasonal_naive(3)([9, 9, 1, 2, 3], 7), [1, 2, 3, 1, 2, 3, 1])


def test_seasonal_naive_is_exact_on_a_cosine_of_that_period():
    wave = cosine_wave(500, period=20, phase=0.3)
    np.testing.assert_allclose(seasonal_naive(20)(wave[:50], 450), wave[50:], atol=1e-12)


@given(st.integers(1, 30), st.integers(1, 80), st.integers(0, 10))
def test_seasonal_naive_is_periodic(season: int, horizon: int, extra: int):
    context = np.random.default_rng(season).normal(size=season + extra)
    joined = np.append(context, seasonal_naive(season)(context, horizon))
    np.testing.assert_array_equal(joined[extra + season :], joined[extra:-season])


def test_two_coefficients_of_autoregression_are_the_recurrence():
    forecaster = autoregression(cosine_wave(300), order=2)
    np.testing.assert_allclose(forecaster([[0, 1], [1, 0]], 1), [[FACTOR], [-1]], rtol=1e-9)
    wave = cosine_wave(600, phase=1.2)
    np.testing.assert_allclose(forecaster(wave[:100], 500), wave[100:], rtol=0, atol=1e-7)


def test_one_coefficient_of_autoregression_is_the_ratio_of_a_geometric_series():
    forecaster = autoregression([8.0, 4.0, 2.0], order=1)
    np.testing.assert_allclose(forecaster([1.0], 3), [0.5, 0.25, 0.125])


@every_forecaster
def test_a_batch_of_contexts_equals_one_by_one(forecaster: Forecaster, context_length: int):
    contexts = np.stack([cosine_wave(context_length + 4, phase=phase) for phase in (0, 1, 2)])
    together = forecaster(contexts, 9)
    assert together.shape == (3, 9)
    for context, forecast in zip(contexts, together, strict=True):
        np.testing.assert_allclose(forecaster(context, 9), forecast, rtol=0, atol=1e-12)


@every_forecaster
@given(data=st.data(), horizon=st.integers(1, 40))
def test_forecast_has_the_asked_length_is_finite_and_leaves_the_context_alone(
    forecaster: Forecaster, context_length: int, data: st.DataObject, horizon: int
):
    values = st.floats(-100, 100)
    drawn = data.draw(st.lists(values, min_size=context_length, max_size=context_length + 5))
    context = np.array(drawn)
    forecast = forecaster(context, horizon)
    assert forecast.shape == (horizon,)
    assert np.isfinite(forecast).all()
    forecast[:] = np.inf
    np.testing.assert_array_equal(context, drawn)


@parametrize(FORECASTERS)
def test_only_the_end_of_a_long_context_counts(forecaster: Forecaster, context_length: int):
    context = cosine_wave(20)
    other = np.append(np.full(20 - context_length, 7.0), context[-context_length:])
    np.testing.assert_array_equal(forecaster(other, 5), forecaster(context, 5))


@every_forecaster
def test_bad_contexts_and_horizons_are_rejected(forecaster: Forecaster, context_length: int):
    short = np.zeros((2, context_length - 1))
    with rejects("context", f"길이 {context_length - 1}"):
        forecaster(short[0], 5)
    with rejects("context", f"길이 {context_length - 1}"):
        forecaster(short, 5)
    with rejects("context", r"\[2\]에 nan"):
        forecaster([0, 0, np.nan, *range(9)], 5)
    with rejects("context", r"shape=\(1, 9, 1\)"):
        forecaster(np.zeros((1, 9, 1)), 5)
    with rejects("context", "가"):
        forecaster(["가"] * 9, 5)  # pyright: ignore[reportArgumentType]
    for horizon in NOT_POSITIVE_INTEGERS:
        with rejects("horizon", repr(horizon)):
            forecaster(np.zeros(9), horizon)


def test_forecast_that_grows_without_end_says_from_which_step():
    doubling = recursive_forecaster(lambda window: 1e100 * window[:, -1], window_length=1)
    with rejects("context", r"1, 4번째"):
        doubling([1.0], 10)
    assert doubling([1.0], 3)[-1] == 1e300


def test_bad_input_is_rejected_before_the_first_step():
    def never(*_: Any) -> Any:
        raise AssertionError("called")

    for forecaster in (
        recursive_forecaster(never, window_length=4),
        stateful_forecaster(never, warm_up=4),
    ):
        with rejects("context"):
            forecaster(np.zeros(3), 5)
        with rejects("horizon"):
            forecaster(np.zeros(4), 0)


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("window_length", lambda n: recursive_forecaster(oracle_value, window_length=n)),
        ("warm_up", lambda n: stateful_forecaster(oracle_step, warm_up=n)),
        ("season_length", seasonal_naive),
        ("order", lambda n: autoregression(range(10), order=n)),
        ("window_length", lambda n: nearest_windows(range(9), window_length=n, n_neighbors=1)),
        ("n_neighbors", lambda n: nearest_windows(range(9), window_length=2, n_neighbors=n)),
    ],
)
def test_lengths_of_forecasters_must_be_positive(argument: str, make: Callable[[Any], Forecaster]):
    for value in NOT_POSITIVE_INTEGERS:
        with rejects(argument, repr(value)):
            make(value)


def test_autoregression_rejects_bad_series():
    autoregression([1, 2, 3, 4], order=2)
    with rejects("series", "길이 3"):
        autoregression([1, 2, 3], order=2)
    with rejects("series", r"\[0\]에 nan"):
        autoregression([np.nan] * 9)
    with rejects("series", r"shape=\(9, 1\)"):
        autoregression(np.zeros((9, 1)))


def test_sinusoid_of_the_right_period_goes_on_for_ever():
    t = np.arange(2060)
    wave = 3 * np.cos(2 * np.pi / 37.5 * t + 0.3)
    np.testing.assert_allclose(sinusoid(37.5)(wave[:60], 2000), wave[60:], rtol=0, atol=1e-9)


def test_sinusoid_through_noise_errs_as_least_squares_does():
    """The variance of a fitted mean is noise² · basisᵀ(BᵀB)⁻¹basis, here about 2·noise²/n."""
    n, noise, rng = 100, 0.5, np.random.default_rng(0)
    past = cosine_wave(n, period=20) + rng.normal(0, noise, (4000, n))
    errors = sinusoid(20)(past, 20) - cosine_wave(n + 20, period=20)[n:]
    assert errors.var() == pytest.approx(2 * noise**2 / n, rel=0.05)


def test_sinusoid_rejects_periods_it_cannot_tell():
    for period in (2.0, -3, float("nan"), "길다", None):
        with rejects("period", str(period)):
            sinusoid(period)  # pyright: ignore[reportArgumentType]


def test_nearest_windows_answer_with_the_mean_of_what_followed():
    series = [0.0, 1.0, 5.0, 0.0, 2.0, 9.0, 7.0, 7.0]
    one = nearest_windows(series, window_length=2, n_neighbors=1)
    assert one([0.1, 1.1], 1) == 5.0
    two = nearest_windows(series, window_length=2, n_neighbors=2)
    assert two([0.0, 1.4], 1) == pytest.approx((5.0 + 9.0) / 2)


def test_nearest_window_recites_a_series_it_knows():
    series = np.arange(30.0)
    recite = nearest_windows(series, window_length=4, n_neighbors=1)
    np.testing.assert_array_equal(recite(series[:4], 26), series[4:])


def test_equal_windows_are_one_neighbour():
    period = [0.0, 1.0, 2.0]
    with rejects("n_neighbors", "4"):
        nearest_windows(period * 5, window_length=2, n_neighbors=4)
    nearest_windows(period * 5, window_length=2, n_neighbors=3)
