"""신호가 사인파임을 알고 그 주기를 따라갑니다. 주기가 바뀌는 사인파의 경쟁자와 한계입니다.

사인파를 복소수 ``z`` 로 적습니다. 값은 ``z`` 의 실수부이고, 한 시점마다 ``e^{iω}`` 를 곱합니다.
주기는 격자 위의 것만 봅니다. 모두 잡음이 섞인 값 ``(n, n_steps)`` 를 받아
``(n, n_steps, len(HORIZONS))`` 를 냅니다. 둘째 축의 ``t`` 번째는 값을 ``t + 1`` 개까지만 읽고 낸
예측입니다.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_rnn.beyond.changing_signals import HORIZONS, RULE, Rule
from cosine_rnn.beyond.linear_tracking import check_forgetting, check_observed
from cosine_rnn.support.checks import FloatArray, check_integer, check_number, reject

ComplexArray = NDArray[np.complex128]

N_PERIODS = 128
"""주기의 격자에 놓인 수."""

POWER = 2.0
"""``E|z|²``. 진폭의 두 성분이 표준정규분포이기 때문입니다."""


class Grid(NamedTuple):
    """주기의 격자. 진동수로 고르게 나눕니다.

    Attributes:
        turn: 한 시점에 곱하는 수 ``e^{iω}``. ``(n_periods,)``.
        prior: 주기가 그 칸에 들 확률. 주기로는 고르므로 진동수의 제곱에 반비례합니다.
    """

    turn: ComplexArray
    prior: FloatArray

    @classmethod
    def of(cls, rule: Rule, n_periods: int) -> Grid:
        """규칙의 주기를 모두 덮는 격자."""
        check_integer("n_periods", n_periods)
        edges = np.linspace(1 / rule.longest, 1 / rule.shortest, n_periods + 1)
        middle = (edges[1:] + edges[:-1]) / 2
        return cls(np.exp(2j * np.pi * middle), middle**-2 / (middle**-2).sum())

    def ahead(self) -> ComplexArray:
        """주기가 바뀌지 않는다고 볼 때 ``HORIZONS`` 시점 뒤까지 곱하는 수. ``(n_periods, 2)``."""
        return np.stack([self.turn**h for h in HORIZONS], axis=1)

    def ahead_with_changes(self, change_rate: float) -> ComplexArray:
        """그사이 주기가 바뀔 수도 있음을 헤아린 평균. ``(n_periods, 2)``."""
        expected, kept = np.ones_like(self.turn), []
        for _ in range(max(HORIZONS)):
            step = self.turn * expected
            expected = (1 - change_rate) * step + change_rate * (self.prior * step).sum()
            kept.append(expected)
        return np.stack([kept[h - 1] for h in HORIZONS], axis=1)


def maximum_likelihood(
    observed: ArrayLike, *, window: int, rule: Rule = RULE, n_periods: int = N_PERIODS
) -> FloatArray:
    """마지막 ``window`` 개에 가장 잘 맞는 사인파 하나를 골라 이어 갑니다(최대가능도).

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        window: 쓰는 값의 수. 3 이상.
        rule: 주기의 범위를 여기서 압니다.
        n_periods: 격자의 수.
    """
    values = check_observed(observed)
    check_integer("window", window, minimum=3)
    grid, rows = Grid.of(rule, n_periods), np.arange(len(values))
    ahead = grid.ahead()
    forecasts = np.zeros((*values.shape, len(HORIZONS)))
    for t in range(2, values.shape[1]):
        lags = np.arange(min(window, t + 1))
        waves = grid.turn ** lags[:, None]
        moment = values[:, t - lags] @ waves
        state = _solve(moment, len(lags), (waves**2).sum(axis=0), ridge=0.0)
        best = (state * moment.conj()).real.argmax(axis=1)
        forecasts[:, t] = (state[rows, best, None] * ahead[best]).real
    return forecasts


def bayes_sinusoid(
    observed: ArrayLike, *, forgetting: float, rule: Rule = RULE, n_periods: int = N_PERIODS
) -> FloatArray:
    """주기마다의 확률을 베이즈 정리로 셈해 예측을 섞습니다. 지난 값의 무게는 차츰 줄입니다.

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        forgetting: 한 시점이 지날 때마다 지난 값의 무게에 곱하는 수. 0보다 크고 1 이하.
        rule: 주기의 범위와 잡음의 크기를 여기서 압니다.
        n_periods: 격자의 수.
    """
    values = check_observed(observed)
    check_forgetting(forgetting)
    noise = check_number("noise_std", rule.noise_std, above=0.0) ** 2
    grid = Grid.of(rule, n_periods)
    ahead, moment = grid.ahead(), np.zeros((len(values), n_periods), complex)
    weight, squares = 0.0, np.zeros(n_periods, complex)
    forecasts = np.empty((*values.shape, len(HORIZONS)))
    for t in range(values.shape[1]):
        moment = forgetting * grid.turn * moment + values[:, t, None]
        weight = forgetting * weight + 1
        squares = forgetting * grid.turn**2 * squares + 1
        state = _solve(moment, weight, squares, ridge=noise)
        spread = (weight + 2 * noise) ** 2 - np.abs(squares) ** 2
        score = (state * moment.conj()).real / (2 * noise) - np.log(spread) / 2
        forecasts[:, t] = ((_normalized(score, grid.prior) * state) @ ahead).real
    return forecasts


def changepoint_detection(
    observed: ArrayLike,
    *,
    change_rate: float,
    n_runs: int = 20,
    rule: Rule = RULE,
    n_periods: int = N_PERIODS // 2,
) -> FloatArray:
    """언제 바뀌었는지의 확률까지 셈합니다(베이즈 변화점 감지, Adams와 MacKay 2007).

    바뀌면 주기, 진폭, 위상을 모두 새로 찾습니다. 위상과 진폭이 이어짐은 모릅니다.

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        change_rate: 한 시점에 바뀔 확률이라고 보는 값. 0보다 크고 1보다 작습니다.
        n_runs: 함께 지켜보는 '마지막으로 바뀐 때'의 수. 넘치면 확률이 가장 작은 것을 버립니다.
        rule: 주기의 범위와 잡음의 크기를 여기서 압니다.
        n_periods: 격자의 수.
    """
    values = check_observed(observed)
    _check_rate(change_rate)
    check_integer("n_runs", n_runs, minimum=2)
    noise = check_number("noise_std", rule.noise_std, above=0.0) ** 2
    grid, rows = Grid.of(rule, n_periods), np.arange(len(values))
    ahead = grid.ahead()
    belief = _Belief.start(grid, (len(values), n_runs))
    belief.weight[:, 1:] = 0.0
    forecasts = np.empty((*values.shape, len(HORIZONS)))
    for t in range(values.shape[1]):
        if t:
            weight, mean, power, square = belief
            slot = weight.sum(axis=2).argmin(axis=1)
            weight[rows, slot] = 0.0
            weight *= (1 - change_rate) / weight.sum(axis=(1, 2), keepdims=True)
            weight[rows, slot] = change_rate * grid.prior
            mean[rows, slot], power[rows, slot], square[rows, slot] = 0.0, POWER, 0.0
        belief = belief.read(values[:, t, None, None], grid, noise)
        forecasts[:, t] = ((belief.weight * belief.mean).sum(axis=1) @ ahead).real
    return forecasts


def interacting_filters(
    observed: ArrayLike, *, rule: Rule = RULE, n_periods: int = N_PERIODS
) -> FloatArray:
    """규칙을 모두 아는 필터. 주기마다 칼만 필터를 하나씩 두고, 바뀔 확률만큼 서로 섞습니다.

    갈래마다의 과거를 평균과 분산으로 뭉치므로 꼭 가장 좋은 것은 아니고, 거의 그렇습니다.

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        rule: 시계열을 지은 규칙.
        n_periods: 격자의 수.
    """
    values = check_observed(observed)
    noise = check_number("noise_std", rule.noise_std, above=0.0) ** 2
    grid = Grid.of(rule, n_periods)
    ahead = grid.ahead_with_changes(rule.change_rate)
    belief = _Belief.start(grid, (len(values),))
    forecasts = np.empty((*values.shape, len(HORIZONS)))
    for t in range(values.shape[1]):
        if t:
            belief = belief.mixed(grid, rule.change_rate)
        belief = belief.read(values[:, t, None], grid, noise)
        forecasts[:, t] = ((belief.weight * belief.mean) @ ahead).real
    return forecasts


class _Belief(NamedTuple):
    """주기마다의 확률과, 그 주기일 때 ``z`` 의 분포. 마지막 축이 주기입니다.

    Attributes:
        weight: 확률.
        mean: ``E z``.
        power: ``E|z − E z|²``.
        square: ``E(z − E z)²``.
    """

    weight: FloatArray
    mean: ComplexArray
    power: FloatArray
    square: ComplexArray

    @classmethod
    def start(cls, grid: Grid, shape: tuple[int, ...]) -> _Belief:
        """아무것도 읽기 전."""
        shape = (*shape, len(grid.prior))
        zeros = np.zeros(shape, complex)
        return cls(
            np.broadcast_to(grid.prior, shape).copy(), zeros, np.full(shape, POWER), zeros.copy()
        )

    def mixed(self, grid: Grid, change_rate: float) -> _Belief:
        """주기가 바뀔 수 있음을 헤아립니다. 위상과 진폭은 이어집니다."""
        middle = (self.weight * self.mean).sum(axis=-1, keepdims=True)
        away = self.mean - middle
        power = (self.weight * (self.power + np.abs(away) ** 2)).sum(axis=-1, keepdims=True)
        square = (self.weight * (self.square + away**2)).sum(axis=-1, keepdims=True)
        weight = (1 - change_rate) * self.weight + change_rate * grid.prior
        stayed = np.ones_like(weight)  # 확률이 0인 칸은 나누지 않습니다.
        np.divide((1 - change_rate) * self.weight, weight, out=stayed, where=weight > 0)
        mean = stayed * self.mean + (1 - stayed) * middle
        old, new = self.mean - mean, middle - mean
        return _Belief(
            weight,
            mean,
            stayed * (self.power + np.abs(old) ** 2) + (1 - stayed) * (power + np.abs(new) ** 2),
            stayed * (self.square + old**2) + (1 - stayed) * (square + new**2),
        )

    def read(self, value: FloatArray, grid: Grid, noise: float) -> _Belief:
        """한 시점 나아가 값을 하나 읽습니다. 칼만 필터의 한 걸음입니다."""
        mean, square = self.mean * grid.turn, self.square * grid.turn**2
        variance = (self.power + square.real) / 2 + noise
        gain = (self.power + square) / (2 * variance)
        surprise = value - mean.real
        score = -(surprise**2) / (2 * variance) - np.log(variance) / 2
        axes = tuple(range(1, score.ndim))
        alive = np.where(self.weight > 0, score, -np.inf)
        weight = self.weight * np.exp(alive - alive.max(axis=axes, keepdims=True))
        return _Belief(
            weight / weight.sum(axis=axes, keepdims=True),
            mean + gain * surprise,
            self.power - np.abs(gain) ** 2 * variance,
            square - gain**2 * variance,
        )


def _solve(
    moment: ComplexArray, weight: float, squares: ComplexArray, *, ridge: float
) -> ComplexArray:
    """가중 최소제곱으로 지금의 ``z`` 를 셈합니다. ``(G/2 + ridge)·z = moment`` 를 풉니다."""
    total = weight + 2 * ridge
    return 2 * (total * moment - squares * moment.conj()) / (total**2 - np.abs(squares) ** 2)


def _normalized(score: FloatArray, prior: FloatArray) -> FloatArray:
    weight = prior * np.exp(score - score.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


def _check_rate(change_rate: float) -> None:
    check_number("change_rate", change_rate, above=0.0)
    if change_rate >= 1:
        raise reject("change_rate", "0보다 크고 1보다 작아야 합니다", change_rate)
