"""예측과 참값의 차이를 하나의 수로 줄입니다."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import (
    FloatArray,
    check_finite,
    check_integer,
    check_number,
    check_series,
    is_rounding,
    reject,
)


def _difference(y_true: ArrayLike, y_pred: ArrayLike) -> FloatArray:
    true = check_finite("y_true", y_true, ranks={1, 2})
    pred = check_finite("y_pred", y_pred, ranks={1, 2})
    if true.shape != pred.shape or true.size == 0:
        raise reject(
            "y_pred",
            "y_true와 모양 {shape}이 같고 비지 않아야 합니다",
            pred.shape,
            shape=true.shape,
        )
    return pred - true


def mse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """제곱 오차의 평균."""
    return float(np.mean(_difference(y_true, y_pred) ** 2))


def rmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """제곱 오차의 평균의 제곱근. 단위가 신호와 같습니다."""
    return mse(y_true, y_pred) ** 0.5


def mae(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """절대 오차의 평균."""
    return float(np.mean(np.abs(_difference(y_true, y_pred))))


def max_error(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """절대 오차 가운데 가장 큰 값."""
    return float(np.max(np.abs(_difference(y_true, y_pred))))


def mase(y_true: ArrayLike, y_pred: ArrayLike, *, train: ArrayLike, season_length: int) -> float:
    """훈련 데이터에서 계절 단순 예측이 낸 절대 오차의 평균을 1로 본 절대 오차의 평균
    (Hyndman & Koehler 2006). 1보다 작으면 훈련 데이터에서 낸 그 예측보다 덜 틀린 것입니다.

    Args:
        y_true: 참값. ``(n,)`` 또는 ``(batch, n)``.
        y_pred: 예측. ``y_true`` 와 같은 모양.
        train: 훈련 시계열. ``(n_steps,)``. 한 철보다 길어야 합니다.
        season_length: 한 철의 시점 수.

    Raises:
        ValueError: 훈련 시계열이 짧거나, 한 철마다 똑같아 나눌 오차가 없을 때.
    """
    season = check_integer("season_length", season_length)
    past = check_series("train", train, min_length=season + 1)
    scale = mae(past[season:], past[:-season])
    if is_rounding(scale, past):
        raise reject("train", "한 철 전의 값과 다른 값이 있어야 합니다", scale)
    return mae(y_true, y_pred) / scale


def forecast_lag(y_true: ArrayLike, y_pred: ArrayLike, *, most: int) -> int:
    """예측이 참값을 몇 시점 뒤따르는지: 예측과 ``lag`` 시점 전의 참값의 상관이 가장 큰 ``lag``.

    0이면 제때의 예측이고, 1이면 어제의 값을 오늘의 예측으로 내는 것과 같습니다.

    Args:
        y_true: 참값. ``(n,)``.
        y_pred: 같은 시점들의 예측. ``(n,)``.
        most: 견줄 가장 큰 뒤처짐(시점).

    Raises:
        ValueError: 길이가 다르거나, ``most + 3`` 보다 짧거나, 값이 모두 같을 때.
    """
    check_integer("most", most)
    true = check_series("y_true", y_true, min_length=most + 3)
    pred = check_series("y_pred", y_pred, min_length=most + 3)
    _difference(true, pred)
    for name, values in (("y_true", true), ("y_pred", pred)):
        if is_rounding(np.ptp(values), values):
            raise reject(name, "서로 다른 값이 있어야 합니다", float(values[0]))
    # 어느 뒤처짐에서나 같은 예측들을 견줍니다.
    late = pred[most:]
    shifted = [true[most - lag : len(true) - lag] for lag in range(most + 1)]
    return int(np.argmax([np.corrcoef(late, values)[0, 1] for values in shifted]))


def steps_until_divergence(y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float) -> int | None:
    """절대 오차가 ``threshold`` 를 처음 넘기까지 예측한 시점 수. 끝까지 넘지 않으면 ``None``.

    Args:
        y_true: 참값. ``(horizon,)``.
        y_pred: 예측. ``(horizon,)``.
        threshold: 넘으면 벗어난 것으로 치는 오차.
    """
    check_number("threshold", threshold, above=0.0)
    check_series("y_true", y_true)
    over = np.flatnonzero(np.abs(_difference(y_true, y_pred)) > threshold)
    return int(over[0]) if over.size else None


def amplitude_and_phase(series: ArrayLike, *, period: float) -> tuple[float, float]:
    """``amplitude · cos(2πt / period + phase)`` 를 최소제곱으로 맞추어 진폭과 위상을 돌려줍니다.

    Args:
        series: 시계열. ``(n_steps,)``. 첫 값이 ``t = 0`` 입니다.
        period: 주기. 단위는 시점.

    Returns:
        진폭과 위상. 위상은 라디안이고 ``−π`` 이상 ``π`` 이하입니다.
    """
    checked = check_series("series", series, min_length=3)
    omega_t = 2 * np.pi * np.arange(len(checked)) / check_number("period", period, above=2.0)
    basis = np.stack([np.cos(omega_t), -np.sin(omega_t)], axis=1)
    a, b = np.linalg.lstsq(basis, checked, rcond=None)[0]
    return float(np.hypot(a, b)), float(np.arctan2(b, a))
