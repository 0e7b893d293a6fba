from __future__ import annotations

import numpy as np
import pytest
from conftest import NOT_A_SERIES, NOT_POSITIVE_INTEGERS, rejects, run_python
from cosine_rnn.beyond.statistical import METHODS, statistical_forecast

SEASON = 4
SHAPE = np.array([3.0, -1.0, 0.5, 8.0])
every_method = pytest.mark.parametrize("method", METHODS)


def noisy(series: np.ndarray, scale: float = 1e-3) -> np.ndarray:
    """A little noise: a series without any has no likelihood to maximise."""
    return series + np.random.default_rng(0).normal(0, scale, len(series))


@every_method
def test_season_that_repeats_goes_on_repeating(method: str):
    series = noisy(20 + np.tile(SHAPE, 15))
    ahead = statistical_forecast(series, 2 * SEASON, method=method, season_length=SEASON)
    np.testing.assert_allclose(ahead, 20 + np.tile(SHAPE, 2), atol=0.05)


@pytest.mark.parametrize("method", ["airline", "auto_arima"])
def test_trend_under_a_season_goes_on_rising(method: str):
    t = np.arange(80)
    series = 0.5 * t + np.tile(SHAPE, 20)
    ahead = statistical_forecast(noisy(series[:72]), 8, method=method, season_length=SEASON)
    np.testing.assert_allclose(ahead, series[72:], atol=0.1)


def test_damped_trend_flattens_where_airline_goes_on():
    """Between the last season and the straight line: that is what damping means."""
    t = np.arange(72)
    series = noisy(0.5 * t + np.tile(SHAPE, 18), 0.3)
    far = statistical_forecast(series, 40, method="holt_winters", season_length=SEASON)
    straight = 0.5 * np.arange(72, 112) + np.tile(SHAPE, 10)
    assert series[-4:].mean() < far[-4:].mean() < straight[-4:].mean() + 0.5


@every_method
def test_forecast_is_as_long_as_asked_and_leaves_the_series_alone(method: str):
    series = noisy(20 + np.tile(SHAPE, 8), 1.0)
    kept = series.copy()
    ahead = statistical_forecast(series, 5, method=method, season_length=SEASON)
    assert ahead.shape == (5,)
    assert np.isfinite(ahead).all()
    np.testing.assert_array_equal(series, kept)
    again = statistical_forecast(series, 5, method=method, season_length=SEASON)
    np.testing.assert_array_equal(ahead, again)


@pytest.mark.parametrize(("series", "received"), NOT_A_SERIES)
def test_bad_series_are_rejected(series: object, received: str):
    with rejects("series", received):
        statistical_forecast(series, 3, method="airline", season_length=4)  # pyright: ignore


def test_bad_arguments_are_rejected():
    series = np.arange(20.0)
    with rejects("method", "'prophet'"):
        statistical_forecast(series, 3, method="prophet", season_length=4)
    with rejects("series", "길이 8"):
        statistical_forecast(series[:8], 3, method="airline", season_length=4)
    with rejects("season_length", "1"):
        statistical_forecast(series, 3, method="airline", season_length=1)
    for horizon in NOT_POSITIVE_INTEGERS:
        with rejects("horizon", repr(horizon)):
            statistical_forecast(series, horizon, method="airline", season_length=4)


def test_missing_library_is_named_with_the_command_that_installs_it():
    result = run_python(
        "import sys\n"
        "sys.modules['statsforecast'] = None\n"
        "from cosine_rnn.beyond.statistical import statistical_forecast\n"
        "try:\n"
        "    statistical_forecast(range(30), 3, method='airline', season_length=4)\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "statsforecast" in result.stdout
    assert "pip install statsforecast" in result.stdout
