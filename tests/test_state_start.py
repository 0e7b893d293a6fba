from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.config import recommended
from cosine_rnn.experiments import state_start
from cosine_rnn.experiments.state_start import FLOOR, VARIANTS, StartTask, config_of, measure, tasks
from cosine_rnn.support.records import stored_rows


def test_floor_is_the_best_a_single_value_allows():
    """The mean over directions of the next value, by counting: nothing of one value does better."""
    theta = 2 * np.pi * (np.arange(1000) + 0.5) / 1000
    omega = 2 * np.pi / 100
    best = (np.cos(theta + omega) + np.cos(-theta + omega)) / 2
    assert np.mean((np.cos(theta + omega) - best) ** 2) == pytest.approx(FLOOR)


def test_variants_change_only_what_they_say():
    for variant, (model, changes) in VARIANTS.items():
        config = config_of(StartTask(variant=variant, seed=2))
        ours = dataclasses.asdict(recommended(model, seed=2))
        changed = {k for k, v in dataclasses.asdict(config).items() if v != ours[k]}
        assert changed == set(changes)


def test_record_holds_the_tasks():
    rows = stored_rows("state-start")
    made = [StartTask(variant=row["variant"], seed=row["seed"]) for row in rows]
    assert made == tasks(range(3))


def test_a_perfect_memory_needs_two_values(monkeypatch: pytest.MonkeyPatch):
    factor = 2 * np.cos(2 * np.pi / 100)

    def step(value: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        return factor * value - (0 if before is None else before), value

    class Nothing:
        model = None
        config = recommended("stateful")

    monkeypatch.setattr(state_start.training, "train", lambda *_: Nothing)
    monkeypatch.setattr(state_start.models, "state_step", lambda _: step)
    measured = measure(StartTask(variant="stateful", seed=0))
    assert measured["values_needed"] == 2
    assert measured["rmse"] < 1e-12


def test_bad_arguments_are_rejected():
    with rejects("seeds", r"\[\]"):
        tasks([])
    with rejects("variant", "'perceptron'"):
        StartTask(variant="perceptron", seed=0)
    with rejects("seed", "-1"):
        StartTask(variant="stateful", seed=-1)
