from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import randomize, rejects
from cosine_rnn.cells import (
    LSTMStates,
    Weights,
    lstm_step,
    rnn_step,
    run_lstm,
    run_rnn,
    sigmoid,
)
from cosine_rnn.support.backend import layers

SIZES = [  # seed, batch, timesteps, n_inputs, units
    (0, 1, 1, 1, 1),
    (1, 2, 12, 1, 5),
    (2, 5, 7, 3, 4),
    (3, 3, 20, 2, 8),
]


def case(kind: Any, size: tuple[int, ...]) -> tuple[Any, Weights, np.ndarray]:
    """A Keras layer in double precision, its weights, and inputs for it."""
    seed, batch, timesteps, n_inputs, units = size
    layer = kind(units, return_sequences=True, dtype="float64")
    layer.build((batch, timesteps, n_inputs))
    randomize(layer, seed, scale=1.0)
    inputs = np.random.default_rng(seed + 100).normal(size=(batch, timesteps, n_inputs))
    return layer, Weights(*layer.get_weights()), inputs


@pytest.mark.parametrize("size", SIZES)
def test_run_rnn_reproduces_keras(size: tuple[int, ...]):
    layer, weights, inputs = case(layers.SimpleRNN, size)
    np.testing.assert_allclose(run_rnn(weights, inputs), layer(inputs), atol=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_run_lstm_reproduces_states_and_gates_of_keras(size: tuple[int, ...]):
    layer, weights, inputs = case(layers.LSTM, size)
    _, batch, timesteps, _, units = size
    ours = run_lstm(weights, inputs)
    np.testing.assert_allclose(ours.h, layer(inputs), atol=1e-12)

    # Keras's states after t steps, from runs of t steps; then each gate from its own slice.
    layer.return_state = True
    after = [[np.zeros((batch, units))] * 2]
    after += [[np.asarray(s) for s in layer(inputs[:, :t])[1:]] for t in range(1, timesteps + 1)]
    h, c = np.stack(after, axis=2)
    np.testing.assert_allclose(ours.c, c[:, 1:], atol=1e-12)
    cell = layer.cell
    kernel, recurrent_kernel, bias = (
        weight.numpy() for weight in (cell.kernel, cell.recurrent_kernel, cell.bias)
    )
    for k, (name, activation) in enumerate(
        [("i", logistic), ("f", logistic), ("g", np.tanh), ("o", logistic)]
    ):
        gate = slice(k * units, (k + 1) * units)
        z = inputs @ kernel[:, gate] + h[:, :-1] @ recurrent_kernel[:, gate] + bias[gate]
        np.testing.assert_allclose(getattr(ours, name), activation(z), atol=1e-12, err_msg=name)


def logistic(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def test_a_run_is_its_steps_one_after_another():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 5, 3))
    rnn = Weights(rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4))
    lstm = Weights(rng.normal(size=(3, 16)), rng.normal(size=(4, 16)), rng.normal(size=16))
    r = h = c = np.zeros((2, 4))
    for t in range(5):
        r = rnn_step(rnn, inputs[:, t], r)
        states = lstm_step(lstm, inputs[:, t], h, c)
        h, c = states.h, states.c
        np.testing.assert_array_equal(run_rnn(rnn, inputs)[:, t], r)
        for ours, step in zip(run_lstm(lstm, inputs), states, strict=True):
            np.testing.assert_array_equal(ours[:, t], step)


def test_open_forget_gate_and_closed_input_gate_keep_the_cell_state():
    b = np.array([-50.0, 50.0, 0.3, 0.0])  # i, f, g, o
    states = lstm_step(
        Weights(np.zeros((1, 4)), np.zeros((1, 4)), b),
        np.ones((1, 1)),
        np.zeros((1, 1)),
        np.full((1, 1), 0.7),
    )
    assert isinstance(states, LSTMStates)
    assert states.c.item() == pytest.approx(0.7)
    assert states.h.item() == pytest.approx(0.5 * np.tanh(0.7))


def test_sigmoid_has_its_closed_form_and_does_not_overflow():
    z = np.linspace(-30, 30, 601, dtype=np.float64)
    np.testing.assert_allclose(sigmoid(z), logistic(z), atol=1e-15)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(sigmoid(np.array([-1e308, -1e4, 0, 1e4])), [0, 0, 0.5, 1])


@pytest.mark.parametrize("run", [run_rnn, run_lstm])
def test_runs_reject_what_is_no_finite_sequence(run: Any):
    weights = Weights(np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    with rejects("inputs", r"shape=\(2, 3\)"):
        run(weights, np.zeros((2, 3)))
    with rejects("inputs", r"\[0, 1, 0\]에 nan"):
        run(weights, [[[0.0], [np.nan]]])
