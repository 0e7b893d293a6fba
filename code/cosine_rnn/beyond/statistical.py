"""예측하는 사람들이 쓰는 통계 방법: 지수평활, ARIMA, 세타. statsforecast가 셈합니다."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import FloatArray, check_choice, check_integer, check_series
from cosine_rnn.support.messages import message

_MODELS: dict[str, Callable[[Any, int], Any]] = {
    "seasonal_smoothing": lambda of, season: of.SeasonalExponentialSmoothingOptimized(season),
    "holt_winters": lambda of, season: of.AutoETS(season, model="AAA", damped=True),
    "auto_ets": lambda of, season: of.AutoETS(season),
    "auto_arima": lambda of, season: of.AutoARIMA(season_length=season),
    "airline": lambda of, season: of.ARIMA((0, 1, 1), season, (0, 1, 1)),
    "auto_theta": lambda of, season: of.AutoTheta(season),
}

METHODS = tuple(_MODELS)
"""통계 방법의 이름.

- ``seasonal_smoothing``: 철마다 따로 하는 단순 지수평활.
- ``holt_winters``: 추세를 눌러 주는 홀트–윈터스.
- ``auto_ets``, ``auto_arima``: 정보 기준(AICc)으로 고르는 ETS와 ARIMA.
- ``airline``: ARIMA(0,1,1)(0,1,1). Box와 Jenkins가 항공 승객 수에 맞춘 것.
- ``auto_theta``: 세타 방법 넷 가운데 고른 것.
"""


def statistical_forecast(
    series: ArrayLike, horizon: int, *, method: str, season_length: int
) -> FloatArray:
    """시계열 하나에 맞추고 이어서 예측합니다.

    Args:
        series: 아는 값. ``(n_steps,)``. 두 철보다 길어야 합니다.
        horizon: 예측 길이.
        method: ``METHODS`` 가운데 하나.
        season_length: 한 철의 시점 수. 2 이상.

    Returns:
        ``(horizon,)``.

    Raises:
        ImportError: statsforecast가 없을 때.
    """
    check_choice("method", method, METHODS)
    check_integer("horizon", horizon)
    check_integer("season_length", season_length, minimum=2)
    known = check_series("series", series, min_length=2 * season_length + 1)
    model = _MODELS[method](_library(), season_length)
    return np.asarray(model.forecast(y=known, h=horizon)["mean"], dtype=float)


def _library() -> Any:
    try:
        from statsforecast import models
    except ImportError as missing:
        raise ImportError(
            message("statsforecast: 통계 방법에 있어야 합니다. 설치: pip install statsforecast")
        ) from missing
    return models
