"""흐름으로 하는 훈련: 교사 강요 뒤에 폐루프 학습이 잇고, 상태를 이으며 되먹여 예측합니다."""

from __future__ import annotations

from typing import Any

import numpy as np

from cosine_rnn import models, refinement, windows
from cosine_rnn.config import StreamConfig
from cosine_rnn.forecast import Forecaster, stateful_forecaster
from cosine_rnn.progress import Report, compile_for
from cosine_rnn.support.backend import Model, keras
from cosine_rnn.support.checks import FloatArray, reject
from cosine_rnn.support.messages import message


class StreamTraining:
    """훈련 하나. 데이터가 설정에 모자라면 만들 때 알립니다.

    Args:
        config: 설정.
        family: 훈련 시계열들. ``(n_series, n_steps)``.

    Raises:
        ValueError: 시계열이 짧아 흐름이나 폐루프 학습의 조각을 떼어 낼 수 없을 때, 또는
            ``skip_steps`` 가 흐름보다 짧지 않을 때.
    """

    def __init__(self, config: StreamConfig, family: FloatArray) -> None:
        self.config, self.family = config, family
        needed = config.warm_up + config.closed_loop_horizon
        if config.closed_loop_updates and family.shape[1] <= needed:
            raise ValueError(
                message(
                    "series: 폐루프 학습에는 길이가 {least} 이상이어야 합니다. "
                    "받은 값: 길이 {length}",
                    least=needed + 1,
                    length=family.shape[1],
                )
            )
        groups = [
            windows.make_streams(
                series,
                n_streams=config.n_streams,
                stride=config.stride,
                chunk_length=config.chunk_length,
                batch_size=config.batch_size,
            )
            for series in family
        ]
        self.data = groups[0]._replace(
            inputs=np.concatenate([group.inputs for group in groups]),
            targets=np.concatenate([group.targets for group in groups]),
        )
        length = self.data.n_chunks * config.chunk_length
        if config.skip_steps >= length:
            raise reject(
                "skip_steps",
                "흐름의 길이 {length}보다 작아야 합니다",
                config.skip_steps,
                length=length,
            )

    def fit(self, model: Model, report: Report) -> None:
        """교사 강요. 한 묶음의 흐름이 시작될 때마다 상태를 초기화합니다."""
        config, data = self.config, self.data
        # 상태 0에서 출발한 처음 몇 시점의 오차는 상태가 덜 찬 탓이므로 배우지 않습니다.
        step = np.arange(data.n_chunks * config.chunk_length).reshape(data.n_chunks, 1, -1)
        group = np.broadcast_to(
            step >= config.skip_steps, (data.n_chunks, config.batch_size, config.chunk_length)
        )
        weights = group.reshape(-1, config.chunk_length).astype(np.float32)
        weights = np.tile(weights, (len(data.inputs) // len(weights), 1))
        updates = len(data.inputs) // config.batch_size
        compile_for(model, config.learning_rate, config.epochs * updates, data.n_chunks)
        model.fit(
            data.inputs,
            data.targets,
            sample_weight=weights,
            epochs=config.epochs,
            batch_size=config.batch_size,
            shuffle=False,
            verbose=0,
            callbacks=[_ResetState(), report],
        )

    def follow(self, model: Model, report: Report) -> None:
        """교사 강요 뒤에 잇는 폐루프 학습."""
        refinement.refine_closed_loop(
            model,
            self._pieces(),
            warm_up=self.config.warm_up,
            updates=self.config.closed_loop_updates,
            on_update=report.add,
        )

    def _pieces(self) -> FloatArray:
        """흐름과 같은 간격으로, 예열과 예측에 정답 한 시점을 더한 길이의 조각을 떼어 냅니다."""
        config, family = self.config, self.family
        length = config.warm_up + config.closed_loop_horizon + 1
        starts = np.arange(config.n_streams) * config.stride % (family.shape[1] - length + 1)
        return family[:, starts[:, None] + np.arange(length)].reshape(-1, length)

    @staticmethod
    def forecaster(config: StreamConfig, model: Model) -> Forecaster:
        """훈련된 모델로 되먹임 예측기를 만듭니다."""
        return stateful_forecaster(models.state_step(model), warm_up=config.warm_up)


class _ResetState(keras.callbacks.Callback):
    """한 묶음의 흐름이 시작될 때마다 상태를 초기화합니다.

    ``steps_per_execution`` 이 한 묶음이므로 이 때는 늘 묶음의 처음입니다.
    """

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        models.reset_state(self.model)
