"""기록마다 줄을 다시 훈련해 견줍니다. 다른 기계의 반올림은 훈련에서 자라므로 크기를 견줍니다."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import numpy as np
import pytest
import test_backtest
import test_recall
from cosine_rnn import evaluation, training
from cosine_rnn.config import recommended
from cosine_rnn.experiments import (
    backtest,
    dropout_gap,
    machine_gap,
    noise_gain,
    period_budget,
    recall,
    recipe_clock,
    state_start,
    sweep_windows,
    words,
)
from cosine_rnn.experiments.dropout_gap import GapTask
from cosine_rnn.experiments.machine_gap import MachineTask
from cosine_rnn.experiments.noise_gain import NoiseTask
from cosine_rnn.experiments.period_budget import TEST_PERIODS, BudgetTask
from cosine_rnn.experiments.recipe_clock import ClockTask
from cosine_rnn.experiments.state_start import StartTask
from cosine_rnn.experiments.sweep_windows import WindowTask
from cosine_rnn.experiments.words import WordsTask
from cosine_rnn.support.records import select, stored_rows
from test_changing_period import measure_again
from test_sweep import train_again

Ledger = Callable[..., None]


def test_a_row_of_the_clock_comes_back(ledger: Ledger):
    """Another machine rounds otherwise: the same size of errors, not the same digits."""
    row = next(r for r in stored_rows("recipe-clock") if r["order"] == "continuing")
    names = [field.name for field in dataclasses.fields(ClockTask)]
    again = recipe_clock.measure(ClockTask(**{name: row[name] for name in names}))
    for name in ("loss", "sliding_mse", "carried_mse"):
        assert abs(np.log10(again[name] / row[name])) < 0.5, name
    ledger("recipe-clock의 줄을 다시 훈련", 1)


def test_a_row_of_the_dropout_gap_comes_back(monkeypatch: pytest.MonkeyPatch, ledger: Ledger):
    monkeypatch.setattr(dropout_gap, "N_PASSES", 50)
    (row, *_) = stored_rows("dropout-gap")
    found = dropout_gap.measure(GapTask(seed=row["seed"]))
    for name in ("off_slope", "on_slope"):
        assert found[name] == pytest.approx(row[name], abs=0.05)
    assert found["off_mse"] == pytest.approx(row["off_mse"], rel=0.2)
    ledger("dropout-gap의 줄을 다시 훈련", 1)


def test_a_row_of_the_sweep_comes_back(ledger: Ledger):
    train_again("stateful", 7)
    ledger("sweep의 줄을 다시 훈련", 1)


@pytest.mark.parametrize("length", [1, 5])
def test_a_row_of_a_window_length_comes_back(length: int, ledger: Ledger):
    (row,) = sweep_windows.measure(WindowTask(model="mlp", length=length, seed=1))
    (kept,) = select(stored_rows("sweep-windows"), model="mlp", seed=1, length=length)
    assert abs(np.log10(row["rmse"] / kept["rmse"])) < 0.5
    ledger("sweep-windows의 줄을 다시 훈련", 1)


def test_a_row_of_the_noise_comes_back(monkeypatch: pytest.MonkeyPatch, ledger: Ledger):
    monkeypatch.setattr(noise_gain, "HORIZONS", (250,))
    row = stored_rows("noise-gain")[0]
    again = noise_gain.measure(NoiseTask(noise_std=row["noise_std"], seed=row["seed"]))
    for name in ("loss", "max_error_250"):
        assert abs(np.log10(again[name] / row[name])) < 1
    ledger("noise-gain의 줄을 다시 훈련", 1)


def test_a_row_of_the_period_budget_comes_back(ledger: Ledger):
    row = stored_rows("period-budget")[0]
    found = period_budget.measure(BudgetTask(multiple=1, seed=0))
    assert found["epochs"] == row["epochs"]
    for period in TEST_PERIODS:
        name = f"max_error_{period}"
        assert abs(np.log10(found[name] / row[name])) < 1
    ledger("period-budget의 줄을 다시 훈련", 1)


def test_a_row_of_the_state_start_comes_back(ledger: Ledger):
    row = next(row for row in stored_rows("state-start") if row["variant"] == "lstm-two")
    again = state_start.measure(StartTask(variant=row["variant"], seed=row["seed"]))
    assert abs(np.log10(again["rmse"] / row["rmse"])) < 0.5
    ledger("state-start의 줄을 다시 훈련", 1)


@pytest.mark.parametrize(
    ("name", "condition"),
    [("recall", ("irnn", None)), ("recall", ("lstm", 2)), ("recall-tuning", ("rnn", None))],
)
def test_a_row_of_the_recall_comes_back(
    name: str, condition: tuple[str, float | None], ledger: Ledger
):
    easy = min(
        (row for row in stored_rows(name) if (row["cell"], row["forget_bias"]) == condition),
        key=lambda row: (row["delay"], -row["accuracy"]),
    )
    (task,) = test_recall.settings_of([easy])
    again = recall.measure(task)
    assert again["accuracy"] == pytest.approx(easy["accuracy"], abs=0.05)
    assert again["loss"] == pytest.approx(easy["loss"], abs=0.1)
    ledger(f"{name}의 줄을 다시 훈련", 1)


def test_a_row_of_the_words_comes_back(ledger: Ledger):
    fields = [field.name for field in dataclasses.fields(WordsTask)]
    quick = stored_rows("words")[20]
    again = words.measure(WordsTask(**{f: quick[f] for f in fields}))
    for name in ("usual", "corrected"):
        assert again[name] == pytest.approx(quick[name], abs=0.02)
    for name in ("longer", "unseen_pair", "before_day", "before_topic", "before_ending"):
        assert again[name] == pytest.approx(quick[name], abs=0.1)
    for name in ("belief_gap", "belief_close", "additive"):
        assert again[name] == pytest.approx(quick[name], abs=0.05)
    ledger("words의 줄을 다시 훈련", 1)


def test_a_network_of_the_backtest_comes_back(ledger: Ledger):
    row = next(r for r in stored_rows("backtest") if (r["method"], r["seed"]) == ("mlp", 0))
    (task,) = test_backtest.settings_of([row])
    again = backtest.measure(task)
    for name in test_backtest.MONTHS:
        assert again[name] == pytest.approx(row[name], rel=0.1)
    ledger("backtest의 줄을 다시 훈련", 1)


def test_a_row_of_the_changing_period_comes_back(ledger: Ledger):
    measure_again("bayes_sinusoid")
    ledger("changing-period의 줄을 다시 잼", 1)


def test_new_process_trains_to_the_bits_of_this_one(ledger: Ledger):
    """Unless other threads were asked for here, `plain` is this very training."""
    found = machine_gap.measure(MachineTask(setting="plain", model="mlp", seed=3))
    here = training.train(recommended("mlp", seed=3), evaluation.training_wave())
    digest = hashlib.sha256(b"".join(w.tobytes() for w in here.model.get_weights()))
    assert found["weights"] == "w" + digest.hexdigest()[:12]
    assert found["loss"] == here.loss[-1]
    ledger("같은 훈련을 새 프로세스에서", 1)
