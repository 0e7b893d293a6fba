"""창의 차례를 바로잡은 2017년의 상태유지 조리법.

조리법은 한 시점씩 밀린 창을 상태를 지우지 않고 이어 읽습니다. 상태는 40시점을 나아가는데 입력은
39시점을 되돌아갑니다. 여기서는 같은 창 760개를, 다음 창이 지난 창의 끝에서 이어지도록 다시
늘어놓습니다. 창의 수, 갱신의 수, 드롭아웃, 학습률, 에포크, 정답의 자리는 바꾸지 않습니다.
예측도 두 시계로 합니다. 조리법처럼 창을 밀거나, 넘겨받은 상태에서 한 시점씩 나아갑니다.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_rnn import metrics, models
from cosine_rnn.experiments import recipe_2017
from cosine_rnn.experiments.recipe_2017 import (
    DROPOUT,
    EPOCHS,
    HORIZON,
    WINDOW_LENGTH,
    check_dropout,
)
from cosine_rnn.support.backend import Model, keras
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_seed,
    check_seeds,
    reject,
)

ORDERS = ("overlapping", "continuing")
"""훈련 창을 늘어놓는 차례. 조리법의 것과, 이어지는 것입니다."""


@dataclass(frozen=True, kw_only=True)
class ClockTask:
    """훈련 한 번의 설정.

    Attributes:
        order: ``ORDERS`` 가운데 하나.
        dropout: 드롭아웃 비율. 예제는 .3.
        seed: 난수 시드.
        epochs: 에포크 수. 예제는 200.
    """

    order: str
    dropout: float = DROPOUT
    seed: int
    epochs: int = EPOCHS

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("order", self.order, ORDERS)
        check_dropout(self.dropout)
        check_seed(self.seed)
        check_integer("epochs", self.epochs)


def tasks(seeds: Sequence[int]) -> list[ClockTask]:
    """책의 실험. 예제의 드롭아웃으로, 그다음 드롭아웃 없이, 두 차례를 시드마다 훈련합니다."""
    check_seeds(seeds)
    return [
        ClockTask(order=order, dropout=dropout, seed=seed)
        for dropout in (DROPOUT, 0.0)
        for order in ORDERS
        for seed in seeds
    ]


def window_order(order: str, n_windows: int) -> list[NDArray[np.int64]]:
    """창의 차례. 상태를 초기화하는 곳마다 나눈 번호의 목록입니다.

    Args:
        order: ``overlapping`` 이면 0, 1, 2, … 한 줄이고, ``continuing`` 이면 0, 40, 80, …,
            다음에 1, 41, 81, … 처럼 출발점이 다른 40줄입니다.
        n_windows: 창의 수. ``continuing`` 이면 창 길이로 나누어떨어져야 합니다.

    Examples:
        >>> [line[:3].tolist() for line in window_order("continuing", 760)[:2]]
        [[0, 40, 80], [1, 41, 81]]
    """
    check_choice("order", order, ORDERS)
    check_integer("n_windows", n_windows)
    if order == "overlapping":
        return [np.arange(n_windows)]
    if n_windows % WINDOW_LENGTH:
        raise reject(
            "n_windows",
            "창 길이({length})로 나누어떨어져야 합니다",
            n_windows,
            length=WINDOW_LENGTH,
        )
    return list(np.arange(n_windows).reshape(-1, WINDOW_LENGTH).T)


def train(task: ClockTask) -> tuple[Model, float]:
    """훈련한 모델과 마지막 에포크의 손실."""
    windows = recipe_2017.recipe_data()[0]
    lines = window_order(task.order, len(windows.inputs))
    order = np.concatenate(lines)
    keras.utils.set_random_seed(task.seed)
    network = recipe_2017.build_recipe("stateful", dropout=task.dropout)
    # 한 줄을 한 번에 실행하므로, 실행을 시작할 때가 상태를 초기화할 때입니다.
    network.compile(
        optimizer=network.optimizer, loss="mse", jit_compile=True, steps_per_execution=len(lines[0])
    )

    def begin(batch: int, logs: Any = None) -> None:
        models.reset_state(network)

    history = network.fit(
        windows.inputs[order],
        windows.targets[order],
        epochs=task.epochs,
        batch_size=1,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_begin=begin)],
    ).history
    return network, float(history["loss"][-1])


def measure(task: ClockTask) -> dict[str, float]:
    """훈련한 다음 두 시계로 예측합니다.

    Returns:
        한 시점 시험 MSE(0–1 척도)와 250시점 되먹임 예측의 가장 큰 오차(진폭 1의 척도).
        ``sliding_`` 은 조리법처럼 창을 민 것이고, ``carried_`` 는 상태를 이어 한 시점씩 나아간
        것입니다.
    """
    network, loss = train(task)
    test = recipe_2017.recipe_data()[2]
    measured = {"loss": loss}
    for name, answers in (("sliding", sliding(network)), ("carried", carried(network))):
        one_step, fed_back = answers
        truth = test.targets[:HORIZON, 0]
        measured[f"{name}_mse"] = metrics.mse(test.targets[:, 0], one_step)
        # 0–1 척도의 두 배가 진폭 1의 척도입니다.
        measured[f"{name}_max_error"] = 2 * metrics.max_error(truth, fed_back)
    return measured


def sliding(network: Model) -> tuple[FloatArray, FloatArray]:
    """조리법의 시계. 한 시점씩 민 창을, 상태를 이어 읽습니다.

    Returns:
        시험 창마다의 한 시점 예측 ``(360,)`` 과 첫 창에서 되먹인 예측 ``(250,)``. 0–1 척도.
    """
    test = recipe_2017.recipe_data()[2]
    models.reset_state(network)
    one_step = [_next(network, window) for window in test.inputs[:, :, 0]]
    models.reset_state(network)
    window, fed_back = test.inputs[0, :, 0], []
    for _ in range(HORIZON):
        fed_back.append(_next(network, window))
        window = np.append(window[1:], fed_back[-1])
    return np.array(one_step), np.array(fed_back)


def carried(network: Model) -> tuple[FloatArray, FloatArray]:
    """바른 시계. 같은 가중치로 한 시점씩 읽으며 상태를 넘깁니다. 예열은 창 하나의 40시점입니다.

    Returns:
        ``sliding`` 과 같은 시점들의 한 시점 예측 ``(360,)`` 과 되먹인 예측 ``(250,)``. 0–1 척도.
    """
    step = recipe_2017.build_recipe("stateful", window_length=1)
    step.set_weights(network.get_weights())
    test = recipe_2017.recipe_data()[2]
    warm_up = test.inputs[0, :, 0]
    models.reset_state(step)
    truth = np.concatenate([warm_up, test.targets[:-1, 0]])
    one_step = [_next(step, value) for value in truth][len(warm_up) - 1 :]
    models.reset_state(step)
    value = [_next(step, value) for value in warm_up][-1]
    fed_back = [value]
    for _ in range(HORIZON - 1):
        fed_back.append(_next(step, fed_back[-1]))
    return np.array(one_step), np.array(fed_back)


def _next(network: Model, values: Any) -> float:
    """값들을 읽고 다음 값을 냅니다. 모델의 상태가 나아갑니다."""
    return float(network.predict_on_batch(np.reshape(values, (1, -1, 1)))[0, 0])
