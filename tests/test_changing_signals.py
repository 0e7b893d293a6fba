from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_FINITE, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.beyond.changing_signals import (
    FIXED,
    HORIZONS,
    N_READ,
    RULE,
    Rule,
    errors,
    make_signals,
    rmse,
)

SMALL = make_signals(256, seed=7)


def test_each_step_turns_by_the_period_and_the_amplitude_stays():
    clean, period = SMALL.clean, SMALL.period
    # x[t+1] = x[t]·cos ω' + y[t]·sin ω', where y is x a quarter turn later.
    angle = np.cumsum(2 * np.pi / period, axis=1)
    rotated = np.stack([np.cos(angle), np.sin(angle)], axis=2)
    for wave, values in zip(rotated, clean, strict=True):
        quadratures, squares = np.linalg.lstsq(wave, values, rcond=None)[:2]
        assert squares[0] < 1e-20
        assert quadratures.shape == (2,)


def test_periods_change_at_the_stated_rate_and_are_uniform():
    many = make_signals(4000, seed=2)
    since, period = many.since, many.period
    changed = since[:, 1:] == 1
    assert changed.mean() == pytest.approx(RULE.change_rate, rel=0.05)
    np.testing.assert_array_equal((np.diff(period, axis=1) != 0), changed)
    np.testing.assert_array_equal(since[:, 1:][~changed], since[:, :-1][~changed] + 1)
    drawn = np.concatenate([period[:, 0], period[:, 1:][changed]])
    assert RULE.shortest <= drawn.min() < drawn.max() <= RULE.longest
    assert drawn.mean() == pytest.approx(37.5, abs=0.5)
    assert drawn.std() == pytest.approx(45 / 12**0.5, rel=0.02)


def test_signal_has_unit_deviation_and_the_noise_is_as_stated():
    many = make_signals(4000, seed=4)
    assert many.clean.std() == pytest.approx(1, abs=0.03)
    noise = many.observed - many.clean
    assert noise.std() == pytest.approx(RULE.noise_std, rel=0.01)
    assert np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1] == pytest.approx(
        0, abs=0.01
    )


def test_the_fixed_rule_never_changes():
    assert (np.diff(make_signals(50, seed=0, rule=FIXED).period, axis=1) == 0).all()


def test_same_seed_same_series_and_part_cuts_them():
    first, again, other = (make_signals(5, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.observed, again.observed)
    assert (first.observed != other.observed).all()
    for whole, cut in zip(first, first.part(slice(2, 4)), strict=True):
        np.testing.assert_array_equal(whole[2:4], cut)


def test_errors_compare_each_forecast_with_the_clean_value_it_names():
    ahead = np.stack([SMALL.clean[:, h : h + N_READ] for h in HORIZONS], axis=2)
    np.testing.assert_array_equal(errors(SMALL, ahead), 0)
    wrong = ahead.copy()
    wrong[3, 50, 1] += 2.0
    assert np.argwhere(errors(SMALL, wrong)).tolist() == [[3, 50, 1]]
    assert rmse(np.array([3.0, -4.0])) == pytest.approx(12.5**0.5)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"shortest": 2.0}, "shortest"),
        ({"longest": 14.0}, "longest"),
        ({"noise_std": -0.1}, "noise_std"),
        ({"change_rate": 1.01}, "change_rate"),
        ({"change_rate": -0.01}, "change_rate"),
        *(({name: v}, name) for name in ("longest", "change_rate") for v in NOT_FINITE),
    ],
)
def test_bad_rules_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        Rule(**changes)


@pytest.mark.parametrize("number", NOT_POSITIVE_INTEGERS)
def test_bad_numbers_of_series_and_steps_are_rejected(number: Any):
    with rejects("n"):
        make_signals(number, seed=0)
    with rejects("n_steps"):
        make_signals(1, seed=0, n_steps=number)


def test_bad_seeds_and_forecasts_are_rejected():
    with rejects("seed"):
        make_signals(1, seed=-1)
    with rejects("forecasts"):
        errors(SMALL, np.zeros((2, N_READ, len(HORIZONS))))
    with rejects("forecasts"):
        errors(SMALL, np.full((len(SMALL.clean), N_READ, len(HORIZONS)), np.nan))
