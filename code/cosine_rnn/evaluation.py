"""훈련된 모델을, 훈련에서 본 적 없는 위상의 코사인에서 시험합니다."""

from __future__ import annotations

import csv
import dataclasses
import importlib.resources
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cosine_rnn import models
from cosine_rnn.checks import FloatArray, check_integer
from cosine_rnn.config import recommended
from cosine_rnn.forecast import Forecaster, recursive_forecaster, stateful_forecaster
from cosine_rnn.metrics import max_error, rmse
from cosine_rnn.results import Trained
from cosine_rnn.signals import cosine_wave
from cosine_rnn.storage import write_whole
from cosine_rnn.training import OnEpoch, fit

PERIOD = 100
TRAIN_LENGTH = 800
CONTEXT_LENGTH = 100
HORIZON = 250
N_PHASES = 40


def training_wave() -> FloatArray:
    """책의 훈련 데이터. 위상 0에서 시작한 여덟 주기입니다. ``(800,)``."""
    return cosine_wave(TRAIN_LENGTH, period=PERIOD)


def unseen_waves(horizon: int = HORIZON, *, n_phases: int = N_PHASES) -> FloatArray:
    """훈련 데이터에 없는 위상의 코사인들. ``(n_phases, CONTEXT_LENGTH + horizon)``.

    훈련 데이터는 주기의 1/100 눈금 위에만 있습니다. 시험 위상은 한 주기를 ``n_phases`` 로 고르게
    나눈 다음 눈금에서 반 칸 비껴, 어느 값도 훈련에서 본 값이 아닙니다.
    """
    check_integer("horizon", horizon)
    check_integer("n_phases", n_phases)
    half_step = np.pi / PERIOD
    phases = 2 * np.pi * np.round(np.arange(n_phases) * PERIOD / n_phases) / PERIOD + half_step
    return np.stack(
        [cosine_wave(CONTEXT_LENGTH + horizon, period=PERIOD, phase=phase) for phase in phases]
    )


def forecaster_of(trained: Trained) -> Forecaster:
    """훈련된 모델로 되먹임 예측기를 만듭니다."""
    if trained.config.keeps_state:
        return stateful_forecaster(models.state_step(trained.model), warm_up=trained.config.warm_up)
    return recursive_forecaster(
        models.next_value(trained.model), window_length=trained.config.window_length
    )


@dataclass(frozen=True)
class Score:
    """모델 하나, 시드 하나의 성적.

    Attributes:
        model: 모델의 이름.
        seed: 난수 시드.
        one_step_rmse: 한 시점 예측의 RMSE. 본 적 없는 위상마다 예측의 첫 시점에서.
        max_error: 되먹임 예측의 가장 큰 오차. 본 적 없는 위상 모두에서.
        seconds: 훈련에 든 시간(초).
    """

    model: str
    seed: int
    one_step_rmse: float
    max_error: float
    seconds: float


def score(trained: Trained, *, horizon: int = HORIZON) -> Score:
    """본 적 없는 위상에서 한 시점 예측과 되먹임 예측의 오차를 잽니다."""
    waves = unseen_waves(horizon)
    forecast = forecaster_of(trained)(waves[:, :CONTEXT_LENGTH], horizon)
    future = waves[:, CONTEXT_LENGTH:]
    return Score(
        trained.config.model,
        trained.config.seed,
        rmse(future[:, :1], forecast[:, :1]),
        max_error(future, forecast),
        trained.seconds,
    )


def evaluate(
    model_names: Iterable[str],
    seeds: Iterable[int],
    *,
    horizon: int = HORIZON,
    on_epoch: OnEpoch | None = None,
) -> Iterator[Score]:
    """모델과 시드의 모든 짝을 권하는 설정으로 훈련하고 성적을 하나씩 냅니다.

    설정은 첫 훈련이 시작되기 전에 모두 만들어 보므로, 잘못된 이름은 바로 드러납니다.
    """
    check_integer("horizon", horizon)
    seeds = list(seeds)
    configs = [recommended(model, seed=seed) for model in model_names for seed in seeds]
    series = training_wave()
    for config in configs:
        yield score(fit(config, series, on_epoch=on_epoch), horizon=horizon)


def save_scores(path: Path, scores: Iterable[Score]) -> None:
    """성적을 csv 파일에 통째로 씁니다. 소수는 유효숫자 네 자리입니다."""
    rows = [",".join(field.name for field in dataclasses.fields(Score))]
    for score in scores:
        values = dataclasses.astuple(score)
        rows.append(",".join(f"{v:.4g}" if isinstance(v, float) else str(v) for v in values))
    write_whole(path, lambda file: file.write(("\n".join(rows) + "\n").encode()))


def stored_scores() -> list[Score]:
    """저장소에 실린 성적. ``cosine-rnn evaluate --seeds 0-4`` 가 만든 것입니다."""
    text = importlib.resources.files("cosine_rnn").joinpath("data/scores.csv").read_text("utf-8")
    return [
        Score(
            row["model"],
            int(row["seed"]),
            float(row["one_step_rmse"]),
            float(row["max_error"]),
            float(row["seconds"]),
        )
        for row in csv.DictReader(text.splitlines())
    ]
