from __future__ import annotations

import dataclasses

import numpy as np
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.experiments import sweep_periods
from cosine_rnn.experiments.period_budget import (
    MULTIPLES,
    BudgetTask,
    config_of,
    tasks,
)
from cosine_rnn.support.records import select, stored_rows


def test_only_the_epochs_grow_with_the_multiple():
    one, twenty = (config_of(BudgetTask(multiple=multiple, seed=2)) for multiple in (1, 20))
    assert one == sweep_periods.config_of("mlp", seed=2)
    assert twenty.epochs == 20 * one.epochs
    assert dataclasses.replace(twenty, epochs=one.epochs) == one


def test_one_multiple_is_the_training_of_the_stored_sweep():
    budget = select(stored_rows("period-budget"), multiple=1, seed=0)[0]
    for row in select(stored_rows("sweep-periods"), model="mlp", seed=0, wave_amplitude=1):
        if row["wave_noise_std"] == 0 and row["horizon"] == 250:
            assert row["max_error"] == budget[f"max_error_{row['wave_period']}"]


def test_stored_record_is_whole_and_more_updates_help_inside_the_range():
    rows = stored_rows("period-budget")
    assert [BudgetTask(multiple=r["multiple"], seed=r["seed"]) for r in rows] == tasks(range(3))
    medians = {
        multiple: np.median([r["max_error_110"] for r in rows if r["multiple"] == multiple])
        for multiple in MULTIPLES
    }
    assert medians[20] < medians[1]


def test_bad_arguments_are_rejected():
    with rejects("seeds", r"\[\]"):
        tasks([])
    for value in NOT_POSITIVE_INTEGERS:
        with rejects("multiple", repr(value)):
            BudgetTask(multiple=value, seed=0)
    for seed in (-1, 0.5):
        with rejects("seed", repr(seed)):
            BudgetTask(multiple=1, seed=seed)  # pyright: ignore[reportArgumentType]
