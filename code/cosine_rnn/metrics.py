"""예측과 참값의 차이를 하나의 수로 줄입니다."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.checks import FloatArray, check_finite, check_number, check_series, reject


def _difference(y_true: ArrayLike, y_pred: ArrayLike) -> FloatArray:
    true = check_finite("y_true", y_true, ranks={1, 2})
    pred = check_finite("y_pred", y_pred, ranks={1, 2})
    if true.shape != pred.shape or true.size == 0:
        raise reject("y_pred", f"y_true와 모양 {true.shape}이 같고 비지 않아야 합니다", pred.shape)
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
