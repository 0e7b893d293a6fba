"""과제마다 입력과 출력이 다른 작은 순환 모델의 공통 부분. 순환층 하나와 그 은닉 상태입니다."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from cosine_rnn import models
from cosine_rnn.cells import Weights, run_lstm, run_rnn
from cosine_rnn.support.backend import Model, keras, layers
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_number,
    check_seed,
)

RNN_CELLS = {
    "rnn": ("tanh", "orthogonal"),
    "identity": ("tanh", "identity"),
    "relu": ("relu", "orthogonal"),
    "irnn": ("relu", "identity"),
}
"""순환 신경망의 활성화 함수와 처음 ``U``. ``rnn`` 은 Keras의 기본값이고, ``irnn`` 은 Le, Jaitly,
Hinton (2015)의 순환 신경망입니다. 나머지 둘은 그 둘에서 하나씩만 바꾼 것입니다."""

CELLS = (*RNN_CELLS, "lstm")
"""순환층의 종류."""

Initializer = Any


class Draws:
    """시드 하나에서 처음 가중치를 차례로 뽑습니다. 다른 스레드의 난수와 섞이지 않습니다."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(check_seed(seed))

    def glorot(self) -> Initializer:
        """입력과 출력에 곱하는 가중치의 초기화. Keras의 기본값입니다."""
        return keras.initializers.GlorotUniform(seed=self._random.randint(1, 10**9))

    def orthogonal(self) -> Initializer:
        """은닉 상태에 곱하는 가중치의 초기화. Keras의 기본값입니다."""
        return keras.initializers.Orthogonal(seed=self._random.randint(1, 10**9))


def recurrent_layer(cell: str, units: int, draws: Draws, **settings: Any) -> Any:
    """순환층 하나.

    Args:
        cell: ``CELLS`` 가운데 하나.
        units: 은닉 상태의 크기.
        draws: 처음 가중치를 뽑을 곳. 무엇이든 두 번 뽑으므로, 같은 시드면 ``W`` 가 같습니다.
        settings: Keras의 층에 그대로 넘길 것.
    """
    check_choice("cell", cell, CELLS)
    kernel, orthogonal = draws.glorot(), draws.orthogonal()
    activation, start = RNN_CELLS.get(cell, ("tanh", "orthogonal"))
    settings = {
        "kernel_initializer": kernel,
        "recurrent_initializer": orthogonal if start == "orthogonal" else "identity",
        **settings,
    }
    if cell == "lstm":
        return layers.LSTM(units, use_cudnn=False, **settings)
    return layers.SimpleRNN(units, activation=activation, **settings)


def hidden_states(model: Model, inputs: FloatArray) -> FloatArray:
    """모델에 하나 든 순환층이 지나는 은닉 상태를 NumPy로 셉니다.

    Args:
        model: 순환층이 하나인 모델.
        inputs: ``(batch, timesteps, n_inputs)``.

    Returns:
        ``(batch, timesteps, units)``.
    """
    (layer,) = (e for e in model.layers if isinstance(e, layers.SimpleRNN | layers.LSTM))
    weights = models.weights_of(layer)
    if isinstance(layer, layers.LSTM):
        return run_lstm(weights, inputs).h
    if layer.activation is keras.activations.relu:
        return _run_relu(weights, inputs)
    return run_rnn(weights, inputs)


def _run_relu(weights: Weights, inputs: FloatArray) -> FloatArray:
    """``run_rnn`` 에서 tanh만 ReLU로 바꾼 것."""
    W, U, b = weights
    h = np.zeros((inputs.shape[0], U.shape[0]))
    states = np.empty((*inputs.shape[:2], U.shape[0]))
    for t in range(inputs.shape[1]):
        states[:, t] = h = np.maximum(inputs[:, t] @ W + h @ U + b, 0.0)
    return states


def dense_output(model: Model, name: str, hidden: FloatArray) -> FloatArray:
    """이름이 ``name`` 인 출력층을 NumPy로 셉니다. ``(…, units)`` 에서 ``(…, n_outputs)``."""
    kernel, bias = model.get_layer(name).get_weights()
    return np.asarray(hidden @ kernel + bias)


def optimizer(learning_rate: float, updates: int) -> Any:
    """코사인으로 0까지 줄이는 Adam. 기울기의 크기를 1로 자릅니다."""
    check_number("learning_rate", learning_rate, above=0.0)
    check_integer("updates", updates)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, updates)
    return keras.optimizers.Adam(schedule, clipnorm=1.0)
