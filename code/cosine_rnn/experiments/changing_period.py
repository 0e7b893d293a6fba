"""예고 없이 바뀌는 주기: 신경망과, 따로 맞춘 경쟁자의 예측."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.beyond import changing_networks as networks
from cosine_rnn.beyond import frequency_tracking as sinusoids
from cosine_rnn.beyond import linear_tracking as linear
from cosine_rnn.beyond.changing_networks import Network
from cosine_rnn.beyond.changing_signals import (
    FIRST_ORIGIN,
    FIXED,
    HORIZONS,
    N_READ,
    RULE,
    SINCE_BINS,
    Rule,
    Signals,
    errors,
    make_signals,
    rmse,
)
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_seed,
    check_seeds,
    check_series,
    reject,
)

Tracker = Callable[[FloatArray], FloatArray]
"""``tracker(observed)``: ``(n, N_READ)`` 를 받아 ``(n, N_READ, len(HORIZONS))`` 를 냅니다."""

N_TRAIN, TRAIN_SEED = 8192, 0
N_TEST, TEST_SEED = 2000, 1
FIXED_LENGTHS = (20, 40, 80, 120)
"""주기가 바뀌지 않는 시계열에서 오차를 재는, 읽은 값의 수."""

N_BLOCKS, N_RESAMPLES = 100, 10_000
"""시험 시계열을 나눈 묶음의 수와, 구간을 얻으려고 묶음을 다시 뽑는 횟수."""

GATE_BEFORE, GATE_AFTER = 10, 30
"""망각 게이트를 볼, 변화 전후의 시점 수."""

CHOSEN: dict[str, dict[str, Any]] = {
    "persistence": {},
    "autoregression": {"max_order": 12},
    "recursive_least_squares": {"order": 30, "forgetting": 0.97, "trust": 3000.0},
    "global_linear": {"window": 80},
    "maximum_likelihood": {"window": 25},
    "bayes_sinusoid": {"forgetting": 0.88},
    "changepoint_detection": {"change_rate": 0.02},
    "interacting_filters": {},
    "maximum_likelihood_fixed": {"window": N_READ},
    "bayes_sinusoid_fixed": {"forgetting": 1.0},
    "mlp": {"units": 128, "window": 40, "learning_rate": 3e-3, "epochs": 15},
    "rnn": {"units": 96, "learning_rate": 8e-3, "epochs": 40},
    "gru": {"units": 48, "learning_rate": 2e-2, "epochs": 40},
    "lstm": {"units": 48, "learning_rate": 4e-2, "epochs": 40},
    "lstm_short": {"units": 48, "learning_rate": 4e-2, "epochs": 10},
    "lstm_fixed": {"units": 48, "learning_rate": 4e-2, "epochs": 40},
}
"""방법마다의 설정. ``changing_period_tuning`` 이 훈련 시계열에서 고른 것입니다.

``_fixed`` 가 붙은 것은 주기가 바뀌지 않는다고 알거나 그런 시계열로 훈련하고,
``interacting_filters`` 는 규칙을 모두 압니다. ``lstm_short`` 는 책을 지을 때마다 훈련하는 것입니다.
"""

NETWORK_METHODS = ("mlp", "rnn", "gru", "lstm", "lstm_short", "lstm_fixed")
CLASSICAL_METHODS = tuple(method for method in CHOSEN if method not in NETWORK_METHODS)

LABELS = {
    "persistence": "지속 예측",
    "autoregression": "자기회귀",
    "global_linear": "모두에 맞춘 가중합",
    "recursive_least_squares": "순차 최소제곱",
    "maximum_likelihood": "최대가능도 사인파",
    "bayes_sinusoid": "베이즈 사인파",
    "changepoint_detection": "변화점 감지",
    "mlp": "다층 퍼셉트론",
    "rnn": "순환 신경망",
    "gru": "GRU",
    "lstm": "LSTM",
    "lstm_short": "짧게 훈련한 LSTM",
    "interacting_filters": "규칙을 아는 필터",
    "maximum_likelihood_fixed": "안 바뀜을 아는 최대가능도",
    "bayes_sinusoid_fixed": "안 바뀜을 아는 베이즈",
    "lstm_fixed": "안 바뀌는 것만 본 LSTM",
}
"""방법의 이름과 책에서 부르는 말."""


@dataclass(frozen=True, kw_only=True)
class ChangingPeriodTask:
    """방법 하나를 재는 일.

    Attributes:
        method: ``CHOSEN`` 에 있는 이름.
        seed: 난수 시드. 신경망에만 있습니다.
    """

    method: str
    seed: int | None = None

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("method", self.method, CHOSEN)
        if (self.seed is None) == (self.method in NETWORK_METHODS):
            raise reject("seed", "신경망에만, 꼭 있어야 합니다", self.seed)
        if self.seed is not None:
            check_seed(self.seed)


@functools.cache
def training_signals(rule: Rule) -> Signals:
    """모든 방법이 함께 쓰는 훈련 시계열."""
    return make_signals(N_TRAIN, seed=TRAIN_SEED, rule=rule)


@functools.cache
def unseen_signals(rule: Rule) -> Signals:
    """모든 방법을 재는 시험 시계열. 새로 뽑은 것이라 훈련에 나온 적이 없습니다."""
    return make_signals(N_TEST, seed=TEST_SEED, rule=rule)


def network_of(method: str) -> Network:
    """신경망의 설정."""
    check_choice("method", method, NETWORK_METHODS)
    return Network(kind=method.split("_")[0], **CHOSEN[method])


def tracker(method: str, settings: dict[str, Any], train: FloatArray) -> Tracker:
    """훈련하지 않는 방법을 설정대로 준비합니다.

    Args:
        method: ``CLASSICAL_METHODS`` 가운데 하나.
        settings: 그 방법의 설정.
        train: 훈련 시계열. 가중합의 계수를 정하는 방법만 씁니다.
    """
    check_choice("method", method, CLASSICAL_METHODS)
    if method == "persistence":
        return linear.persistence
    if method == "autoregression":
        return functools.partial(linear.autoregression_by_aic, **settings)
    if method == "global_linear":
        weights = [linear.linear_weights(train, horizon=h, **settings) for h in HORIZONS]
        return functools.partial(linear.global_linear, weights=weights)
    if method == "recursive_least_squares":
        settings = dict(settings)
        start = linear.linear_weights(train, window=settings.pop("order"), horizon=1)
        return functools.partial(linear.recursive_least_squares, start=start, **settings)
    follow = getattr(sinusoids, method.removesuffix("_fixed"))
    return functools.partial(follow, **settings)


def tasks(seeds: Sequence[int]) -> list[ChangingPeriodTask]:
    """책의 실험. 훈련하지 않는 방법은 한 번씩, 신경망은 시드마다."""
    check_seeds(seeds)
    return [ChangingPeriodTask(method=method) for method in CLASSICAL_METHODS] + [
        ChangingPeriodTask(method=method, seed=seed) for method in NETWORK_METHODS for seed in seeds
    ]


def measure(task: ChangingPeriodTask) -> dict[str, Any]:
    """준비하거나 훈련한 다음, 주기가 바뀌는 시험 시계열과 바뀌지 않는 시험 시계열에서 잽니다.

    Returns:
        ``evaluate`` 가 내는 것에 가중치의 수 ``weights``, 훈련 시간 ``train_seconds``, LSTM이면
        변화 전후의 망각 게이트의 평균 ``forget_gate`` 와 그 게이트를 평균에 못 박았을 때의
        RMSE ``frozen_1``, ``frozen_10`` 을 더한 것.
    """
    row: dict[str, Any] = dict.fromkeys(
        ("weights", "train_seconds", "forget_gate", *(f"frozen_{h}" for h in HORIZONS))
    )
    if task.seed is None:
        train = training_signals(RULE).observed
        forecast = tracker(task.method, CHOSEN[task.method], train)
    else:
        started = time.perf_counter()
        rule = FIXED if task.method.endswith("_fixed") else RULE
        model = networks.train(network_of(task.method), training_signals(rule), seed=task.seed)
        row |= {"train_seconds": time.perf_counter() - started, "weights": model.count_params()}
        if task.method == "lstm":
            row |= {"forget_gate": gate_around_change(model).mean(axis=1)}
            row |= frozen(model)
        forecast = functools.partial(networks.forecasts, model)
    return {**evaluate(forecast), **row}


def evaluate(forecast: Tracker) -> dict[str, Any]:
    """시험 시계열에서 잽니다.

    Returns:
        예측 길이마다 RMSE ``rmse_1``, ``rmse_10`` 과 묶음마다의 RMSE ``blocks_1``,
        ``blocks_10``. 다음 시점 예측의 RMSE를 바뀐 뒤 읽은 값의 수로 나눈 ``since_…``. 주기가
        바뀌지 않는 시계열에서 읽은 값의 수마다의 RMSE ``fixed_…``. 한 시점의 시간
        ``microseconds``.
    """
    signals = unseen_signals(RULE)
    observed = signals.observed[:, :N_READ]
    forecast(observed)  # 처음 부를 때의 준비는 시간에 넣지 않습니다.
    started = time.perf_counter()
    values = forecast(observed)
    seconds = time.perf_counter() - started
    error = errors(signals, values)[:, FIRST_ORIGIN - 1 :]
    since = signals.since[:, FIRST_ORIGIN - 1 : N_READ]
    row: dict[str, Any] = {f"rmse_{h}": rmse(error[:, :, k]) for k, h in enumerate(HORIZONS)}
    for name, (first, last) in SINCE_BINS.items():
        row[f"since_{name}"] = rmse(error[:, :, 0][(first <= since) & (since <= last)])
    still = unseen_signals(FIXED)
    still_error = errors(still, forecast(still.observed[:, :N_READ]))[:, :, 0]
    row |= {f"fixed_{n}": rmse(still_error[:, n - 1]) for n in FIXED_LENGTHS}
    for k, h in enumerate(HORIZONS):
        blocks = np.split(error[:, :, k], N_BLOCKS)
        row[f"blocks_{h}"] = [rmse(block) for block in blocks]
    return {**row, "microseconds": 1e6 * seconds / observed.size}


def frozen(model: Any) -> dict[str, float]:
    """망각 게이트를 칸마다의 평균에 못 박았을 때 예측 길이마다의 RMSE."""
    signals = unseen_signals(RULE)
    observed = signals.observed[:, :N_READ]
    fixed = networks.with_frozen_forget_gate(model, observed)
    error = errors(signals, networks.forecasts(fixed, observed))[:, FIRST_ORIGIN - 1 :]
    return {f"frozen_{h}": rmse(error[:, :, k]) for k, h in enumerate(HORIZONS)}


class Paired(NamedTuple):
    """두 방법을 같은 묶음에서 견준 것. 오차이므로 작은 쪽이 낫습니다.

    Attributes:
        difference: 첫 방법의 RMSE에서 둘째 방법의 RMSE를 뺀 것의 평균.
        low: 그 평균의 95% 구간의 아래 끝.
        high: 위 끝.
        wins: 첫 방법의 오차가 더 작은 묶음의 수.
    """

    difference: float
    low: float
    high: float
    wins: int


def paired(first: ArrayLike, second: ArrayLike, *, seed: int = 0) -> Paired:
    """묶음마다의 RMSE 둘을 짝지어 견줍니다. 구간은 묶음을 다시 뽑아(부트스트랩) 얻습니다.

    Args:
        first: 첫 방법의 묶음마다 RMSE. ``(n_blocks,)``.
        second: 둘째 방법의 것. 묶음의 차례가 같습니다.
        seed: 다시 뽑는 난수의 시드.
    """
    a = check_series("first", first, min_length=2)
    b = check_series("second", second, min_length=2)
    if len(a) != len(b):
        raise reject("second", "first와 길이 {length}이 같아야 합니다", len(b), length=len(a))
    difference = a - b
    rng = np.random.default_rng(check_seed(seed))
    means = rng.choice(difference, (N_RESAMPLES, len(a))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Paired(float(difference.mean()), float(low), float(high), int((difference < 0).sum()))


def gate_around_change(model: Any) -> FloatArray:
    """변화 전후의 망각 게이트를 시험 시계열의 변화들에 걸쳐 평균합니다.

    Returns:
        ``(GATE_BEFORE + 1 + GATE_AFTER, units)``. 변화는 ``GATE_BEFORE`` 번째 칸입니다.
    """
    signals = unseen_signals(RULE)
    rows, steps = networks.around_changes(signals, before=GATE_BEFORE, after=GATE_AFTER)
    gates = networks.forget_gates(model, signals.observed[:, :N_READ])
    return gates[rows, steps].mean(axis=0)
