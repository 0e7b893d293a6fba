"""두 훈련이 함께 쓰는 것: 진행을 알리는 콜백과, 여러 갱신을 한 번에 실행하는 컴파일."""

from __future__ import annotations

import math
from collections.abc import Callable

from cosine_rnn.support.backend import Model, keras
from cosine_rnn.support.messages import message

OnEpoch = Callable[[int, int, float], None]
"""``(끝난 에포크, 모든 에포크, 손실)`` 을 받아 진행을 보이는 함수.

교사 강요 뒤에 잇는 훈련의 갱신도 한 에포크로 셉니다. 더 내려갈 곳이 없으면 일찍 끝납니다.
"""


class Report(keras.callbacks.Callback):
    """손실을 모으고 진행을 알립니다."""

    def __init__(self, total: int, on_epoch: OnEpoch | None) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.total = total
        self.on_epoch = on_epoch

    def add(self, loss: float) -> None:
        """갱신이나 에포크 하나의 손실을 더합니다.

        Raises:
            RuntimeError: 손실이 유한하지 않을 때. 그 뒤의 훈련은 아무것도 배우지 않습니다.
        """
        if not math.isfinite(loss):
            raise RuntimeError(
                message(
                    "series: 훈련이 발산했습니다. 값의 크기가 1쯤이 되게 줄이거나 학습률을 "
                    "낮추십시오. 받은 값: 손실 {loss} ({epoch}/{total} 에포크)",
                    loss=loss,
                    epoch=len(self.losses) + 1,
                    total=self.total,
                )
            )
        self.losses.append(loss)
        if self.on_epoch:
            self.on_epoch(len(self.losses), self.total, loss)

    def of_all(self, done: int, _: int, loss: float) -> None:
        """다른 것이 대신 한 에포크를, 이 훈련의 모든 에포크 가운데 몇 번째인지로 알립니다."""
        if self.on_epoch:
            self.on_epoch(done, self.total, loss)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keras가 에포크마다 부릅니다."""
        self.add(float((logs or {})["loss"]))


def compile_for(model: Model, learning_rate: float, updates: int, per_call: int) -> None:
    """XLA로 여러 갱신을 한 번에 실행하게 합니다. 2코어에서 이렇게 해야 초 단위로 끝납니다.

    Args:
        model: 훈련할 모델.
        learning_rate: 처음 학습률. 코사인 곡선을 따라 0까지 줄입니다.
        updates: 모든 갱신의 수.
        per_call: 한 번에 실행할 갱신의 수.
    """
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, updates)
    model.compile(
        optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
        loss="mse",
        jit_compile=True,
        steps_per_execution=per_call,
    )
