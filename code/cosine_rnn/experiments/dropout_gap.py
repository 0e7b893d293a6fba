"""드롭아웃을 켜고 끈 예측.

2017년의 조리법대로 훈련한 다층 퍼셉트론이 대상입니다. 드롭아웃을 끈 예측과, 켠 채로 여러 번 낸
예측의 평균을 견줍니다.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cosine_rnn import metrics
from cosine_rnn.experiments import recipe_2017
from cosine_rnn.experiments.recipe_2017 import DROPOUT, EPOCHS, RecipeTask, check_dropout
from cosine_rnn.support.backend import Model
from cosine_rnn.support.checks import (
    FloatArray,
    check_finite,
    check_integer,
    check_seed,
    check_seeds,
    reject,
)

N_PASSES = 300
"""켠 채로 예측을 되풀이하는 횟수."""


@dataclass(frozen=True, kw_only=True)
class GapTask:
    """훈련 한 번의 설정.

    Attributes:
        dropout: 드롭아웃 비율. 예제는 .3.
        seed: 난수 시드.
        epochs: 에포크 수. 예제는 200.
    """

    dropout: float = DROPOUT
    seed: int
    epochs: int = EPOCHS

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_dropout(self.dropout)
        check_seed(self.seed)
        check_integer("epochs", self.epochs)


def tasks(seeds: Sequence[int]) -> list[GapTask]:
    """책의 실험. 시드마다 예제의 드롭아웃으로 훈련합니다."""
    check_seeds(seeds)
    return [GapTask(seed=seed) for seed in seeds]


def measure(task: GapTask) -> dict[str, float]:
    """훈련한 다음 시험 창 360개에서 잽니다.

    Returns:
        드롭아웃을 끈 예측(``off_``)과, 켠 예측 ``N_PASSES`` 번의 평균(``on_``)의 ``slope`` 와
        ``mse``. MSE는 0–1 척도입니다.
    """
    recipe = RecipeTask(model="mlp", seed=task.seed, epochs=task.epochs, dropout=task.dropout)
    network, _ = recipe_2017.train_recipe(recipe)
    test = recipe_2017.recipe_data()[2]
    truth = test.targets[:, 0]
    measured = {}
    for name, values in (
        ("off", np.asarray(network(test.inputs))[:, 0]),
        ("on", mean_of_passes(network, test.inputs)),
    ):
        measured[f"{name}_slope"] = slope(truth, values)
        measured[f"{name}_mse"] = metrics.mse(truth, values)
    return measured


def mean_of_passes(network: Model, inputs: FloatArray, *, n_passes: int = N_PASSES) -> FloatArray:
    """드롭아웃을 켠 채 ``n_passes`` 번 예측한 것의 평균. ``(n,)``."""
    check_integer("n_passes", n_passes)
    passes = [np.asarray(network(inputs, training=True))[:, 0] for _ in range(n_passes)]
    return np.mean(passes, axis=0)


def slope(truth: FloatArray, values: FloatArray) -> float:
    """참값이 1만큼 움직일 때 예측이 움직이는 크기. 최소제곱으로 맞춘 직선의 것입니다.

    1이면 참값만큼 움직이고, 0이면 늘 같은 값을 냅니다.

    Args:
        truth: 참값. ``(n,)``. 서로 다른 값이 있어야 합니다.
        values: 예측. ``(n,)``.
    """
    true = check_finite("truth", truth, ranks={1})
    predicted = check_finite("values", values, ranks={1})
    if len(true) != len(predicted):
        raise reject(
            "values", "truth의 길이 {length}과 같아야 합니다", len(predicted), length=len(true)
        )
    if len(true) == 0 or np.ptp(true) == 0:
        raise reject("truth", "서로 다른 값이 있어야 합니다", true[:3])
    centred = true - true.mean()
    return float(centred @ predicted / (centred @ centred))
