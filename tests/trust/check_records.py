"""가장 오래 걸리는 기록의 줄을 다시 훈련해 견줍니다. 나머지는 ``make test`` 가 훈련합니다."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from cosine_rnn.experiments import dropout_gap, recipe_clock
from cosine_rnn.experiments.dropout_gap import GapTask
from cosine_rnn.experiments.recipe_clock import ClockTask
from cosine_rnn.support.records import stored_rows
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
