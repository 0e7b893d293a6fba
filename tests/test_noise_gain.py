from __future__ import annotations

import dataclasses

import pytest
from conftest import rejects
from cosine_rnn.config import WindowConfig, recommended
from cosine_rnn.experiments import sweep
from cosine_rnn.experiments.noise_gain import (
    HORIZONS,
    NOISE_STDS,
    NoiseTask,
    config_of,
    tasks,
)
from cosine_rnn.support.records import select, stored_rows


def test_only_the_noise_differs_from_the_recommended_training():
    ours = recommended("lstm", seed=3)
    assert isinstance(ours, WindowConfig)
    for std in NOISE_STDS:
        config = config_of(NoiseTask(noise_std=std, seed=3))
        assert isinstance(config, WindowConfig)
        same = dataclasses.replace(
            config, noise_std=ours.noise_std, noise_updates=ours.noise_updates
        )
        assert same == ours
        assert (config.noise_updates == 0) is (std == 0)
        assert std in (0, config.noise_std)


def test_record_holds_the_tasks_and_agrees_with_the_sweep():
    rows = stored_rows("noise-gain")
    made = [NoiseTask(noise_std=row["noise_std"], seed=row["seed"]) for row in rows]
    assert made == tasks(range(5))
    lstm = recommended("lstm")
    assert isinstance(lstm, WindowConfig)
    ours = lstm.noise_std
    for row in rows:
        if row["noise_std"] == ours:
            for horizon in HORIZONS:
                (kept,) = select(sweep.reference(model="lstm", horizon=horizon), seed=row["seed"])
                assert row[f"max_error_{horizon}"] == pytest.approx(kept["max_error"], rel=1e-3)


def test_bad_arguments_are_rejected():
    with rejects("seeds", r"\[\]"):
        tasks([])
    for std in (-0.1, float("nan"), None):
        with rejects("noise_std", str(std)):
            NoiseTask(noise_std=std, seed=0)  # pyright: ignore[reportArgumentType]
    with rejects("seed", "-1"):
        NoiseTask(noise_std=0.1, seed=-1)
