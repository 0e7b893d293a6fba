"""Every row of the tables in book/appendix/keras-3.md is proven here.

The 2017 behaviour is written out in NumPy from the source of Keras 2.0.8 (optimizers.py,
layers/recurrent.py, backend/tensorflow_backend.py), which Python 3.10 and later cannot import.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import pytest
import tensorflow as tf
from cosine_rnn.experiments import recipe_2017
from keras import layers

PAGE = Path(__file__).parents[1] / "book" / "appendix" / "keras-3.md"
TIMESTEPS, UNITS = 6, 4
KERAS = tuple(int(part) for part in keras.__version__.split(".")[:2])


# --- material -------------------------------------------------------------------------------


def windows(count: int) -> np.ndarray:
    """Cosine windows of different phase, (count, TIMESTEPS, 1)."""
    phase = np.arange(count)[:, None] + 0.3 * np.arange(TIMESTEPS)
    return np.cos(phase)[..., None].astype("float32")


def stateful(batch_size: int, **compile_with: Any) -> Any:
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(batch_size, TIMESTEPS, 1)),
            layers.LSTM(UNITS, stateful=True),
            layers.Dense(1),
        ]
    )
    model.compile(**{"loss": "mean_squared_error", "optimizer": "sgd", **compile_with})
    return model


def classifier() -> Any:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def labelled(count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(count, 3)).astype("float32")
    return x, np.arange(count) % 2


def batches(count: int = 8) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        yield labelled(count)


def load(path: Path, **settings: Any) -> Any:
    return keras.models.load_model(path, **settings)


def states(model: Any) -> list[np.ndarray]:
    return [state.numpy() for state in model.layers[0].states]


def steps(optimizer: Any, gradients: list[float]) -> np.ndarray:
    """How far the optimizer moves one weight at each of the given gradients."""
    weight, path = keras.Variable(0.0), [0.0]
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        path.append(float(weight))
    return -np.diff(path)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def hard_sigmoid_2017(x: Any) -> Any:
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def numpy_lstm(
    x: np.ndarray, weights: list[np.ndarray], gate: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Last hidden state, (batch, units); gates in the order i, f, g, o as in Keras."""
    kernel, recurrent_kernel, bias = weights
    h = c = np.zeros((len(x), recurrent_kernel.shape[0]))
    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent_kernel + bias
        i, f, g, o = np.split(z, 4, axis=1)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
    return h


# --- rows that raise ------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    row: str
    call: Callable[[Path], object]
    error: type[Exception]
    match: str
    case: str = field(default="")

    @property
    def name(self) -> str:
        return f"{self.row}-{self.case}" if self.case else self.row


def lstm_input_dim(_: Path) -> None:
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim` argument"):
        keras.Sequential().add(layers.LSTM(UNITS, input_dim=1))


def load_h5_with_mse(folder: Path) -> None:
    stateful(1, loss="mse").save(folder / "x.h5")
    load(folder / "x.h5")


def call(method: str, *args: Any, **kwargs: Any) -> Callable[[Path], object]:
    return lambda _: getattr(classifier(), method)(*args, **kwargs)


def load_module(module: str) -> Callable[[Path], object]:
    return lambda _: import_module(module)


def import_timeseries_generator(_: Path) -> None:
    from keras.preprocessing.sequence import (  # noqa: F401
        TimeseriesGenerator,  # pyright: ignore[reportAttributeAccessIssue]
    )


X, Y = labelled()

BROKEN = [
    Broken(
        "batch_input_shape",
        lambda _: layers.LSTM(UNITS, batch_input_shape=(1, 40, 1), stateful=True),
        ValueError,
        r"Unrecognized keyword arguments passed to LSTM: \{'batch_input_shape': \(1, 40, 1\)\}",
    ),
    Broken("input_dim", lstm_input_dim, ValueError, "expected ndim=3, found ndim=2"),
    Broken(
        "reset_states",
        lambda _: getattr(stateful(1), "reset_" + "states")(),
        AttributeError,
        "'Sequential' object has no attribute 'reset_states'",
    ),
    Broken("nb_epoch", call("fit", X, Y, nb_epoch=1), TypeError, "keyword argument 'nb_epoch'"),
    *(
        Broken(
            "lr",
            lambda _, name=name: getattr(keras.optimizers, name)(lr=0.001),
            ValueError,
            r"Argument\(s\) not recognized: \{'lr': 0.001\}",
            case=name,
        )
        for name in ("Adam", "Adagrad", "SGD", "RMSprop")
    ),
    *(
        Broken(row, call(name, argument), AttributeError, f"has no attribute '{name}'", case=name)
        for row, name, argument in (
            ("predict_classes", "predict_classes", X),
            ("predict_classes", "predict_proba", X),
            ("fit_generator", "fit_generator", batches()),
            ("fit_generator", "evaluate_generator", batches()),
            ("fit_generator", "predict_generator", batches()),
        )
    ),
    *(
        Broken(
            "layers.core",
            load_module(module),
            ModuleNotFoundError,
            f"No module named '{module}'",
            case=module,
        )
        for module in ("keras.layers.core", "keras.layers.recurrent", "keras.utils.np_utils")
    ),
    Broken(
        "TimeseriesGenerator",
        import_timeseries_generator,
        ImportError,
        "cannot import name 'TimeseriesGenerator' from 'keras.preprocessing.sequence'",
    ),
    Broken(
        "acc",
        lambda _: classifier().fit(X, Y, verbose=0).history["acc"],
        KeyError,
        "acc",
    ),
    Broken(
        "h5",
        lambda folder: stateful(1).save_weights(folder / "w.h5"),
        ValueError,
        r"The filename must end in `\.weights\.h5`",
        case="save_weights",
    ),
    Broken(
        "h5",
        load_h5_with_mse,
        ValueError,
        "Could not deserialize 'keras.metrics.mse'",
        case="load_model",
    ),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_old_call_raises(broken: Broken, tmp_path: Path) -> None:
    with pytest.raises(broken.error, match=broken.match) as caught:
        broken.call(tmp_path)
    assert caught.type is broken.error


# --- the calls that replace them ------------------------------------------------------------


def new_batch_input_shape(_: Path) -> None:
    many, one = stateful(20), stateful(1)
    assert many.input_shape == (20, TIMESTEPS, 1)
    assert [state.shape for state in states(many)] == [(20, UNITS)] * 2
    one.set_weights(many.get_weights())
    streams = windows(20)
    singles = []
    for stream in streams:
        one.layers[0].reset_state()
        singles.append([one.predict_on_batch(stream[None])[0] for _ in range(2)])
    expected = np.array([many.predict_on_batch(streams) for _ in range(2)]).swapaxes(0, 1)
    np.testing.assert_allclose(singles, expected, atol=1e-6)


def new_input_dim(_: Path) -> None:
    model = keras.Sequential([keras.Input((None, 1)), layers.LSTM(UNITS)])
    assert model.input_shape == (None, None, 1)
    for timesteps in (2, TIMESTEPS):
        x = windows(3)[:, :timesteps]
        expected = numpy_lstm(x, model.get_weights(), sigmoid)
        np.testing.assert_allclose(model(x).numpy(), expected, atol=1e-6)


def new_reset_states(_: Path) -> None:
    model = stateful(2)
    first = model.predict_on_batch(windows(2))
    assert all(np.all(state != 0) for state in states(model))
    model.layers[0].reset_state()
    assert all(np.all(state == 0) for state in states(model))
    np.testing.assert_array_equal(model.predict_on_batch(windows(2)), first)


def new_nb_epoch(_: Path) -> None:
    assert classifier().fit(X, Y, epochs=3, verbose=0).epoch == [0, 1, 2]


def new_lr(_: Path) -> None:
    for name in ("Adam", "Adagrad", "SGD", "RMSprop"):
        optimizer = getattr(keras.optimizers, name)(learning_rate=0.25)
        assert float(optimizer.learning_rate) == 0.25


def new_predict_classes(_: Path) -> None:
    model = classifier()
    probability = model.predict(X, verbose=0)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(probability.sum(axis=-1), 1, atol=1e-6)
    np.testing.assert_array_equal(probability.argmax(axis=-1), (X @ kernel + bias).argmax(axis=-1))


def new_fit_generator(_: Path) -> None:
    model = classifier()
    history = model.fit(batches(), steps_per_epoch=3, epochs=2, shuffle=False, verbose=0)
    assert int(model.optimizer.iterations) == 6
    assert len(history.history["loss"]) == 2
    from_batches = model.evaluate(batches(), steps=2, verbose=0)
    np.testing.assert_allclose(from_batches, model.evaluate(X, Y, verbose=0), rtol=1e-5)
    assert model.predict(((x,) for x, _ in batches()), steps=2, verbose=0).shape == (16, 2)
    with pytest.raises(ValueError, match="the generator must return a tuple"):
        model.predict((x for x, _ in batches()), steps=2, verbose=0)


def new_layers_core(_: Path) -> None:
    assert {layers.Dense.__name__, layers.LSTM.__name__} == {"Dense", "LSTM"}
    np.testing.assert_array_equal(keras.utils.to_categorical([0, 2]), np.eye(3)[[0, 2]])


def dataset_of(series: np.ndarray, targets: np.ndarray) -> list[tuple[list[int], int]]:
    settings: dict[str, Any] = {"targets": targets, "sequence_length": 3, "batch_size": None}
    dataset: Any = keras.utils.timeseries_dataset_from_array(series, **settings)
    return [(window.numpy().tolist(), int(target)) for window, target in dataset]


def new_timeseries_generator(_: Path) -> None:
    series = np.arange(7)
    assert dataset_of(series, series[3:]) == [([i, i + 1, i + 2], i + 3) for i in range(4)]
    assert dataset_of(series, series) == [([i, i + 1, i + 2], i) for i in range(5)]


def new_acc(_: Path) -> None:
    model = classifier()
    assert set(model.fit(X, Y, verbose=0).history) == {"accuracy", "loss"}
    model.compile(loss="sparse_categorical_crossentropy", metrics=["acc"])
    assert set(model.fit(X, Y, verbose=0).history) == {"acc", "loss"}


def new_h5(folder: Path) -> None:
    model = stateful(2, loss="mse")
    expected = model.predict_on_batch(windows(2))
    model.save(folder / "x.keras")
    model.save(folder / "x.h5")
    model.save_weights(folder / "w.weights.h5")
    same_weights = stateful(2)
    same_weights.load_weights(folder / "w.weights.h5")
    for again in (
        load(folder / "x.keras"),
        load(folder / "x.h5", compile=False),
        same_weights,
    ):
        np.testing.assert_array_equal(again.predict_on_batch(windows(2)), expected)


# --- rows that change without an exception --------------------------------------------------

GRADIENTS = [0.5, -0.2, 1e-5, 0.3]


def adagrad_2017(gradients: list[float]) -> np.ndarray:
    g = np.array(gradients)
    return 0.01 * g / (np.sqrt(np.cumsum(g**2)) + 1e-8)


def changed_adagrad(_: Path) -> None:
    expected = adagrad_2017(GRADIENTS)
    now = steps(keras.optimizers.get("adagrad"), GRADIENTS)
    assert np.all(np.abs(now) < np.abs(expected) / 9)
    only_rate = steps(keras.optimizers.Adagrad(learning_rate=0.01), GRADIENTS)
    assert np.all(np.abs(only_rate) < 0.95 * np.abs(expected))


def new_adagrad(_: Path) -> None:
    optimizer = keras.optimizers.Adagrad(
        learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-16
    )
    np.testing.assert_allclose(steps(optimizer, GRADIENTS), adagrad_2017(GRADIENTS), rtol=1e-2)
    # A gradient below the square root of today's epsilon: why the recipe names epsilon.
    recipe: dict[str, Any] = {"learning_rate": 0.01, "initial_accumulator_value": 0.0}
    tiny = steps(keras.optimizers.Adagrad(**recipe, epsilon=1e-16), [1e-5])
    np.testing.assert_allclose(tiny, adagrad_2017([1e-5]), rtol=1e-2)
    assert steps(keras.optimizers.Adagrad(**recipe), [1e-5])[0] < 0.1 * tiny[0]


def adam_2017(gradients: list[float]) -> np.ndarray:
    g = np.array(gradients)
    m = v = 0.0
    moved = []
    for t, gradient in enumerate(g, start=1):
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        rate = 0.001 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        moved.append(rate * m / (np.sqrt(v) + 1e-8))
    return np.array(moved)


SMALL = [1e-6, -3e-6, 2e-6]


def changed_adam_epsilon(_: Path) -> None:
    now = steps(keras.optimizers.get("adam"), SMALL)
    assert abs(now[0]) < 0.5 * abs(adam_2017(SMALL)[0])
    large = steps(keras.optimizers.get("adam"), GRADIENTS)
    np.testing.assert_allclose(large, adam_2017(GRADIENTS), rtol=1e-3)


def new_adam_epsilon(_: Path) -> None:
    moved = steps(keras.optimizers.Adam(epsilon=1e-8), SMALL)
    np.testing.assert_allclose(moved, adam_2017(SMALL), rtol=1e-3)


def changed_decay(_: Path) -> None:
    with pytest.warns(UserWarning, match="`decay` is no longer supported and will be ignored"):
        optimizer = keras.optimizers.SGD(learning_rate=0.1, decay=0.5)
    np.testing.assert_allclose(steps(optimizer, [1.0] * 4), [0.1] * 4, rtol=1e-5)


def new_decay(_: Path) -> None:
    schedule: Any = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
    moved = steps(keras.optimizers.SGD(learning_rate=schedule), [1.0] * 4)
    np.testing.assert_allclose(moved, 0.1 / (1 + 0.5 * np.arange(4)), rtol=1e-5)


def lstm_output(**settings: Any) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """What Keras gives, and what the 2017 equations give with the same weights."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((TIMESTEPS, 1)), layers.LSTM(UNITS, **settings)])
    # Large enough to reach the flat parts of the hard sigmoid.
    weights = [4 * weight for weight in model.get_weights()]
    model.set_weights(weights)
    expected = numpy_lstm(windows(3), weights, lambda z: np.clip(0.2 * z + 0.5, 0, 1))
    return model(windows(3)).numpy(), expected, weights


def changed_hard_sigmoid(_: Path) -> None:
    now, expected, weights = lstm_output()
    np.testing.assert_allclose(now, numpy_lstm(windows(3), weights, sigmoid), atol=1e-6)
    assert np.abs(now - expected).max() > 0.01
    by_name, expected, _weights = lstm_output(recurrent_activation="hard_sigmoid")
    assert np.abs(by_name - expected).max() > 0.01


def new_hard_sigmoid(_: Path) -> None:
    now, expected, _weights = lstm_output(recurrent_activation=hard_sigmoid_2017)
    np.testing.assert_allclose(now, expected, atol=1e-6)


def same_first_weights(set_seed: Callable[[int], object]) -> bool:
    first = []
    for _ in range(2):
        set_seed(0)
        first.append(stateful(1).get_weights()[0])
    return np.array_equal(*first)


def changed_numpy_seed(_: Path) -> None:
    assert not same_first_weights(np.random.seed)


def new_numpy_seed(_: Path) -> None:
    assert same_first_weights(keras.utils.set_random_seed)
    assert same_first_weights(random.seed)


def changed_remainder(_: Path) -> None:
    x = windows(5)
    if KERAS < (3, 13):  # Python 3.10 gets Keras 3.12, which stops with an unrelated message.
        with pytest.raises(Exception, match=r"symbolic `tf.Tensor` as a Python `bool`"):
            stateful(4).predict(x, batch_size=4, verbose=0)
        return
    model, twin = stateful(4), stateful(4)
    twin.set_weights(model.get_weights())
    forecast = model.predict(x, batch_size=4, verbose=0)
    assert len(forecast) == 8
    # The one window left over is fed to all four streams.
    twin.predict_on_batch(x[:4])
    np.testing.assert_allclose(forecast[4:], twin.predict_on_batch(x[[4] * 4]), atol=1e-6)
    for mine, theirs in zip(states(model), states(twin), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)
    assert len(model.fit(x, x[:, 0], batch_size=4, shuffle=False, verbose=0).epoch) == 1
    assert np.isfinite(model.evaluate(x, x[:, 0], batch_size=4, verbose=0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        stateful(3).predict(x, batch_size=3, verbose=0)


def new_remainder(_: Path) -> None:
    x = windows(5)
    x = x[: len(x) // 4 * 4]
    model = stateful(4)
    forecast = model.predict(x, batch_size=4, verbose=0)
    model.layers[0].reset_state()
    np.testing.assert_allclose(forecast, model.predict_on_batch(x), atol=1e-6)


CHANGED = {
    "adagrad": changed_adagrad,
    "adam_epsilon": changed_adam_epsilon,
    "decay": changed_decay,
    "hard_sigmoid": changed_hard_sigmoid,
    "numpy_seed": changed_numpy_seed,
    "remainder": changed_remainder,
}

NEW = {
    "batch_input_shape": new_batch_input_shape,
    "input_dim": new_input_dim,
    "reset_states": new_reset_states,
    "nb_epoch": new_nb_epoch,
    "lr": new_lr,
    "predict_classes": new_predict_classes,
    "fit_generator": new_fit_generator,
    "layers.core": new_layers_core,
    "TimeseriesGenerator": new_timeseries_generator,
    "acc": new_acc,
    "h5": new_h5,
    "adagrad": new_adagrad,
    "adam_epsilon": new_adam_epsilon,
    "decay": new_decay,
    "hard_sigmoid": new_hard_sigmoid,
    "numpy_seed": new_numpy_seed,
    "remainder": new_remainder,
}


@pytest.mark.parametrize("row", CHANGED)
def test_old_call_passes_but_differs_from_2017(row: str, tmp_path: Path) -> None:
    CHANGED[row](tmp_path)


@pytest.mark.parametrize("row", NEW)
def test_new_call_does_the_right_thing(row: str, tmp_path: Path) -> None:
    NEW[row](tmp_path)


def test_saving_h5_makes_the_model_forget_its_optimizer(tmp_path: Path) -> None:
    def reopened(model: Any) -> str:
        model.save(tmp_path / "x.keras")
        return type(load(tmp_path / "x.keras").optimizer).__name__

    model = stateful(1, optimizer="sgd")
    assert reopened(model) == "SGD"
    model.save(tmp_path / "x.h5")
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        assert reopened(model) == "RMSprop"


# --- rows that have not changed -------------------------------------------------------------


def same_predict_moves_state(_: Path) -> None:
    for move in (
        lambda model, x: model.predict(x, batch_size=2, verbose=0),
        lambda model, x: model.evaluate(x, x[:, 0], batch_size=2, verbose=0),
    ):
        model = stateful(2)
        first = model.predict_on_batch(windows(2))
        model.layers[0].reset_state()
        move(model, windows(2))
        assert np.abs(model.predict_on_batch(windows(2)) - first).max() > 1e-6


def same_layer_reset_states(_: Path) -> None:
    model = stateful(2)
    model.predict_on_batch(windows(2))
    model.layers[0].reset_states()
    assert not any(state.any() for state in states(model))


def same_unroll(_: Path) -> None:
    plain = keras.Sequential([keras.Input((TIMESTEPS, 1)), layers.LSTM(UNITS)])
    old = keras.Sequential(
        [keras.Input((TIMESTEPS, 1)), layers.LSTM(UNITS, implementation=1, unroll=True)]
    )
    old.set_weights(plain.get_weights())
    np.testing.assert_allclose(old(windows(3)).numpy(), plain(windows(3)).numpy(), atol=1e-6)


def same_clear_session(_: Path) -> None:
    keras.backend.clear_session()
    first = stateful(1).layers[0].name
    keras.backend.clear_session()
    assert stateful(1).layers[0].name == first


def same_h5_full_name(folder: Path) -> None:
    model = stateful(2, loss="mean_squared_error", optimizer="adam")
    model.fit(windows(2), windows(2)[:, 0], batch_size=2, verbose=0)
    model.layers[0].reset_state()
    expected = model.predict_on_batch(windows(2))
    model.save(folder / "x.h5")
    again = load(folder / "x.h5")
    assert type(again.optimizer).__name__ == "Adam"
    np.testing.assert_array_equal(again.predict_on_batch(windows(2)), expected)


SAME = {
    "predict_moves_state": same_predict_moves_state,
    "layer_reset_states": same_layer_reset_states,
    "unroll": same_unroll,
    "clear_session": same_clear_session,
    "h5_full_name": same_h5_full_name,
}


@pytest.mark.parametrize("row", SAME)
def test_unchanged(row: str, tmp_path: Path) -> None:
    SAME[row](tmp_path)


# --- the page -------------------------------------------------------------------------------


def table_after(heading: str) -> list[list[str]]:
    """Cells of the first table below a heading of the page, without header and rule."""
    text = PAGE.read_text(encoding="utf-8")
    _, found, below = text.partition(f"\n## {heading}\n")
    assert found, f"no heading {heading!r} in {PAGE.name}"
    lines = re.search(r"(?:^\|.*\|\n)+", below, re.MULTILINE)
    assert lines, f"no table below {heading!r}"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines.group().splitlines()[2:]
    ]
    assert all(len(row) == len(rows[0]) for row in rows)
    return rows


@pytest.mark.parametrize(
    ("heading", "tested"),
    [
        ("어디에서 멈춥니까?", list(dict.fromkeys(broken.row for broken in BROKEN))),
        ("어디에서 조용히 달라집니까?", list(CHANGED)),
        ("무엇이 그대로입니까?", list(SAME)),
    ],
    ids=["raises", "changed", "unchanged"],
)
def test_the_page_and_these_tests_have_the_same_rows(heading: str, tested: list[str]) -> None:
    assert [row[0] for row in table_after(heading)] == [f"`{name}`" for name in tested]


def test_every_row_that_breaks_or_changes_has_a_new_call() -> None:
    assert list(NEW) == [*dict.fromkeys(broken.row for broken in BROKEN), *CHANGED]


# --- the four files of the lecture ----------------------------------------------------------

RECURRENT = ["adam_epsilon", "hard_sigmoid"]
FILES = {
    "rnn_cos_mlp": ([], ["adagrad"]),
    "rnn_cos_lstm_1": (["reset_states"], RECURRENT),
    "rnn_cos_lstm_2": (["batch_input_shape", "reset_states"], RECURRENT),
    "rnn_cos_lstm_3": (["batch_input_shape", "reset_states"], RECURRENT),
}


def names_in(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_page_says_which_rows_each_file_meets() -> None:
    rows = table_after("강의의 네 파일은 어느 행에 걸립니까?")
    assert {names_in(name)[0]: (names_in(a), names_in(b)) for name, a, b in rows} == FILES


def test_the_mlp_of_2017_runs_to_its_end() -> None:
    x = windows(8)[..., 0]
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim`"):
        first = layers.Dense(32, input_dim=TIMESTEPS, activation="relu")
    model: Any = keras.Sequential([first, layers.Dropout(0.3), layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adagrad")
    model.fit(x, x[:, 0], epochs=1, batch_size=4, validation_data=(x, x[:, 0]), verbose=0)
    assert model.input_shape == (None, TIMESTEPS)
    assert np.isfinite(model.evaluate(x, x[:, 0], verbose=0))


def test_the_plain_lstm_of_2017_trains_and_stops_where_it_resets() -> None:
    x = windows(8)
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim`"):
        first: Any = layers.LSTM(UNITS, input_shape=(None, 1))
    model: Any = keras.Sequential([first, layers.Dropout(0.3), layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.fit(x, x[:, 0], epochs=1, batch_size=4, verbose=0)
    model.evaluate(x, x[:, 0], verbose=0)
    with pytest.raises(AttributeError, match="reset_states"):
        model.reset_states()


def test_the_recipe_restores_what_the_page_says_it_restores() -> None:
    mlp, lstm = (recipe_2017.build_recipe(name) for name in ("mlp", "lstm"))
    np.testing.assert_allclose(steps(mlp.optimizer, GRADIENTS), adagrad_2017(GRADIENTS), rtol=1e-2)
    gate = lstm.layers[0].recurrent_activation(np.array([-2.7, 1.0]))
    np.testing.assert_allclose(gate, [0.0, 0.7], atol=1e-6)
    assert lstm.optimizer.epsilon == 1e-7
