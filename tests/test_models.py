from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, randomize, rejects
from cosine_rnn.cells import Weights
from cosine_rnn.forecast import stateful_forecaster
from cosine_rnn.models import (
    build_lstm,
    build_mlp,
    build_stateful_lstm,
    closed_loop,
    in_double_precision,
    initialize,
    lstm_layers,
    next_value,
    reset_state,
    state_step,
    weights_of,
    with_batch_size,
)
from cosine_rnn.support.backend import keras, layers

BATCH, TIMESTEPS = 3, 8
VALUES = np.random.default_rng(7).normal(size=(BATCH, TIMESTEPS))
UNITS = [(5,), (4, 3, 2)]


def stateful_model(units: tuple[int, ...], *, timesteps: int = TIMESTEPS) -> Any:
    model = build_stateful_lstm(batch_size=BATCH, timesteps=timesteps, units=units)
    return randomize(model, seed=len(units))


def states(model: Any) -> list[np.ndarray]:
    return [state.numpy() for layer in lstm_layers(model) for state in layer.states]


def read(model: Any, values: np.ndarray) -> np.ndarray:
    """Keras's outputs for the next values, from the state the model is in."""
    return model.predict_on_batch(values[:, :, None])[:, :, 0]


@pytest.mark.parametrize(
    "build",
    [
        lambda: build_mlp(window_length=TIMESTEPS, units=(5, 3)),
        lambda: build_lstm(window_length=TIMESTEPS, units=(4, 3)),
        lambda: build_stateful_lstm(batch_size=2, timesteps=TIMESTEPS, units=(4, 3)),
    ],
)
def test_first_weights_are_those_of_keras_and_of_the_seed_alone(build: Any):
    keras.utils.set_random_seed(11)
    expected = build().get_weights()
    model = build()  # Another draw of the numbers that the whole process shares.
    assert not np.array_equal(model.get_weights()[0], expected[0])
    initialize(model, 11)
    for mine, theirs in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("build", [build_mlp, build_lstm])
@pytest.mark.parametrize("units", UNITS)
def test_next_value_equals_keras(build: Any, units: tuple[int, ...]):
    model = randomize(build(window_length=TIMESTEPS, units=units), seed=1)
    expected = model.predict_on_batch(VALUES[:, :, None])
    assert expected.shape == (BATCH, 1)
    np.testing.assert_allclose(next_value(model)(VALUES), expected[:, 0], atol=1e-5)


def test_layers_are_as_many_and_as_wide_as_asked():
    for build in (build_mlp, build_lstm):
        model = build(window_length=6, units=(4, 2))
        assert (model.input_shape, model.output_shape) == ((None, 6, 1), (None, 1))
        assert [layer.units for layer in model.layers if hasattr(layer, "units")] == [4, 2, 1]
    model = build_stateful_lstm(batch_size=2, timesteps=5, units=(4, 2))
    assert model.input_shape == model.output_shape == (2, 5, 1)
    assert [layer.units for layer in lstm_layers(model)] == [4, 2]
    assert lstm_layers(build_mlp(window_length=6)) == []


@pytest.mark.parametrize("units", UNITS)
def test_state_step_equals_keras_and_leaves_its_state_alone(units: tuple[int, ...]):
    model = stateful_model(units)
    expected = read(model, VALUES)
    before, step, state = states(model), state_step(model), None
    for t in range(TIMESTEPS):
        output, state = step(VALUES[:, t], state)
        np.testing.assert_allclose(output, expected[:, t], atol=1e-5)
    assert state is not None
    for ours, theirs in zip(state, before, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    for after, kept in zip(states(model), before, strict=True):
        np.testing.assert_array_equal(after, kept)


def test_state_is_kept_from_batch_to_batch():
    whole = stateful_model((4, 3))
    halves = with_batch_size(whole, BATCH, timesteps=TIMESTEPS // 2)
    expected = read(whole, VALUES)
    first, second = np.split(VALUES, 2, axis=1)
    np.testing.assert_allclose(read(halves, first), expected[:, : TIMESTEPS // 2], atol=1e-6)
    np.testing.assert_allclose(read(halves, second), expected[:, TIMESTEPS // 2 :], atol=1e-6)
    # Were the state lost, the second half would come out otherwise.
    reset_state(halves)
    assert np.abs(read(halves, second) - expected[:, TIMESTEPS // 2 :]).max() > 1e-3


def test_reset_state_makes_every_state_zero():
    model = stateful_model((4, 3))
    first = read(model, VALUES)
    assert all(np.abs(state).max() > 0 for state in states(model))
    assert np.abs(read(model, VALUES) - first).max() > 1e-3
    reset_state(model)
    assert [np.abs(state).max() for state in states(model)] == [0] * 4
    np.testing.assert_array_equal(read(model, VALUES), first)


def test_other_batch_size_gives_the_same_outputs_from_state_zero():
    model = stateful_model((4, 3))
    expected = read(model, VALUES)
    single = with_batch_size(model, 1, timesteps=TIMESTEPS)
    for row in range(BATCH):
        reset_state(single)
        np.testing.assert_allclose(
            read(single, VALUES[row : row + 1]), expected[row : row + 1], atol=1e-6
        )
    one_step = with_batch_size(model, BATCH)
    outputs = [read(one_step, VALUES[:, t : t + 1]) for t in range(TIMESTEPS)]
    np.testing.assert_allclose(np.concatenate(outputs, axis=1), expected, atol=1e-6)


def test_weights_of_a_layer_are_its_own_in_double_precision():
    layer = layers.LSTM(3)
    layer.build((1, 2, 2))
    weights = weights_of(layer)
    assert isinstance(weights, Weights)
    assert [w.dtype for w in weights] == [np.float64] * 3
    assert [w.shape for w in weights] == [(2, 12), (3, 12), (12,)]


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("build", [build_mlp, build_lstm])
def test_double_precision_equals_the_numpy_cells(build: Any, units: tuple[int, ...]):
    model = randomize(build(window_length=TIMESTEPS, units=units), seed=1)
    double = in_double_precision(model)
    outputs = double(VALUES[:, :, None]).numpy()
    assert outputs.dtype == np.float64
    np.testing.assert_allclose(outputs[:, 0], next_value(model)(VALUES), atol=1e-13)
    assert model.get_weights()[0].dtype == np.float32


@pytest.mark.parametrize("units", UNITS)
def test_closed_loop_with_every_value_given_equals_teacher_forcing(units: tuple[int, ...]):
    model = stateful_model(units)
    inputs = np.stack([VALUES, np.ones_like(VALUES)], axis=-1)
    outputs = closed_loop(model)(inputs)
    np.testing.assert_allclose(outputs[:, :, 0], read(model, VALUES), atol=1e-5)


@pytest.mark.parametrize("units", UNITS)
def test_closed_loop_after_its_warm_up_equals_the_stateful_forecast(units: tuple[int, ...]):
    warm_up, horizon = 5, 12
    model = stateful_model(units)
    forecast = stateful_forecaster(state_step(model), warm_up=warm_up)(VALUES[:, :warm_up], horizon)
    timesteps = warm_up + horizon - 1
    inputs = np.full((BATCH, timesteps, 2), 99.0)  # What is not given must not be seen.
    inputs[:, :warm_up, 0] = VALUES[:, :warm_up]
    inputs[:, :, 1] = np.arange(timesteps) < warm_up
    outputs = closed_loop(in_double_precision(model))(inputs)[:, :, 0]
    np.testing.assert_allclose(outputs[:, warm_up - 1 :], forecast, atol=1e-12)


def test_closed_loop_shares_its_weights_with_the_model():
    model = stateful_model((2,))
    looped = closed_loop(model)
    ours = {id(variable) for variable in model.trainable_variables}
    assert {id(variable) for variable in looped.trainable_variables} == ours


@pytest.mark.parametrize("build", [build_mlp, build_lstm])
def test_window_models_reject_bad_sizes(build: Any):
    for value in NOT_POSITIVE_INTEGERS:
        with rejects("window_length", repr(value)):
            build(window_length=value)
        with rejects("units", repr(value)):
            build(window_length=4, units=(3, value))
    with rejects("units", r"\(\)"):
        build(window_length=4, units=())


@pytest.mark.parametrize("argument", ["batch_size", "timesteps"])
def test_stateful_models_reject_bad_sizes(argument: str):
    model = stateful_model((2,))
    for value in NOT_POSITIVE_INTEGERS:
        sizes: dict[str, Any] = {"batch_size": 2, "timesteps": 3, argument: value}
        with rejects(argument, repr(value)):
            build_stateful_lstm(**sizes)
        with rejects(argument, repr(value)):
            with_batch_size(model, **sizes)
    with rejects("units", r"\(\)"):
        build_stateful_lstm(batch_size=1, timesteps=1, units=())


@pytest.mark.parametrize(
    "use",
    [reset_state, state_step, lambda m: with_batch_size(m, 1), closed_loop],
    ids=["reset_state", "state_step", "with_batch_size", "closed_loop"],
)
def test_a_model_without_stateful_layers_is_rejected(use: Any):
    for model in (build_mlp(window_length=4), build_lstm(window_length=4)):
        with rejects("model", f"'{model.name}'"):
            use(model)


def test_what_is_not_known_is_refused_and_never_skipped():
    stack = [
        keras.Input(batch_shape=(1, 4, 1)),
        layers.LSTM(2, stateful=True, return_sequences=True),
    ]
    mixed = keras.Sequential([*stack, layers.Dense(3, activation="relu"), layers.Dense(1)])
    for use in (state_step, closed_loop):
        with rejects("model", "dense"):
            use(mixed)
    convolution = keras.Sequential([keras.Input((4, 1)), layers.Conv1D(2, 2), layers.Dense(1)])
    with rejects("model", "conv1d"):
        initialize(convolution, seed=0)


def test_hidden_layer_with_another_activation_is_read_by_keras():
    hidden = layers.Dense(3, activation="relu")
    model = keras.Sequential([keras.Input((4, 1)), layers.Flatten(), hidden, layers.Dense(1)])
    window = np.random.default_rng(0).normal(size=(5, 4))
    expected = model.predict_on_batch(window[:, :, None])[:, 0]
    np.testing.assert_allclose(next_value(model)(window), expected, atol=1e-6)


def test_window_model_with_a_cell_of_its_own_is_read_by_keras():
    model = keras.Sequential([keras.Input((4, 1)), layers.GRU(3), layers.Dense(1)])
    initialize(model, seed=1)
    window = np.random.default_rng(0).normal(size=(5, 4))
    expected = model.predict_on_batch(window[:, :, None])[:, 0]
    np.testing.assert_allclose(next_value(model)(window), expected, atol=1e-6)
    keras.utils.set_random_seed(1)
    ours = keras.Sequential([keras.Input((4, 1)), layers.GRU(3), layers.Dense(1)])
    for one, other in zip(model.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_closed_loop_cell_starts_from_zero():
    cell = layers.RNN(keras.layers.LSTMCell(2)).cell
    ours = closed_loop(stateful_model((2,))).cell
    assert [s.shape for s in ours.get_initial_state(3)] == [
        *(s.shape for s in cell.get_initial_state(3)),
        (3, 1),
    ]
    assert all(not np.any(state) for state in ours.get_initial_state(3))
