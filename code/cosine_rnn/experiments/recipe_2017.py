"""2017년의 조리법을 고치지 않고 되살린 네 모델.

신호, 나눔, 모델, 학습 설정은 김태영의 "시계열수치입력 수치예측 모델 레시피"(2017)를 따릅니다.
그 글은 Sachin Abeywardana의 예제를 따랐다고 밝힙니다.
그 뒤로 Keras에서 바뀐 것 셋 가운데 둘은 2017년의 셈으로 되돌립니다. Adagrad는 학습률 .01, 누적값
0에서 시작하고 제곱근 안에 더하는 값이 없습니다. LSTM의 게이트는 ``clip(.2z + .5, 0, 1)`` 입니다.
셋째인 Adam의 ``epsilon`` 은 되돌리지 않습니다. 2017년에는 1억분의 1이었고 지금은 1천만분의
1입니다.
빠르게 하려고 XLA로 한 에포크를 한 번에 실행하지만, 갱신의 차례와 수는 같습니다.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_rnn import models
from cosine_rnn.config import LECTURE_MODELS
from cosine_rnn.progress import OnEpoch
from cosine_rnn.signals import MinMaxScale, cosine_wave, split_in_time
from cosine_rnn.support import records
from cosine_rnn.support.backend import Model, keras, layers
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_number,
    check_seed,
    check_seeds,
    reject,
)
from cosine_rnn.support.messages import message
from cosine_rnn.windows import Windows, make_windows

EPOCHS = 200
WINDOW_LENGTH = 40
UNITS = 32
DROPOUT = 0.3
HORIZON = 250
LENGTHS = (800, 400, 400)
PUBLISHED_TEST_MSE = {
    "mlp": 0.004516,
    "lstm": 7.489e-5,
    "stateful": 1.429e-4,
    "stacked": 0.001877,
}
"""예제가 실은 시험 MSE. 0–1 척도."""


@dataclass(frozen=True, kw_only=True)
class RecipeTask:
    """훈련 한 번.

    Attributes:
        model: 모델의 이름.
        seed: 난수 시드. 예제에는 없던 것입니다.
        epochs: 에포크 수. 예제는 200.
        dropout: 드롭아웃 비율. 예제는 .3.
    """

    model: str
    seed: int
    epochs: int = EPOCHS
    dropout: float = DROPOUT

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("model", self.model, LECTURE_MODELS)
        check_seed(self.seed)
        check_integer("epochs", self.epochs)
        check_dropout(self.dropout)


@dataclass(frozen=True, kw_only=True)
class RecipeRun:
    """조리법을 한 번 돌린 기록. 모든 값은 0–1 척도입니다.

    Attributes:
        model: 모델의 이름.
        seed: 난수 시드.
        epochs: 에포크 수.
        dropout: 드롭아웃 비율.
        seconds: 훈련에 든 시간(초).
        test_mse: 한 시점 예측의 시험 MSE.
        loss: 에포크마다의 훈련 손실. ``(epochs,)``.
        validation_loss: 에포크마다의 검증 손실. ``(epochs,)``.
        forecast: 시험 데이터의 첫 창에서 되먹인 예측. ``(HORIZON,)``.
    """

    model: str
    seed: int
    epochs: int
    dropout: float
    seconds: float
    test_mse: float
    loss: FloatArray
    validation_loss: FloatArray
    forecast: FloatArray


def check_dropout(value: Any) -> float:
    """0 이상 1 미만인지 봅니다."""
    if check_number("dropout", value, minimum=0.0) >= 1:
        raise reject("dropout", "1보다 작아야 합니다", value)
    return float(value)


def tasks(seeds: Sequence[int]) -> list[RecipeTask]:
    """책의 실험. 네 모델을 시드마다 예제대로 훈련합니다."""
    check_seeds(seeds)
    return [RecipeTask(model=model, seed=seed) for model in LECTURE_MODELS for seed in seeds]


def recipe_data() -> tuple[Windows, Windows, Windows]:
    """훈련, 검증, 시험의 창. 척도를 모든 데이터에 맞추는 것까지 예제와 같습니다."""
    wave = cosine_wave(sum(LENGTHS), period=100)
    scaled = MinMaxScale.fit(wave).apply(wave)
    train, validation, test = (
        make_windows(s, WINDOW_LENGTH) for s in split_in_time(scaled, LENGTHS)
    )
    return train, validation, test


def build_recipe(
    model: str, *, dropout: float = DROPOUT, window_length: int = WINDOW_LENGTH
) -> Model:
    """예제의 모델을 짓고 컴파일합니다. 손실은 MSE입니다.

    Args:
        model: 모델의 이름.
        dropout: 드롭아웃 비율. 예제는 .3.
        window_length: 한 번에 읽는 시점 수. 예제는 40.
    """
    check_choice("model", model, LECTURE_MODELS)
    check_integer("window_length", window_length)
    check_dropout(dropout)
    stateful = model in ("stateful", "stacked")
    stack: list[Any] = [
        keras.Input(batch_shape=(1 if stateful else None, window_length, 1)),
    ]
    if model == "mlp":
        stack.append(layers.Flatten())
        for _ in range(3):
            stack += [layers.Dense(UNITS, activation="relu"), layers.Dropout(dropout)]
        optimizer: Any = keras.optimizers.Adagrad(
            0.01, initial_accumulator_value=0.0, epsilon=1e-16
        )
    else:
        depth = 3 if model == "stacked" else 1
        for k in range(depth):
            stack.append(
                layers.LSTM(
                    UNITS,
                    recurrent_activation=_hard_sigmoid_2017,
                    stateful=stateful,
                    return_sequences=k < depth - 1,
                    use_cudnn=False,
                )
            )
            stack.append(layers.Dropout(dropout))
        optimizer = keras.optimizers.Adam(0.001)
    network = keras.Sequential([*stack, layers.Dense(1)], name=model)
    # 한 에포크의 갱신을 한 번에 실행합니다. 창 760개를 32개씩(상태유지는 1개씩) 봅니다.
    n_windows = LENGTHS[0] - WINDOW_LENGTH
    per_epoch = n_windows if stateful else -(-n_windows // 32)
    network.compile(
        optimizer=optimizer, loss="mse", jit_compile=True, steps_per_execution=per_epoch
    )
    return network


def train_recipe(
    task: RecipeTask, *, on_epoch: OnEpoch | None = None
) -> tuple[Model, dict[str, list[float]]]:
    """조리법대로 훈련합니다. 상태유지 모델은 에포크마다 상태를 초기화합니다.

    Args:
        task: 훈련 한 번.
        on_epoch: 에포크가 끝날 때마다 부를 함수.

    Returns:
        훈련한 모델과, 에포크마다의 ``loss`` 와 ``val_loss``.
    """
    keras.utils.set_random_seed(task.seed)
    network = build_recipe(task.model, dropout=task.dropout)
    stateful = task.model in ("stateful", "stacked")
    train, validation, _ = recipe_data()

    def begin(epoch: int, logs: Any = None) -> None:
        if stateful:
            models.reset_state(network)

    def end(epoch: int, logs: Any = None) -> None:
        if on_epoch:
            on_epoch(epoch + 1, task.epochs, float(logs["loss"]))

    history = network.fit(
        *train,
        validation_data=validation,
        epochs=task.epochs,
        batch_size=1 if stateful else 32,
        shuffle=not stateful,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=begin, on_epoch_end=end)],
    ).history
    return network, history


def measure(task: RecipeTask) -> dict[str, Any]:
    """조리법대로 훈련하고 시험합니다. 시험하기 전과 예측하기 전에도 상태를 초기화합니다.

    Returns:
        ``RecipeRun`` 의 나머지 필드들.
    """
    stateful = task.model in ("stateful", "stacked")
    started = time.perf_counter()
    network, history = train_recipe(task)
    seconds = time.perf_counter() - started
    test = recipe_data()[2]
    if stateful:
        models.reset_state(network)
    test_mse = float(network.evaluate(*test, batch_size=1 if stateful else 32, verbose=0))
    if stateful:
        models.reset_state(network)
    window = test.inputs[0].copy()
    forecast = []
    for _ in range(HORIZON):
        value = float(network.predict_on_batch(window[None])[0, 0])
        forecast.append(value)
        window = np.concatenate([window[1:], [[value]]])
    return {
        "seconds": seconds,
        "test_mse": test_mse,
        "loss": history["loss"],
        "validation_loss": history["val_loss"],
        "forecast": forecast,
    }


def stored_runs() -> list[RecipeRun]:
    """저장소에 실린 모든 기록."""
    names = [field.name for field in dataclasses.fields(RecipeRun)]
    return [
        RecipeRun(**{name: row[name] for name in names})
        for record in ("recipe-2017", "recipe-2017-no-dropout")
        for row in records.stored_rows(record)
    ]


def stored_run(model: str, *, seed: int = 0, dropout: float = DROPOUT) -> RecipeRun:
    """저장소에 실린 기록 하나.

    Raises:
        ValueError: 그런 기록이 실려 있지 않을 때.
    """
    for run in stored_runs():
        if (run.model, run.seed, run.dropout) == (model, seed, dropout):
            return run
    raise ValueError(
        message(
            "model, seed, dropout: 저장소에 실린 기록이어야 합니다. "
            "받은 값: {model!r}, {seed!r}, {dropout!r}",
            model=model,
            seed=seed,
            dropout=dropout,
        )
    )


def forecast_in_signal_units(run: RecipeRun) -> tuple[FloatArray, FloatArray]:
    """기록의 예측을 −1…1 척도로 되돌려 참값과 함께 냅니다. ``(참값, 예측)``, 각각 ``(250,)``."""
    start = sum(LENGTHS[:2]) + WINDOW_LENGTH
    wave = cosine_wave(start + len(run.forecast), period=100)
    return wave[start:], MinMaxScale(-1.0, 1.0).invert(run.forecast)


def _hard_sigmoid_2017(z: Any) -> Any:
    return keras.ops.clip(0.2 * z + 0.5, 0.0, 1.0)
