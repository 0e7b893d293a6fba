"""드롭아웃을 뺀 2017년의 조리법. 상태유지 다층 LSTM은 뺍니다."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_rnn.experiments import recipe_2017
from cosine_rnn.experiments.recipe_2017 import RecipeTask
from cosine_rnn.support.checks import check_seeds

MODELS = ("mlp", "lstm", "stateful")

measure = recipe_2017.measure


def tasks(seeds: Sequence[int]) -> list[RecipeTask]:
    """책의 실험. 세 모델을 시드마다 드롭아웃 없이 훈련합니다."""
    check_seeds(seeds)
    return [RecipeTask(model=model, seed=seed, dropout=0.0) for model in MODELS for seed in seeds]
