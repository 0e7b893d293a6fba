"""월별 매출의 백테스트: 네 모델과 통계 방법이 다음 한 해를 예측합니다."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cosine_rnn import metrics, training
from cosine_rnn.beyond import statistical
from cosine_rnn.config import TrainConfig, config_for
from cosine_rnn.forecast import autoregression, persistence, seasonal_naive
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_seed,
    check_seeds,
    reject,
)

SEASON = 12
HORIZON = 12
ORIGINS = (116, 128, 140, 152, 164)
"""시험하는 출발점. 처음 이만큼을 알 때 다음 한 해를 예측합니다. 시험하는 해는 겹치지 않습니다."""

TUNING_ORIGINS = (80, 92, 104)
"""설정을 고르는 출발점. 여기서 예측한 해는 시험하는 해보다 모두 앞섭니다."""

_STREAMS = {
    "warm_up": 24,
    "skip_steps": 12,
    "n_streams": 12,
    "stride": 1,
    "chunk_length": 12,
    "batch_size": 12,
}


class Sales(NamedTuple):
    """월별 매출.

    Attributes:
        months: ``"1980-01"`` 꼴의 달. ``n`` 개.
        values: 그 달의 판매량. ``(n,)``. 자료에 단위가 적혀 있지 않습니다.
    """

    months: list[str]
    values: FloatArray


def wine_sales() -> Sales:
    """오스트레일리아 양조업자의 포도주 매출, 1980년 1월부터 1994년 8월까지 176달.

    R 꾸러미 ``forecast`` 의 ``wineind`` 이고, Python 꾸러미 pmdarima 2.1.1(MIT)에서 옮겼습니다.
    """
    data = importlib.resources.files("cosine_rnn").joinpath("data/wine-sales.csv")
    rows = list(csv.DictReader(io.StringIO(data.read_text("utf-8"))))
    return Sales([row["month"] for row in rows], np.array([float(row["sales"]) for row in rows]))


class Scale(NamedTuple):
    """로그를 취해 훈련 데이터의 평균을 0, 표준편차를 1로 맞춥니다. 예측은 거꾸로 되돌립니다.

    Attributes:
        mean: 로그의 평균.
        std: 로그의 표준편차.
    """

    mean: float
    std: float

    @classmethod
    def of(cls, train: FloatArray) -> Scale:
        """훈련 데이터만으로 정합니다. 시험할 값을 보지 않습니다."""
        logs = np.log(train)
        return cls(float(logs.mean()), float(logs.std()))

    def apply(self, values: FloatArray) -> FloatArray:
        """자료의 단위를 모델의 단위로."""
        return (np.log(values) - self.mean) / self.std

    def undo(self, values: FloatArray) -> FloatArray:
        """모델의 단위를 자료의 단위로."""
        return np.exp(values * self.std + self.mean)


Predict = Callable[[FloatArray], FloatArray]
"""``predict(train)``: 훈련 데이터 ``(n,)`` 의 다음 ``HORIZON`` 달. 자료의 단위입니다."""


def _persistence(train: FloatArray) -> FloatArray:
    return persistence()(train, HORIZON)


def _seasonal_naive(train: FloatArray) -> FloatArray:
    return seasonal_naive(SEASON)(train, HORIZON)


def _seasonal_mean(train: FloatArray, *, years: int) -> FloatArray:
    return train[-SEASON * years :].reshape(years, SEASON).mean(axis=0)


def _autoregression(train: FloatArray, *, order: int) -> FloatArray:
    scale = Scale.of(train)
    scaled = scale.apply(train)
    return scale.undo(autoregression(scaled, order=order)(scaled, HORIZON))


def _of_values(train: FloatArray, *, method: str) -> FloatArray:
    return statistical.statistical_forecast(train, HORIZON, method=method, season_length=SEASON)


def _of_logs(train: FloatArray, *, method: str) -> FloatArray:
    return np.exp(_of_values(np.log(train), method=method))


_BASELINES: dict[str, dict[str, Predict]] = {
    "persistence": {"none": _persistence},
    "seasonal_naive": {"none": _seasonal_naive},
    "seasonal_mean": {
        f"years={years}": functools.partial(_seasonal_mean, years=years) for years in (2, 3, 4, 5)
    },
    "autoregression": {
        f"order={order}": functools.partial(_autoregression, order=order)
        for order in (1, 2, 6, 12, 13, 24)
    },
    **{
        method: {
            "values": functools.partial(_of_values, method=method),
            "logs": functools.partial(_of_logs, method=method),
        }
        for method in statistical.METHODS
    },
}
_NETWORKS: dict[str, dict[str, dict[str, Any]]] = {
    "mlp": {
        f"window={window} rounds={rounds}": {
            "units": (32, 32),
            "window_length": window,
            "epochs": 5,
            "repeats": rounds,
        }
        for window in (12, 24)
        for rounds in (2, 5, 10)
    },
    "lstm": {
        f"window={window} epochs={epochs}": {
            "units": (32,),
            "window_length": window,
            "epochs": epochs,
        }
        for window in (12, 24)
        for epochs in (50, 100, 200)
    },
    "stateful": {
        f"epochs={epochs}": {"units": (32,), "epochs": epochs, **_STREAMS}
        for epochs in (25, 50, 100, 200)
    },
    "stacked": {
        f"epochs={epochs}": {"units": (32, 32, 32), "epochs": epochs, **_STREAMS}
        for epochs in (25, 50, 100)
    },
}
BASELINES = tuple(_BASELINES)
METHODS = (*_NETWORKS, *BASELINES)
CANDIDATES = {method: tuple({**_NETWORKS, **_BASELINES}[method]) for method in METHODS}
"""방법마다 견주는 설정. 통계 방법은 값 그대로나 로그를 취해 맞춥니다."""

CHOSEN: dict[str, str] = {
    "mlp": "window=12 rounds=5",
    "lstm": "window=12 epochs=200",
    "stateful": "epochs=100",
    "stacked": "epochs=25",
    "persistence": "none",
    "seasonal_naive": "none",
    "seasonal_mean": "years=2",
    "autoregression": "order=12",
    "seasonal_smoothing": "values",
    "holt_winters": "values",
    "auto_ets": "logs",
    "auto_arima": "values",
    "airline": "values",
    "auto_theta": "logs",
}
"""방법마다 ``backtest_tuning`` 이 같은 규칙으로 ``TUNING_ORIGINS`` 에서 고른 설정."""


@dataclass(frozen=True, kw_only=True)
class BacktestTask:
    """예측 한 번의 설정.

    Attributes:
        method: 모델이나 통계 방법의 이름. ``METHODS`` 가운데 하나.
        settings: ``CANDIDATES[method]`` 가운데 하나.
        origin: 알고 있는 달의 수. 바로 다음 달부터 ``HORIZON`` 달을 예측합니다.
        seed: 난수 시드. 네 모델에만 있습니다.
    """

    method: str
    settings: str
    origin: int
    seed: int | None = None

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("method", self.method, METHODS)
        check_choice("settings", self.settings, CANDIDATES[self.method])
        latest = len(wine_sales().values) - HORIZON
        check_integer("origin", self.origin, minimum=min(TUNING_ORIGINS), maximum=latest)
        if (self.seed is None) != (self.method in BASELINES):
            raise reject("seed", "네 모델에만, 꼭 있어야 합니다", self.seed)
        if self.seed is not None:
            check_seed(self.seed)


def config_of(task: BacktestTask) -> TrainConfig:
    """네 모델 가운데 하나의 훈련 설정."""
    if task.seed is None:
        raise reject("task", "네 모델 가운데 하나여야 합니다", task.method)
    settings = _NETWORKS[task.method][task.settings]
    return config_for(task.method, seed=task.seed, **settings)


def forecast(task: BacktestTask) -> FloatArray:
    """출발점까지의 값만 보고 다음 ``HORIZON`` 달을 예측합니다. 자료의 단위, ``(HORIZON,)``."""
    train = wine_sales().values[: task.origin]
    if task.method in BASELINES:
        return _BASELINES[task.method][task.settings](train)
    scale = Scale.of(train)
    scaled = scale.apply(train)
    trained = training.train(config_of(task), scaled)
    return scale.undo(training.forecaster_of(trained)(scaled, HORIZON))


def tasks_of(
    settings: Mapping[str, Sequence[str]], *, origins: Sequence[int], seeds: Sequence[int]
) -> list[BacktestTask]:
    """방법마다 정한 설정들을 출발점마다. 네 모델은 시드마다 되풀이합니다."""
    check_seeds(seeds)
    return [
        BacktestTask(method=method, settings=name, origin=origin, seed=seed)
        for method, names in settings.items()
        for name in names
        for origin in origins
        for seed in (seeds if method in _NETWORKS else (None,))
    ]


def tasks(seeds: Sequence[int]) -> list[BacktestTask]:
    """책의 실험. 고른 설정으로, 출발점마다 통계 방법들과 네 모델을 시드마다."""
    chosen = {method: (name,) for method, name in CHOSEN.items()}
    return tasks_of(chosen, origins=ORIGINS, seeds=seeds)


def measure(task: BacktestTask) -> dict[str, float]:
    """예측하고 MASE ``mase`` 를 잽니다. 달마다의 예측 ``month_1`` … 도 함께 냅니다."""
    predicted = forecast(task)
    values = wine_sales().values
    truth = values[task.origin : task.origin + HORIZON]
    score = metrics.mase(truth, predicted, train=values[: task.origin], season_length=SEASON)
    months = {f"month_{k}": float(value) for k, value in enumerate(predicted, start=1)}
    return {"mase": score, **months}
