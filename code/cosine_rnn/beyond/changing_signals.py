"""주기가 예고 없이 바뀌는 사인파 여럿을 짓고, 예측을 잡음 없는 값과 견줍니다."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_rnn.support.checks import (
    FloatArray,
    check_finite,
    check_integer,
    check_number,
    check_seed,
    reject,
)
from cosine_rnn.support.messages import message

N_READ = 120
"""읽는 값의 수."""

HORIZONS = (1, 10)
"""견주는 예측 길이."""

N_AHEAD = 20
"""읽는 값 뒤에 더 짓는 시점의 수. 신경망이 한 번에 예측하는 길이입니다."""

FIRST_ORIGIN = 30
"""예측을 재기 시작하는 출발점. 값을 이만큼 읽은 뒤부터 잽니다."""

SINCE_BINS = {"1_5": (1, 5), "6_15": (6, 15), "16_30": (16, 30), "31_up": (31, N_READ)}
"""주기가 바뀐 뒤 읽은 값의 수로 나눈 칸. 양 끝을 포함합니다."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """신호를 짓는 규칙.

    Attributes:
        shortest: 가장 짧은 주기(시점).
        longest: 가장 긴 주기(시점). 주기는 둘 사이에서 고르게 뽑습니다.
        change_rate: 한 시점에 주기를 새로 뽑을 확률. 0이면 바뀌지 않습니다.
        noise_std: 읽는 값에 더하는 잡음의 표준편차.
    """

    shortest: float = 15.0
    longest: float = 60.0
    change_rate: float = 0.02
    noise_std: float = 0.5

    def __post_init__(self) -> None:
        """짓기 전에 값을 봅니다."""
        # 주기가 2보다 짧으면 한 시점에 반 바퀴를 넘게 돌아 다른 주기와 구별되지 않습니다.
        check_number("shortest", self.shortest, above=2.0)
        check_number("longest", self.longest, minimum=self.shortest)
        check_number("noise_std", self.noise_std, minimum=0.0)
        check_number("change_rate", self.change_rate, minimum=0.0)
        if self.change_rate > 1:
            raise reject("change_rate", "0과 1 사이여야 합니다", self.change_rate)


RULE = Rule()
"""이 책의 규칙."""

FIXED = Rule(change_rate=0.0)
"""시계열 하나 안에서 주기가 바뀌지 않는 규칙."""


class Signals(NamedTuple):
    """지은 시계열 여럿. 모두 ``(n, n_steps)`` 입니다.

    Attributes:
        observed: 잡음이 섞인 값. 모델이 읽는 것입니다.
        clean: 잡음이 없는 값. 예측을 재는 데만 씁니다.
        period: 그 시점의 주기.
        since: 지금 주기로 읽은 값의 수. 바뀐 시점에서 1이고, 바뀐 적이 없으면 처음부터 셉니다.
    """

    observed: FloatArray
    clean: FloatArray
    period: FloatArray
    since: NDArray[np.int64]

    def part(self, rows: slice) -> Signals:
        """시계열 가운데 일부."""
        return Signals(self.observed[rows], self.clean[rows], self.period[rows], self.since[rows])


def make_signals(
    n: int, *, seed: int, n_steps: int = N_READ + N_AHEAD, rule: Rule = RULE
) -> Signals:
    """시계열을 짓습니다. 주기가 바뀌어도 위상과 진폭은 이어집니다.

    값은 ``a·cos φ + b·sin φ`` 이고 ``a`` 와 ``b`` 는 시계열마다 표준정규분포에서 뽑습니다. 그래서
    신호의 표준편차는 1입니다. 시점마다 ``φ`` 가 ``2π / 주기`` 만큼 나아갑니다.

    Args:
        n: 시계열의 수.
        seed: 난수 시드.
        n_steps: 시계열의 길이(시점).
        rule: 짓는 규칙.

    Raises:
        ValueError: 수나 시드가 범위를 벗어날 때.
    """
    shape = (check_integer("n", n), check_integer("n_steps", n_steps))
    rng = np.random.default_rng(check_seed(seed))
    changed = rng.random(shape) < rule.change_rate
    changed[:, 0] = True
    start = np.maximum.accumulate(np.where(changed, np.arange(n_steps), 0), axis=1)
    drawn = rng.uniform(rule.shortest, rule.longest, shape)
    period = np.take_along_axis(drawn, start, axis=1)
    angle = np.cumsum(2 * np.pi / period, axis=1)
    a, b = rng.standard_normal((2, n, 1))
    clean = a * np.cos(angle) + b * np.sin(angle)
    observed = clean + rule.noise_std * rng.standard_normal(shape)
    return Signals(observed, clean, period, np.arange(n_steps) - start + 1)


def errors(signals: Signals, forecasts: FloatArray) -> FloatArray:
    """예측에서 잡음 없는 참값을 뺀 오차.

    Args:
        signals: ``N_READ + N_AHEAD`` 시점의 시계열 ``n`` 개.
        forecasts: ``(n, N_READ, len(HORIZONS))``. 둘째 축의 ``t`` 번째는 값을 ``t + 1`` 개 읽고 낸
            예측이고, 셋째 축은 ``HORIZONS`` 의 차례입니다.

    Returns:
        ``forecasts`` 와 같은 모양.

    Raises:
        ValueError: 모양이 다르거나 예측이 유한하지 않을 때.
    """
    values = check_finite("forecasts", forecasts, ranks={3})
    if values.shape != (len(signals.clean), N_READ, len(HORIZONS)):
        shape = (len(signals.clean), N_READ, len(HORIZONS))
        raise ValueError(
            message(
                "forecasts: 모양이 {shape}여야 합니다. 받은 값: shape={received}",
                shape=shape,
                received=values.shape,
            )
        )
    truth = np.stack([signals.clean[:, h : h + N_READ] for h in HORIZONS], axis=2)
    return values - truth


def rmse(error: ArrayLike) -> float:
    """오차의 제곱을 평균해 제곱근을 취합니다."""
    found = check_finite("error", error, ranks={1, 2, 3})
    if not found.size:
        raise reject("error", "값이 하나는 있어야 합니다", found.shape)
    return float(np.sqrt(np.mean(found**2)))
