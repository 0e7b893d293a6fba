from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond import statistical
from cosine_rnn.config import LECTURE_MODELS
from cosine_rnn.experiments import backtest_tuning
from cosine_rnn.experiments.backtest import (
    BASELINES,
    CANDIDATES,
    CHOSEN,
    HORIZON,
    METHODS,
    ORIGINS,
    SEASON,
    TUNING_ORIGINS,
    BacktestTask,
    Scale,
    config_of,
    forecast,
    measure,
    tasks,
    wine_sales,
)
from cosine_rnn.support.records import stored_rows

MONTHS = [f"month_{k}" for k in range(1, HORIZON + 1)]


def test_sales_run_month_after_month():
    months, values = wine_sales()
    counted = np.arange("1980-01", "1994-09", dtype="datetime64[M]")
    assert months == [str(month) for month in counted]
    assert values.shape == counted.shape
    # 12월에 가장 많이, 1월에 가장 적게 팔립니다. 값이 한 칸이라도 밀리면 그렇지 않습니다.
    years = values[:168].reshape(14, 12)
    assert (years.argmax(axis=1) == 11).mean() > 0.7
    assert (years.argmin(axis=1) == 0).mean() > 0.7


def test_scale_makes_the_logs_standard_and_comes_back():
    values = np.exp(np.random.default_rng(0).normal(3, 2, 500))
    scale = Scale.of(values)
    scaled = scale.apply(values)
    assert scaled.mean() == pytest.approx(0, abs=1e-12)
    assert scaled.std() == pytest.approx(1)
    np.testing.assert_allclose(scale.undo(scaled), values)


def test_years_tested_do_not_overlap_and_come_after_those_that_chose_the_settings():
    assert (np.diff(ORIGINS) >= HORIZON).all()
    assert ORIGINS[-1] + HORIZON <= len(wine_sales().values)
    assert max(TUNING_ORIGINS) + HORIZON <= min(ORIGINS)


def test_baselines_repeat_what_they_say():
    values = wine_sales().values
    for origin in ORIGINS:
        last = forecast(BacktestTask(method="persistence", settings="none", origin=origin))
        np.testing.assert_allclose(last, values[origin - 1])
        season = forecast(BacktestTask(method="seasonal_naive", settings="none", origin=origin))
        np.testing.assert_allclose(season, values[origin - SEASON : origin])
        mean = forecast(BacktestTask(method="seasonal_mean", settings="years=3", origin=origin))
        for month in range(12):
            same = [values[origin - 12 * year + month] for year in (1, 2, 3)]
            assert mean[month] == pytest.approx(np.mean(same))


def test_statistical_methods_see_values_or_logs():
    known = wine_sales().values[:116]
    for settings, (into, back) in {
        "values": (np.array, np.array),
        "logs": (np.log, np.exp),
    }.items():
        task = BacktestTask(method="airline", settings=settings, origin=116)
        ahead = statistical.statistical_forecast(
            into(known), HORIZON, method="airline", season_length=SEASON
        )
        np.testing.assert_allclose(forecast(task), back(ahead))


def test_autoregression_is_least_squares_on_the_known_logs():
    values = wine_sales().values[:140]
    logs = np.log(values)
    x = (logs - logs.mean()) / logs.std()
    rows = np.stack([x[k : k + 13] for k in range(140 - 13)])
    coefficients = np.linalg.solve(rows.T @ rows, rows.T @ x[13:])
    ahead = list(x)
    for _ in range(HORIZON):
        ahead.append(np.dot(ahead[-13:], coefficients))
    expected = np.exp(np.array(ahead[-HORIZON:]) * logs.std() + logs.mean())
    predicted = forecast(BacktestTask(method="autoregression", settings="order=13", origin=140))
    np.testing.assert_allclose(predicted, expected)


def test_network_learns_the_season():
    task = BacktestTask(method="mlp", settings=CHOSEN["mlp"], origin=ORIGINS[0], seed=0)
    year = forecast(task)
    assert year.shape == (HORIZON,)
    truth = wine_sales().values[ORIGINS[0] : ORIGINS[0] + HORIZON]
    last = wine_sales().values[ORIGINS[0] - 1]
    assert np.abs(year - truth).mean() < np.abs(last - truth).mean()


@pytest.mark.parametrize("model", LECTURE_MODELS)
def test_settings_fit_the_shortest_series(model: str):
    for settings in CANDIDATES[model]:
        task = BacktestTask(method=model, settings=settings, origin=min(TUNING_ORIGINS), seed=3)
        config = config_of(task)
        assert config.seed == 3
        assert config.context_length <= min(TUNING_ORIGINS)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"method": "arima"}, "method"),
        ({"settings": "order=13"}, "settings"),
        ({"origin": 3}, "origin"),
        ({"seed": None}, "seed"),
        ({"seed": -1}, "seed"),
        ({"method": "persistence", "settings": "none"}, "seed"),
    ],
)
def test_bad_settings_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        task = BacktestTask(method="mlp", settings=CHOSEN["mlp"], origin=116, seed=0)
        dataclasses.replace(task, **changes)


def test_an_origin_that_leaves_less_than_the_horizon_is_rejected():
    with rejects("origin"):
        latest = len(wine_sales().values) - HORIZON
        BacktestTask(method="persistence", settings="none", origin=latest + 1)


def test_only_networks_have_a_training():
    with rejects("task", "persistence"):
        config_of(BacktestTask(method="persistence", settings="none", origin=116))


def test_no_seeds_are_rejected():
    with rejects("seeds"):
        tasks([])


TUNING_SEEDS = (100, 101)


def test_settings_were_chosen_by_one_rule_on_earlier_years_and_other_seeds():
    rows = stored_rows("backtest-tuning")
    assert settings_of(rows) == backtest_tuning.tasks(TUNING_SEEDS)
    assert backtest_tuning.best_settings(rows) == CHOSEN
    tested = stored_rows("backtest")
    assert not {row["origin"] for row in rows} & {row["origin"] for row in tested}
    assert not set(TUNING_SEEDS) & {row["seed"] for row in tested}


def test_best_settings_have_the_smallest_mean():
    rows = [
        {"method": method, "settings": settings, "mase": mase}
        for method, settings, mase in [
            ("a", "x", 1.0), ("a", "x", 3.0), ("a", "y", 1.5), ("a", "y", 2.0), ("b", "z", 9.0)
        ]
    ]  # fmt: skip
    assert backtest_tuning.best_settings(rows) == {"a": "y", "b": "z"}
    with rejects("rows"):
        backtest_tuning.best_settings([])


def settings_of(rows: list[dict[str, Any]]) -> list[BacktestTask]:
    fields = [field.name for field in dataclasses.fields(BacktestTask)]
    return [BacktestTask(**{f: row[f] for f in fields}) for row in rows]


def test_stored_rows_are_what_the_tasks_measure():
    rows = stored_rows("backtest")
    assert settings_of(rows) == tasks(range(5))
    assert {row["method"] for row in rows} == set(METHODS)
    sample = [row for row in rows if row["method"] in BASELINES]
    sample += [r for r in stored_rows("backtest-tuning") if r["settings"] in ("logs", "order=24")]
    for row, task in zip(sample, settings_of(sample), strict=True):
        again = measure(task)
        for name in MONTHS:
            assert again[name] == pytest.approx(row[name], rel=1e-3)
