"""잡음 주입의 크기를 바꾼 LSTM의 되먹임 예측."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from cosine_rnn import evaluation, training
from cosine_rnn.config import TrainConfig, recommended
from cosine_rnn.support.checks import check_number, check_seed, check_seeds

HORIZONS = (250, 1000, 10_000)
NOISE_STDS = (0.0, 0.001, 0.005, 0.02)
"""견주는 잡음의 표준편차. 0은 잡음 주입을 하지 않는 훈련입니다."""


@dataclass(frozen=True, kw_only=True)
class NoiseTask:
    """훈련 한 번의 설정.

    Attributes:
        noise_std: 창에 더하는 잡음의 표준편차. 0이면 교사 강요만 합니다.
        seed: 난수 시드.
    """

    noise_std: float
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_number("noise_std", self.noise_std, minimum=0.0)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[NoiseTask]:
    """책의 실험. 잡음의 크기마다, 시드마다 훈련 하나."""
    check_seeds(seeds)
    return [NoiseTask(noise_std=std, seed=seed) for std in NOISE_STDS for seed in seeds]


def config_of(task: NoiseTask) -> TrainConfig:
    """책이 권하는 LSTM의 설정에서 잡음만 바꾼 것."""
    config = recommended("lstm", seed=task.seed)
    if task.noise_std == 0:
        return config.teacher_forcing_only()
    return dataclasses.replace(config, noise_std=task.noise_std)


def measure(task: NoiseTask) -> dict[str, float]:
    """훈련한 다음 훈련에 없던 위상 40개에서 예측 길이마다 가장 큰 오차를 잽니다.

    Returns:
        마지막 훈련 손실 ``loss`` 와 예측 길이마다의 ``max_error_250`` ….
    """
    trained = training.train(config_of(task), evaluation.training_wave())
    scores = evaluation.scores(training.forecaster_of(trained), HORIZONS)
    measured = {"loss": float(trained.loss[-1])}
    for horizon, score in zip(HORIZONS, scores, strict=True):
        measured[f"max_error_{horizon}"] = score.max_error
    return measured
