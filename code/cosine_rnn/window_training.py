"""창으로 하는 훈련: 교사 강요 뒤에 잡음 주입이 잇고, 창을 밀며 되먹여 예측합니다."""

from __future__ import annotations

import numpy as np

from cosine_rnn import models, refinement, windows
from cosine_rnn.config import WindowConfig
from cosine_rnn.forecast import Forecaster, recursive_forecaster
from cosine_rnn.progress import Report, compile_for
from cosine_rnn.support.backend import Model
from cosine_rnn.support.checks import FloatArray


class WindowTraining:
    """훈련 하나. 데이터가 설정에 모자라면 만들 때 알립니다.

    Args:
        config: 설정.
        family: 훈련 시계열들. ``(n_series, n_steps)``.

    Raises:
        ValueError: 시계열이 창보다 길지 않을 때.
    """

    def __init__(self, config: WindowConfig, family: FloatArray) -> None:
        self.config = config
        cut = [windows.make_windows(series, config.window_length) for series in family]
        inputs, targets = (np.concatenate(parts) for parts in zip(*cut, strict=True))
        self.data = windows.Windows(inputs, targets)

    def fit(self, model: Model, report: Report) -> None:
        """교사 강요. 창의 차례를 섞습니다."""
        config = self.config
        inputs = np.tile(self.data.inputs, (config.repeats, 1, 1))
        targets = np.tile(self.data.targets, (config.repeats, 1))
        per_epoch = -(-len(inputs) // config.batch_size)
        compile_for(model, config.learning_rate, config.epochs * per_epoch, per_epoch)
        model.fit(
            inputs,
            targets,
            epochs=config.epochs,
            batch_size=config.batch_size,
            verbose=0,
            callbacks=[report],
        )

    def follow(self, model: Model, report: Report) -> None:
        """교사 강요 뒤에 잇는 잡음 주입."""
        refinement.refine_with_noise(
            model,
            self.data,
            noise_std=self.config.noise_std,
            updates=self.config.noise_updates,
            seed=self.config.seed,
            on_update=report.add,
        )

    @staticmethod
    def forecaster(config: WindowConfig, model: Model) -> Forecaster:
        """훈련된 모델로 되먹임 예측기를 만듭니다."""
        return recursive_forecaster(models.next_value(model), window_length=config.window_length)
