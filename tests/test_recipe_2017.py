from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, STATEFUL_MODELS, rejects
from cosine_rnn import models
from cosine_rnn.config import LECTURE_MODELS
from cosine_rnn.experiments import recipe_2017
from cosine_rnn.experiments.recipe_2017 import (
    RecipeRun,
    RecipeTask,
    build_recipe,
    forecast_in_signal_units,
    measure,
    recipe_data,
    stored_run,
    stored_runs,
    train_recipe,
)
from cosine_rnn.support.backend import keras, layers

RUN = RecipeRun(
    model="mlp",
    seed=0,
    epochs=2,
    dropout=0.3,
    seconds=1.25,
    test_mse=0.125,
    loss=np.array([0.1, 0.05]),
    validation_loss=np.array([0.5, 0.25]),
    forecast=np.array([0.0, 0.5, 1.0]),
)


def test_windows_are_the_published_ones():
    train, validation, test = recipe_data()
    assert [len(windows.inputs) for windows in (train, validation, test)] == [760, 360, 360]
    scaled = (np.cos(2 * np.pi * np.arange(1600) / 100) + 1) / 2
    np.testing.assert_allclose(train.inputs[0, :, 0], scaled[:40], atol=1e-12)
    np.testing.assert_allclose(validation.inputs[0, :, 0], scaled[800:840], atol=1e-12)
    np.testing.assert_allclose(test.targets[:, 0], scaled[1240:], atol=1e-12)


def test_published_test_data_repeat_the_training_data():
    # The period divides the split: the recipe's test measures what training has seen.
    train, _, test = recipe_data()
    np.testing.assert_allclose(test.inputs, train.inputs[:360], atol=1e-12)
    np.testing.assert_allclose(test.targets, train.targets[:360], atol=1e-12)


def described(model: Any) -> list[Any]:
    """Each layer in a word, Dropout with its rate."""
    words = []
    for layer in model.layers:
        kind = type(layer).__name__
        words.append((kind, getattr(layer, "units", getattr(layer, "rate", None))))
    return words


def test_layers_are_the_published_ones():
    dense, lstm, dropout = ("Dense", 32), ("LSTM", 32), ("Dropout", 0.3)
    head = ("Dense", 1)
    assert {model: described(build_recipe(model)) for model in LECTURE_MODELS} == {
        "mlp": [("Flatten", None), *[dense, dropout] * 3, head],
        "lstm": [lstm, dropout, head],
        "stateful": [lstm, dropout, head],
        "stacked": [*[lstm, dropout] * 3, head],
    }
    assert ("Dropout", 0.1) in described(build_recipe("mlp", dropout=0.1))


def test_only_stateful_models_keep_their_state_and_see_one_window_at_a_time():
    for name in LECTURE_MODELS:
        network = build_recipe(name)
        stateful = name in STATEFUL_MODELS
        assert network.input_shape == (1 if stateful else None, 40, 1)
        assert {layer.stateful for layer in models.lstm_layers(network)} <= {stateful}


def test_lstm_gates_are_the_piecewise_linear_ones_of_2017():
    z = np.array([-9, -2.5, -1, 0, 1, 2.5, 9])
    for name in LECTURE_MODELS[1:]:
        for layer in models.lstm_layers(build_recipe(name)):
            gate = keras.ops.convert_to_numpy(layer.recurrent_activation(z))
            np.testing.assert_allclose(gate, [0, 0, 0.3, 0.5, 0.7, 1, 1], atol=1e-7)
    dense = [layer for layer in build_recipe("mlp").layers if isinstance(layer, layers.Dense)]
    minus_one = keras.ops.convert_to_tensor(-1.0)
    assert [float(layer.activation(minus_one)) for layer in dense] == [0, 0, 0, -1]


def moved(optimizer: Any, gradients: list[float]) -> list[float]:
    """Where the optimizer moves a weight that starts at zero."""
    weight, path = keras.Variable(0.0), []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        path.append(float(weight))
    return path


def test_optimizers_step_as_they_did_in_2017():
    gradients = [0.1, -0.2, 1e-5]
    # Adagrad of Keras 2.0: w -= .01·g / (sqrt(Σg²) + 1e-8), the sum starting at zero.
    sums = np.cumsum(np.square(gradients))
    adagrad = np.cumsum(-0.01 * np.array(gradients) / (np.sqrt(sums) + 1e-8))
    np.testing.assert_allclose(moved(build_recipe("mlp").optimizer, gradients), adagrad, rtol=1e-4)
    m = v = w = 0.0
    adam = []
    for t, g in enumerate(gradients, start=1):  # Kingma and Ba (2015), algorithm 1.
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 0.001 * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
        adam.append(w)
    for name in LECTURE_MODELS[1:]:
        np.testing.assert_allclose(moved(build_recipe(name).optimizer, gradients), adam, rtol=1e-4)


def test_cheap_rerun_gives_the_first_losses_of_the_stored_run():
    reports: list[tuple[int, int, float]] = []
    task = RecipeTask(model="mlp", seed=0, epochs=3)
    _, history = train_recipe(task, on_epoch=lambda *report: reports.append(report))
    stored = stored_run("mlp", seed=0)
    np.testing.assert_allclose(history["loss"], stored.loss[:3], rtol=2e-2)
    np.testing.assert_allclose(history["val_loss"], stored.validation_loss[:3], rtol=2e-2)
    assert reports == [(k + 1, 3, loss) for k, loss in enumerate(history["loss"])]


def test_run_is_the_training_its_test_and_its_forecast():
    row = measure(RecipeTask(model="lstm", seed=0, epochs=1))
    assert [len(row[name]) for name in ("loss", "validation_loss", "forecast")] == [1, 1, 250]
    assert np.isfinite([*row["forecast"], row["test_mse"], row["seconds"]]).all()


@pytest.mark.parametrize("dropout", [0.3, 0.0])
def test_stored_runs_are_whole(dropout: float):
    runs = [run for run in stored_runs() if run.dropout == dropout]
    names = LECTURE_MODELS if dropout else {run.model for run in runs}
    assert runs
    assert sorted((run.model, run.seed) for run in runs) == sorted(
        (model, seed) for model in names for seed in range(3)
    )
    for run in runs:
        assert run.epochs == len(run.loss) == len(run.validation_loss) == 200
        assert len(run.forecast) == 250
        numbers = [run.seconds, run.test_mse, *run.loss, *run.validation_loss, *run.forecast]
        assert np.isfinite(numbers).all()
        assert run.loss[-1] < run.loss[0]


def test_stored_run_is_found_by_model_seed_and_dropout():
    run = stored_run("lstm", seed=2)
    assert (run.model, run.seed, run.dropout) == ("lstm", 2, 0.3)
    for wanted in ({"model": "perceptron"}, {"seed": 99}, {"dropout": 0.25}):
        arguments: dict[str, Any] = {"model": "mlp", **wanted}
        with rejects("model, seed, dropout", repr(next(iter(wanted.values())))):
            stored_run(**arguments)


def test_state_is_reset_at_each_epoch_and_before_test_and_forecast(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(recipe_2017, "LENGTHS", (44, 42, 42))
    monkeypatch.setattr(recipe_2017, "UNITS", 2)
    monkeypatch.setattr(recipe_2017, "HORIZON", 3)
    resets = []

    def reset_state(model: Any) -> None:
        real(model)
        resets.append(model.name)

    real = models.reset_state
    monkeypatch.setattr(models, "reset_state", reset_state)
    row = measure(RecipeTask(model="stateful", seed=0, epochs=2))
    assert resets == ["stateful"] * 4
    assert [len(row[name]) for name in ("loss", "validation_loss", "forecast")] == [2, 2, 3]


def test_forecast_in_signal_units_stands_beside_the_wave():
    truth, forecast = forecast_in_signal_units(RUN)
    # The first test window ends where step 1240 begins.
    np.testing.assert_allclose(truth, np.cos(2 * np.pi * np.arange(1240, 1243) / 100), atol=1e-12)
    np.testing.assert_array_equal(forecast, [-1, 0, 1])


def test_bad_arguments_are_rejected_before_training():
    for make in (
        lambda: RecipeTask(model="perceptron", seed=0),
        lambda: build_recipe("perceptron"),
    ):
        with rejects("model", "'perceptron'"):
            make()
    for seed in (-1, 0.5, None, 2**32):
        with rejects("seed", repr(seed)):
            RecipeTask(model="mlp", seed=seed)  # pyright: ignore[reportArgumentType]
    for epochs in NOT_POSITIVE_INTEGERS:
        with rejects("epochs", repr(epochs)):
            RecipeTask(model="mlp", seed=0, epochs=epochs)
    for dropout in (-0.1, 1.0, float("nan")):
        with rejects("dropout", repr(dropout)):
            RecipeTask(model="mlp", seed=0, dropout=dropout)
        with rejects("dropout", repr(dropout)):
            build_recipe("mlp", dropout=dropout)
