"""다섯 주기로 훈련한 네 모델의 예측."""

from __future__ import annotations

from cosine_rnn.config import TrainConfig, recommended
from cosine_rnn.experiments import sweep
from cosine_rnn.experiments.sweep import SweepTask
from cosine_rnn.support.records import Row

TRAIN_PERIODS = (70.0, 85.0, 100.0, 115.0, 130.0)

tasks = sweep.tasks


def config_of(model: str, *, seed: int) -> TrainConfig:
    """권하는 설정. 셈의 양이 한 주기로 훈련할 때와 같도록 에포크와 갱신을 주기의 수로 나눕니다."""
    return recommended(model, seed=seed).divided(len(TRAIN_PERIODS))


def measure(task: SweepTask) -> list[Row]:
    """훈련한 다음 ``sweep`` 과 같은 파동들을 시험합니다."""
    config = config_of(task.model, seed=task.seed)
    return sweep.graded(config, train_periods=TRAIN_PERIODS)
