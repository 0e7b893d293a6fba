"""네 모델의 예측: 예측 길이 넷, 본 적 없는 진폭과 잡음과 주기."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_rnn import evaluation, training
from cosine_rnn.config import LECTURE_MODELS, TrainConfig, recommended
from cosine_rnn.evaluation import HELD_OUT, HORIZON, HORIZONS, LIMITS, PERIOD, Score, Wave
from cosine_rnn.support import records
from cosine_rnn.support.checks import check_choice, check_seed, check_seeds
from cosine_rnn.support.messages import message
from cosine_rnn.support.records import Row

Test = tuple[Wave, tuple[int, ...]]
ALL_WAVES: tuple[Test, ...] = (
    (Wave(), HORIZONS),
    *((wave, (HORIZON,)) for wave in HELD_OUT),
)
"""시험하는 파동의 종류와 예측 길이들."""


@dataclass(frozen=True, kw_only=True)
class SweepTask:
    """훈련 한 번.

    Attributes:
        model: 모델의 이름.
        seed: 난수 시드.
    """

    model: str
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("model", self.model, LECTURE_MODELS)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[SweepTask]:
    """책의 실험. 모델마다, 시드마다 권하는 설정으로 훈련합니다."""
    check_seeds(seeds)
    return [SweepTask(model=model, seed=seed) for model in LECTURE_MODELS for seed in seeds]


def measure(task: SweepTask) -> list[Row]:
    """훈련한 다음 파동의 종류와 예측 길이마다 한 줄을 냅니다."""
    return graded(recommended(task.model, seed=task.seed))


def graded(
    config: TrainConfig,
    *,
    train_periods: Sequence[float] = (PERIOD,),
    tests: Iterable[Test] = ALL_WAVES,
) -> list[Row]:
    """훈련하고 시험한 성적. 파동의 종류와 예측 길이마다 한 줄입니다.

    Args:
        config: 설정.
        train_periods: 훈련하는 파동들의 주기.
        tests: 시험하는 파동의 종류와 예측 길이들.
    """
    trained = training.fit(config, evaluation.training_waves(train_periods))
    forecaster = training.forecaster_of(trained)
    common = {
        "parameters": trained.model.count_params(),
        "training_seconds": trained.seconds,
        "step_microseconds": evaluation.step_microseconds(forecaster),
    }
    return [
        {**_columns(score), **common}
        for wave, horizons in tests
        for score in evaluation.scores(forecaster, horizons, wave=wave)
    ]


def _columns(score: Score) -> Row:
    row = dataclasses.asdict(score)
    wave = row.pop("wave")
    return {**{f"wave_{name}": value for name, value in wave.items()}, **row}


def summary(rows: Sequence[Row]) -> list[Row]:
    """훈련 데이터와 같은 종류의 파동에서, 모델과 예측 길이마다 가장 큰 오차를 간추린 줄들.

    명령줄이 실험을 마치고 표로 보입니다.
    """
    lines = []
    for model, horizon in itertools.product(LECTURE_MODELS, HORIZONS):
        here = records.select(on_training_kind(rows), model=model, horizon=horizon)
        limit = LIMITS.get(horizon)
        over = sorted(row["seed"] for row in here if limit and row["max_error"] > limit)
        if here:
            errors = [row["max_error"] for row in here]
            lines.append(
                {
                    message("모델"): model,
                    message("시점"): f"{horizon:,}",
                    message("훈련"): len(here),
                    message("중앙값"): f"{np.median(errors):.4f}",
                    message("최악"): f"{max(errors):.4f}",
                    message("문턱"): limit,
                    message("문턱을 넘은 시드"): ", ".join(map(str, over)) or None,
                }
            )
    return lines


def on_training_kind(rows: Iterable[Row]) -> list[Row]:
    """훈련 데이터와 같은 종류의 파동을 시험한 줄만 고릅니다."""
    same = dataclasses.asdict(Wave())
    return records.select(rows, **{f"wave_{name}": value for name, value in same.items()})


def reference(**equal: Any) -> list[Row]:
    """실린 기록 ``sweep`` 에서, 훈련 데이터와 같은 종류의 파동을 시험한 줄만 고릅니다."""
    return records.select(on_training_kind(records.stored_rows("sweep")), **equal)
