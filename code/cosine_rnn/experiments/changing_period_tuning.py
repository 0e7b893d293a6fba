"""예고 없이 바뀌는 주기의 설정 고르기. 시험 시계열은 보지 않습니다.

훈련 시계열의 처음 ``N_FIT`` 개로 맞추고, 나머지에서 잡음이 섞인 값과의 오차를 잽니다.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_rnn.beyond import changing_networks as networks
from cosine_rnn.beyond.changing_signals import (
    FIRST_ORIGIN,
    HORIZONS,
    N_READ,
    RULE,
    Signals,
    errors,
    rmse,
)
from cosine_rnn.experiments.changing_period import (
    NETWORK_METHODS,
    tracker,
    training_signals,
)
from cosine_rnn.support.checks import check_choice, check_seed, check_seeds, reject

N_FIT = 7168
"""맞추는 데 쓰는 훈련 시계열의 수. 배치의 크기로 나누어떨어집니다."""

_RANGES: dict[str, list[dict[str, tuple[float, ...]]]] = {
    "autoregression": [{"max_order": (4, 6, 8, 10, 12)}],
    "recursive_least_squares": [
        {
            "order": (20, 30, 40),
            "forgetting": (0.93, 0.95, 0.97, 0.98, 0.99, 1.0),
            "trust": (300.0, 1000.0, 3000.0, 10_000.0),
        }
    ],
    "global_linear": [{"window": (20, 40, 60, 80, 100)}],
    "maximum_likelihood": [{"window": (15, 20, 25, 30, 40)}],
    "bayes_sinusoid": [{"forgetting": (0.85, 0.88, 0.9, 0.92, 0.95)}],
    "changepoint_detection": [{"change_rate": (0.005, 0.01, 0.02, 0.03, 0.05)}],
    "mlp": [
        {"units": (128,), "window": (20, 40, 60, 80), "learning_rate": (3e-3,), "epochs": (15,)},
        {"units": (128,), "window": (40,), "learning_rate": (1e-3, 1e-2), "epochs": (15,)},
        {"units": (128,), "window": (40,), "learning_rate": (3e-3,), "epochs": (30,)},
        {"units": (256,), "window": (40,), "learning_rate": (3e-3,), "epochs": (15,)},
    ],
    "rnn": [{"units": (96,), "learning_rate": (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2), "epochs": (40,)}],
    "gru": [{"units": (48,), "learning_rate": (5e-3, 1e-2, 2e-2, 4e-2), "epochs": (40,)}],
    "lstm": [{"units": (48,), "learning_rate": (5e-3, 1e-2, 2e-2, 4e-2, 8e-2), "epochs": (40,)}],
}
"""방법마다 견주는 설정들."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """설정 하나.

    Attributes:
        method: 방법의 이름.
        settings: ``"window=40 units=128"`` 꼴의 설정.
        seed: 난수 시드. 신경망에만 있습니다.
    """

    method: str
    settings: str
    seed: int | None = None

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("method", self.method, _RANGES)
        if self.settings not in map(written, candidates(self.method)):
            raise reject("settings", "candidates가 내는 것이어야 합니다", self.settings)
        if (self.seed is None) == (self.method in NETWORK_METHODS):
            raise reject("seed", "신경망에만, 꼭 있어야 합니다", self.seed)
        if self.seed is not None:
            check_seed(self.seed)


def candidates(method: str) -> list[dict[str, Any]]:
    """방법 하나에서 견주는 설정들."""
    check_choice("method", method, _RANGES)
    return [
        dict(zip(ranges, values, strict=True))
        for ranges in _RANGES[method]
        for values in itertools.product(*ranges.values())
    ]


def written(settings: dict[str, Any]) -> str:
    """설정을 csv의 한 칸에 적습니다."""
    return " ".join(f"{name}={value:g}" for name, value in settings.items())


def tasks(seeds: Sequence[int]) -> list[Candidate]:
    """견주는 설정 모두. 신경망은 시드마다."""
    check_seeds(seeds)
    return [
        Candidate(method=method, settings=written(settings), seed=seed)
        for method in _RANGES
        for settings in candidates(method)
        for seed in (seeds if method in NETWORK_METHODS else (None,))
    ]


@functools.cache
def held_out() -> Signals:
    """고르는 데 쓰는 시계열. 훈련 시계열의 뒤쪽이고, 참값 자리에 잡음이 섞인 값이 있습니다."""
    signals = training_signals(RULE).part(slice(N_FIT, None))
    return signals._replace(clean=signals.observed)


def measure(candidate: Candidate) -> dict[str, float]:
    """앞쪽 훈련 시계열에 맞춘 다음, 뒤쪽에서 예측 길이마다 RMSE를 잽니다."""
    settings = next(s for s in candidates(candidate.method) if written(s) == candidate.settings)
    fitted = training_signals(RULE).part(slice(N_FIT))
    observed = held_out().observed[:, :N_READ]
    if candidate.seed is None:
        values = tracker(candidate.method, settings, fitted.observed)(observed)
    else:
        network = networks.Network(kind=candidate.method, **settings)
        values = networks.forecasts(networks.train(network, fitted, seed=candidate.seed), observed)
    error = errors(held_out(), values)[:, FIRST_ORIGIN - 1 :]
    return {f"rmse_{h}": rmse(error[:, :, k]) for k, h in enumerate(HORIZONS)}


def best(rows: Sequence[dict[str, Any]], method: str) -> dict[str, Any]:
    """두 예측 길이의 오차 제곱의 합이 가장 작은 줄."""
    mine = [row for row in rows if row["method"] == method]
    if not mine:
        raise reject("method", "기록에 있어야 합니다", method)
    return min(mine, key=lambda row: sum(row[f"rmse_{h}"] ** 2 for h in HORIZONS))
