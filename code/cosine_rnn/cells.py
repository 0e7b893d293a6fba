"""순환 신경망과 LSTM의 한 시점을 NumPy로 씁니다. 이론 장의 식과 기호, 차례가 같습니다.

가중치의 모양과 게이트의 차례(``i, f, g, o``)는 Keras의 ``SimpleRNN`` 과 ``LSTM`` 을 따르므로
``Weights(*layer.get_weights())`` 로 그대로 옮겨 옵니다.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import FloatArray, check_finite


class Weights(NamedTuple):
    """순환층 하나의 가중치.

    Attributes:
        W: 입력에 곱하는 가중치. ``(n_inputs, units)``, LSTM은 ``(n_inputs, 4·units)``.
        U: 이전 은닉 상태에 곱하는 가중치. ``(units, units)`` 또는 ``(units, 4·units)``.
        b: 편향. ``(units,)`` 또는 ``(4·units,)``.
    """

    W: FloatArray
    U: FloatArray
    b: FloatArray


class LSTMStates(NamedTuple):
    """LSTM이 지나며 남긴 값. 모두 모양이 같습니다.

    Attributes:
        h: 은닉 상태.
        c: 셀 상태.
        i: 입력 게이트.
        f: 망각 게이트.
        g: 후보 값.
        o: 출력 게이트.
    """

    h: FloatArray
    c: FloatArray
    i: FloatArray
    f: FloatArray
    g: FloatArray
    o: FloatArray


def sigmoid(z: FloatArray) -> FloatArray:
    """``1 / (1 + exp(−z))``. tanh로 써서 큰 ``|z|`` 에서도 넘치지 않습니다."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def rnn_step(weights: Weights, x: FloatArray, h: FloatArray) -> FloatArray:
    """순환 신경망의 한 시점. 새 은닉 상태를 돌려줍니다.

    Args:
        weights: 순환 신경망의 가중치.
        x: 지금 입력. ``(batch, n_inputs)``.
        h: 이전 은닉 상태. ``(batch, units)``.

    Returns:
        ``(batch, units)``.
    """
    W, U, b = weights
    return np.tanh(x @ W + h @ U + b)


def lstm_step(weights: Weights, x: FloatArray, h: FloatArray, c: FloatArray) -> LSTMStates:
    """LSTM의 한 시점 (Gers, Schmidhuber, Cummins 2000). 새 상태와 게이트를 돌려줍니다.

    Args:
        weights: LSTM의 가중치. 열은 ``i, f, g, o`` 차례입니다.
        x: 지금 입력. ``(batch, n_inputs)``.
        h: 이전 은닉 상태. ``(batch, units)``.
        c: 이전 셀 상태. ``(batch, units)``.

    Returns:
        여섯 값, 각각 ``(batch, units)``.
    """
    W, U, b = weights
    zi, zf, zg, zo = np.split(x @ W + h @ U + b, 4, axis=-1)
    i = sigmoid(zi)
    f = sigmoid(zf)
    g = np.tanh(zg)
    o = sigmoid(zo)
    c = f * c + i * g
    h = o * np.tanh(c)
    return LSTMStates(h, c, i, f, g, o)


def run_rnn(weights: Weights, inputs: ArrayLike) -> FloatArray:
    """상태 0에서 시작해 시퀀스 전체를 읽습니다.

    Args:
        weights: 순환 신경망의 가중치.
        inputs: ``(batch, timesteps, n_inputs)``.

    Returns:
        모든 시점의 은닉 상태. ``(batch, timesteps, units)``.

    Raises:
        ValueError: 입력의 축이 셋이 아니거나 값이 유한하지 않을 때.
    """
    x = check_finite("inputs", inputs, ranks={3})
    h = np.zeros((x.shape[0], weights.U.shape[0]))
    states = np.empty((*x.shape[:2], weights.U.shape[0]))
    for t in range(x.shape[1]):
        states[:, t] = h = rnn_step(weights, x[:, t], h)
    return states


def run_lstm(weights: Weights, inputs: ArrayLike) -> LSTMStates:
    """상태 0에서 시작해 시퀀스 전체를 읽습니다.

    Args:
        weights: LSTM의 가중치.
        inputs: ``(batch, timesteps, n_inputs)``.

    Returns:
        모든 시점의 여섯 값, 각각 ``(batch, timesteps, units)``.

    Raises:
        ValueError: 입력의 축이 셋이 아니거나 값이 유한하지 않을 때.
    """
    x = check_finite("inputs", inputs, ranks={3})
    h = c = np.zeros((x.shape[0], weights.U.shape[0]))
    steps = np.empty((len(LSTMStates._fields), *x.shape[:2], weights.U.shape[0]))
    for t in range(x.shape[1]):
        step = lstm_step(weights, x[:, t], h, c)
        steps[:, :, t] = step
        h, c = step.h, step.c
    return LSTMStates(*steps)
