"""2017년 예제의 조리법을 되살립니다. 고치지 않는 것이 목적입니다.

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
import importlib.resources
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cosine_rnn import models, results
from cosine_rnn.backend import Model, keras, layers
from cosine_rnn.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_number,
    check_seed,
    reject,
)
from cosine_rnn.config import MODEL_NAMES
from cosine_rnn.signals import MinMaxScale, cosine_wave, split_in_time
from cosine_rnn.storage import write_whole
from cosine_rnn.training import OnEpoch
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


@dataclass(frozen=True)
class RecipeRun:
    """조리법을 한 번 돌린 기록. 모든 값은 0–1 척도입니다.

    Attributes:
        model: 모델의 이름.
        seed: 난수 시드. 예제에는 없던 것입니다.
        epochs: 에포크 수.
        seconds: 훈련에 든 시간(초).
        loss: 에포크마다의 훈련 손실.
        validation_loss: 에포크마다의 검증 손실.
        test_mse: 한 시점 예측의 시험 MSE.
        forecast: 시험 데이터의 첫 창에서 250시점을 되먹인 예측.
        versions: 꾸러미 버전.
        dropout: 드롭아웃 비율. 예제는 .3.
    """

    model: str
    seed: int
    epochs: int
    seconds: float
    loss: list[float]
    validation_loss: list[float]
    test_mse: float
    forecast: list[float]
    versions: dict[str, str]
    dropout: float = DROPOUT


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
    check_choice("model", model, MODEL_NAMES)
    check_integer("window_length", window_length)
    check_number("dropout", dropout, minimum=0.0)
    if dropout >= 1:
        raise reject("dropout", "1보다 작아야 합니다", dropout)
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
    model: str,
    *,
    seed: int,
    epochs: int = EPOCHS,
    dropout: float = DROPOUT,
    on_epoch: OnEpoch | None = None,
) -> tuple[Model, dict[str, list[float]]]:
    """조리법대로 훈련합니다. 상태유지 모델은 에포크마다 상태를 초기화합니다.

    Args:
        model: 모델의 이름.
        seed: 난수 시드.
        epochs: 에포크 수. 예제는 200.
        dropout: 드롭아웃 비율. 예제는 .3.
        on_epoch: 에포크가 끝날 때마다 부를 함수.

    Returns:
        훈련한 모델과, 에포크마다의 ``loss`` 와 ``val_loss``.
    """
    check_seed(seed)
    check_integer("epochs", epochs)
    keras.utils.set_random_seed(seed)
    network = build_recipe(model, dropout=dropout)
    stateful = model in ("stateful", "stacked")
    train, validation, _ = recipe_data()

    def begin(epoch: int, logs: Any = None) -> None:
        if stateful:
            models.reset_state(network)

    def end(epoch: int, logs: Any = None) -> None:
        if on_epoch:
            on_epoch(epoch + 1, epochs, float(logs["loss"]))

    history = network.fit(
        *train,
        validation_data=validation,
        epochs=epochs,
        batch_size=1 if stateful else 32,
        shuffle=not stateful,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=begin, on_epoch_end=end)],
    ).history
    return network, history


def run_recipe(
    model: str,
    *,
    seed: int,
    epochs: int = EPOCHS,
    dropout: float = DROPOUT,
    on_epoch: OnEpoch | None = None,
) -> RecipeRun:
    """조리법대로 훈련하고 시험합니다. 시험하기 전과 예측하기 전에도 상태를 초기화합니다.

    Args:
        model: 모델의 이름.
        seed: 난수 시드.
        epochs: 에포크 수. 예제는 200.
        dropout: 드롭아웃 비율. 예제는 .3.
        on_epoch: 에포크가 끝날 때마다 부를 함수.
    """
    stateful = model in ("stateful", "stacked")
    batch_size = 1 if stateful else 32
    started = time.perf_counter()
    network, history = train_recipe(
        model, seed=seed, epochs=epochs, dropout=dropout, on_epoch=on_epoch
    )
    seconds = time.perf_counter() - started
    test = recipe_data()[2]
    if stateful:
        models.reset_state(network)
    test_mse = float(network.evaluate(*test, batch_size=batch_size, verbose=0))
    if stateful:
        models.reset_state(network)
    window = test.inputs[0].copy()
    forecast = []
    for _ in range(HORIZON):
        value = float(network.predict_on_batch(window[None])[0, 0])
        forecast.append(value)
        window = np.concatenate([window[1:], [[value]]])
    return RecipeRun(
        model=model,
        seed=seed,
        epochs=epochs,
        seconds=seconds,
        loss=history["loss"],
        validation_loss=history["val_loss"],
        test_mse=test_mse,
        forecast=forecast,
        versions=results.versions(),
        dropout=dropout,
    )


def save_runs(path: Path, runs: list[RecipeRun], *, command: str) -> None:
    """기록을, 그것을 만든 명령과 함께 JSON 파일 하나에 씁니다."""
    content = {"command": command, "runs": [dataclasses.asdict(run) for run in runs]}
    text = json.dumps(_rounded(content), ensure_ascii=False, indent=1) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def stored_runs() -> list[RecipeRun]:
    """저장소에 실린 모든 기록."""
    folder = importlib.resources.files("cosine_rnn").joinpath("data")
    files = sorted(item.name for item in folder.iterdir() if item.name.startswith("recipe-2017"))
    contents = [json.loads(folder.joinpath(name).read_text("utf-8")) for name in files]
    return [RecipeRun(**run) for content in contents for run in content["runs"]]


def stored_run(model: str, *, seed: int = 0, dropout: float = DROPOUT) -> RecipeRun:
    """저장소에 실린 기록 하나.

    Raises:
        ValueError: 그런 기록이 실려 있지 않을 때.
    """
    for run in stored_runs():
        if (run.model, run.seed, run.dropout) == (model, seed, dropout):
            return run
    raise ValueError(
        "model, seed, dropout: 저장소에 실린 기록이어야 합니다. "
        f"받은 값: {model!r}, {seed!r}, {dropout!r}"
    )


def forecast_in_signal_units(run: RecipeRun) -> tuple[FloatArray, FloatArray]:
    """기록의 예측을 −1…1 척도로 되돌려 참값과 함께 냅니다. ``(참값, 예측)``, 각각 ``(250,)``."""
    start = sum(LENGTHS[:2]) + WINDOW_LENGTH
    wave = cosine_wave(start + len(run.forecast), period=100)
    return wave[start:], MinMaxScale(-1.0, 1.0).invert(run.forecast)


def _hard_sigmoid_2017(z: Any) -> Any:
    return keras.ops.clip(0.2 * z + 0.5, 0.0, 1.0)


def _rounded(value: Any) -> Any:
    """소수를 유효숫자 여섯 자리로 줄입니다. 파일이 작아지고 차이를 읽기 쉽습니다."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
