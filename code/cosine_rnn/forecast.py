"""지난 값을 받아 다음 값들을 내는 함수들. 네트워크든 기준선이든 모양이 같습니다."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import FloatArray, check_finite, check_integer, check_number
from cosine_rnn.support.messages import message
from cosine_rnn.windows import make_windows

Forecaster = Callable[[ArrayLike, int], FloatArray]
"""``forecaster(context, horizon)``.

``context`` 는 ``(n,)``, 결과는 ``(horizon,)`` 입니다. 여러 시계열을 한 번에 예측하려면
``(batch, n)`` 을 주고 ``(batch, horizon)`` 을 받습니다.
"""


def recursive_forecaster(
    next_value: Callable[[FloatArray], FloatArray], *, window_length: int
) -> Forecaster:
    """창을 한 시점씩 밀면서 예측을 창의 끝에 되먹입니다.

    Args:
        next_value: 창 ``(batch, window_length)`` 을 받아 다음 값 ``(batch,)`` 을 내는 함수.
        window_length: 창 길이. 지난 값은 이보다 길어도 되고, 끝의 창만 씁니다.

    Returns:
        되먹임 예측기. 지난 값이 창보다 짧거나 예측 길이가 1보다 작으면 ``ValueError``.
    """
    check_integer("window_length", window_length)

    def forecast(past: FloatArray, horizon: int) -> FloatArray:
        values = np.empty((len(past), window_length + horizon))
        values[:, :window_length] = past[:, -window_length:]
        for t in range(horizon):
            values[:, window_length + t] = next_value(values[:, t : t + window_length])
        return values[:, window_length:]

    return _checked(forecast, context_length=window_length)


def stateful_forecaster(
    step: Callable[[FloatArray, Any], tuple[FloatArray, Any]], *, warm_up: int
) -> Forecaster:
    """지난 값으로 상태를 한 번 예열한 다음, 한 시점에 한 걸음씩만 나아갑니다.

    Args:
        step: 값 ``(batch,)`` 과 상태를 받아 다음 값 ``(batch,)`` 과 새 상태를 내는 함수.
            상태가 ``None`` 이면 처음입니다.
        warm_up: 예열에 쓰는 시점 수. 지난 값의 끝에서 이만큼만 읽습니다.

    Returns:
        되먹임 예측기. 지난 값이 예열보다 짧거나 예측 길이가 1보다 작으면 ``ValueError``.
    """
    check_integer("warm_up", warm_up)

    def forecast(past: FloatArray, horizon: int) -> FloatArray:
        value, state = past[:, -warm_up], None
        for t in range(warm_up):
            value, state = step(past[:, t - warm_up], state)
        values = np.empty((len(past), horizon))
        for t in range(horizon):
            values[:, t] = value
            value, state = step(value, state)
        return values

    return _checked(forecast, context_length=warm_up)


def persistence() -> Forecaster:
    """지속 예측. 마지막 값을 끝까지 되풀이합니다."""

    def forecast(past: FloatArray, horizon: int) -> FloatArray:
        return np.repeat(past[:, -1:], horizon, axis=1)

    return _checked(forecast, context_length=1)


def seasonal_naive(season_length: int) -> Forecaster:
    """계절 단순 예측. 한 주기 전의 값을 되풀이합니다.

    Args:
        season_length: 한 주기의 시점 수.
    """
    check_integer("season_length", season_length)

    def forecast(past: FloatArray, horizon: int) -> FloatArray:
        return past[:, -season_length:][:, np.arange(horizon) % season_length]

    return _checked(forecast, context_length=season_length)


def autoregression(series: ArrayLike, *, order: int = 2) -> Forecaster:
    """자기회귀. 다음 값을 지난 ``order`` 개 값의 가중합으로 보고 최소제곱으로 맞춥니다.

    잡음 없는 코사인은 ``x[t+1] = 2cos(ω)·x[t] − x[t−1]`` 이므로
    ``order=2`` 면 계수 두 개로 끝납니다.

    Args:
        series: 훈련 시계열. ``(n_steps,)``.
        order: 지난 값의 수.

    Raises:
        ValueError: 시계열이 ``2 · order`` 보다 짧을 때.
    """
    check_integer("order", order)
    train = check_finite("series", series, ranks={1})
    if len(train) < 2 * order:
        raise ValueError(
            message(
                "series: 길이가 {least} 이상이어야 합니다. 받은 값: 길이 {length}",
                least=2 * order,
                length=len(train),
            )
        )
    pairs = np.lib.stride_tricks.sliding_window_view(train, order + 1)
    coefficients = np.linalg.lstsq(pairs[:, :-1], pairs[:, -1], rcond=None)[0]
    return recursive_forecaster(lambda window: window @ coefficients, window_length=order)


def sinusoid(period: float) -> Forecaster:
    """주기를 아는 사인파. 지난 값에 ``a·cos(ωt) + b·sin(ωt)`` 를 최소제곱으로 맞추고 이어 그립니다.

    Args:
        period: 주기. 단위는 시점이고 2보다 큽니다.
    """
    omega = 2 * np.pi / check_number("period", period, above=2.0)

    def basis(t: FloatArray) -> FloatArray:
        return np.stack([np.cos(omega * t), np.sin(omega * t)], axis=-1)

    def forecast(past: FloatArray, horizon: int) -> FloatArray:
        n = past.shape[1]
        coefficients = np.linalg.lstsq(basis(np.arange(n)), past.T, rcond=None)[0]
        return (basis(np.arange(n, n + horizon)) @ coefficients).T

    return _checked(forecast, context_length=2)


def nearest_windows(series: ArrayLike, *, window_length: int, n_neighbors: int) -> Forecaster:
    """외우기만 하는 예측. 훈련 창 가운데 가장 가까운 것들을 찾아 그 다음 값의 평균을 되먹입니다.

    Args:
        series: 외울 시계열. ``(n_steps,)``.
        window_length: 창 길이.
        n_neighbors: 평균할 창의 수. 똑같은 창이 여럿이면 하나로 칩니다.

    Raises:
        ValueError: 서로 다른 창이 ``n_neighbors`` 개보다 적을 때.
    """
    pairs = make_windows(series, window_length)
    table = np.concatenate([pairs.inputs[:, :, 0], pairs.targets], axis=1)
    kept = table[np.unique(table.round(9), axis=0, return_index=True)[1]]
    windows, targets = kept[:, :-1], kept[:, -1]
    check_integer("n_neighbors", n_neighbors, maximum=len(kept))
    squares = (windows**2).sum(axis=1)

    def next_value(window: FloatArray) -> FloatArray:
        distance = squares - 2 * window @ windows.T
        nearest = np.argpartition(distance, n_neighbors - 1, axis=1)[:, :n_neighbors]
        return targets[nearest].mean(axis=1)

    return recursive_forecaster(next_value, window_length=window_length)


def _checked(
    forecast: Callable[[FloatArray, int], FloatArray], *, context_length: int
) -> Forecaster:
    """인자를 살피고, 축이 하나인 지난 값을 두 축으로 바꾸어 부른 뒤 되돌립니다."""

    def call(context: ArrayLike, horizon: int) -> FloatArray:
        past = check_finite("context", context, ranks={1, 2})
        check_integer("horizon", horizon)
        if past.shape[-1] < context_length:
            raise ValueError(
                message(
                    "context: 길이가 {context_length} 이상이어야 합니다. 받은 값: 길이 {length}",
                    context_length=context_length,
                    length=past.shape[-1],
                )
            )
        with np.errstate(over="ignore", invalid="ignore"):  # 바로 아래에서 봅니다.
            values = forecast(np.atleast_2d(past), horizon)
        lost = np.flatnonzero(~np.isfinite(values).all(axis=0))
        if lost.size:
            raise ValueError(
                message(
                    "context: 예측이 발산했습니다. 예측 길이를 줄이거나, 값이 훈련한 시계열의 "
                    "크기인지 보십시오. 받은 값: 크기가 가장 큰 값 {largest:g}, "
                    "{step}번째 예측부터 유한하지 않음",
                    largest=np.abs(past).max(),
                    step=lost[0] + 1,
                )
            )
        return values if past.ndim == 2 else values[0]

    return call
