from __future__ import annotations

import dataclasses

import numpy as np
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn import grid, sweep
from cosine_rnn.period_budget import (
    MULTIPLES,
    TEST_PERIODS,
    TRAIN_PERIODS,
    BudgetTask,
    measure,
    run_of,
    tasks,
)


def test_only_the_epochs_grow_with_the_multiple():
    one, twenty = (run_of(BudgetTask(multiple=multiple, seed=2)) for multiple in (1, 20))
    assert twenty.config.epochs == 20 * one.config.epochs
    assert dataclasses.replace(twenty, config=one.config) == one
    assert one.config.seed == 2
    assert one.config.model == "mlp"
    assert one.train_periods == TRAIN_PERIODS


def test_one_multiple_is_the_training_of_the_stored_sweep():
    identities = [
        {name: row[name] for name in run_of(BudgetTask(multiple=1, seed=0)).identity}
        for row in sweep.select(sweep.stored("sweep-periods"), model="mlp", seed=0)
    ]
    ours = run_of(BudgetTask(multiple=1, seed=0)).identity
    assert all(
        {k: str(v) for k, v in each.items()} == {k: str(v) for k, v in ours.items()}
        for each in identities
    )


def test_stored_record_is_whole_and_more_updates_help_inside_the_range():
    rows = grid.stored("period-budget")
    assert [BudgetTask(multiple=r["multiple"], seed=r["seed"]) for r in rows] == tasks(range(3))
    medians = {
        multiple: np.median([r["max_error_110"] for r in rows if r["multiple"] == multiple])
        for multiple in MULTIPLES
    }
    assert medians[20] < medians[1]


def test_stored_row_comes_back_when_trained_again():
    """On another machine the rounding grows: the same size, not the same digits."""
    row = grid.stored("period-budget")[0]
    found = measure(BudgetTask(multiple=1, seed=0))
    assert found["epochs"] == row["epochs"]
    for period in TEST_PERIODS:
        name = f"max_error_{period}"
        assert abs(np.log10(found[name] / row[name])) < 1


def test_bad_arguments_are_rejected():
    with rejects("seeds", r"\[\]"):
        tasks([])
    for value in NOT_POSITIVE_INTEGERS:
        with rejects("multiple", repr(value)):
            BudgetTask(multiple=value, seed=0)
    for seed in (-1, 0.5):
        with rejects("seed", repr(seed)):
            BudgetTask(multiple=1, seed=seed)  # pyright: ignore[reportArgumentType]
