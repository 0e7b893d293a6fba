"""주기가 바뀌는 시계열 여럿으로 신경망을 훈련합니다.

한 시점 앞부터 ``N_AHEAD`` 시점 앞까지 한 번에 냅니다.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_rnn import models
from cosine_rnn.beyond.changing_signals import FIRST_ORIGIN, HORIZONS, N_AHEAD, N_READ, Signals
from cosine_rnn.beyond.linear_tracking import check_observed, last_values
from cosine_rnn.beyond.recurrent import Draws, hidden_states, optimizer
from cosine_rnn.cells import run_lstm
from cosine_rnn.support.backend import Model, keras, layers
from cosine_rnn.support.checks import FloatArray, check_choice, check_integer, check_number, reject

BATCH_SIZE = 128
"""순환층의 한 배치에 든 시계열의 수."""

MLP_BATCH_SIZE = 1024
"""다층 퍼셉트론의 한 배치에 든 창의 수. 창은 시계열마다 ``N_READ`` 개입니다."""

HIDDEN_LAYERS = 3
_RECURRENT: dict[str, Callable[..., Any]] = {
    "rnn": layers.SimpleRNN,
    "gru": layers.GRU,
    "lstm": lambda *args, **kwargs: layers.LSTM(*args, use_cudnn=False, **kwargs),
}
NETWORKS = ("mlp", *_RECURRENT)


@dataclass(frozen=True, kw_only=True)
class Network:
    """신경망과 그 훈련의 설정.

    Attributes:
        kind: ``NETWORKS`` 가운데 하나. 다층 퍼셉트론, 순환 신경망, GRU, LSTM입니다.
        units: 은닉 상태의 크기. 다층 퍼셉트론이면 은닉층마다 뉴런의 수.
        window: 다층 퍼셉트론의 창 길이. 순환층에는 창이 없어 ``None`` 입니다.
        learning_rate: 처음 학습률. 코사인으로 0까지 줄입니다.
        epochs: 에포크 수.
    """

    kind: str
    units: int
    window: int | None = None
    learning_rate: float
    epochs: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("kind", self.kind, NETWORKS)
        check_integer("units", self.units)
        check_integer("epochs", self.epochs)
        check_number("learning_rate", self.learning_rate, above=0.0)
        if (self.window is None) == (self.kind == "mlp"):
            raise reject("window", "다층 퍼셉트론에만, 꼭 있어야 합니다", self.window)
        if self.window is not None:
            check_integer("window", self.window, maximum=N_READ)


def build(network: Network, *, seed: int) -> Model:
    """모델을 짓습니다.

    Returns:
        순환층이면 ``(batch, N_READ, 1)`` 을 받아 ``(batch, N_READ, N_AHEAD)`` 를, 다층 퍼셉트론이면
        ``(batch, window)`` 를 받아 ``(batch, N_AHEAD)`` 를 내는 모델.
    """
    draws = Draws(seed)
    if network.kind == "mlp":
        hidden = [
            layers.Dense(network.units, activation="relu", kernel_initializer=draws.glorot())
            for _ in range(HIDDEN_LAYERS)
        ]
        first = [keras.Input((network.window,)), *hidden]
    else:
        layer = _RECURRENT[network.kind](
            network.units,
            kernel_initializer=draws.glorot(),
            recurrent_initializer=draws.orthogonal(),
            return_sequences=True,
        )
        first = [keras.Input((N_READ, 1)), layer]
    head = layers.Dense(N_AHEAD, kernel_initializer=draws.glorot())
    return keras.Sequential([*first, head], name=f"changing_{network.kind}")


def train(network: Network, signals: Signals, *, seed: int) -> Model:
    """시계열마다, 값을 하나 읽을 때마다, 앞으로 올 ``N_AHEAD`` 개를 맞히게 합니다.

    정답도 잡음이 섞인 값입니다. 잡음 없는 값은 훈련에 쓰지 않습니다.

    Args:
        network: 설정.
        signals: 훈련 시계열. 길이가 ``N_READ + N_AHEAD`` 입니다.
        seed: 처음 가중치와 섞는 차례를 정하는 난수 시드.

    Raises:
        ValueError: 시계열의 길이가 다를 때.
    """
    observed = check_observed(signals.observed)
    if observed.shape[1] != N_READ + N_AHEAD:
        raise reject(
            "signals", "길이가 {length}이어야 합니다", observed.shape, length=N_READ + N_AHEAD
        )
    inputs = _inputs(network.window, observed[:, :N_READ])
    following = np.lib.stride_tricks.sliding_window_view(observed[:, 1:], N_AHEAD, axis=1)
    targets = following.astype(np.float32)
    batch_size = BATCH_SIZE
    if network.window:
        targets, batch_size = targets.reshape(-1, N_AHEAD), MLP_BATCH_SIZE
    model = build(network, seed=seed)
    updates = -(-len(inputs) // batch_size)
    keras.utils.set_random_seed(seed)
    # 배치가 커서, XLA로 묶는 것보다 연산을 그대로 부르는 것이 두 배 넘게 빠릅니다.
    model.compile(
        optimizer=optimizer(network.learning_rate, network.epochs * updates),
        loss="mse",
        jit_compile=False,
        steps_per_execution=min(updates, 240),
    )
    model.fit(inputs, targets, batch_size=batch_size, epochs=network.epochs, verbose=0)
    return model


def forecasts(model: Model, observed: ArrayLike) -> FloatArray:
    """훈련한 모델의 예측. ``(n, N_READ)`` 에서 ``(n, N_READ, len(HORIZONS))``.

    Raises:
        ValueError: 길이가 ``N_READ`` 가 아닐 때.
    """
    values = check_observed(observed)
    if values.shape[1] != N_READ:
        raise reject("observed", "길이가 {n_read}이어야 합니다", values.shape, n_read=N_READ)
    window = None if len(model.input_shape) == 3 else model.input_shape[1]
    outputs = model.predict(_inputs(window, values), batch_size=2048, verbose=0)
    outputs = np.asarray(outputs, dtype=np.float64).reshape(len(values), N_READ, N_AHEAD)
    return outputs[:, :, [h - 1 for h in HORIZONS]]


def _inputs(window: int | None, observed: FloatArray) -> NDArray[np.float32]:
    """순환층에는 시계열을 그대로, 다층 퍼셉트론에는 시점마다 그때까지의 창을."""
    if window is None:
        return observed.astype(np.float32)[:, :, None]
    return last_values(observed, window).astype(np.float32).reshape(-1, window)


def forget_gates(model: Model, observed: ArrayLike) -> FloatArray:
    """LSTM의 망각 게이트. ``(n, n_steps, units)``.

    Raises:
        ValueError: LSTM이 아닐 때.
    """
    values = check_observed(observed)
    if not models.lstm_layers(model):
        raise reject("model", "LSTM 층이 있어야 합니다", model.name)
    (layer,) = models.lstm_layers(model)
    weights = models.weights_of(layer)
    parts = np.array_split(values, -(-len(values) // 100))  # 여섯 값을 다 두므로 나누어 셉니다.
    return np.concatenate([run_lstm(weights, part[:, :, None]).f for part in parts])


def with_frozen_forget_gate(model: Model, observed: ArrayLike) -> Model:
    """망각 게이트를 칸마다의 평균에 못 박은 모델을 새로 짓습니다. 다른 가중치는 그대로입니다.

    Args:
        model: ``build`` 가 지은 LSTM.
        observed: 평균을 잴 시계열. ``(n, n_steps)``.
    """
    mean = forget_gates(model, observed).mean(axis=(0, 1))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    (layer,) = models.lstm_layers(copy)
    W, U, b = layer.get_weights()
    units = len(mean)
    gate = slice(units, 2 * units)  # 열은 i, f, g, o 차례입니다.
    W[:, gate], U[:, gate], b[gate] = 0.0, 0.0, np.log(mean / (1 - mean))
    layer.set_weights([W, U, b])
    return copy


def frequency_reader(model: Model, signals: Signals) -> Callable[[ArrayLike], FloatArray]:
    """은닉 상태에서 지금의 진동수를 읽어 내는 함수를 짓습니다. 은닉 상태의 가중합입니다.

    Args:
        model: 훈련한 LSTM. 가중치는 바뀌지 않습니다.
        signals: 가중합의 가중치를 최소제곱으로 정할 시계열. 시험하는 것과 달라야 합니다.

    Returns:
        ``(n, N_READ)`` 를 받아 시점마다의 진동수(한 시점에 도는 바퀴) ``(n, N_READ)`` 를 내는 함수.
    """

    def hidden(observed: ArrayLike) -> FloatArray:
        states = hidden_states(model, check_observed(observed)[:, :, None])
        return np.concatenate([states, np.ones((*states.shape[:2], 1))], axis=2)

    observed = signals.observed[:, :N_READ]
    inputs = hidden(observed)[:, FIRST_ORIGIN - 1 :].reshape(
        -1, models.lstm_layers(model)[0].units + 1
    )
    targets = 1 / signals.period[:, FIRST_ORIGIN - 1 : N_READ].reshape(-1)
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return lambda observed: hidden(observed) @ weights


def around_changes(signals: Signals, *, before: int, after: int) -> tuple[Any, Any]:
    """앞뒤로 다른 변화가 없는 변화를 모두 찾습니다.

    Args:
        signals: 시계열.
        before: 변화 앞에서 볼 시점의 수.
        after: 변화 뒤에서 볼 시점의 수.

    Returns:
        그 자리들의 시계열 번호 ``(n_changes, 1)`` 과 시점 ``(n_changes, before + after + 1)``.
        새 주기로 나아간 첫 값이 ``before`` 번째 칸입니다. 두 배열을 함께 색인으로 씁니다.

    Raises:
        ValueError: 하나도 없을 때.
    """
    check_integer("before", before)
    check_integer("after", after)
    since = signals.since[:, :N_READ]
    steps = np.arange(-before, after + 1)
    rows, at = [], []
    for row, step in np.argwhere(since == 1):
        inside = before <= step < N_READ - after
        if inside and since[row, step - 1] >= before and since[row, step + after] == after + 1:
            rows.append(row)
            at.append(step + steps)
    if not rows:
        raise reject("signals", "앞뒤가 빈 변화가 하나는 있어야 합니다", len(since))
    return np.array(rows)[:, None], np.array(at)
