"""기억하기 과제: 처음에 본 기호를 ``delay`` 시점 뒤에 답합니다.

처음 시점에 기호 여덟 가운데 하나가 나오고, 그 뒤로는 다른 여덟 기호가 뜻 없이 이어집니다.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from cosine_rnn.beyond.recurrent import (
    CELLS,
    Draws,
    dense_output,
    hidden_states,
    optimizer,
    recurrent_layer,
)
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

N_SYMBOLS = 8
"""기억할 기호의 수. 찍으면 ``1 / N_SYMBOLS`` 를 맞힙니다."""

UNITS = 32
BATCH_SIZE = 64
UPDATES_PER_EPOCH = 100
N_TEST = 2000
DELAYS = (10, 20, 50, 100, 200)
Condition = tuple[str, float | None]
LEARNING_RATES: dict[Condition, float] = {
    ("rnn", None): 1e-2,
    ("identity", None): 3e-3,
    ("relu", None): 3e-3,
    ("irnn", None): 1e-3,
    ("lstm", 0.0): 3e-3,
    ("lstm", 1.0): 3e-3,
    ("lstm", 2.0): 3e-3,
    ("lstm", 5.0): 3e-3,
}
"""견주는 셀과 망각 편향마다 ``recall_tuning`` 이 고른 학습률. Keras가 주는 편향은 1입니다."""

LONGER_EPOCHS = 50
LONGER: tuple[tuple[Condition, int], ...] = (
    (("rnn", None), 100),
    (("lstm", 1.0), 100),
    (("lstm", 0.0), 20),
)
"""다섯 배 오래 훈련해 보는 셀과 지연."""

SLOWER: tuple[tuple[Condition, int, float], ...] = (
    (("irnn", None), 200, 1e-4),
    (("irnn", None), 200, 3e-4),
)
"""고른 학습률보다 작은 학습률로 한 번 더 훈련해 보는 셀과 지연. 고를 때 보지 않은 먼 지연입니다."""


@dataclass(frozen=True, kw_only=True)
class RecallTask:
    """훈련 한 번의 설정.

    Attributes:
        cell: ``recurrent.CELLS`` 가운데 하나.
        forget_bias: LSTM의 망각 게이트가 시작하는 편향. 순환 신경망이면 ``None``.
        delay: 기호를 본 뒤 답하기까지의 시점 수.
        seed: 난수 시드.
        epochs: 에포크 수. 한 에포크에 갱신이 ``UPDATES_PER_EPOCH`` 번입니다.
        learning_rate: 처음 학습률. 코사인으로 0까지 줄입니다.
    """

    cell: str
    forget_bias: float | None = None
    delay: int
    seed: int
    epochs: int = 10
    learning_rate: float = 3e-3

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("cell", self.cell, CELLS)
        check_integer("delay", self.delay)
        check_seed(self.seed)
        check_integer("epochs", self.epochs)
        check_number("learning_rate", self.learning_rate, above=0.0)
        if (self.forget_bias is None) == (self.cell == "lstm"):
            raise reject("forget_bias", "LSTM에만, 꼭 있어야 합니다", self.forget_bias)
        if self.forget_bias is not None:
            check_number("forget_bias", self.forget_bias)


def sequences(n: int, *, delay: int, seed: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """과제를 만듭니다.

    Args:
        n: 줄의 수.
        delay: 첫 기호 뒤에 이어지는 뜻 없는 기호의 수.
        seed: 난수 시드.

    Returns:
        원-핫 입력 ``(n, delay + 1, 2 · N_SYMBOLS)`` 과 첫 기호의 번호 ``(n,)``.
    """
    check_integer("n", n)
    check_integer("delay", delay)
    rng = np.random.default_rng(check_seed(seed))
    symbols = N_SYMBOLS + rng.integers(N_SYMBOLS, size=(n, delay + 1))
    symbols[:, 0] = rng.integers(N_SYMBOLS, size=n)
    return np.eye(2 * N_SYMBOLS)[symbols], symbols[:, 0]


def tasks(seeds: Sequence[int]) -> list[RecallTask]:
    """책의 실험. 조건마다 고른 학습률로 지연 다섯을, 그리고 ``LONGER`` 와 ``SLOWER`` 를."""
    check_seeds(seeds)
    usual = [
        RecallTask(cell=cell, forget_bias=bias, delay=delay, seed=seed, learning_rate=rate)
        for (cell, bias), rate in LEARNING_RATES.items()
        for delay in DELAYS
        for seed in seeds
    ]
    longer = [
        RecallTask(
            cell=condition[0],
            forget_bias=condition[1],
            delay=delay,
            seed=seed,
            epochs=LONGER_EPOCHS,
            learning_rate=LEARNING_RATES[condition],
        )
        for condition, delay in LONGER
        for seed in seeds
    ]
    slower = [
        RecallTask(cell=cell, forget_bias=bias, delay=delay, seed=seed, learning_rate=rate)
        for (cell, bias), delay, rate in SLOWER
        for seed in seeds
    ]
    return [*usual, *longer, *slower]


def measure(task: RecallTask) -> dict[str, float]:
    """훈련한 다음, 훈련에 쓰지 않은 줄 ``N_TEST`` 개에서 잽니다.

    Returns:
        맞힌 비율 ``accuracy`` 와, 정답에 준 확률의 로그를 평균해 부호를 바꾼 손실 ``loss``.
    """
    unseen, answers = sequences(N_TEST, delay=task.delay, seed=2 * task.seed + 1)
    given = scores(train(task), unseen)
    told = np.asarray(log_softmax(given, axis=1))[np.arange(N_TEST), answers]
    return {
        "accuracy": float(np.mean(given.argmax(axis=1) == answers)),
        "loss": float(-told.mean()),
    }


def train(task: RecallTask) -> Model:
    """지어낸 줄로 훈련합니다. 짝수 시드의 줄이므로 ``measure`` 가 시험하는 줄과 다릅니다."""
    inputs, targets = sequences(
        BATCH_SIZE * UPDATES_PER_EPOCH, delay=task.delay, seed=2 * task.seed
    )
    model = build(task)
    # 줄을 섞는 난수도 시드에서 나옵니다.
    keras.utils.set_random_seed(task.seed)
    model.compile(
        optimizer=optimizer(task.learning_rate, task.epochs * UPDATES_PER_EPOCH),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=True,
        steps_per_execution=UPDATES_PER_EPOCH,
    )
    model.fit(inputs, targets, batch_size=BATCH_SIZE, epochs=task.epochs, verbose=0)
    return model


def build(task: RecallTask) -> Model:
    """순환층 하나에 출력층을 얹은 모델. ``(batch, delay + 1, 2 · N_SYMBOLS)`` 를 받습니다."""
    draws = Draws(task.seed)
    layer = recurrent_layer(task.cell, UNITS, draws)
    model = keras.Sequential(
        [
            keras.Input((task.delay + 1, 2 * N_SYMBOLS)),
            layer,
            layers.Dense(N_SYMBOLS, kernel_initializer=draws.glorot(), name="symbol"),
        ],
        name="recall",
    )
    if task.forget_bias is not None:
        bias = np.zeros(4 * UNITS)
        bias[UNITS : 2 * UNITS] = task.forget_bias
        layer.cell.bias.assign(bias)
    return model


def scores(model: Model, inputs: FloatArray) -> FloatArray:
    """``build`` 가 지은 모델의 출력을 NumPy로 셉니다. ``(batch, N_SYMBOLS)``."""
    return dense_output(model, "symbol", hidden_states(model, inputs)[:, -1])
