from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.experiments import dropout_gap, recipe_2017
from cosine_rnn.experiments.dropout_gap import GapTask, mean_of_passes, measure, slope, tasks
from cosine_rnn.support.records import stored_rows


def test_slope_is_that_of_the_fitted_line():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=50)
    values = 0.3 + 0.7 * truth + rng.normal(scale=0.1, size=50)
    assert slope(truth, values) == pytest.approx(np.polyfit(truth, values, 1)[0])
    assert slope([0, 1, 2], [5, 5, 5]) == 0  # pyright: ignore[reportArgumentType]


def test_without_dropout_on_and_off_are_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dropout_gap, "N_PASSES", 2)
    found = measure(GapTask(dropout=0.0, seed=0, epochs=1))
    assert found["on_slope"] == pytest.approx(found["off_slope"], rel=1e-5)
    assert found["on_mse"] == pytest.approx(found["off_mse"], rel=1e-5)


def test_passes_differ_from_each_other_and_are_averaged():
    network = recipe_2017.build_recipe("mlp")
    inputs = recipe_2017.recipe_data()[2].inputs[:5]
    passes = [mean_of_passes(network, inputs, n_passes=1) for _ in range(100)]
    assert np.std(passes, axis=0).min() > 0
    together = mean_of_passes(network, inputs, n_passes=100)
    spread = np.std(passes, axis=0) * np.sqrt(2 / 100)
    assert (np.abs(together - np.mean(passes, axis=0)) < 6 * spread).all()


def test_stored_record_is_whole_and_is_of_the_stored_recipe():
    rows = stored_rows("dropout-gap")
    names = [field.name for field in dataclasses.fields(GapTask)]
    assert [GapTask(**{name: row[name] for name in names}) for row in rows] == tasks(range(7))
    for row in rows[:3]:
        stored = recipe_2017.stored_run("mlp", seed=row["seed"])
        assert row["off_mse"] == pytest.approx(stored.test_mse, rel=0.1)


def test_bad_arguments_are_rejected_before_training():
    with rejects("seeds", r"\[\]"):
        tasks([])
    for dropout in (-0.1, 1.0, float("nan")):
        with rejects("dropout", repr(dropout)):
            GapTask(seed=0, dropout=dropout)
    for count in NOT_POSITIVE_INTEGERS:
        with rejects("epochs", repr(count)):
            GapTask(seed=0, epochs=count)
        with rejects("n_passes", repr(count)):
            mean_of_passes(None, np.zeros((1, 40, 1)), n_passes=count)
    for truth in ([], [1.0, 1.0]):
        with rejects("truth"):
            slope(np.array(truth), np.array(truth))
    with rejects("values", "1"):
        slope(np.array([1.0, 2.0]), np.array([1.0]))
