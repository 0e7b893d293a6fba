"""코사인 신호를 만들고, 시간 순서대로 나누고, 눈금을 바꿉니다."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import (
    FloatArray,
    check_finite,
    check_integer,
    check_number,
    check_seed,
    check_series,
    check_several,
    is_rounding,
    reject,
)


def cosine_wave(
    n_steps: int,
    *,
    period: float = 100.0,
    amplitude: float = 1.0,
    phase: float = 0.0,
    noise_std: float = 0.0,
    seed: int | None = None,
) -> FloatArray:
    """코사인 파동. ``x[t] = amplitude · cos(2πt / period + phase) + 잡음``.

    Args:
        n_steps: 시점의 수.
        period: 주기. 단위는 시점.
        amplitude: 진폭. 0 이상.
        phase: 위상. 단위는 라디안.
        noise_std: 더할 정규 잡음의 표준편차. 0이면 잡음이 없습니다.
        seed: 잡음의 난수 시드. ``noise_std`` 가 0보다 크면 꼭 있어야 합니다.

    Returns:
        모양이 ``(n_steps,)`` 인 배열.

    Raises:
        ValueError: 인자가 범위를 벗어났거나, 잡음이 있는데 시드가 없을 때.
    """
    check_integer("n_steps", n_steps)
    check_number("period", period, above=0.0)
    check_number("amplitude", amplitude, minimum=0.0)
    check_number("phase", phase)
    check_number("noise_std", noise_std, minimum=0.0)
    if seed is not None:
        check_seed(seed)
    elif noise_std > 0:
        raise reject("seed", "잡음을 더하려면 0 이상의 정수여야 합니다", seed)
    wave = amplitude * np.cos(2 * np.pi * np.arange(n_steps) / period + phase)
    if noise_std > 0:
        wave += np.random.default_rng(seed).normal(0.0, noise_std, n_steps)
    return wave


def split_in_time(series: ArrayLike, lengths: Sequence[int]) -> tuple[FloatArray, ...]:
    """시계열을 섞지 않고 앞에서부터 ``lengths`` 만큼씩 잘라 나눕니다.

    Args:
        series: 모양이 ``(n_steps,)`` 인 시계열.
        lengths: 조각의 길이. 합이 ``n_steps`` 를 넘을 수 없고, 남는 끝은 버립니다.

    Returns:
        조각들. 서로 겹치지 않습니다.

    Raises:
        ValueError: 길이가 1보다 작거나, 합이 시계열보다 길 때.

    Examples:
        >>> split_in_time([0, 1, 2, 3, 4], (2, 3))
        (array([0., 1.]), array([2., 3., 4.]))
    """
    checked = check_series("series", series)
    parts = [check_integer("lengths", length) for length in check_several("lengths", lengths)]
    if not parts or sum(parts) > len(checked):
        raise reject(
            "lengths", "합이 1 이상 {length} 이하여야 합니다", tuple(parts), length=len(checked)
        )
    ends = np.cumsum(parts)
    return tuple(
        checked[end - length : end].copy() for end, length in zip(ends, parts, strict=True)
    )


@dataclass(frozen=True)
class MinMaxScale:
    """``minimum … maximum`` 을 ``0 … 1`` 로 옮기는 눈금입니다. 훈련 데이터에만 맞춥니다."""

    minimum: float
    maximum: float

    def __post_init__(self) -> None:
        """최댓값이 최솟값보다 크고 그 차이를 셀 수 있어야 눈금이 됩니다."""
        check_number("maximum", self.maximum, above=check_number("minimum", self.minimum))
        check_number("maximum - minimum", self.maximum - self.minimum)

    @classmethod
    def fit(cls, series: ArrayLike) -> MinMaxScale:
        """시계열의 가장 작은 값과 가장 큰 값으로 눈금을 정합니다.

        Raises:
            ValueError: 모든 값이 같아 눈금을 정할 수 없을 때.
        """
        checked = check_series("series", series, min_length=2)
        low, high = float(checked.min()), float(checked.max())
        if is_rounding(high - low, checked):
            raise reject("series", "값의 크기에 견주어 서로 다른 값이 둘 이상 있어야 합니다", low)
        return cls(low, high)

    def apply(self, series: ArrayLike) -> FloatArray:
        """``(x − minimum) / (maximum − minimum)``. 모양은 그대로입니다."""
        values = check_finite("series", series, ranks=range(4))
        return (values - self.minimum) / (self.maximum - self.minimum)

    def invert(self, scaled: ArrayLike) -> FloatArray:
        """``apply`` 의 역입니다."""
        values = check_finite("scaled", scaled, ranks=range(4))
        return values * (self.maximum - self.minimum) + self.minimum
