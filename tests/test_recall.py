from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.experiments import recall_tuning
from cosine_rnn.experiments.recall import (
    DELAYS,
    LEARNING_RATES,
    N_SYMBOLS,
    RecallTask,
    build,
    measure,
    scores,
    sequences,
    tasks,
)
from cosine_rnn.support.records import Row, stored_rows

RNN = RecallTask(cell="rnn", delay=5, seed=0)
LSTM = RecallTask(cell="lstm", forget_bias=1.0, delay=5, seed=0)
IRNN = RecallTask(cell="irnn", delay=5, seed=0, learning_rate=1e-3)
TUNING_SEEDS = range(100, 104)


def test_only_the_first_symbol_is_asked_and_the_others_come_from_another_alphabet():
    inputs, answers = sequences(500, delay=7, seed=3)
    assert inputs.shape == (500, 8, 2 * N_SYMBOLS)
    np.testing.assert_array_equal(inputs.sum(axis=2), 1)
    symbols = inputs.argmax(axis=2)
    np.testing.assert_array_equal(symbols[:, 0], answers)
    assert symbols[:, 1:].min() == N_SYMBOLS
    assert set(answers) == set(range(N_SYMBOLS))


def test_same_seed_same_sequences():
    first, second, other = (sequences(9, delay=3, seed=s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


@pytest.mark.parametrize("task", [RNN, LSTM, IRNN], ids=["rnn", "lstm", "irnn"])
def test_scores_are_those_of_keras(task: RecallTask):
    model = build(task)
    inputs, _ = sequences(20, delay=task.delay, seed=0)
    np.testing.assert_allclose(scores(model, inputs), model(inputs), atol=1e-5)


def test_forget_bias_opens_only_the_forget_gate():
    layer = build(dataclasses.replace(LSTM, forget_bias=5.0)).layers[0]
    i, f, g, o = np.split(layer.get_weights()[2], 4)
    np.testing.assert_array_equal(f, 5)
    np.testing.assert_array_equal([i, g, o], 0)


@pytest.mark.parametrize("task", [RNN, LSTM, IRNN], ids=["rnn", "lstm", "irnn"])
def test_learns_to_recall_a_short_delay_and_not_without_training(task: RecallTask):
    inputs, answers = sequences(500, delay=task.delay, seed=1)
    untrained = np.mean(scores(build(task), inputs).argmax(axis=1) == answers)
    assert untrained < 0.5
    assert measure(dataclasses.replace(task, epochs=4))["accuracy"] > 0.99


def test_tasks_pair_every_condition_with_every_seed():
    made = tasks([4, 9])
    assert len(set(made)) == len(made)
    assert {task.seed for task in made} == {4, 9}
    usual = {(t.cell, t.forget_bias, t.delay) for t in made if t.epochs == 10}
    assert usual == {(*condition, delay) for condition in LEARNING_RATES for delay in DELAYS}
    assert {(None if t.cell != "lstm" else t.forget_bias) for t in made} == {None, 0, 1, 2, 5}
    slower = [t for t in made if t.learning_rate != LEARNING_RATES[t.cell, t.forget_bias]]
    assert {(t.cell, t.delay, t.learning_rate) for t in slower} == {
        ("irnn", 200, 1e-4),
        ("irnn", 200, 3e-4),
    }
    longer = {(t.cell, t.forget_bias, t.delay) for t in made if t.epochs == 50}
    assert longer == {("rnn", None, 100), ("lstm", 1, 100), ("lstm", 0, 20)}


def test_tuning_tries_every_rate_for_every_condition():
    made = recall_tuning.tasks([7])
    assert len(set(made)) == len(made)
    for condition in LEARNING_RATES:
        mine = [t for t in made if (t.cell, t.forget_bias) == condition]
        assert {t.learning_rate for t in mine} == set(recall_tuning.RATES)
        assert {t.delay for t in mine} == set(recall_tuning.DELAYS)


def test_best_rate_is_the_most_accurate_and_then_the_least_lossy():
    def row(cell: str, rate: float, accuracy: float, loss: float) -> dict[str, Any]:
        condition = {"cell": cell, "forget_bias": None, "learning_rate": rate}
        return {**condition, "accuracy": accuracy, "loss": loss}

    rows = [
        *(row("rnn", 0.1, 1.0, 0.0), row("rnn", 0.1, 0.2, 3.0)),
        *(row("rnn", 0.2, 0.7, 2.0), row("rnn", 0.2, 0.6, 2.0)),
        *(row("irnn", 0.1, 1.0, 0.02), row("irnn", 0.2, 1.0, 0.01)),
        *(row("relu", 0.1, 0.5, float("nan")), row("relu", 0.2, 0.5, 9.0)),
    ]
    chosen = {"rnn": 0.2, "irnn": 0.2, "relu": 0.2}
    assert recall_tuning.best_rates(rows) == {(cell, None): rate for cell, rate in chosen.items()}
    rows[0]["accuracy"] = rows[1]["accuracy"] = 0.9
    assert recall_tuning.best_rates(rows)["rnn", None] == 0.1


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"cell": "gru"}, "cell"),
        ({"delay": 0}, "delay"),
        ({"seed": -1}, "seed"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"forget_bias": None}, "forget_bias"),
        ({"forget_bias": float("nan")}, "forget_bias"),
        ({"cell": "rnn"}, "forget_bias"),
    ],
)
def test_bad_settings_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        dataclasses.replace(LSTM, **changes)


def test_no_seeds_and_no_rows_are_rejected():
    for make in (tasks, recall_tuning.tasks):
        with rejects("seeds"):
            make([])
    with rejects("rows"):
        recall_tuning.best_rates([])


def settings_of(rows: list[Row]) -> list[RecallTask]:
    fields = [field.name for field in dataclasses.fields(RecallTask)]
    return [RecallTask(**{name: row[name] for name in fields}) for row in rows]


def test_learning_rates_are_those_the_stored_tuning_chooses():
    rows = stored_rows("recall-tuning")
    assert settings_of(rows) == recall_tuning.tasks(TUNING_SEEDS)
    assert recall_tuning.best_rates(rows) == LEARNING_RATES
    # 끝의 학습률이 뽑혔다면 더 넓게 찾아야 합니다.
    for rate in LEARNING_RATES.values():
        assert min(recall_tuning.RATES) < rate < max(recall_tuning.RATES)
    assert not set(TUNING_SEEDS) & {row["seed"] for row in stored_rows("recall")}


def test_stored_rows_are_the_tasks():
    assert settings_of(stored_rows("recall")) == tasks(range(5))
