"""예측기를, 훈련에 없던 위상의 코사인에서 시험합니다. 신경망이든 기준선이든 시험이 같습니다."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cosine_rnn.forecast import Forecaster
from cosine_rnn.metrics import amplitude_and_phase, max_error, rmse, steps_until_divergence
from cosine_rnn.signals import cosine_wave
from cosine_rnn.support.checks import (
    FloatArray,
    check_integer,
    check_number,
    check_several,
    reject,
)

PERIOD = 100
TRAIN_LENGTH = 800
CONTEXT_LENGTH = 100
HORIZON = 250
N_PHASES = 40

HORIZONS = (1, 250, 1000, 10_000)
"""성적을 재는 예측 길이."""

LIMITS = {250: 0.005, 1000: 0.02, 10_000: 0.3}
"""예측 길이마다의 문턱. 오차가 이것을 넘으면 실패로 칩니다. 훈련을 다듬으며 고른 수입니다."""

DIVERGENCE = 0.1
"""오차가 이것을 넘으면 벗어난 것으로 칩니다."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """시험하는 파동의 종류.

    Attributes:
        period: 주기. 단위는 시점.
        amplitude: 진폭.
        noise_std: 지난 값에만 더하는 잡음의 표준편차.
    """

    period: float = PERIOD
    amplitude: float = 1.0
    noise_std: float = 0.0

    def __post_init__(self) -> None:
        """시험을 시작하기 전에 범위를 봅니다."""
        check_number("period", self.period, above=2.0)
        check_number("amplitude", self.amplitude, above=0.0)
        check_number("noise_std", self.noise_std, minimum=0.0)


HELD_OUT = (
    *(Wave(amplitude=amplitude) for amplitude in (0.5, 0.8, 1.2, 1.5)),
    *(Wave(noise_std=noise_std) for noise_std in (0.01, 0.05, 0.1)),
    *(Wave(period=period) for period in (50, 80, 90, 110, 125, 200)),
)
"""진폭, 잡음, 주기를 하나씩 훈련 데이터와 달리한 파동들."""


def training_wave() -> FloatArray:
    """책의 훈련 데이터. 위상 0에서 시작한 여덟 주기입니다. ``(800,)``."""
    return cosine_wave(TRAIN_LENGTH, period=PERIOD)


def training_waves(periods: Sequence[float]) -> FloatArray:
    """주기마다 하나씩, 위상 0에서 시작한 훈련 데이터. ``(len(periods), 800)``."""
    several = check_several("periods", periods)
    if not several:
        raise reject("periods", "값이 하나는 있어야 합니다", periods)
    return np.stack([cosine_wave(TRAIN_LENGTH, period=period) for period in several])


def unseen_waves(
    horizon: int = HORIZON, *, n_phases: int = N_PHASES, wave: Wave | None = None
) -> FloatArray:
    """훈련 데이터에 없는 위상의 코사인들. ``(n_phases, CONTEXT_LENGTH + horizon)``.

    훈련 데이터는 주기의 1/100 눈금 위에만 있습니다. 시험 위상은 한 주기를 ``n_phases`` 로 고르게
    나눈 다음 눈금에서 반 칸 비껴, 어느 값도 훈련에서 본 값이 아닙니다.
    잡음은 처음 ``CONTEXT_LENGTH`` 시점에만 있고, 그 뒤는 잡음 없는 참값입니다.
    """
    check_integer("horizon", horizon)
    check_integer("n_phases", n_phases)
    kind = wave or Wave()
    half_step = np.pi / PERIOD
    phases = 2 * np.pi * np.round(np.arange(n_phases) * PERIOD / n_phases) / PERIOD + half_step
    waves = np.stack(
        [
            cosine_wave(
                CONTEXT_LENGTH + horizon,
                period=kind.period,
                amplitude=kind.amplitude,
                phase=phase,
            )
            for phase in phases
        ]
    )
    noise = np.random.default_rng(0).normal(0.0, kind.noise_std, (n_phases, CONTEXT_LENGTH))
    waves[:, :CONTEXT_LENGTH] += noise
    return waves


@dataclass(frozen=True)
class Score:
    """예측기 하나가 파동 한 종류에서 예측 길이 하나까지 거둔 성적.

    Attributes:
        wave: 파동의 종류.
        horizon: 예측 길이.
        rmse: 모든 위상과 시점의 RMSE.
        max_error: 모든 위상과 시점에서 가장 큰 오차.
        amplitude_error: 마지막 한 주기에 맞춘 진폭의, 위상 가운데 가장 큰 오차.
            예측이 한 주기보다 짧으면 ``None``.
        phase_error: 마지막 한 주기에 맞춘 위상의 가장 큰 오차(라디안).
            예측이 한 주기보다 짧으면 ``None``.
        divergence_step: 어느 위상에서든 오차가 ``DIVERGENCE`` 를 처음 넘기까지 버틴 시점 수.
            끝까지 넘지 않으면 ``None``.
    """

    wave: Wave
    horizon: int
    rmse: float
    max_error: float
    amplitude_error: float | None
    phase_error: float | None
    divergence_step: int | None


def scores(
    forecaster: Forecaster, horizons: Sequence[int], *, wave: Wave | None = None
) -> list[Score]:
    """한 번의 예측으로 여러 예측 길이의 성적을 냅니다.

    Args:
        forecaster: 예측기.
        horizons: 예측 길이들.
        wave: 파동의 종류. 없으면 훈련 데이터와 같은 종류.

    Returns:
        예측 길이마다 성적 하나.
    """
    kind = wave or Wave()
    for horizon in horizons:
        check_integer("horizons", horizon)
    waves = unseen_waves(max(horizons), wave=kind)
    truth = waves[:, CONTEXT_LENGTH:]
    values = forecaster(waves[:, :CONTEXT_LENGTH], max(horizons))
    return [_score(kind, truth[:, :horizon], values[:, :horizon]) for horizon in horizons]


def _score(wave: Wave, truth: FloatArray, values: FloatArray) -> Score:
    horizon, one_period = truth.shape[1], round(wave.period)
    drift = None
    if horizon >= one_period:
        true, pred = (
            np.array([amplitude_and_phase(row[-one_period:], period=wave.period) for row in rows])
            for rows in (truth, values)
        )
        difference = pred - true
        difference[:, 1] = np.angle(np.exp(1j * difference[:, 1]))
        drift = np.abs(difference).max(axis=0)
    steps = [
        steps_until_divergence(true, pred, threshold=DIVERGENCE)
        for true, pred in zip(truth, values, strict=True)
    ]
    return Score(
        wave,
        horizon,
        rmse(truth, values),
        max_error(truth, values),
        None if drift is None else float(drift[0]),
        None if drift is None else float(drift[1]),
        min((step for step in steps if step is not None), default=None),
    )


def step_microseconds(forecaster: Forecaster) -> float:
    """시계열 하나를 되먹임 예측할 때 한 걸음의 시간. 다섯 번 재어 가운데 값을 냅니다."""
    context = training_wave()[:CONTEXT_LENGTH]
    times = []
    for _ in range(5):
        started = time.perf_counter()
        forecaster(context, HORIZON)
        times.append(time.perf_counter() - started)
    return float(np.median(times)) / HORIZON * 1e6
