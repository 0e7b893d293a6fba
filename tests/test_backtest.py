from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn import grid
from cosine_rnn.backtest import (
    BASELINES,
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
from cosine_rnn.config import MODEL_NAMES

MONTHS = [f"month_{k}" for k in range(1, HORIZON + 1)]


def test_sales_run_month_after_month():
    months, bottles = wine_sales()
    counted = np.arange("1980-01", "1994-09", dtype="datetime64[M]")
    assert months == [str(month) for month in counted]
    assert bottles.shape == counted.shape
    # 12월에 가장 많이, 1월에 가장 적게 팔립니다. 값이 한 칸이라도 밀리면 그렇지 않습니다.
    years = bottles[:168].reshape(14, 12)
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
    assert ORIGINS[-1] + HORIZON <= len(wine_sales().bottles)
    assert max(TUNING_ORIGINS) + HORIZON <= min(ORIGINS)


def test_baselines_repeat_what_they_say():
    bottles = wine_sales().bottles
    for origin in ORIGINS:
        last = forecast(BacktestTask(method="persistence", origin=origin))
        np.testing.assert_allclose(last, bottles[origin - 1])
        season = forecast(BacktestTask(method="seasonal_naive", origin=origin))
        np.testing.assert_allclose(season, bottles[origin - SEASON : origin])


def test_autoregression_is_least_squares_on_the_known_logs():
    bottles = wine_sales().bottles[:140]
    logs = np.log(bottles)
    x = (logs - logs.mean()) / logs.std()
    rows = np.stack([x[k : k + 13] for k in range(140 - 13)])
    coefficients = np.linalg.solve(rows.T @ rows, rows.T @ x[13:])
    ahead = list(x)
    for _ in range(HORIZON):
        ahead.append(np.dot(ahead[-13:], coefficients))
    expected = np.exp(np.array(ahead[-HORIZON:]) * logs.std() + logs.mean())
    predicted = forecast(BacktestTask(method="autoregression", origin=140))
    np.testing.assert_allclose(predicted, expected)


def test_network_learns_the_season():
    task = BacktestTask(method="mlp", origin=ORIGINS[0], seed=0)
    year = forecast(task)
    assert year.shape == (HORIZON,)
    persistence = BacktestTask(method="persistence", origin=ORIGINS[0])
    assert measure(task)["mase"] < measure(persistence)["mase"]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_settings_fit_the_shortest_series(model: str):
    config = config_of(BacktestTask(method=model, origin=min(TUNING_ORIGINS), seed=3))
    assert config.seed == 3
    assert config.context_length <= min(TUNING_ORIGINS)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"method": "arima"}, "method"),
        ({"origin": 3}, "origin"),
        ({"seed": None}, "seed"),
        ({"seed": -1}, "seed"),
        ({"method": "persistence"}, "seed"),
    ],
)
def test_bad_settings_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        dataclasses.replace(BacktestTask(method="mlp", origin=116, seed=0), **changes)


def test_an_origin_that_leaves_less_than_the_horizon_is_rejected():
    with rejects("origin"):
        BacktestTask(method="persistence", origin=len(wine_sales().bottles) - HORIZON + 1)


def test_no_seeds_are_rejected():
    with rejects("seeds"):
        tasks([])


def test_stored_rows_are_what_the_tasks_measure():
    rows = grid.stored("backtest")
    fields = [field.name for field in dataclasses.fields(BacktestTask)]
    assert [BacktestTask(**{f: row[f] for f in fields}) for row in rows] == tasks(range(5))
    assert {row["method"] for row in rows} == set(METHODS)
    sample = [row for row in rows if row["method"] in BASELINES]
    sample += [row for row in rows if row["method"] == "mlp" and row["seed"] == 0][:1]
    for row in sample:
        again = measure(BacktestTask(**{f: row[f] for f in fields}))
        # 다른 기계에서는 신경망의 예측이 끝자리보다 위에서 갈릴 수 있습니다.
        tolerance = 1e-3 if row["method"] in BASELINES else 0.1
        for name in MONTHS:
            assert again[name] == pytest.approx(row[name], rel=tolerance)
