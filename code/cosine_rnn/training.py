"""모델을 훈련합니다. 교사 강요가 먼저이고, 상태유지 모델은 폐루프 학습이 뒤따릅니다."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn import models, results, windows
from cosine_rnn.backend import Model, keras
from cosine_rnn.checks import FloatArray, check_series, reject
from cosine_rnn.config import CLOSED_LOOP_UPDATES_PER_EPOCH, TrainConfig
from cosine_rnn.results import Trained
from cosine_rnn.storage import ForeignFileError

OnEpoch = Callable[[int, int, float], None]
"""``(끝난 에포크, 모든 에포크, 손실)`` 을 받아 진행을 보이는 함수."""


def fit(
    config: TrainConfig,
    series: ArrayLike,
    *,
    on_epoch: OnEpoch | None = None,
) -> Trained:
    """설정대로 훈련합니다. 같은 훈련을 이미 했으면 간직해 둔 결과를 읽습니다.
    간직하는 폴더는 ``results.default_cache_dir()`` 입니다.

    Keras, NumPy, Python의 난수 시드를 ``config.seed`` 로 바꿉니다.

    Args:
        config: 설정.
        series: 훈련 시계열. ``(n_steps,)``.
        on_epoch: 에포크가 끝날 때마다 부를 함수.

    Returns:
        훈련 결과.

    Raises:
        ValueError: 시계열이 설정이 요구하는 것보다 짧거나 값이 유한하지 않을 때.

    Warns:
        UserWarning: 간직해 둔 파일이 깨져 다시 훈련할 때.
    """
    checked = check_series("series", series)
    _training_data(config, checked)  # 시계열이 짧으면 여기서, 간직한 결과가 있든 없든 알립니다.
    path = results.cache_path(config, checked)
    if path.exists():
        try:
            stored = results.load(path)
            if stored.config != config:
                raise ForeignFileError(f"path: 다른 설정의 결과입니다. 받은 값: {stored.config!r}")
            return stored
        except ForeignFileError as error:
            warnings.warn(f"깨진 훈련 결과를 버리고 다시 훈련합니다. {error}", stacklevel=2)
    path.parent.mkdir(parents=True, exist_ok=True)  # 쓸 수 없는 폴더는 훈련하기 전에 알립니다.
    trained = train(config, checked, on_epoch=on_epoch)
    results.save(path, trained)
    return trained


def train(config: TrainConfig, series: ArrayLike, *, on_epoch: OnEpoch | None = None) -> Trained:
    """``fit`` 과 같되, 간직해 둔 결과를 읽지도 쓰지도 않습니다."""
    checked = check_series("series", series)
    data = _training_data(config, checked)
    started = time.perf_counter()
    keras.utils.set_random_seed(config.seed)
    model = results.build(config)
    report = _Report(config, on_epoch)
    if isinstance(data, windows.Streams):
        _fit_streams(model, config, data, report)
        if config.closed_loop_updates:
            _fit_closed_loop(model, config, checked, report)
    else:
        _fit_windows(model, config, data, report)
    seconds = time.perf_counter() - started
    return Trained(config, model, np.array(report.losses), seconds, results.versions())


def _training_data(config: TrainConfig, series: FloatArray) -> windows.Windows | windows.Streams:
    if not config.keeps_state:
        return windows.make_windows(series, config.window_length)
    needed = config.warm_up + config.closed_loop_horizon
    if config.closed_loop_updates and len(series) <= needed:
        raise ValueError(
            f"series: 폐루프 학습에는 길이가 {needed + 1} 이상이어야 합니다. "
            f"받은 값: 길이 {len(series)}"
        )
    streams = windows.make_streams(
        series,
        n_streams=config.n_streams,
        stride=config.stride,
        chunk_length=config.chunk_length,
        batch_size=config.batch_size,
    )
    stream_length = streams.n_chunks * config.chunk_length
    if config.skip_steps >= stream_length:
        raise reject(
            "skip_steps", f"흐름의 길이 {stream_length}보다 작아야 합니다", config.skip_steps
        )
    return streams


class _Report(keras.callbacks.Callback):
    """손실을 모으고 진행을 알립니다."""

    def __init__(self, config: TrainConfig, on_epoch: OnEpoch | None) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.total = config.epochs
        if config.keeps_state:
            self.total += config.closed_loop_updates // CLOSED_LOOP_UPDATES_PER_EPOCH
        self.on_epoch = on_epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.losses.append(float((logs or {})["loss"]))
        if self.on_epoch:
            self.on_epoch(len(self.losses), self.total, self.losses[-1])


class _ResetState(keras.callbacks.Callback):
    """한 묶음의 흐름이 시작될 때마다 상태를 초기화합니다.

    ``steps_per_execution`` 이 한 묶음이므로 이 때는 늘 묶음의 처음입니다.
    """

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        models.reset_state(self.model)


def _compile(model: Model, learning_rate: float, updates: int, per_call: int) -> None:
    """XLA로 여러 갱신을 한 번에 실행하게 합니다. 2코어에서 이렇게 해야 초 단위로 끝납니다."""
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, updates)
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss="mse",
        jit_compile=True,
        steps_per_execution=per_call,
    )


def _fit_windows(model: Model, config: TrainConfig, data: windows.Windows, report: _Report) -> None:
    inputs = np.tile(data.inputs, (config.repeats, 1, 1))
    targets = np.tile(data.targets, (config.repeats, 1))
    per_epoch = -(-len(inputs) // config.batch_size)
    _compile(model, config.learning_rate, config.epochs * per_epoch, per_epoch)
    model.fit(
        inputs,
        targets,
        epochs=config.epochs,
        batch_size=config.batch_size,
        verbose=0,
        callbacks=[report],
    )


def _fit_streams(model: Model, config: TrainConfig, data: windows.Streams, report: _Report) -> None:
    # 상태 0에서 출발한 처음 몇 시점의 오차는 상태가 덜 찬 탓이므로 배우지 않습니다.
    step = np.arange(data.n_chunks * config.chunk_length).reshape(data.n_chunks, 1, -1)
    group = np.broadcast_to(
        step >= config.skip_steps, (data.n_chunks, config.batch_size, config.chunk_length)
    )
    weights = group.reshape(-1, config.chunk_length).astype(np.float32)
    weights = np.tile(weights, (len(data.inputs) // len(weights), 1))
    updates = len(data.inputs) // config.batch_size
    _compile(model, config.learning_rate, config.epochs * updates, data.n_chunks)
    model.fit(
        data.inputs,
        data.targets,
        sample_weight=weights,
        epochs=config.epochs,
        batch_size=config.batch_size,
        shuffle=False,
        verbose=0,
        callbacks=[_ResetState(), report],
    )


def _fit_closed_loop(
    model: Model, config: TrainConfig, series: FloatArray, report: _Report
) -> None:
    timesteps = config.warm_up + config.closed_loop_horizon
    starts = np.arange(config.n_streams) * config.stride % (len(series) - timesteps)
    index = starts[:, None] + np.arange(timesteps)
    given = np.broadcast_to(np.arange(timesteps) < config.warm_up, index.shape)
    inputs = np.stack([series[index], given], axis=-1)
    # 예열의 마지막 시점이 내는 값이 첫 예측입니다. 그 앞의 출력은 되먹이지 않으므로 재지 않습니다.
    weights = np.broadcast_to(np.arange(timesteps) >= config.warm_up - 1, index.shape)
    per_call = CLOSED_LOOP_UPDATES_PER_EPOCH
    looped = models.closed_loop_model(model, timesteps)
    _compile(looped, config.closed_loop_learning_rate, config.closed_loop_updates, per_call)
    looped.fit(
        np.tile(inputs, (per_call, 1, 1)),
        np.tile(series[index + 1], (per_call, 1))[:, :, None],
        sample_weight=np.tile(weights.astype(np.float32), (per_call, 1)),
        epochs=config.closed_loop_updates // per_call,
        batch_size=config.n_streams,
        shuffle=False,
        verbose=0,
        callbacks=[report],
    )
