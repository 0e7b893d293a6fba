"""모델을 훈련합니다. 교사 강요가 먼저이고, 잡음 주입이나 폐루프 학습이 뒤따릅니다."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn import models, results
from cosine_rnn.config import StreamConfig, TrainConfig, WindowConfig
from cosine_rnn.forecast import Forecaster
from cosine_rnn.progress import OnEpoch, Report
from cosine_rnn.results import Trained
from cosine_rnn.stream_training import StreamTraining
from cosine_rnn.support.backend import keras
from cosine_rnn.support.checks import FloatArray, check_finite, reject
from cosine_rnn.support.messages import message
from cosine_rnn.window_training import WindowTraining

_TRAININGS: dict[type, Any] = {WindowConfig: WindowTraining, StreamConfig: StreamTraining}
"""설정의 종류마다 그 훈련. 창과 흐름은 여기서 갈리고, 다른 곳에서는 갈리지 않습니다."""

LARGEST_VALUE = 10.0
"""훈련할 수 있는 가장 큰 값. 다층 퍼셉트론의 250시점 오차는 진폭 10에서 진폭의 1/200보다 작고,
진폭 100에서는 1/12쯤입니다."""

LARGEST_LEVEL = 3.5
"""변하는 폭의 몇 배까지 떨어진 값을 훈련할 수 있는지. ``5 + cos`` 가 3쯤이라 조금 넉넉히 둡니다.
``10 + cos`` 을 주면 다층 퍼셉트론의 오차가 진폭만큼 큽니다."""


FirstPart = Callable[[TrainConfig, FloatArray, OnEpoch | None], Trained]
"""교사 강요만 한 결과를 얻는 법: 훈련하거나, 간직해 둔 것을 읽습니다."""


def fit(
    config: TrainConfig,
    series: ArrayLike,
    *,
    on_epoch: OnEpoch | None = None,
) -> Trained:
    """설정대로 훈련합니다. 같은 훈련을 이미 했으면 간직해 둔 결과를 읽습니다.
    간직하는 폴더는 ``results.default_cache_dir()`` 입니다.

    같은 훈련을 여럿이 한꺼번에 바라면 하나가 훈련하고 나머지는 기다렸다가 읽습니다. 뒤따르는
    훈련이 있으면 교사 강요만 한 결과도 따로 간직하고 읽습니다.
    Keras, NumPy, Python의 난수 시드를 ``config.seed`` 로 바꿉니다.

    Args:
        config: 설정.
        series: 훈련 시계열. ``(n_steps,)``, 여럿이면 ``(n_series, n_steps)``.
        on_epoch: 에포크가 끝날 때마다 부를 함수.

    Returns:
        훈련 결과.

    Raises:
        ValueError: 시계열이 설정이 요구하는 것보다 짧거나 값이 유한하지 않을 때, 값이 너무 크거나
            변하는 폭에 견주어 높이 있어 훈련이 배우지 못할 때.
        RuntimeError: 훈련이 발산해 손실이 유한하지 않게 될 때. 발산한 것은 간직하지 않습니다.

    Warns:
        UserWarning: 간직해 둔 파일이 깨져 다시 훈련할 때, 결과를 간직하지 못할 때.
    """
    checked = _family(series)
    # 시계열이 짧으면, 간직한 결과가 있든 없든 여기서 알립니다.
    _TRAININGS[type(config)](config, checked)
    return _fit(config, checked, on_epoch)


def _fit(config: TrainConfig, family: FloatArray, on_epoch: OnEpoch | None) -> Trained:
    return results.kept(
        results.cache_path(config, family),
        read=lambda path: results.load_for(path, config),
        make=lambda: _trained(config, family, on_epoch, _fit),
        write=results.save,
    )


def train(config: TrainConfig, series: ArrayLike, *, on_epoch: OnEpoch | None = None) -> Trained:
    """``fit`` 과 같되, 간직해 둔 결과를 읽지도 쓰지도 않습니다."""
    return _trained(config, _family(series), on_epoch, _teacher_forced)


def _trained(
    config: TrainConfig, family: FloatArray, on_epoch: OnEpoch | None, first_part: FirstPart
) -> Trained:
    """훈련합니다. 뒤따르는 훈련이 있으면 교사 강요만 한 결과는 ``first_part`` 에서 얻습니다."""
    if not config.updates_after:
        return _teacher_forced(config, family, on_epoch)
    training = _TRAININGS[type(config)](config, family)
    report = Report(config.epochs + config.updates_after, on_epoch)
    first = first_part(config.teacher_forcing_only(), family, report.of_all)
    report.losses = first.loss.tolist()
    started = time.perf_counter()
    training.follow(first.model, report)
    seconds = first.seconds + time.perf_counter() - started
    return Trained(config, first.model, np.array(report.losses), seconds, results.versions())


def _teacher_forced(config: TrainConfig, family: FloatArray, on_epoch: OnEpoch | None) -> Trained:
    training = _TRAININGS[type(config)](config, family)
    started = time.perf_counter()
    keras.utils.set_random_seed(config.seed)  # 창을 섞는 차례를 정합니다.
    model = models.build(config)
    models.initialize(model, config.seed)
    report = Report(config.epochs, on_epoch)
    training.fit(model, report)
    seconds = time.perf_counter() - started
    return Trained(config, model, np.array(report.losses), seconds, results.versions())


def forecaster_of(trained: Trained) -> Forecaster:
    """훈련된 모델로 되먹임 예측기를 만듭니다."""
    config = trained.config
    return _TRAININGS[type(config)].forecaster(config, trained.model)


def _family(series: ArrayLike) -> FloatArray:
    """시계열 하나든 여럿이든 ``(n_series, n_steps)`` 로 만듭니다."""
    checked = np.atleast_2d(check_finite("series", series, ranks={1, 2}))
    if not checked.size:
        raise reject("series", "값이 하나는 있어야 합니다", checked.shape)
    low, high = float(checked.min()), float(checked.max())
    if low == high:
        raise reject("series", "서로 다른 값이 둘 이상 있어야 합니다", low)
    if np.abs(checked).max() > min(LARGEST_VALUE, LARGEST_LEVEL * (high - low)):
        raise ValueError(
            message(
                "series: 값의 크기는 {largest:g} 이하이고 변하는 폭의 {level:g}배 이하여야 합니다. "
                "signals.MinMaxScale로 옮겨 훈련하고 예측을 되돌리십시오. "
                "받은 값: {low:g}부터 {high:g}까지",
                largest=LARGEST_VALUE,
                level=LARGEST_LEVEL,
                low=low,
                high=high,
            )
        )
    return checked
