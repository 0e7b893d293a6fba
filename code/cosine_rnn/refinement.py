"""교사 강요 뒤에 잇는 훈련. 되먹임 예측이 만날 처지를 만들어 주고, 그 손실을 L-BFGS로 줄입니다.

데이터가 작아 손실과 기울기를 모두 더해 한 번에 셀 수 있습니다. 그래서 표본마다 흔들리는 Adam보다
L-BFGS가 훨씬 멀리 내려갑니다.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from cosine_rnn import models
from cosine_rnn.support.backend import Model, tf
from cosine_rnn.support.checks import FloatArray
from cosine_rnn.windows import Windows

OnUpdate = Callable[[float], None]
"""갱신이 끝날 때마다 손실을 받는 함수."""

N_WINDOWS = 100
"""잡음을 더할 창의 수. 훈련 데이터에서 고르게 뽑습니다."""

NOISE_PAIRS = 2
"""창마다 잡음을 더한 짝과 뺀 짝의 수. 짝을 맞추면 잡음의 1차 효과가 지워집니다."""


def refine_with_noise(
    model: Model,
    data: Windows,
    *,
    noise_std: float,
    updates: int,
    seed: int,
    on_update: OnUpdate,
) -> None:
    """창에 작은 잡음을 더해도 잡음 없는 다음 값을 내도록 훈련합니다(잡음 주입, Bishop 1995).

    되먹임 예측의 창은 제 오차만큼 참값에서 벗어나 있습니다. 벗어난 창에서 돌아오는 법을 배웁니다.

    Args:
        model: 창을 먹는 모델. 가중치가 바뀝니다.
        data: 창과 정답. 많으면 고르게 ``N_WINDOWS`` 개를 뽑습니다.
        noise_std: 잡음의 표준편차. 단위는 신호와 같습니다.
        updates: L-BFGS 갱신 횟수. 더 내려갈 곳이 없으면 먼저 멈춥니다.
        seed: 잡음의 난수 시드.
        on_update: 갱신마다 부를 함수.
    """
    chosen = np.linspace(0, len(data.inputs) - 1, min(N_WINDOWS, len(data.inputs))).astype(int)
    inputs, targets = data.inputs[chosen], data.targets[chosen]
    noise = np.random.default_rng(seed).normal(0.0, noise_std, (NOISE_PAIRS, *inputs.shape))
    shaken = np.concatenate([inputs, *(inputs + noise), *(inputs - noise)])
    answers = np.tile(targets, (1 + 2 * NOISE_PAIRS, 1))

    def loss() -> tf.Tensor:
        return tf.reduce_mean((model(shaken) - answers) ** 2)

    _minimize(loss, model.trainable_variables, updates, on_update)


def refine_closed_loop(
    model: Model,
    inputs: FloatArray,
    *,
    warm_up: int,
    updates: int,
    on_update: OnUpdate,
) -> None:
    """예열 뒤로 제 출력을 되먹이게 하고, 그동안의 오차를 줄입니다(폐루프 학습).

    Args:
        model: ``build_stateful_lstm`` 이 지은 모델. 가중치가 바뀝니다.
        inputs: 시계열에서 떼어 낸 조각들. ``(batch, warm_up + horizon + 1)``.
        warm_up: 참값을 먹이는 처음 시점 수.
        updates: L-BFGS 갱신 횟수. 더 내려갈 곳이 없으면 먼저 멈춥니다.
        on_update: 갱신마다 부를 함수.
    """
    timesteps = inputs.shape[1] - 1
    given = np.broadcast_to(np.arange(timesteps) < warm_up, (len(inputs), timesteps))
    fed = np.stack([inputs[:, :-1], given], axis=-1)
    # 단정밀도의 반올림이 수백 번의 되먹임을 거치면 L-BFGS가 내려갈 곳을 찾지 못합니다.
    double = models.in_double_precision(model)
    looped = models.closed_loop(double)
    # 예열의 마지막 시점이 내는 값이 첫 예측입니다. 그 앞의 출력은 되먹이지 않으므로 재지 않습니다.
    targets = inputs[:, warm_up:, None]

    def loss() -> tf.Tensor:
        return tf.reduce_mean((looped(fed)[:, warm_up - 1 :] - targets) ** 2)

    _minimize(loss, double.trainable_variables, updates, on_update)
    model.set_weights(double.get_weights())


def _minimize(
    loss: Callable[[], tf.Tensor], variables: list[Any], updates: int, on_update: OnUpdate
) -> None:
    """``loss`` 가 줄도록 ``variables`` 를 L-BFGS로 고칩니다."""
    ends = np.cumsum([int(np.prod(v.shape)) for v in variables])

    @tf.function(jit_compile=True)
    def loss_and_gradients() -> tuple[tf.Tensor, Sequence[Any]]:
        with tf.GradientTape() as tape:
            value = loss()
        return value, tape.gradient(value, [v.value for v in variables])

    def assign(point: FloatArray) -> None:
        for variable, part in zip(variables, np.split(point, ends[:-1]), strict=True):
            variable.assign(part.reshape(variable.shape))

    def objective(point: FloatArray) -> tuple[float, FloatArray]:
        assign(point)
        value, gradients = loss_and_gradients()
        return float(value), np.concatenate([np.ravel(g) for g in gradients]).astype(np.float64)

    def report(intermediate_result: OptimizeResult) -> None:
        on_update(float(intermediate_result.fun))

    start = np.concatenate([np.ravel(v) for v in variables]).astype(np.float64)
    settings = {"maxiter": updates, "maxfun": 20 * updates, "maxcor": 30, "ftol": 0.0, "gtol": 0.0}
    assign(
        minimize(objective, start, jac=True, method="L-BFGS-B", callback=report, options=settings).x
    )
