"""시계열을 하나씩 따라가며 지난 값의 가중합으로 예측합니다. 주기가 바뀌는 사인파의 경쟁자입니다.

모두 잡음이 섞인 값 ``(n, n_steps)`` 를 받아 ``(n, n_steps, len(HORIZONS))`` 를 냅니다. 둘째 축의
``t`` 번째는 값을 ``t + 1`` 개까지만 읽고 낸 예측입니다.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.beyond.changing_signals import HORIZONS
from cosine_rnn.support.checks import (
    FloatArray,
    check_finite,
    check_integer,
    check_number,
    check_several,
    reject,
)
from cosine_rnn.support.messages import message

AIC_FIRST = 30
"""AIC로 고르는 자기회귀가 예측을 시작하는, 읽은 값의 수. 그 전에는 0을 냅니다."""

TINY_RIDGE = 1e-9
"""값이 모두 같은 시계열에서도 최소제곱의 답이 하나이게 하는, 상대적으로 작은 수."""

SAMPLED = 16
"""가장 가까운 창들을 찾을 때 창 몇 개에 하나를 먼저 보는지."""


def check_observed(observed: ArrayLike) -> FloatArray:
    """유한한 값의 시계열이 하나는 있는지 봅니다. ``(n, n_steps)``."""
    values = check_finite("observed", observed, ranks={2})
    if not values.size:
        raise reject("observed", "값이 하나는 있어야 합니다", values.shape)
    return values


def last_values(observed: ArrayLike, window: int) -> FloatArray:
    """시점마다 그때까지의 마지막 값 ``window`` 개. 새 값이 앞이고, 시작하기 전은 0입니다.

    Returns:
        ``(n, n_steps, window)``.
    """
    values = check_observed(observed)
    check_integer("window", window)
    padded = np.pad(values, ((0, 0), (window - 1, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)[:, :, ::-1]


def persistence(observed: ArrayLike) -> FloatArray:
    """지속 예측. 마지막 값을 되풀이합니다."""
    values = check_observed(observed)
    return np.repeat(values[:, :, None], len(HORIZONS), axis=2)


def linear_weights(train: ArrayLike, *, window: int, horizon: int) -> FloatArray:
    """마지막 값들의 가중합이 ``horizon`` 시점 뒤의 값과 가장 가깝도록 가중치를 정합니다.

    Args:
        train: 훈련 시계열 여럿. ``(n, n_steps)``. 정답도 이 값이므로 잡음이 섞여 있습니다.
        window: 쓰는 값의 수.
        horizon: 몇 시점 앞인지.

    Returns:
        ``(window,)``. 첫 칸이 가장 새 값의 것입니다.

    Raises:
        ValueError: 시계열이 창과 예측 길이를 더한 것보다 짧을 때.
    """
    values = check_observed(train)
    check_integer("window", window)
    check_integer("horizon", horizon)
    if values.shape[1] < window + horizon:
        raise ValueError(
            message(
                "train: 길이가 {least} 이상이어야 합니다. 받은 값: 길이 {length}",
                least=window + horizon,
                length=values.shape[1],
            )
        )
    inputs = last_values(values, window)[:, window - 1 : -horizon].reshape(-1, window)
    targets = values[:, window - 1 + horizon :].reshape(-1)
    try:
        return np.linalg.solve(inputs.T @ inputs, inputs.T @ targets)
    except np.linalg.LinAlgError:
        raise reject("train", "마지막 값들이 서로 매이지 않아야 합니다", values.shape) from None


def global_linear(observed: ArrayLike, *, weights: ArrayLike) -> FloatArray:
    """훈련 시계열 모두에 맞춘 가중합 하나를 어느 시계열에나 씁니다.

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        weights: ``HORIZONS`` 마다 ``linear_weights`` 가 낸 것. ``(len(HORIZONS), window)``.

    Raises:
        ValueError: 가중치의 줄 수가 ``HORIZONS`` 와 다를 때.
    """
    values, rows = check_observed(observed), check_finite("weights", weights, ranks={2})
    if len(rows) != len(HORIZONS) or not rows.size:
        raise reject("weights", "{count}줄이어야 합니다", rows.shape, count=len(HORIZONS))
    return last_values(values, rows.shape[1]) @ rows.T


def nearest_windows(
    asked: ArrayLike, *, train: ArrayLike, n_neighbors: Sequence[int]
) -> FloatArray:
    """외우기만 하는 예측. 가장 가까운 훈련 창들을 찾아 창마다 그 다음 값을 꺼내 평균합니다.

    Args:
        asked: 다음 값을 묻는 창들. ``(n, window)``. 새 값이 앞입니다.
        train: 외울 시계열들. ``(m, n_steps)``.
        n_neighbors: 평균할 창의 수들. 거리는 한 번만 잽니다.

    Returns:
        다음 값 ``(len(n_neighbors), n)``.

    Raises:
        ValueError: 시계열이 창보다 길지 않거나, 훈련 창이 ``n_neighbors`` 보다 적을 때.
    """
    windows, series = check_finite("asked", asked, ranks={2}), check_observed(train)
    length = check_integer("asked", windows.shape[1])
    if series.shape[1] <= length:
        raise reject("train", "길이가 {length}보다 길어야 합니다", series.shape, length=length)
    following = series[:, length:].reshape(-1)
    asked_for = check_several("n_neighbors", n_neighbors)
    counts = [check_integer("n_neighbors", n, maximum=len(following)) for n in asked_for]
    if not counts:
        raise reject("n_neighbors", "값이 하나는 있어야 합니다", n_neighbors)
    # 거리의 차례만 쓰므로 단정밀도면 됩니다. 창마다의 한 칸을 한 줄에 둡니다. 새 값이 앞입니다.
    values32 = series.astype(np.float32)
    known = np.stack([values32[:, k : k - length].reshape(-1) for k in range(length)])[::-1]
    # 묻는 창의 크기는 차례를 바꾸지 않으므로 빼고, 제곱한 거리의 나머지를 곱셈 한 번으로 셉니다.
    left = np.concatenate([(known**2).sum(axis=0, keepdims=True), -2 * known])
    right = np.column_stack([np.ones(len(windows)), windows]).astype(np.float32)
    # 일부에서 찾은 가장 가까운 n개보다 먼 창은 모두 가운데 가장 가까운 n개에 들 수 없습니다.
    most = max(counts)
    some = slice(None, None, min(SAMPLED, len(following) // most))
    values = np.empty((len(counts), len(windows)))
    for start in range(0, len(windows), 50):  # 거리를 한꺼번에 두면 기억 장치가 모자랍니다.
        for row, distance in enumerate(right[start : start + 50] @ left, start):
            bound = np.partition(distance[some], most - 1)[most - 1]
            near = np.flatnonzero(distance <= bound)
            near = near[np.argsort(distance[near], kind="stable")]
            values[:, row] = [following[near[:n]].mean() for n in counts]
    return values


def recursive_least_squares(
    observed: ArrayLike, *, start: ArrayLike, forgetting: float, trust: float
) -> FloatArray:
    """자기회귀의 계수를 값을 읽을 때마다 고칩니다(recursive least squares).

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        start: 처음 계수. ``(order,)``. 첫 칸이 가장 새 값의 것입니다.
        forgetting: 한 시점이 지날 때마다 지난 오차의 무게에 곱하는 수. 0보다 크고 1 이하.
        trust: 처음 계수를 얼마나 믿는지. 값 몇 개의 무게로 적습니다.

    Raises:
        ValueError: 수가 범위를 벗어날 때.
    """
    values = check_observed(observed)
    first = check_finite("start", start, ranks={1})
    order = check_integer("len(start)", len(first))
    check_forgetting(forgetting)
    check_number("trust", trust, above=0.0)
    inputs = last_values(values, order)
    theta = np.tile(first, (len(values), 1))
    inverse = np.tile(np.eye(order) / trust, (len(values), 1, 1))
    forecasts = np.empty((*values.shape, len(HORIZONS)))
    for t in range(values.shape[1]):
        if t:
            x = inputs[:, t - 1]
            spread = np.einsum("nij,nj->ni", inverse, x)
            gain = spread / (forgetting + (x * spread).sum(axis=1, keepdims=True))
            theta = theta + gain * (values[:, t] - (theta * x).sum(axis=1))[:, None]
            inverse = (inverse - gain[:, :, None] * spread[:, None, :]) / forgetting
        forecasts[:, t] = _fed_back(theta, inputs[:, t])
    return forecasts


def autoregression_by_aic(observed: ArrayLike, *, max_order: int) -> FloatArray:
    """값을 읽을 때마다 지난 값 모두에 자기회귀를 다시 맞추고, 차수는 AIC로 고릅니다.

    값이 적을 때의 치우침을 고친 AICc를 씁니다(Hurvich와 Tsai 1989).

    Args:
        observed: 예측할 시계열. ``(n, n_steps)``.
        max_order: 가장 높은 차수. ``AIC_FIRST`` 의 5분의 2까지입니다.
    """
    values = check_observed(observed)
    check_integer("max_order", max_order, maximum=2 * AIC_FIRST // 5)
    inputs = last_values(values, max_order)
    forecasts = np.zeros((*values.shape, len(HORIZONS)))
    for t in range(AIC_FIRST - 1, values.shape[1]):
        known = inputs[:, max_order - 1 : t]
        theta = _best_order(known, values[:, max_order : t + 1])
        forecasts[:, t] = _fed_back(theta, inputs[:, t])
    return forecasts


def _best_order(inputs: FloatArray, targets: FloatArray) -> FloatArray:
    """차수마다 최소제곱으로 맞추어 AICc가 가장 작은 계수. ``(n, max_order)``, 남는 칸은 0입니다."""
    n, n_targets, max_order = inputs.shape
    gram = np.einsum("nti,ntj->nij", inputs, inputs)
    moment = np.einsum("nti,nt->ni", inputs, targets)
    total = (targets**2).sum(axis=1)
    tiny = TINY_RIDGE * (total + 1)
    gram += tiny[:, None, None] * np.eye(max_order)
    best, theta = np.full(n, np.inf), np.zeros((n, max_order))
    for order in range(1, max_order + 1):
        coefficients = np.linalg.solve(gram[:, :order, :order], moment[:, :order, None])[..., 0]
        squares = total - (coefficients * moment[:, :order]).sum(axis=1)
        fit = n_targets * np.log(np.maximum(squares, tiny) / n_targets)
        aic = fit + 2 * (order + 1) * n_targets / (n_targets - order - 2)
        better = aic < best
        best[better] = aic[better]
        theta[better] = 0.0
        theta[better, :order] = coefficients[better]
    return theta


def _fed_back(theta: FloatArray, last: FloatArray) -> FloatArray:
    """계수 ``(n, order)`` 로 한 시점씩 되먹여 ``HORIZONS`` 까지 나아갑니다."""
    values = []
    for _ in range(max(HORIZONS)):
        following = (theta * last).sum(axis=1)
        values.append(following)
        last = np.concatenate([following[:, None], last[:, :-1]], axis=1)
    return np.stack([values[h - 1] for h in HORIZONS], axis=1)


def check_forgetting(forgetting: float) -> None:
    """지난 값의 무게에 곱하는 수가 0보다 크고 1 이하인지 봅니다."""
    check_number("forgetting", forgetting, above=0.0)
    if forgetting > 1:
        raise reject("forgetting", "0보다 크고 1 이하여야 합니다", forgetting)
