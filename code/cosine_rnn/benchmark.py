"""우리 훈련과 2017년 조리법을 같은 기계에서 차례로 돌려 견줍니다."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cosine_rnn import evaluation, training
from cosine_rnn.config import recommended
from cosine_rnn.experiments import recipe_2017
from cosine_rnn.experiments.recipe_2017 import RecipeTask
from cosine_rnn.metrics import max_error
from cosine_rnn.progress import OnEpoch
from cosine_rnn.support.checks import check_integer


@dataclass(frozen=True)
class Comparison:
    """모델 하나의 비교.

    Attributes:
        model: 모델의 이름.
        seconds: 우리 훈련의 시간(초).
        recipe_seconds: 조리법의 200 에포크 시간(초). 몇 에포크를 재어 늘린 추정입니다.
        max_error: 우리 250시점 되먹임 예측의 가장 큰 오차.
        recipe_max_error: 실린 기록에서 조리법의 가장 큰 오차. 진폭 1의 척도입니다.
        forecast_seconds: 우리 250시점 되먹임 예측의 시간(초).
    """

    model: str
    seconds: float
    recipe_seconds: float
    max_error: float
    recipe_max_error: float
    forecast_seconds: float


def compare(
    model_names: Iterable[str], *, recipe_epochs: int, on_epoch: OnEpoch | None = None
) -> Iterator[Comparison]:
    """모델마다 우리 훈련과 조리법을 잇달아 재어 하나씩 냅니다. 간직해 둔 결과는 쓰지 않습니다.

    조리법의 첫 에포크는 컴파일을 포함하므로 따로 재고, 나머지 에포크의 중앙값을 늘립니다.
    """
    check_integer("recipe_epochs", recipe_epochs, minimum=2)
    configs = [recommended(name) for name in model_names]
    wave = evaluation.unseen_waves(n_phases=1)[0]
    for config in configs:
        name = config.model
        trained = training.train(config, evaluation.training_wave(), on_epoch=on_epoch)
        forecaster = training.forecaster_of(trained)
        started = time.perf_counter()
        forecaster(wave[: evaluation.CONTEXT_LENGTH], evaluation.HORIZON)
        forecast_seconds = time.perf_counter() - started
        ticks = [time.perf_counter()]
        recipe_2017.train_recipe(
            RecipeTask(model=name, seed=0, epochs=recipe_epochs),
            on_epoch=lambda *_, ticks=ticks: ticks.append(time.perf_counter()),
        )
        epochs = np.diff(ticks)
        yield Comparison(
            name,
            trained.seconds,
            float(epochs[0] + np.median(epochs[1:]) * (recipe_2017.EPOCHS - 1)),
            evaluation.scores(forecaster, (evaluation.HORIZON,))[0].max_error,
            max_error(*recipe_2017.forecast_in_signal_units(recipe_2017.stored_run(name))),
            forecast_seconds,
        )
