"""방향을 알 때까지 읽는 값의 수: 처음 시점을 묻는지와 훈련의 길이를 바꾸어 봅니다."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_rnn import evaluation, metrics, models, training
from cosine_rnn.config import TrainConfig, WindowConfig, recommended
from cosine_rnn.results import Trained
from cosine_rnn.support.checks import FloatArray, check_choice, check_seed, check_seeds

FLOOR = math.sin(2 * math.pi / evaluation.PERIOD) ** 2 / 2
"""값 하나만 볼 때 한 시점 MSE의 바닥. ``sin²ω / 2`` 입니다."""

WARM_UP = 100
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "stateful": ("stateful", {"closed_loop_updates": 0}),
    "stateful-longer": ("stateful", {"closed_loop_updates": 0, "epochs": 1000}),
    "stateful-asked": ("stateful", {"closed_loop_updates": 0, "skip_steps": 0}),
    "stateful-asked-longer": (
        "stateful",
        {"closed_loop_updates": 0, "skip_steps": 0, "epochs": 1000},
    ),
    "lstm-two": ("lstm", {"noise_updates": 0, "window_length": 2}),
    "lstm-two-longer": ("lstm", {"noise_updates": 0, "window_length": 2, "epochs": 600}),
}
"""모델과, 책이 권하는 설정에서 바꾸는 것. 모두 교사 강요만 합니다.

- ``stateful``: 상태 초기화 뒤 처음 몇 시점의 오차를 세지 않습니다.
- ``stateful-asked``: 처음 시점부터 모두 셉니다.
- ``lstm-two``: 창 길이 2.
- 이름이 ``-longer`` 로 끝나는 것은 그것을 열 배 오래 훈련합니다.
"""


@dataclass(frozen=True, kw_only=True)
class StartTask:
    """훈련 한 번의 설정.

    Attributes:
        variant: ``VARIANTS`` 가운데 하나.
        seed: 난수 시드.
    """

    variant: str
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("variant", self.variant, VARIANTS)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[StartTask]:
    """책의 실험. 설정마다, 시드마다 훈련 하나."""
    check_seeds(seeds)
    return [StartTask(variant=variant, seed=seed) for variant in VARIANTS for seed in seeds]


def config_of(task: StartTask) -> TrainConfig:
    """권하는 설정에서 ``VARIANTS`` 가 적은 것만 바꾼 것."""
    model, changes = VARIANTS[task.variant]
    return dataclasses.replace(recommended(model, seed=task.seed), **changes)


def measure(task: StartTask) -> dict[str, float]:
    """훈련한 다음, 훈련에 없던 위상 40개를 처음부터 한 값씩 읽힙니다.

    Returns:
        읽은 값이 ``WARM_UP`` 개를 넘은 뒤의 한 시점 RMSE ``rmse`` 와, 제곱 오차가 처음으로
        ``FLOOR`` 아래로 내려갈 때까지 읽은 값의 수 ``values_needed``. 창을 쓰는 모델은 창 길이보다
        적게 읽을 수 없습니다.
    """
    trained = training.train(config_of(task), evaluation.training_wave())
    waves = evaluation.unseen_waves(2 * WARM_UP)
    read = _read(trained, waves)
    first = waves.shape[1] - read.shape[1]
    truth = waves[:, first:]
    errors = np.mean((read - truth) ** 2, axis=0)
    below = np.flatnonzero(errors < FLOOR)
    return {
        "rmse": metrics.rmse(truth[:, WARM_UP - first :], read[:, WARM_UP - first :]),
        "values_needed": float(below[0] + first) if len(below) else math.nan,
    }


def _read(trained: Trained, waves: FloatArray) -> FloatArray:
    """값을 하나씩 읽을 때마다 낸 다음 값. 창을 쓰는 모델은 창이 찬 다음부터입니다."""
    config = trained.config
    if isinstance(config, WindowConfig):
        windows = np.lib.stride_tricks.sliding_window_view(waves, config.window_length, axis=1)
        flat = windows[:, :-1].reshape(-1, config.window_length)
        return models.next_value(trained.model)(flat).reshape(len(waves), -1)
    step = models.state_step(trained.model)
    values, state = [], None
    for t in range(waves.shape[1] - 1):
        value, state = step(waves[:, t], state)
        values.append(value)
    return np.stack(values, axis=1)
