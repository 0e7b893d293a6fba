from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from conftest import NOT_FINITE, rejects
from cosine_rnn.beyond.changing_signals import FIXED, HORIZONS, RULE, Rule, make_signals
from cosine_rnn.beyond.frequency_tracking import (
    Grid,
    _Belief,
    bayes_sinusoid,
    changepoint_detection,
    interacting_filters,
    maximum_likelihood,
)
from cosine_rnn.support.checks import FloatArray
from numpy.typing import ArrayLike

SERIES = make_signals(3, seed=5, n_steps=50).observed


def sinusoids(period: float, steps: ArrayLike) -> FloatArray:
    """Columns cosine and sine, whose random weights are standard normal."""
    angle = 2 * np.pi * np.asarray(steps) / period
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def periods_of(grid: Grid) -> FloatArray:
    return 2 * np.pi / np.angle(grid.turn)


def test_grid_is_uniform_over_periods():
    grid = Grid.of(RULE, 500)
    periods = periods_of(grid)
    assert periods.min() > RULE.shortest
    assert periods.max() < RULE.longest
    assert grid.prior.sum() == pytest.approx(1)
    assert grid.prior @ periods == pytest.approx((RULE.shortest + RULE.longest) / 2, rel=1e-3)


def test_expected_turn_is_that_of_many_drawn_paths():
    grid, rate, rng = Grid.of(RULE, 6), 0.3, np.random.default_rng(0)
    for start in (0, 5):
        at, total = np.full(200_000, start), np.ones(200_000, complex)
        for step in range(1, max(HORIZONS) + 1):
            fresh = rng.choice(6, len(at), p=grid.prior)
            at = np.where(rng.random(len(at)) < rate, fresh, at)
            total *= grid.turn[at]
            if step in HORIZONS:
                k = HORIZONS.index(step)
                expected = grid.ahead_with_changes(rate)[start, k]
                assert abs(total.mean() - expected) < 0.01


def test_clean_sinusoid_is_continued():
    steps = np.arange(60)
    wave = (sinusoids(30, steps) @ [0.8, -0.5])[None]
    quiet = Rule(change_rate=0.0, noise_std=0.01)
    for made in (
        maximum_likelihood(wave, window=40, n_periods=2000),
        bayes_sinusoid(wave, forgetting=1.0, rule=quiet, n_periods=2000),
        interacting_filters(wave, rule=quiet, n_periods=2000),
    ):
        for k, h in enumerate(HORIZONS):
            np.testing.assert_allclose(made[0, 45:-h, k], wave[0, 45 + h :], atol=0.03)


def test_bayes_is_gaussian_regression_mixed_over_periods():
    forgetting, t, noise = 0.9, 30, RULE.noise_std**2
    made = bayes_sinusoid(SERIES, forgetting=forgetting, n_periods=7)[:, t]
    grid = Grid.of(RULE, 7)
    for series, forecast in zip(SERIES, made, strict=True):
        evidence, means = [], []
        for period in periods_of(grid):
            # Forgetting is a noise that grows with age; the prior is unit normal at time t.
            waves = sinusoids(period, np.arange(t + 1) - t)
            precision = forgetting ** np.arange(t, -1, -1) / noise
            root = np.sqrt(precision)[:, None]
            covariance = np.eye(t + 1) + (root * waves) @ (root * waves).T
            scaled = root[:, 0] * series[: t + 1]
            evidence.append(
                -scaled @ np.linalg.solve(covariance, scaled) / 2
                - np.linalg.slogdet(covariance)[1] / 2
            )
            gram = (waves.T * precision) @ waves + np.eye(2)
            state = np.linalg.solve(gram, (waves.T * precision) @ series[: t + 1])
            means.append([sinusoids(period, np.array([h]))[0] @ state for h in HORIZONS])
        weight = grid.prior * np.exp(np.array(evidence) - max(evidence))
        expected = weight @ np.array(means) / weight.sum()
        np.testing.assert_allclose(forecast, expected, rtol=1e-6)


def test_filters_without_changes_are_the_batch_answer():
    made = interacting_filters(SERIES, rule=FIXED, n_periods=9)
    expected = bayes_sinusoid(SERIES, forgetting=1.0, n_periods=9)
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def all_histories(series: FloatArray, grid: Grid, rate: float, *, restart: bool) -> FloatArray:
    """Every history of changes, each an exact Gaussian regression; one step ahead."""
    n, noise = len(series), RULE.noise_std**2
    periods = len(grid.prior)
    weights, means = [], []
    for history in itertools.product(range(-1, periods), repeat=n - 1):
        for first in range(periods):
            at, steps, log = first, [first], np.log(grid.prior[first])
            segments, segment = [0], 0
            for move in history:
                if move >= 0:
                    at, segment = move, segment + 1
                    log += np.log(rate) + np.log(grid.prior[move])
                else:
                    log += np.log(1 - rate)
                steps.append(at)
                segments.append(segment)
            turns = grid.turn[steps]
            angles = np.angle(np.cumprod(turns))
            same = np.equal.outer(segments, segments) if restart else np.ones((n, n), bool)
            covariance = np.where(same, np.cos(np.subtract.outer(angles, angles)), 0.0)
            total = covariance + noise * np.eye(n)
            answer = np.linalg.solve(total, series)
            log += -series @ answer / 2 - np.linalg.slogdet(total)[1] / 2
            if restart:
                ahead = np.exp(1j * angles[-1]) * turns[-1]
            else:
                ahead = np.exp(1j * angles[-1]) * grid.ahead_with_changes(rate)[at, 0]
            cross = np.where(same[-1], (ahead * np.exp(-1j * angles)).real, 0.0)
            weights.append(log)
            means.append(cross @ answer)
    weight = np.exp(np.array(weights) - max(weights))
    return np.array(weight @ np.array(means) / weight.sum())


def test_changepoint_detection_is_the_sum_over_all_histories():
    grid, series = Grid.of(RULE, 2), 2 * SERIES[:2, :6]
    made = changepoint_detection(series, change_rate=0.2, n_runs=6, n_periods=2)[:, -1, 0]
    expected = [all_histories(one, grid, 0.2, restart=True) for one in series]
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_interacting_filters_are_close_to_the_sum_over_all_histories():
    grid, series = Grid.of(RULE, 2), 2 * SERIES[:2, :6]
    made = interacting_filters(series, rule=Rule(change_rate=0.2), n_periods=2)[:, -1, 0]
    expected = [all_histories(one, grid, 0.2, restart=False) for one in series]
    # The filters merge histories into one mean and variance: near, not equal.
    np.testing.assert_allclose(made, expected, atol=0.02)


def test_mixing_keeps_the_moments_of_the_whole():
    grid, rng = Grid.of(RULE, 5), np.random.default_rng(0)
    mean = rng.normal(size=(3, 5)) + 1j * rng.normal(size=(3, 5))
    square = rng.normal(size=(3, 5)) + 1j * rng.normal(size=(3, 5))
    weight = rng.dirichlet(np.ones(5), size=3)
    belief = _Belief(weight, mean, rng.uniform(2, 3, (3, 5)), square)

    def moments(b: _Belief) -> list[FloatArray]:
        parts = [b.mean, b.power + np.abs(b.mean) ** 2, b.square + b.mean**2]
        return [(b.weight * part).sum(axis=1) for part in parts]

    after = belief.mixed(grid, 0.3)
    np.testing.assert_allclose(after.weight, 0.7 * weight + 0.3 * grid.prior)
    for one, other in zip(moments(belief), moments(after), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)
    # What stays with its period is its own share; the rest forgets the period, not the wave.
    own = belief.mixed(grid, 0.0)
    np.testing.assert_allclose(own.mean, mean)
    np.testing.assert_allclose(belief.mixed(grid, 1.0).mean.std(axis=1), 0, atol=1e-12)


FORECASTERS: list[Any] = [
    lambda x, **k: maximum_likelihood(x, window=8, **k),
    lambda x, **k: bayes_sinusoid(x, forgetting=0.9, **k),
    lambda x, **k: changepoint_detection(x, change_rate=0.1, n_runs=3, **k),
    interacting_filters,
]


@pytest.mark.parametrize("forecast", FORECASTERS)
def test_forecasts_do_not_see_what_comes_after(forecast: Any):
    changed = SERIES.copy()
    changed[:, 40:] = 3.0
    np.testing.assert_array_equal(forecast(changed)[:, :40], forecast(SERIES)[:, :40])
    assert (forecast(changed)[:, 40:] != forecast(SERIES)[:, 40:]).any()


@pytest.mark.parametrize("forecast", FORECASTERS)
def test_wild_values_give_finite_forecasts(forecast: Any):
    wild = np.where(np.arange(50) % 7 == 0, 1e3, -1e3)[None]
    for values in (np.zeros((1, 50)), wild):
        assert np.isfinite(forecast(values)).all()


@pytest.mark.parametrize("forecast", FORECASTERS)
def test_bad_series_and_grids_are_rejected(forecast: Any):
    for observed in (np.zeros(9), np.zeros((0, 9)), [[float("nan")]]):
        with rejects("observed"):
            forecast(observed)
    with rejects("n_periods"):
        forecast(SERIES, n_periods=0)


@pytest.mark.parametrize("forecast", FORECASTERS[1:])
def test_a_rule_without_noise_is_rejected(forecast: Any):
    with rejects("noise_std"):
        forecast(SERIES, rule=Rule(noise_std=0.0))


def test_bad_settings_are_rejected():
    windows: list[Any] = [2, 3.0, True]
    for window in windows:
        with rejects("window"):
            maximum_likelihood(SERIES, window=window)
    for forgetting in (*NOT_FINITE, 0.0, 1.01):
        with rejects("forgetting"):
            bayes_sinusoid(SERIES, forgetting=forgetting)
    for rate in (*NOT_FINITE, 0.0, 1.0):
        with rejects("change_rate"):
            changepoint_detection(SERIES, change_rate=rate)
    with rejects("n_runs"):
        changepoint_detection(SERIES, change_rate=0.1, n_runs=1)
