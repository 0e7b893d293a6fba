"""시드마다 잰 오차 두 무리를 견줍니다. 차이가 우연이라 할 만한지, 얼마나 큰지를 냅니다."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import mannwhitneyu, permutation_test, rankdata

from cosine_rnn.support.checks import (
    FloatArray,
    check_integer,
    check_number,
    check_seed,
    check_series,
    check_several,
    reject,
)

N_RESAMPLES = 10_000
MOST_PAIRS = 16
LEVEL = 0.05
"""p가 이보다 작으면 우연이라 하기 어렵다고 봅니다."""


@dataclass(frozen=True)
class Comparison:
    """두 무리 ``first`` 와 ``second`` 의 견줌. 오차이므로 작은 쪽이 낫습니다.

    Attributes:
        first: 첫째 무리의 이름.
        second: 둘째 무리의 이름.
        p_value: 맨–휘트니 U 검정(양쪽)의 p를, 함께 견준 쌍의 수만큼 홀름의 방법으로 고친 것.
        superiority: 하나씩 뽑아 견줄 때 ``first`` 의 오차가 더 작을 비율. 같으면 절반으로 칩니다.
        ratio: ``first`` 의 중앙값을 ``second`` 의 중앙값으로 나눈 것.
        ratio_low: 그 비의 95% 구간의 아래 끝. 두 무리를 되풀이 뽑아(부트스트랩) 얻습니다.
        ratio_high: 그 구간의 위 끝.
    """

    first: str
    second: str
    p_value: float
    superiority: float
    ratio: float
    ratio_low: float
    ratio_high: float

    @property
    def differs(self) -> bool:
        """우연이라 하기 어려운 차이인지. ``p_value`` 가 ``LEVEL`` 보다 작은지입니다."""
        return self.p_value < LEVEL


def compare_pairs(
    errors: Mapping[str, ArrayLike], *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> list[Comparison]:
    """무리의 모든 쌍을 견줍니다. 중앙값의 비의 구간은 시드를 다시 뽑아(부트스트랩) 얻습니다.

    Args:
        errors: 이름마다 시드의 오차. 0보다 큰 수가 둘 이상씩이고, 무리도 둘 이상입니다.
        n_resamples: 부트스트랩에서 뽑는 횟수.
        seed: 부트스트랩의 난수 시드.

    Returns:
        ``itertools.combinations`` 의 차례로, 쌍마다 하나.
    """
    if not isinstance(errors, Mapping) or len(errors) < 2:
        raise reject("errors", "무리가 둘은 있어야 합니다", errors)
    check_integer("n_resamples", n_resamples)
    rng = np.random.default_rng(check_seed(seed))
    groups = {name: _positive(name, values) for name, values in errors.items()}
    pairs = list(itertools.combinations(groups, 2))
    raw = [float(mannwhitneyu(groups[a], groups[b]).pvalue) for a, b in pairs]
    found = []
    for (a, b), p in zip(pairs, holm(raw), strict=True):
        first, second = groups[a], groups[b]
        drawn = [
            np.median(rng.choice(group, (n_resamples, len(group))), axis=1)
            for group in (first, second)
        ]
        low, high = np.quantile(drawn[0] / drawn[1], [0.025, 0.975])
        ratio = float(np.median(first) / np.median(second))
        found.append(
            Comparison(a, b, p, superiority(first, second), ratio, float(low), float(high))
        )
    return found


def superiority(first: ArrayLike, second: ArrayLike) -> float:
    """하나씩 뽑아 견줄 때 ``first`` 가 더 작을 비율. 같으면 절반으로 칩니다.

    Args:
        first: 첫째 무리. ``(n,)``.
        second: 둘째 무리. ``(m,)``.
    """
    a, b = check_series("first", first), check_series("second", second)
    if not (len(a) and len(b)):
        raise reject("first, second", "값이 하나씩은 있어야 합니다", (len(a), len(b)))
    ranks = rankdata(np.concatenate([a, b]))[: len(a)]
    return float(1 - (ranks.sum() - len(a) * (len(a) + 1) / 2) / (len(a) * len(b)))


def holm(p_values: Sequence[float]) -> list[float]:
    """여러 검정의 p를 홀름(Holm 1979)의 방법으로 고칩니다. 차례는 그대로입니다.

    작은 것부터 ``m, m − 1, …, 1`` 을 곱하되, 바로 전의 것보다 작지 않고 1을 넘지 않게 합니다.

    Args:
        p_values: 고치지 않은 p. 0 이상 1 이하입니다.
    """
    given = check_several("p_values", p_values)
    p = np.array([check_number("p_values", value, minimum=0.0) for value in given])
    if p.size == 0 or p.max() > 1:
        raise reject("p_values", "0 이상 1 이하의 수가 하나는 있어야 합니다", given)
    order = p.argsort()
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(raised, 1.0)
    return corrected.tolist()


def paired_p_value(first: ArrayLike, second: ArrayLike) -> float:
    """같은 자리에서 짝지어 잰 두 오차의 차이가 우연인지: 부호를 바꾸는 순열 검정의 양쪽 p.

    둘 사이에 차이가 없다면 짝마다 어느 쪽이 큰지는 동전 던지기와 같습니다. 차이의 부호를 바꾸는
    ``2ⁿ`` 가지를 모두 셉니다. 그래서 p는 ``2 / 2ⁿ`` 보다 작을 수 없습니다.

    Args:
        first: 첫째의 오차. ``(n,)``. 짝은 둘에서 열여섯까지입니다.
        second: 둘째의 오차. ``(n,)``.
    """
    a, b = (
        check_series(name, values, min_length=2)
        for name, values in (("first", first), ("second", second))
    )
    if len(a) != len(b) or len(a) > MOST_PAIRS:
        raise reject(
            "first, second",
            "길이가 같고 {most}보다 길지 않아야 합니다",
            (len(a), len(b)),
            most=MOST_PAIRS,
        )
    found = permutation_test(
        (a - b,), np.mean, permutation_type="samples", n_resamples=2**MOST_PAIRS, vectorized=True
    )
    return float(found.pvalue)


def _positive(name: str, values: ArrayLike) -> FloatArray:
    group = check_series("errors", values, min_length=2)
    if group.min() <= 0:
        raise reject("errors", "{name}의 오차는 0보다 커야 합니다", float(group.min()), name=name)
    return group
