from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_FINITE, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.beyond.changing_signals import HORIZONS, make_signals
from cosine_rnn.beyond.linear_tracking import (
    AIC_FIRST,
    autoregression_by_aic,
    global_linear,
    last_values,
    linear_weights,
    nearest_windows,
    persistence,
    recursive_least_squares,
)

SERIES = make_signals(4, seed=3, n_steps=60).observed


def fed_back(theta: np.ndarray, past: np.ndarray, horizon: int) -> float:
    """One series, newest value first, one step at a time."""
    values = list(past[::-1])
    for _ in range(horizon):
        values.insert(0, float(np.dot(theta, values[: len(theta)])))
    return values[0]


def test_last_values_are_newest_first_with_zeros_before_the_start():
    expected = [[1, 0, 0], [2, 1, 0], [3, 2, 1], [4, 3, 2]]
    np.testing.assert_array_equal(last_values(np.array([[1, 2, 3, 4]]), 3)[0], expected)


def test_persistence_repeats_the_last_value():
    for k in range(len(HORIZONS)):
        np.testing.assert_array_equal(persistence(SERIES)[:, :, k], SERIES)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_linear_weights_are_those_of_lstsq(horizon: int):
    window = 5
    rows = [
        (series[t - window + 1 : t + 1][::-1], series[t + horizon])
        for series in SERIES
        for t in range(window - 1, len(series) - horizon)
    ]
    inputs, targets = (np.array(part) for part in zip(*rows, strict=True))
    expected = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    np.testing.assert_allclose(
        linear_weights(SERIES, window=window, horizon=horizon), expected, rtol=1e-8
    )


def test_global_linear_weighs_the_newest_value_with_the_first_weight():
    weights = np.array([[1.0, 0, 0], [0, 0, 1.0]])
    made = global_linear(SERIES, weights=weights)
    np.testing.assert_array_equal(made[:, 2:, 0], SERIES[:, 2:])
    np.testing.assert_array_equal(made[:, 2:, 1], SERIES[:, :-2])


def test_nearest_windows_average_what_followed_them():
    asked = last_values(make_signals(60, seed=9, n_steps=30).observed, 8)[:, -1]
    counts = (5, 1, 12)
    made = nearest_windows(asked, train=SERIES, n_neighbors=counts)
    pairs = [(one[t - 8 : t][::-1], one[t]) for one in SERIES for t in range(8, 60)]
    for window, values in zip(asked, made.T, strict=True):
        near = sorted(pairs, key=lambda pair: float(np.square(pair[0] - window).sum()))
        expected = [np.mean([following for _, following in near[:n]]) for n in counts]
        assert values == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("forgetting", [1.0, 0.9])
def test_recursive_least_squares_is_ridge_regression_towards_the_start(forgetting: float):
    start, trust, t = np.array([0.5, -0.2]), 3.0, 40
    made = recursive_least_squares(SERIES, start=start, forgetting=forgetting, trust=trust)
    for series, forecast in zip(SERIES, made[:, t], strict=True):
        inputs = last_values(series[None], 2)[0, :t]
        targets = series[1 : t + 1]
        weight = forgetting ** np.arange(t - 1, -1, -1)
        prior = trust * forgetting**t
        gram = (inputs.T * weight) @ inputs + prior * np.eye(2)
        theta = np.linalg.solve(gram, (inputs.T * weight) @ targets + prior * start)
        expected = [fed_back(theta, series[: t + 1], h) for h in HORIZONS]
        np.testing.assert_allclose(forecast, expected, rtol=1e-6)


def test_autoregression_finds_the_recurrence_of_a_clean_wave():
    wave = np.cos(2 * np.pi * np.arange(80) / 25)[None]
    noise = 1e-3 * np.random.default_rng(0).standard_normal(wave.shape)
    made = autoregression_by_aic(wave + noise, max_order=4)
    for k, h in enumerate(HORIZONS):
        ahead = made[:, AIC_FIRST:-h, k] - wave[:, AIC_FIRST + h :]
        assert np.abs(ahead).max() < 0.1
    assert not made[:, : AIC_FIRST - 1].any()


def test_autoregression_takes_the_order_with_the_smallest_aicc():
    max_order, t = 6, 50
    made = autoregression_by_aic(SERIES, max_order=max_order)
    for series, forecast in zip(SERIES, made[:, t], strict=True):
        rows = last_values(series[None], max_order)[0, max_order - 1 : t]
        targets, scores = series[max_order : t + 1], {}
        for order in range(1, max_order + 1):
            theta, squares = np.linalg.lstsq(rows[:, :order], targets, rcond=None)[:2]
            n, k = len(targets), order + 1
            aicc = n * np.log(squares[0] / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
            scores[aicc] = theta
        theta = scores[min(scores)]
        expected = [fed_back(theta, series[: t + 1], h) for h in HORIZONS]
        np.testing.assert_allclose(forecast, expected, rtol=1e-4)


@pytest.mark.parametrize(
    "forecast",
    [
        persistence,
        lambda x: autoregression_by_aic(x, max_order=4),
        lambda x: recursive_least_squares(x, start=[0.9, -0.1], forgetting=0.9, trust=1),
        lambda x: global_linear(x, weights=np.ones((2, 3))),
    ],
)
def test_forecasts_do_not_see_what_comes_after(forecast: Any):
    changed = SERIES.copy()
    changed[:, 45:] = 9.0
    np.testing.assert_array_equal(forecast(changed)[:, :45], forecast(SERIES)[:, :45])
    assert (forecast(changed)[:, 45:] != forecast(SERIES)[:, 45:]).any()


def test_a_flat_series_gives_finite_forecasts():
    for flat in (np.zeros((2, 60)), np.ones((2, 60))):
        assert np.isfinite(autoregression_by_aic(flat, max_order=8)).all()


@pytest.mark.parametrize(
    "observed", [np.zeros(9), np.zeros((0, 9)), np.zeros((9, 0)), [["가"]], [[float("nan")]]]
)
def test_bad_series_are_rejected(observed: Any):
    with rejects("observed"):
        persistence(observed)


@pytest.mark.parametrize("forgetting", [*NOT_FINITE, 0.0, 1.01, True])
def test_bad_forgetting_is_rejected(forgetting: Any):
    with rejects("forgetting"):
        recursive_least_squares(SERIES, start=[1.0], forgetting=forgetting, trust=1.0)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"trust": 0.0}, "trust"),
        ({"start": []}, "len\\(start\\)"),
        ({"start": [[1.0]]}, "start"),
    ],
)
def test_bad_settings_of_recursive_least_squares_are_rejected(
    changes: dict[str, Any], argument: str
):
    settings: dict[str, Any] = {"start": [1.0], "forgetting": 0.9, "trust": 1.0}
    with pytest.raises(ValueError, match=rf"^{argument}: .+받은 값: "):
        recursive_least_squares(SERIES, **{**settings, **changes})


@pytest.mark.parametrize("number", NOT_POSITIVE_INTEGERS)
def test_bad_windows_and_orders_are_rejected(number: Any):
    with rejects("window"):
        linear_weights(SERIES, window=number, horizon=1)
    with rejects("horizon"):
        linear_weights(SERIES, window=1, horizon=number)
    with rejects("max_order"):
        autoregression_by_aic(SERIES, max_order=number)


def test_windows_longer_than_the_series_and_orders_too_high_are_rejected():
    with rejects("train"):
        linear_weights(SERIES, window=60, horizon=1)
    with rejects("max_order"):
        autoregression_by_aic(SERIES, max_order=AIC_FIRST)


def test_windows_that_cannot_be_found_are_rejected():
    for asked in (np.zeros(8), np.zeros((2, 0)), [[float("inf")]]):
        with rejects("asked"):
            nearest_windows(asked, train=SERIES, n_neighbors=[1])
    with rejects("train"):
        nearest_windows(np.zeros((1, 60)), train=SERIES, n_neighbors=[1])
    for counts in ([9], [1, 0], [], 1):
        with rejects("n_neighbors"):
            nearest_windows(np.zeros((1, 58)), train=SERIES, n_neighbors=counts)  # pyright: ignore


@pytest.mark.parametrize("weights", [[1.0], [[1.0]], [[], []]])
def test_bad_weights_are_rejected(weights: Any):
    with rejects("weights"):
        global_linear(SERIES, weights=weights)
