from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from conftest import rejects, tiny_config
from cosine_rnn import evaluation, results, training
from cosine_rnn.config import LECTURE_MODELS, recommended
from cosine_rnn.evaluation import Wave
from cosine_rnn.experiments import sweep, sweep_periods, sweep_windows
from cosine_rnn.experiments.sweep import SweepTask, graded, reference
from cosine_rnn.experiments.sweep_windows import WindowTask
from cosine_rnn.forecast import autoregression
from cosine_rnn.support.records import select, stored_rows

MIXED = ((Wave(), (1, 120)), (Wave(period=80), (90,)))


def test_rows_are_the_scores_of_the_training():
    config = tiny_config("mlp")
    rows = graded(config, train_periods=(100, 80), tests=MIXED)
    assert [(r["wave_period"], r["horizon"]) for r in rows] == [(100, 1), (100, 120), (80, 90)]
    trained = results.load(results.cache_path(config, evaluation.training_waves((100, 80))))
    forecaster = training.forecaster_of(trained)
    (score,) = evaluation.scores(forecaster, (90,), wave=Wave(period=80))
    assert rows[-1]["max_error"] == score.max_error
    assert rows[-1]["parameters"] == 6 * 4 + 4 + 4 + 1


def test_window_lengths_change_what_is_read_at_once_and_nothing_else():
    for model in LECTURE_MODELS:
        ours = sweep_windows.config_of(WindowTask(model=model, length=7, seed=3))
        kind = "window_length" if model in ("mlp", "lstm") else "chunk_length"
        changed = {
            name: value
            for name, value in dataclasses.asdict(ours).items()
            if value != dataclasses.asdict(recommended(model, seed=3))[name]
        }
        after = {"noise_updates": 0, "closed_loop_updates": 0}
        assert changed.pop(kind) == 7
        assert changed.items() <= after.items()
        assert ours.updates_after == 0
    with rejects("length", "0"):
        WindowTask(model="mlp", length=0, seed=0)


def test_a_family_of_periods_costs_as_much_as_one():
    for model in LECTURE_MODELS:
        ours, one = sweep_periods.config_of(model, seed=0), recommended(model)
        assert 5 * ours.epochs == pytest.approx(one.epochs, abs=4)
    ours, one = sweep_periods.config_of("stateful", seed=0), recommended("stateful")
    assert 5 * ours.updates_after == pytest.approx(one.updates_after, abs=4)


def test_tasks_reject_unknown_models_and_seeds():
    with rejects("model", "'perceptron'"):
        SweepTask(model="perceptron", seed=0)
    for seeds in ([], [1, 1]):
        with rejects("seeds"):
            sweep.tasks(seeds)


def test_stored_sweep_holds_twenty_seeds_of_every_model_and_every_test():
    rows = stored_rows("sweep")
    assert {(r["model"], r["seed"]) for r in rows} == {
        (m, s) for m in LECTURE_MODELS for s in range(20)
    }
    assert len(rows) == 80 * (len(evaluation.HORIZONS) + len(evaluation.HELD_OUT))
    assert len(reference(horizon=1, model="lstm")) == 20
    assert {row["n_rows"] for row in rows} == {17}


def test_stored_rows_come_back_when_trained_again():
    train_again("mlp", 19)  # `make check-trust` trains a stateful one.


def train_again(model: str, seed: int) -> None:
    """On another machine the rounding differs and grows in training, as the book says: the new
    training must reach errors of the same size, within a factor of ten, not the same digits."""
    tests = ((Wave(), (1, 250, 1000)), (Wave(amplitude=0.8), (250,)), (Wave(period=90), (250,)))
    for row in graded(recommended(model, seed=seed), tests=tests):
        same = {name: row[name] for name in row if name.startswith("wave_")}
        kept = stored_rows("sweep")
        (kept,) = select(kept, model=model, seed=seed, horizon=row["horizon"], **same)
        assert kept["parameters"] == row["parameters"]
        assert abs(np.log10(row["max_error"] / kept["max_error"])) < 1


def test_networks_are_told_from_the_baseline_in_the_stored_sweep():
    """The page says that two coefficients beat every network: so must the rows."""
    baseline = evaluation.scores(autoregression(evaluation.training_wave()), (250,))[0].max_error
    assert baseline < 1e-3 * min(row["max_error"] for row in reference(horizon=250))
