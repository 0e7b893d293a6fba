"""한 번에 읽는 시점 수를 바꾼 네 모델의 한 시점 예측."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cosine_rnn.config import LECTURE_MODELS, TrainConfig, recommended
from cosine_rnn.evaluation import Wave
from cosine_rnn.experiments import sweep
from cosine_rnn.support.checks import check_choice, check_integer, check_seed, check_seeds
from cosine_rnn.support.records import Row

LENGTHS = (1, 2, 5, 10, 20, 40, 80)


@dataclass(frozen=True, kw_only=True)
class WindowTask:
    """훈련 한 번.

    Attributes:
        model: 모델의 이름.
        length: 한 번에 읽는 시점 수. 창 길이이거나, 배치 하나가 나아가는 시점 수입니다.
        seed: 난수 시드.
    """

    model: str
    length: int
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("model", self.model, LECTURE_MODELS)
        check_integer("length", self.length)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[WindowTask]:
    """책의 실험. 모델마다, 시드마다 읽는 시점 수 일곱을 견줍니다."""
    check_seeds(seeds)
    return [
        WindowTask(model=model, length=length, seed=seed)
        for model in LECTURE_MODELS
        for seed in seeds
        for length in LENGTHS
    ]


def config_of(task: WindowTask) -> TrainConfig:
    """권하는 설정에서 읽는 시점 수만 바꾼 것. 고르게 견주려고 교사 강요로만 훈련합니다."""
    config = recommended(task.model, seed=task.seed)
    return config.teacher_forcing_only().reading(task.length)


def measure(task: WindowTask) -> list[Row]:
    """훈련한 다음 한 시점 예측을 시험합니다."""
    return sweep.graded(config_of(task), tests=((Wave(), (1,)),))
