"""다섯 주기를 더 오래 훈련한 다층 퍼셉트론.

``sweep_periods`` 는 에포크를 주기의 수로 나누어 계산의 양을 같게 둡니다. 여기서는 그 에포크를
몇 배로 늘립니다. 나머지는 같습니다.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from cosine_rnn import evaluation, training
from cosine_rnn.config import TrainConfig
from cosine_rnn.evaluation import HORIZON, Wave
from cosine_rnn.experiments import sweep_periods
from cosine_rnn.support.checks import check_integer, check_seed, check_seeds

TEST_PERIODS = (50, 80, 90, 100, 110, 125, 200)
MULTIPLES = (1, 20)


@dataclass(frozen=True, kw_only=True)
class BudgetTask:
    """훈련 한 번의 설정.

    Attributes:
        multiple: 에포크를 늘리는 배수.
        seed: 난수 시드.
    """

    multiple: int
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_integer("multiple", self.multiple)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[BudgetTask]:
    """책의 실험. 배수마다, 시드마다 훈련 하나."""
    check_seeds(seeds)
    return [BudgetTask(multiple=multiple, seed=seed) for multiple in MULTIPLES for seed in seeds]


def config_of(task: BudgetTask) -> TrainConfig:
    """``sweep_periods`` 의 다층 퍼셉트론에서 에포크만 늘린 설정."""
    config = sweep_periods.config_of("mlp", seed=task.seed)
    return dataclasses.replace(config, epochs=task.multiple * config.epochs)


def measure(task: BudgetTask) -> dict[str, float]:
    """훈련한 다음 주기마다 250시점 되먹임 예측을 시험합니다.

    Returns:
        에포크 수 ``epochs``, 훈련 시간(초) ``seconds``, 시험한 주기마다 가장 큰 오차.
    """
    config = config_of(task)
    trained = training.train(config, evaluation.training_waves(sweep_periods.TRAIN_PERIODS))
    forecaster = training.forecaster_of(trained)
    measured = {"epochs": config.epochs, "seconds": trained.seconds}
    for period in TEST_PERIODS:
        (score,) = evaluation.scores(forecaster, (HORIZON,), wave=Wave(period=period))
        measured[f"max_error_{period}"] = score.max_error
    return measured
