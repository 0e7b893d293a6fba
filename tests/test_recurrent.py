from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond.recurrent import CELLS, Draws, hidden_states, recurrent_layer
from cosine_rnn.support.backend import keras

STARTS = {
    "rnn": (np.tanh, "orthogonal"),
    "identity": (np.tanh, "identity"),
    "relu": (lambda z: np.maximum(z, 0), "orthogonal"),
    "irnn": (lambda z: np.maximum(z, 0), "identity"),
}


def model_with(cell: str, seed: int = 0) -> Any:
    layer = recurrent_layer(cell, 6, Draws(seed), return_sequences=True)
    return keras.Sequential([keras.Input((9, 4)), layer])


@pytest.mark.parametrize("cell", CELLS)
def test_hidden_states_are_those_of_keras(cell: str):
    model = model_with(cell)
    inputs = np.random.default_rng(1).normal(size=(5, 9, 4))
    np.testing.assert_allclose(hidden_states(model, inputs), model(inputs), atol=1e-5)


@pytest.mark.parametrize("cell", STARTS)
def test_each_recurrent_network_starts_as_its_name_says(cell: str):
    activation, start = STARTS[cell]
    model = model_with(cell)
    _, U, b = model.layers[0].get_weights()
    np.testing.assert_allclose(U @ U.T, np.eye(6), atol=1e-5)
    assert np.allclose(U, np.eye(6)) == (start == "identity")
    np.testing.assert_array_equal(b, 0)
    W = model.layers[0].get_weights()[0]
    first = np.random.default_rng(2).normal(size=(3, 9, 4))
    np.testing.assert_allclose(
        hidden_states(model, first)[:, 0], activation(first[:, 0] @ W), atol=1e-5
    )


def test_only_what_differs_between_cells_differs_for_a_seed():
    weights = {cell: model_with(cell, seed=3).layers[0].get_weights() for cell in STARTS}
    for cell in STARTS:
        np.testing.assert_array_equal(weights[cell][0], weights["rnn"][0])
    np.testing.assert_array_equal(weights["relu"][1], weights["rnn"][1])
    np.testing.assert_array_equal(weights["irnn"][1], weights["identity"][1])
    other = model_with("rnn", seed=4).layers[0].get_weights()
    assert (other[0] != weights["rnn"][0]).any()


def test_unknown_cell_is_rejected():
    with rejects("cell"):
        recurrent_layer("gru", 6, Draws(0))
