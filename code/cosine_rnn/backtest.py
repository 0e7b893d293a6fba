"""실제 시계열 하나로 네 모델과 기준선을 견줍니다. 출발점을 옮겨 가며 한 해 앞을 예측합니다."""

from __future__ import annotations

import csv
import importlib.resources
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cosine_rnn import evaluation, metrics, training
from cosine_rnn.checks import FloatArray, check_choice, check_integer, check_seed, reject
from cosine_rnn.config import MODEL_NAMES, TrainConfig
from cosine_rnn.forecast import Forecaster, autoregression, persistence, seasonal_naive

SEASON = 12
HORIZON = 12
ORIGINS = (116, 128, 140, 152, 164)
"""시험하는 출발점. 앞의 이만큼을 알 때 다음 한 해를 예측합니다. 시험하는 해는 겹치지 않습니다."""

TUNING_ORIGINS = (80, 92, 104)
"""네 모델의 설정을 고른 출발점. 여기서 예측한 해는 시험하는 해보다 모두 앞섭니다."""

AUTOREGRESSION_ORDER = SEASON + 1
BASELINES = ("persistence", "seasonal_naive", "autoregression")
METHODS = (*MODEL_NAMES, *BASELINES)

_SETTINGS: dict[str, dict[str, Any]] = {
    "mlp": {"units": (32, 32), "window_length": 24, "epochs": 5, "repeats": 5},
    "lstm": {"units": (32,), "window_length": 24, "epochs": 100},
    "stateful": {"units": (32,), "epochs": 200},
    "stacked": {"units": (32, 32, 32), "epochs": 100},
}
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
        bottles: 그 달에 팔린 1리터 이하 병의 수. ``(n,)``.
    """

    months: list[str]
    bottles: FloatArray


def wine_sales() -> Sales:
    """오스트레일리아 양조업자의 포도주 매출, 1980년 1월부터 1994년 8월까지 176달.

    R 꾸러미 ``forecast`` 의 ``wineind`` 이고, Python 꾸러미 pmdarima 2.1.1(MIT)에서 옮겼습니다.
    """
    data = importlib.resources.files("cosine_rnn").joinpath("data/wine-sales.csv")
    rows = list(csv.DictReader(io.StringIO(data.read_text("utf-8"))))
    return Sales([row["month"] for row in rows], np.array([float(row["bottles"]) for row in rows]))


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


@dataclass(frozen=True, kw_only=True)
class BacktestTask:
    """예측 한 번의 설정.

    Attributes:
        method: 모델이나 기준선의 이름. ``METHODS`` 가운데 하나.
        origin: 알고 있는 달의 수. 바로 다음 달부터 ``HORIZON`` 달을 예측합니다.
        seed: 난수 시드. 기준선에는 난수가 없어 ``None`` 입니다.
    """

    method: str
    origin: int
    seed: int | None = None

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("method", self.method, METHODS)
        latest = len(wine_sales().bottles) - HORIZON
        check_integer("origin", self.origin, minimum=min(TUNING_ORIGINS), maximum=latest)
        if (self.seed is None) != (self.method in BASELINES):
            raise reject("seed", "네 모델에만, 꼭 있어야 합니다", self.seed)
        if self.seed is not None:
            check_seed(self.seed)


def config_of(task: BacktestTask) -> TrainConfig:
    """모델의 설정. 출발점 ``TUNING_ORIGINS`` 에서 골랐습니다."""
    settings = {"model": task.method, "seed": task.seed, **_SETTINGS[task.method]}
    if task.method in ("stateful", "stacked"):
        settings |= _STREAMS
    return TrainConfig(**settings)


def forecast(task: BacktestTask) -> FloatArray:
    """출발점까지의 값만 보고 다음 ``HORIZON`` 달을 예측합니다. 자료의 단위, ``(HORIZON,)``."""
    train = wine_sales().bottles[: task.origin]
    scale = Scale.of(train)
    scaled = scale.apply(train)
    return scale.undo(_forecaster(task, scaled)(scaled, HORIZON))


def _forecaster(task: BacktestTask, scaled: FloatArray) -> Forecaster:
    if task.method == "persistence":
        return persistence()
    if task.method == "seasonal_naive":
        return seasonal_naive(SEASON)
    if task.method == "autoregression":
        return autoregression(scaled, order=AUTOREGRESSION_ORDER)
    return evaluation.forecaster_of(training.train(config_of(task), scaled))


def tasks(seeds: Sequence[int]) -> list[BacktestTask]:
    """책의 실험. 출발점마다 기준선 셋과, 네 모델을 시드마다."""
    if not seeds:
        raise reject("seeds", "하나는 있어야 합니다", seeds)
    without_seed = [BacktestTask(method=m, origin=o) for m in BASELINES for o in ORIGINS]
    return without_seed + [
        BacktestTask(method=method, origin=origin, seed=seed)
        for method in MODEL_NAMES
        for origin in ORIGINS
        for seed in seeds
    ]


def measure(task: BacktestTask) -> dict[str, float]:
    """예측하고 MASE ``mase`` 를 잽니다. 달마다의 예측 ``month_1`` … 도 함께 냅니다."""
    predicted = forecast(task)
    bottles = wine_sales().bottles
    truth = bottles[task.origin : task.origin + HORIZON]
    score = metrics.mase(truth, predicted, train=bottles[: task.origin], season_length=SEASON)
    months = {f"month_{k}": float(value) for k, value in enumerate(predicted, start=1)}
    return {"mase": score, **months}
