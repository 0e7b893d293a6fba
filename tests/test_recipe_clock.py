from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn import models
from cosine_rnn.experiments import recipe_2017, recipe_clock
from cosine_rnn.experiments.recipe_2017 import RecipeTask
from cosine_rnn.experiments.recipe_clock import (
    ORDERS,
    ClockTask,
    carried,
    measure,
    sliding,
    tasks,
    window_order,
)
from cosine_rnn.support.records import stored_rows


def test_continuing_windows_begin_where_the_last_one_ended():
    lines = window_order("continuing", 760)
    assert [len(line) for line in lines] == [19] * 40
    assert [int(line[0]) for line in lines] == list(range(40))
    for line in lines:
        np.testing.assert_array_equal(np.diff(line), 40)
    # The same 760 windows as the recipe's, each once.
    assert sorted(np.concatenate(lines).tolist()) == list(range(760))


def test_overlapping_windows_are_the_recipe_s():
    (line,) = window_order("overlapping", 760)
    np.testing.assert_array_equal(line, range(760))


TRAIN_ONCE = functools.cache(recipe_2017.train_recipe)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe that trains in seconds, and once: 80 windows, two units, three steps ahead."""
    monkeypatch.setattr(recipe_2017, "train_recipe", TRAIN_ONCE)
    monkeypatch.setattr(recipe_2017, "LENGTHS", (120, 50, 50))
    monkeypatch.setattr(recipe_2017, "UNITS", 2)
    monkeypatch.setattr(recipe_clock, "HORIZON", 3)


@pytest.mark.usefixtures("small")
def test_state_is_reset_where_a_line_begins_and_nowhere_else(monkeypatch: pytest.MonkeyPatch):
    resets = []

    def reset_state(model: Any) -> None:
        real(model)
        resets.append(model.name)

    real = models.reset_state
    monkeypatch.setattr(models, "reset_state", reset_state)
    counts = {}
    for order in ORDERS:
        resets.clear()
        recipe_clock.train(ClockTask(order=order, seed=0, epochs=2))
        counts[order] = len(resets)
    assert counts == {"overlapping": 2, "continuing": 80}


@pytest.mark.usefixtures("small")
def test_overlapping_order_trains_as_the_recipe_does():
    network, loss = recipe_clock.train(ClockTask(order="overlapping", seed=3, epochs=2))
    recipe, history = recipe_2017.train_recipe(RecipeTask(model="stateful", seed=3, epochs=2))
    assert loss == pytest.approx(history["loss"][-1], rel=1e-5)
    for ours, theirs in zip(network.get_weights(), recipe.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.usefixtures("small")
def test_sliding_forecast_is_the_recipe_s_own():
    run = recipe_2017.measure(RecipeTask(model="stateful", seed=3, epochs=2))
    network, _ = recipe_2017.train_recipe(RecipeTask(model="stateful", seed=3, epochs=2))
    one_step, fed_back = sliding(network)
    test = recipe_2017.recipe_data()[2]
    assert np.mean((one_step - test.targets[:, 0]) ** 2) == pytest.approx(run["test_mse"], rel=1e-4)
    np.testing.assert_allclose(fed_back, run["forecast"][:3], atol=1e-5)


@pytest.mark.usefixtures("small")
def test_carried_forecast_reads_every_value_once():
    """One window after a reset is the same forty steps; ten steps on, one pass over fifty."""
    network, _ = recipe_2017.train_recipe(RecipeTask(model="stateful", seed=0, epochs=1))
    one_step, fed_back = carried(network)
    test = recipe_2017.recipe_data()[2]
    models.reset_state(network)
    first = float(network.predict_on_batch(test.inputs[:1])[0, 0])
    assert one_step[0] == pytest.approx(first, abs=1e-6)
    assert fed_back[0] == pytest.approx(first, abs=1e-6)
    longer = recipe_2017.build_recipe("stateful", window_length=41)
    longer.set_weights(network.get_weights())
    known = test.inputs[0, :, 0]
    for value, answer in ((test.targets[0, 0], one_step[1]), (fed_back[0], fed_back[1])):
        models.reset_state(longer)
        window = np.append(known, value)[None, :, None]
        assert answer == pytest.approx(float(longer.predict_on_batch(window)[0, 0]), abs=1e-6)
    assert (len(one_step), len(fed_back)) == (len(test.inputs), 3)


@pytest.mark.usefixtures("small")
def test_measure_tells_both_clocks_apart():
    found = measure(ClockTask(order="continuing", dropout=0.0, seed=0, epochs=2))
    assert list(found) == [
        *("loss", "sliding_mse", "sliding_max_error", "carried_mse", "carried_max_error")
    ]
    assert found["sliding_mse"] != found["carried_mse"]
    assert np.isfinite(list(found.values())).all()


def test_tasks_change_the_order_and_the_dropout_only():
    found = tasks([4, 5])
    assert len(found) == len(set(found)) == 8
    assert {dataclasses.replace(t, order="continuing", dropout=0.0, seed=4) for t in found} == {
        ClockTask(order="continuing", dropout=0.0, seed=4)
    }


def test_stored_record_is_whole():
    rows = stored_rows("recipe-clock")
    names = [field.name for field in dataclasses.fields(ClockTask)]
    found = [ClockTask(**{name: row[name] for name in names}) for row in rows]
    assert found == tasks(range(3))
    for row in rows:
        assert all(np.isfinite(row[f"{c}_{m}"]) for c in ("sliding", "carried") for m in MEASURES)


MEASURES = ("mse", "max_error")


def test_stored_record_of_the_recipe_s_own_order_agrees_with_the_stored_recipe():
    """The same training: the scores agree within the factor that rounding on a machine grows to."""
    for row in stored_rows("recipe-clock"):
        if row["order"] == "overlapping":
            recipe = recipe_2017.stored_run("stateful", seed=row["seed"], dropout=row["dropout"])
            assert abs(np.log10(row["sliding_mse"] / recipe.test_mse)) < 1


def test_bad_arguments_are_rejected_before_training():
    with rejects("order", "'shuffled'"):
        ClockTask(order="shuffled", seed=0)
    with rejects("order", "'shuffled'"):
        window_order("shuffled", 760)
    with rejects("n_windows", "761"):
        window_order("continuing", 761)
    with rejects("seeds", r"\[\]"):
        tasks([])
    for dropout in (-0.1, 1.0, float("nan")):
        with rejects("dropout", repr(dropout)):
            ClockTask(order="continuing", seed=0, dropout=dropout)
    for count in NOT_POSITIVE_INTEGERS:
        with rejects("epochs", repr(count)):
            ClockTask(order="continuing", seed=0, epochs=count)
        with rejects("n_windows", repr(count)):
            window_order("overlapping", count)
    for seed in (-1, 0.5, None):
        with rejects("seed", repr(seed)):
            ClockTask(order="continuing", seed=seed)  # pyright: ignore[reportArgumentType]
