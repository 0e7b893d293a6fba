from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn import grid
from cosine_rnn.recall import (
    N_SYMBOLS,
    RecallTask,
    build,
    measure,
    scores,
    sequences,
    tasks,
)

RNN = RecallTask(cell="rnn", delay=5, seed=0)
LSTM = RecallTask(cell="lstm", forget_bias=1.0, delay=5, seed=0)


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


@pytest.mark.parametrize("task", [RNN, LSTM], ids=["rnn", "lstm"])
def test_scores_are_those_of_keras(task: RecallTask):
    model = build(task)
    inputs, _ = sequences(20, delay=task.delay, seed=0)
    np.testing.assert_allclose(scores(model, inputs), model(inputs), atol=1e-5)


def test_forget_bias_opens_only_the_forget_gate():
    layer = build(dataclasses.replace(LSTM, forget_bias=5.0)).layers[0]
    i, f, g, o = np.split(layer.get_weights()[2], 4)
    np.testing.assert_array_equal(f, 5)
    np.testing.assert_array_equal([i, g, o], 0)


@pytest.mark.parametrize("task", [RNN, LSTM], ids=["rnn", "lstm"])
def test_learns_to_recall_a_short_delay_and_not_without_training(task: RecallTask):
    inputs, answers = sequences(500, delay=task.delay, seed=1)
    untrained = np.mean(scores(build(task), inputs).argmax(axis=1) == answers)
    assert untrained < 0.5
    assert measure(dataclasses.replace(task, epochs=4))["accuracy"] > 0.99


def test_tasks_pair_every_condition_with_every_seed():
    made = tasks([4, 9])
    assert len(set(made)) == len(made)
    assert {task.seed for task in made} == {4, 9}
    longest = [t for t in made if t.delay == 200]
    assert {(t.cell, t.forget_bias) for t in longest} == {
        ("rnn", None),
        *(("lstm", bias) for bias in (0.0, 1.0, 2.0, 5.0)),
    }


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


def test_no_seeds_are_rejected():
    with rejects("seeds"):
        tasks([])


def test_stored_rows_are_what_the_tasks_measure():
    rows = grid.stored("recall")
    fields = [field.name for field in dataclasses.fields(RecallTask)]
    stored = [RecallTask(**{name: row[name] for name in fields}) for row in rows]
    assert stored == tasks(range(5))
    easy = [row for row in rows if row["delay"] == 10 and row["forget_bias"] != 0]
    again = measure(RecallTask(**{name: easy[0][name] for name in fields}))
    assert again["accuracy"] == pytest.approx(easy[0]["accuracy"], abs=0.05)
