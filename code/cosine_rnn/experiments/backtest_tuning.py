"""월별 매출의 설정 고르기. 시험하는 해보다 이른 출발점과 다른 시드로 잽니다."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cosine_rnn.experiments import backtest
from cosine_rnn.experiments.backtest import CANDIDATES, TUNING_ORIGINS, BacktestTask
from cosine_rnn.support.checks import reject

measure = backtest.measure


def tasks(seeds: Sequence[int]) -> list[BacktestTask]:
    """방법마다, 견주는 설정마다, 고르는 출발점과 시드마다."""
    return backtest.tasks_of(CANDIDATES, origins=TUNING_ORIGINS, seeds=seeds)


def scores(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """방법과 설정마다, 출발점과 시드에 걸친 MASE의 평균.

    Args:
        rows: ``tasks`` 를 ``measure`` 로 잰 줄들.
    """
    if not rows:
        raise reject("rows", "하나는 있어야 합니다", rows)
    found: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        by_settings = found.setdefault(row["method"], {})
        by_settings.setdefault(row["settings"], []).append(row["mase"])
    return {
        method: {settings: float(np.mean(mases)) for settings, mases in by_settings.items()}
        for method, by_settings in found.items()
    }


def best_settings(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """방법마다 MASE의 평균이 가장 작은 설정. 모든 방법에 같은 규칙입니다."""
    return {method: min(by, key=lambda name: by[name]) for method, by in scores(rows).items()}
