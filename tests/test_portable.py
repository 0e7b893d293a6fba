"""옮긴 모델: 자바스크립트의 식이 cells.py와, 예측과 게이트가 Keras와 같습니다."""

from __future__ import annotations

import base64
from typing import Any

import javascript
import numpy as np
import pytest
from cosine_rnn import cells, portable, results
from cosine_rnn.cells import Weights
from cosine_rnn.config import LECTURE_MODELS, StreamConfig, WindowConfig, recommended
from cosine_rnn.evaluation import CONTEXT_LENGTH, HORIZON, training_wave, unseen_waves
from cosine_rnn.models import in_double_precision, with_batch_size
from cosine_rnn.support.backend import keras, layers
from cosine_rnn.training import train
from hypothesis import given, settings
from hypothesis import strategies as st

CLOSE = 1e-5


def unpacked(packed: dict[str, Any]) -> np.ndarray:
    """적은 것을 다르게 읽기: 이진수의 글자를 이어 붙입니다."""
    high, low = (base64.b64decode(packed[name]) for name in ("high", "low"))
    upper = [int.from_bytes(high[k : k + 3], "big", signed=True) for k in range(0, len(high), 3)]
    pairs = "".join(f"{byte:08b}" for byte in low)
    lower = [int(pairs[2 * k : 2 * k + 2], 2) for k in range(len(upper))]
    return (4 * np.array(upper) + lower) * packed["step"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_packed_numbers_come_back(values: list[float]):
    back = unpacked(portable.pack(values))
    assert np.abs(back - values).max() <= np.abs(values).max() / 6e7


def test_packed_numbers_are_read_in_the_page():
    values = np.random.default_rng(0).normal(size=(7, 3))
    described = {"kind": "Dense", "activation": "linear", "weights": {"W": portable.pack(values)}}
    described["weights"]["b"] = portable.pack(np.zeros(3))
    code = "return Lab.model({ layers: [given] }).layers[0].W"
    read = javascript.run(code, described)
    assert np.allclose(read, values.ravel(), atol=1e-7)
    assert min(values.ravel()) < 0


@pytest.mark.parametrize("values", [[np.nan], [1.0, np.inf]])
def test_numbers_that_are_not_finite_are_refused(values: list[float]):
    with pytest.raises(ValueError, match="values"):
        portable.pack(values)


def test_a_layer_that_the_page_cannot_run_is_refused():
    with pytest.raises(ValueError, match=r"Dense, SimpleRNN, LSTM.*GRU"):
        portable.layer(layers.GRU(3))
    for layer in (layers.Dense(3, activation="relu"), layers.SimpleRNN(3, activation="relu")):
        with pytest.raises(ValueError, match=r"활성화 함수.*relu"):
            portable.layer(layer)


SIZES = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**31), st.floats(0.1, 3.0))


@settings(max_examples=15)
@given(SIZES)
def test_cells_in_the_page_are_the_cells_of_the_chapter(size: tuple[int, int, int, float]):
    n_inputs, units, seed, scale = size
    rng = np.random.default_rng(seed)
    x = scale * rng.normal(size=(9, n_inputs))
    drawn: dict[str, Weights] = {}
    for name, columns in (("rnn", units), ("lstm", 4 * units)):
        shapes = ((n_inputs, columns), (units, columns), (columns,))
        drawn[name] = Weights(*(scale * rng.normal(size=shape) for shape in shapes))
    sent = {
        name: {key: value.ravel().tolist() for key, value in weights._asdict().items()}
        for name, weights in drawn.items()
    }
    answer = javascript.run(
        """
        return { rnn: Lab.run_rnn(given.rnn, given.x), lstm: Lab.run_lstm(given.lstm, given.x) };
        """,
        {"x": x.tolist(), **sent},
    )
    assert np.allclose(answer["rnn"], cells.run_rnn(drawn["rnn"], x[None])[0], atol=1e-12)
    states = cells.run_lstm(drawn["lstm"], x[None])
    for name in states._fields:
        found = [row[name] for row in answer["lstm"]]
        assert np.allclose(found, getattr(states, name)[0], atol=1e-12), name


def trained_for_the_book(name: str) -> Any:
    """책을 지을 때 훈련해 간직한 것. 읽기만 하고, 없으면 여기서 훈련합니다."""
    config, wave = recommended(name), training_wave()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COSINE_RNN_CACHE")
        path = results.cache_path(config, np.atleast_2d(wave))
    return results.load(path) if path.is_file() else train(config, wave)


def reading(model: Any, series: np.ndarray) -> list[dict[int, dict[str, np.ndarray]]]:
    """Keras의 셀로 상태유지 모델을 한 시점씩: 층마다의 상태와 게이트. 창 모델도 같습니다."""
    rows: list[dict[Any, Any]] = []
    states: dict[int, Any] = {}
    recurrent = [one for one in model.layers if isinstance(one, layers.LSTM)]
    for value in series:
        x = keras.ops.convert_to_tensor([[value]], "float64")
        row = {}
        for k, layer in enumerate(recurrent):
            h, c = states.get(k, [keras.ops.zeros((1, layer.units), "float64")] * 2)
            z = keras.ops.matmul(x, layer.cell.kernel) + layer.cell.bias
            z = z + keras.ops.matmul(h, layer.cell.recurrent_kernel)
            i, f, g, o = keras.ops.split(z, 4, axis=1)
            _, (h, c) = layer.cell(x, [h, c])
            states[k], x = [h, c], h
            squashed = {
                **{"i": keras.ops.sigmoid(i), "f": keras.ops.sigmoid(f)},
                **{"g": keras.ops.tanh(g), "o": keras.ops.sigmoid(o), "h": h, "c": c},
            }
            row[k] = {n: keras.ops.convert_to_numpy(v)[0] for n, v in squashed.items()}
        rows.append(row)
    return rows


@pytest.mark.parametrize("name", LECTURE_MODELS)
def test_models_in_the_page_forecast_as_keras_does(name: str):
    trained = trained_for_the_book(name)
    wave = unseen_waves(n_phases=3)[1]
    past = wave[:CONTEXT_LENGTH]
    # 32비트로 셈하면 Keras 스스로가 250시점을 되먹이는 사이에 이만큼 흔들립니다.
    one = trained.model
    if isinstance(trained.config, StreamConfig):
        one = with_batch_size(one, 1)
    double = in_double_precision(one)
    answer = javascript.run(
        """
        const network = Lab.model(given.model);
        const values = Lab.forecast(network, given.past, given.horizon);
        return { values, rows: Lab.trace(network, given.past, { read_until: given.past.length }) };
        """
        if name != "mlp"
        else "return {values: Lab.forecast(Lab.model(given.model), given.past, given.horizon)};",
        {"model": portable.forecaster(trained), "past": past.tolist(), "horizon": HORIZON},
    )
    values = by_keras(double, trained.config, past)
    assert np.abs(values - answer["values"]).max() < CLOSE
    if name == "mlp":
        return
    for row, wanted in zip(answer["rows"], reading(double, past), strict=True):
        for k, gates in wanted.items():
            for gate, numbers in gates.items():
                assert np.abs(np.array(row["steps"][k][gate]) - numbers).max() < CLOSE, (k, gate)


def by_keras(model: Any, config: Any, past: np.ndarray) -> np.ndarray:
    """Keras의 모델을 그대로 부르는 되먹임 예측."""

    def last(inputs: list[float]) -> float:
        return float(np.ravel(model.predict_on_batch(np.array(inputs)[None, :, None]))[-1])

    values: list[float] = []
    if isinstance(config, WindowConfig):
        window = [float(value) for value in past[-config.window_length :]]
        for _ in range(HORIZON):
            values.append(last(window))
            window = [*window[1:], values[-1]]
        return np.array(values)
    y = [last([value]) for value in past][-1]
    for _ in range(HORIZON):
        values.append(y)
        y = last([y])
    return np.array(values)
