"""모델을 훈련합니다. 교사 강요가 먼저이고, 잡음 주입이나 폐루프 학습이 뒤따릅니다."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn import models, refinement, results, windows
from cosine_rnn.backend import Model, keras
from cosine_rnn.checks import FloatArray, check_finite, reject
from cosine_rnn.config import TrainConfig
from cosine_rnn.results import Trained
from cosine_rnn.storage import ForeignFileError

OnEpoch = Callable[[int, int, float], None]
"""``(끝난 에포크, 모든 에포크, 손실)`` 을 받아 진행을 보이는 함수.

잡음 주입과 폐루프 학습의 갱신도 한 에포크로 셉니다. 더 내려갈 곳이 없으면 일찍 끝납니다.
"""


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
        series: 훈련 시계열. ``(n_steps,)``, 여럿이면 ``(n_series, n_steps)``.
        on_epoch: 에포크가 끝날 때마다 부를 함수.

    Returns:
        훈련 결과.

    Raises:
        ValueError: 시계열이 설정이 요구하는 것보다 짧거나 값이 유한하지 않을 때.

    Warns:
        UserWarning: 간직해 둔 파일이 깨져 다시 훈련할 때.
    """
    checked = _family(series)
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
    checked = _family(series)
    data = _training_data(config, checked)
    started = time.perf_counter()
    keras.utils.set_random_seed(config.seed)  # 창을 섞는 차례를 정합니다.
    model = results.build(config)
    models.initialize(model, config.seed)
    report = _Report(config, on_epoch)
    if isinstance(data, windows.Streams):
        _fit_streams(model, config, data, report)
        if config.closed_loop_updates:
            refinement.refine_closed_loop(
                model,
                _closed_loop_inputs(config, checked),
                warm_up=config.warm_up,
                updates=config.closed_loop_updates,
                on_update=report.add,
            )
    else:
        _fit_windows(model, config, data, report)
        if config.noise_updates:
            refinement.refine_with_noise(
                model,
                data,
                noise_std=config.noise_std,
                updates=config.noise_updates,
                seed=config.seed,
                on_update=report.add,
            )
    seconds = time.perf_counter() - started
    return Trained(config, model, np.array(report.losses), seconds, results.versions())


def _family(series: ArrayLike) -> FloatArray:
    """시계열 하나든 여럿이든 ``(n_series, n_steps)`` 로 만듭니다."""
    checked = np.atleast_2d(check_finite("series", series, ranks={1, 2}))
    if not checked.size:
        raise reject("series", "값이 하나는 있어야 합니다", checked.shape)
    return checked


def _training_data(config: TrainConfig, family: FloatArray) -> windows.Windows | windows.Streams:
    if not config.keeps_state:
        cut = [windows.make_windows(series, config.window_length) for series in family]
        inputs, targets = (np.concatenate(parts) for parts in zip(*cut, strict=True))
        return windows.Windows(inputs, targets)
    needed = config.warm_up + config.closed_loop_horizon
    if config.closed_loop_updates and family.shape[1] <= needed:
        raise ValueError(
            f"series: 폐루프 학습에는 길이가 {needed + 1} 이상이어야 합니다. "
            f"받은 값: 길이 {family.shape[1]}"
        )
    groups = [
        windows.make_streams(
            series,
            n_streams=config.n_streams,
            stride=config.stride,
            chunk_length=config.chunk_length,
            batch_size=config.batch_size,
        )
        for series in family
    ]
    streams = groups[0]._replace(
        inputs=np.concatenate([group.inputs for group in groups]),
        targets=np.concatenate([group.targets for group in groups]),
    )
    stream_length = streams.n_chunks * config.chunk_length
    if config.skip_steps >= stream_length:
        raise reject(
            "skip_steps", f"흐름의 길이 {stream_length}보다 작아야 합니다", config.skip_steps
        )
    return streams


def _closed_loop_inputs(config: TrainConfig, family: FloatArray) -> FloatArray:
    """흐름과 같은 간격으로, 예열과 예측에 정답 한 시점을 더한 길이의 조각을 떼어 냅니다."""
    length = config.warm_up + config.closed_loop_horizon + 1
    starts = np.arange(config.n_streams) * config.stride % (family.shape[1] - length + 1)
    return family[:, starts[:, None] + np.arange(length)].reshape(-1, length)


class _Report(keras.callbacks.Callback):
    """손실을 모으고 진행을 알립니다."""

    def __init__(self, config: TrainConfig, on_epoch: OnEpoch | None) -> None:
        super().__init__()
        self.losses: list[float] = []
        extra = config.closed_loop_updates if config.keeps_state else config.noise_updates
        self.total = config.epochs + extra
        self.on_epoch = on_epoch

    def add(self, loss: float) -> None:
        self.losses.append(loss)
        if self.on_epoch:
            self.on_epoch(len(self.losses), self.total, loss)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.add(float((logs or {})["loss"]))


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
