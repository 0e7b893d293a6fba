"""네 모델을 Keras로 짓고, 상태를 다루고, 훈련된 가중치를 함수로 꺼냅니다."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cosine_rnn.cells import Weights, lstm_step, run_lstm
from cosine_rnn.config import TrainConfig, check_units
from cosine_rnn.support.backend import Model, keras, layers
from cosine_rnn.support.checks import FloatArray, check_integer, reject

RECURRENT = (layers.SimpleRNN, layers.GRU, layers.LSTM)
State = list[FloatArray]
NextValue = Callable[[FloatArray], FloatArray]
Step = Callable[[FloatArray, State | None], tuple[FloatArray, State]]


def build_mlp(*, window_length: int, units: Sequence[int] = (32, 32, 32)) -> Model:
    """다층 퍼셉트론. 창의 값을 한 번에 받아 다음 값 하나를 냅니다.

    Args:
        window_length: 창 길이.
        units: 은닉층마다 뉴런 수.

    Returns:
        입력 ``(batch, window_length, 1)``, 출력 ``(batch, 1)`` 인 모델.
    """
    check_integer("window_length", window_length)
    return keras.Sequential(
        [
            keras.Input((window_length, 1)),
            layers.Flatten(),
            *(layers.Dense(n, activation="tanh") for n in check_units(units)),
            layers.Dense(1),
        ],
        name="mlp",
    )


def build_lstm(*, window_length: int, units: Sequence[int] = (32,)) -> Model:
    """LSTM. 창을 한 시점씩 읽고 마지막 은닉 상태에서 다음 값 하나를 냅니다.

    창을 다 읽으면 상태를 버립니다.

    Args:
        window_length: 창 길이.
        units: 쌓은 층마다 은닉 상태의 크기.

    Returns:
        입력 ``(batch, window_length, 1)``, 출력 ``(batch, 1)`` 인 모델.
    """
    check_integer("window_length", window_length)
    *lower, last = check_units(units)
    return keras.Sequential(
        [
            keras.Input((window_length, 1)),
            *(layers.LSTM(n, return_sequences=True, use_cudnn=False) for n in lower),
            layers.LSTM(last, use_cudnn=False),
            layers.Dense(1),
        ],
        name="lstm",
    )


def build_stateful_lstm(*, batch_size: int, timesteps: int, units: Sequence[int] = (32,)) -> Model:
    """상태유지 LSTM. 배치가 끝나도 상태를 버리지 않고, 모든 시점에서 다음 값을 냅니다.

    ``units=(32, 32, 32)`` 이면 상태유지 다층 LSTM입니다.

    Args:
        batch_size: 한 배치의 줄 수. 줄마다 상태가 하나씩이므로 고정됩니다.
        timesteps: 한 배치가 나아가는 시점 수.
        units: 쌓은 층마다 은닉 상태의 크기.

    Returns:
        입력과 출력이 ``(batch_size, timesteps, 1)`` 인 모델.
    """
    check_integer("batch_size", batch_size)
    check_integer("timesteps", timesteps)
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch_size, timesteps, 1)),
            *(
                layers.LSTM(n, stateful=True, return_sequences=True, use_cudnn=False)
                for n in check_units(units)
            ),
            layers.Dense(1),
        ],
        name="stateful_lstm",
    )


BUILDERS: dict[str, Callable[..., Model]] = {
    "mlp": build_mlp,
    "lstm": build_lstm,
    "stateful": build_stateful_lstm,
    "stacked": build_stateful_lstm,
}
"""모델의 이름과 짓는 함수."""


def build(config: TrainConfig) -> Model:
    """설정이 말하는 모델을 짓습니다. 가중치는 Keras가 뽑은 처음 값입니다."""
    return BUILDERS[config.model](units=config.units, **config.shape)


def initialize(model: Model, seed: int) -> None:
    """처음 가중치를 ``seed`` 만으로 다시 뽑습니다.

    Keras는 층마다의 시드를 파이썬의 ``random`` 에서 뽑는데, 이것은 프로세스 전체가 나눠 씁니다.
    다른 스레드가 그사이에 난수를 쓰면 처음 가중치가 달라지므로 여기서는 따로 뽑습니다. 뽑는 차례가
    같아서, 끼어든 것이 없으면 ``keras.utils.set_random_seed(seed)`` 뒤에 지은 모델과 같습니다.

    Args:
        model: 이 모듈의 함수가 지은 모델. 가중치가 바뀝니다.
        seed: 난수 시드.

    Raises:
        ValueError: 처음 값을 어떻게 뽑는지 모르는 층이 있을 때.
    """
    generator = random.Random(seed)

    def draw() -> int:
        return generator.randint(1, 10**9)

    for layer in model.layers:
        if isinstance(layer, layers.Dense):
            layer.kernel.assign(keras.initializers.GlorotUniform(seed=draw())(layer.kernel.shape))
        elif isinstance(layer, RECURRENT):
            cell = layer.cell
            cell.kernel.assign(keras.initializers.GlorotUniform(seed=draw())(cell.kernel.shape))
            recurrent = keras.initializers.Orthogonal(seed=draw())(cell.recurrent_kernel.shape)
            cell.recurrent_kernel.assign(recurrent)
            draw()  # Keras는 쓰지 않는 드롭아웃의 시드도 뽑습니다.
        elif layer.weights:
            raise reject(
                "model", "Dense와 순환층(SimpleRNN, GRU, LSTM)으로 이루어져야 합니다", layer.name
            )


def lstm_layers(model: Model) -> list[Any]:
    """모델에 든 LSTM 층을 아래에서 위로 돌려줍니다."""
    return [layer for layer in model.layers if isinstance(layer, layers.LSTM)]


def stateful_layers(model: Model) -> list[Any]:
    """모델에 든 상태유지 LSTM 층을 아래에서 위로 돌려줍니다.

    Raises:
        ValueError: 상태유지 층이 하나도 없을 때.
    """
    stateful = [layer for layer in lstm_layers(model) if layer.stateful]
    if not stateful:
        raise reject("model", "상태유지 층이 하나는 있어야 합니다", model.name)
    return stateful


def _stack_and_output(model: Model) -> tuple[list[Any], Any]:
    """쌓은 상태유지 LSTM들과 출력층. 다른 층이 섞여 있으면 모르는 모델입니다."""
    stack = stateful_layers(model)
    *lower, output = model.layers
    if lower != stack or not isinstance(output, layers.Dense):
        names = [layer.name for layer in model.layers]
        raise reject("model", "상태유지 LSTM과 출력층만 있어야 합니다", names)
    return stack, output


def reset_state(model: Model) -> None:
    """상태유지 층의 은닉 상태와 셀 상태를 모두 0으로 되돌립니다.

    Raises:
        ValueError: 상태유지 층이 하나도 없을 때.
    """
    for layer in stateful_layers(model):
        layer.reset_state()


def with_batch_size(model: Model, batch_size: int, *, timesteps: int = 1) -> Model:
    """같은 가중치로 배치 크기만 다른 상태유지 모델을 새로 짓습니다. 상태는 0입니다.

    Args:
        model: ``build_stateful_lstm`` 이 지은 모델.
        batch_size: 새 배치 크기.
        timesteps: 새 모델이 한 번에 나아가는 시점 수.

    Returns:
        가중치가 같은 새 모델.
    """
    units = [layer.units for layer in stateful_layers(model)]
    copy = build_stateful_lstm(batch_size=batch_size, timesteps=timesteps, units=units)
    copy.set_weights(model.get_weights())
    return copy


def in_double_precision(model: Model) -> Model:
    """같은 가중치로 배정밀도로 셈하는 모델을 새로 짓습니다.

    Args:
        model: 이 모듈의 함수가 지은 모델.

    Returns:
        입력과 출력이 ``float64`` 인 모델.
    """
    copy = keras.models.model_from_json(model.to_json().replace("float32", "float64"))
    copy.set_weights(model.get_weights())
    return copy


def weights_of(layer: Any) -> Weights:
    """순환층의 가중치를 NumPy의 ``Weights`` 로 꺼냅니다. 배정밀도입니다."""
    return Weights(*(np.asarray(w, dtype=np.float64) for w in layer.get_weights()))


def _dense(layer: Any) -> Callable[[FloatArray], FloatArray]:
    W, b = (np.asarray(w, dtype=np.float64) for w in layer.get_weights())
    return lambda x: x @ W + b


def _has_only_our_layers(model: Model) -> bool:
    """NumPy로 옮긴 계산과 같은 층만 있는지: LSTM, tanh인 은닉층, 활성화 함수가 없는 출력층."""
    *hidden, output = model.layers
    activations = {layer.activation.__name__ for layer in hidden if isinstance(layer, layers.Dense)}
    kinds = all(isinstance(layer, layers.Flatten | layers.Dense | layers.LSTM) for layer in hidden)
    linear = isinstance(output, layers.Dense) and output.activation.__name__ == "linear"
    return kinds and linear and activations <= {"tanh"}


def next_value(model: Model) -> NextValue:
    """창을 먹는 모델(``build_mlp``, ``build_lstm``)을 NumPy 함수로 꺼냅니다.

    Keras의 ``predict`` 는 부를 때마다 준비에 시간을 쓰므로 한 시점씩 되먹일 때 느립니다.
    이 함수는 이론 장의 ``cells`` 로 같은 값을 냅니다. 거기에 없는 층이 있으면 Keras로 셈합니다.

    Args:
        model: 훈련된 모델.

    Returns:
        창 ``(batch, window_length)`` 을 받아 다음 값 ``(batch,)`` 을 내는 함수.
    """
    if not _has_only_our_layers(model):
        return lambda window: keras.ops.convert_to_numpy(model(window[:, :, None]))[:, 0]
    recurrent = [weights_of(layer) for layer in lstm_layers(model)]
    *hidden, head = [_dense(layer) for layer in model.layers if isinstance(layer, layers.Dense)]

    def call(window: FloatArray) -> FloatArray:
        x = window
        if recurrent:
            sequence = window[:, :, None]
            for weights in recurrent:
                sequence = run_lstm(weights, sequence).h
            x = sequence[:, -1]
        for layer in hidden:
            x = np.tanh(layer(x))
        return head(x)[:, 0]

    return call


def state_step(model: Model) -> Step:
    """상태유지 모델의 한 시점을 NumPy 함수로 꺼냅니다. 모델이 품은 상태는 건드리지 않습니다.

    Args:
        model: ``build_stateful_lstm`` 이 지은 모델.

    Returns:
        값 ``(batch,)`` 과 상태를 받아 다음 값 ``(batch,)`` 과 새 상태를 내는 함수.
        상태 자리에 ``None`` 을 주면 0에서 시작합니다. 상태는 층마다 ``h, c`` 차례입니다.

    Raises:
        ValueError: 상태유지 LSTM과 출력층 말고 다른 층이 있을 때.
    """
    stack, output = _stack_and_output(model)
    recurrent = [weights_of(layer) for layer in stack]
    head = _dense(output)

    def step(value: FloatArray, state: State | None) -> tuple[FloatArray, State]:
        if state is None:
            state = [np.zeros((len(value), w.U.shape[0])) for w in recurrent for _ in "hc"]
        x, new = value[:, None], []
        for k, weights in enumerate(recurrent):
            cell = lstm_step(weights, x, state[2 * k], state[2 * k + 1])
            new += [cell.h, cell.c]
            x = cell.h
        return head(x)[:, 0], new

    return step


class FeedbackCell(layers.Layer):
    """자기 출력을 다음 시점의 입력으로 되먹이는 순환 셀. 폐루프 학습에 씁니다.

    입력은 ``(batch, 2)`` 입니다. 첫 열은 정답 값이고, 둘째 열은 그 값을 쓸지(1) 제 출력을 쓸지(0)를
    정합니다. 모두 1이면 교사 강요와 같습니다.
    """

    def __init__(self, model: Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        stack, self.head = _stack_and_output(model)
        self.cells = [layer.cell for layer in stack]
        self.state_size = [size for cell in self.cells for size in cell.state_size] + [1]
        self.output_size = 1
        self.built = True

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """상태와 이전 출력을 모두 0으로 둡니다."""
        return [keras.ops.zeros((batch_size, size), self.compute_dtype) for size in self.state_size]

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """한 시점. 출력과 새 상태를 돌려줍니다."""
        given = inputs[:, 1:]
        x = given * inputs[:, :1] + (1 - given) * states[-1]
        new: list[Any] = []
        for k, cell in enumerate(self.cells):
            x, cell_states = cell(x, list(states[2 * k : 2 * k + 2]), training=training)
            new += list(cell_states)
        output = self.head(x)
        return output, [*new, output]


def closed_loop(model: Model) -> Any:
    """상태유지 모델과 가중치를 나누어 쓰면서 제 출력을 되먹이는 순환층을 짓습니다.

    Args:
        model: ``build_stateful_lstm`` 이 지은 모델.

    Returns:
        입력 ``(batch, timesteps, 2)``, 출력 ``(batch, timesteps, 1)`` 인 층.
    """
    dtype = model.layers[-1].compute_dtype  # Sequential은 층의 정밀도를 따르지 않습니다.
    return layers.RNN(FeedbackCell(model, dtype=dtype), return_sequences=True, dtype=dtype)
