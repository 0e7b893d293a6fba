"""기억하기 과제의 학습률 고르기. 책에 싣는 시드와 겹치지 않는 시드로 잽니다."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cosine_rnn.experiments import recall
from cosine_rnn.experiments.recall import Condition, RecallTask
from cosine_rnn.support.checks import check_seeds, reject

RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
DELAYS = (10, 20, 100)
"""학습률을 고르는 지연. 쉬운 것 둘과 어려운 것입니다."""

measure = recall.measure


def tasks(seeds: Sequence[int]) -> list[RecallTask]:
    """조건마다, 학습률마다, 지연과 시드마다 훈련 하나."""
    check_seeds(seeds)
    return [
        RecallTask(cell=cell, forget_bias=bias, delay=delay, seed=seed, learning_rate=rate)
        for cell, bias in recall.LEARNING_RATES
        for rate in RATES
        for delay in DELAYS
        for seed in seeds
    ]


def best_rates(rows: Sequence[Mapping[str, Any]]) -> dict[Condition, float]:
    """조건마다 맞힌 비율의 평균이 가장 큰 학습률. 같으면 손실의 평균이 작은 쪽입니다.

    Args:
        rows: ``tasks`` 를 ``measure`` 로 잰 줄들.
    """
    if not rows:
        raise reject("rows", "하나는 있어야 합니다", rows)
    grouped: dict[Condition, dict[float, list[tuple[float, float]]]] = {}
    for row in rows:
        loss = row["loss"] if math.isfinite(row["loss"]) else math.inf
        by_rate = grouped.setdefault((row["cell"], row["forget_bias"]), {})
        by_rate.setdefault(row["learning_rate"], []).append((row["accuracy"], -loss))
    return {
        condition: max(by_rate, key=lambda rate, by_rate=by_rate: tuple(_mean(by_rate[rate])))
        for condition, by_rate in grouped.items()
    }


def _mean(pairs: Sequence[tuple[float, float]]) -> list[float]:
    return np.mean(pairs, axis=0).tolist()
