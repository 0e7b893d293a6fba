from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond import changing_networks as networks
from cosine_rnn.beyond.changing_networks import Network
from cosine_rnn.beyond.changing_signals import (
    FIXED,
    HORIZONS,
    N_READ,
    RULE,
    errors,
    make_signals,
    rmse,
)
from cosine_rnn.experiments import changing_period, changing_period_tuning
from cosine_rnn.experiments.changing_period import (
    CHOSEN,
    CLASSICAL_METHODS,
    NETWORK_METHODS,
    ChangingPeriodTask,
    evaluate,
    paired,
    tasks,
)
from cosine_rnn.experiments.changing_period_tuning import Candidate, best, candidates, held_out
from cosine_rnn.support.records import stored_rows

SMALL = make_signals(256, seed=7)


def columns(rows: list[dict[str, Any]], cls: type) -> list[Any]:
    names = [field.name for field in dataclasses.fields(cls)]
    return [cls(**{name: row[name] for name in names}) for row in rows]


def test_evaluation_of_a_forecaster_that_knows_everything_but_a_constant():
    seen: list[int] = []

    def forecast(observed: np.ndarray) -> np.ndarray:
        seen.append(len(observed))
        for rule in (RULE, FIXED):
            signals = changing_period.unseen_signals(rule)
            if np.array_equal(observed, signals.observed[:, :N_READ]):
                ahead = [signals.clean[:, h : h + N_READ] for h in HORIZONS]
                return np.stack(ahead, axis=2) + np.array([0.25, -0.5])
        raise AssertionError

    row = evaluate(forecast)
    assert seen == [changing_period.N_TEST] * 3
    off = {"1": 0.25, "10": 0.5}
    for name, value in row.items():
        if name.startswith(("rmse", "since", "fixed")):
            assert value == pytest.approx(off[name[5:]] if "rmse" in name else 0.25), name
    for h, value in off.items():
        blocks = row[f"blocks_{h}"]
        np.testing.assert_allclose(blocks, np.full(changing_period.N_BLOCKS, value), rtol=1e-3)


def test_an_lstm_is_measured_with_its_gates(monkeypatch: pytest.MonkeyPatch):
    tiny = {"units": 4, "learning_rate": 1e-2, "epochs": 1}
    unseen = {rule: make_signals(200, seed=8, rule=rule) for rule in (RULE, FIXED)}
    monkeypatch.setitem(CHOSEN, "lstm", tiny)
    monkeypatch.setattr(changing_period, "training_signals", lambda rule: SMALL)
    monkeypatch.setattr(changing_period, "unseen_signals", unseen.__getitem__)
    row = changing_period.measure(ChangingPeriodTask(method="lstm", seed=3))
    model = networks.train(Network(kind="lstm", **tiny), SMALL, seed=3)
    observed = unseen[RULE].observed[:, :N_READ]
    error = errors(unseen[RULE], networks.forecasts(model, observed))[:, 29:]
    for k, h in enumerate(HORIZONS):
        assert row[f"rmse_{h}"] == pytest.approx(rmse(error[:, :, k]), rel=1e-5)
    gates = networks.forget_gates(model, observed)
    rows, steps = networks.around_changes(unseen[RULE], before=10, after=30)
    expected = gates[rows, steps].mean(axis=(0, 2))
    np.testing.assert_allclose(row["forget_gate"], expected, rtol=1e-3)
    frozen = networks.with_frozen_forget_gate(model, observed)
    still = errors(unseen[RULE], networks.forecasts(frozen, observed))[:, 29:]
    assert row["frozen_1"] == pytest.approx(rmse(still[:, :, 0]), rel=1e-5)
    assert row["weights"] == model.count_params()


def test_a_network_is_tuned_on_series_it_was_not_fitted_to(monkeypatch: pytest.MonkeyPatch):
    one = {"units": (4,), "window": (5,), "learning_rate": (1e-2,), "epochs": (1,)}
    monkeypatch.setitem(changing_period_tuning._RANGES, "mlp", [one])
    monkeypatch.setattr(changing_period_tuning, "training_signals", lambda rule: SMALL)
    monkeypatch.setattr(changing_period_tuning, "N_FIT", 128)
    held = SMALL.part(slice(128, None))
    monkeypatch.setattr(
        changing_period_tuning, "held_out", lambda: held._replace(clean=held.observed)
    )
    (settings,) = candidates("mlp")
    made = changing_period_tuning.measure(
        Candidate(method="mlp", settings=changing_period_tuning.written(settings), seed=0)
    )
    model = networks.train(Network(kind="mlp", **settings), SMALL.part(slice(128)), seed=0)
    forecast = networks.forecasts(model, held.observed[:, :N_READ])
    noisy = errors(held._replace(clean=held.observed), forecast)[:, 29:]
    assert made["rmse_10"] == pytest.approx(rmse(noisy[:, :, 1]), rel=1e-5)


def test_paired_blocks_show_a_small_but_steady_difference():
    rng = np.random.default_rng(0)
    hard = rng.uniform(0.2, 0.6, 100)  # how hard a block is hides the difference, pairing shows it
    first = hard + 0.01 * rng.standard_normal(100)
    seen = paired(first, hard + 0.02)
    assert seen.difference == pytest.approx(np.mean(first) - np.mean(hard) - 0.02)
    standard_error = 0.01 / 10
    assert seen.high - seen.low == pytest.approx(2 * 1.96 * standard_error, rel=0.2)
    assert seen.low < seen.difference < seen.high < 0
    assert seen.wins == int((first < hard + 0.02).sum())
    assert paired(hard, hard) == (0, 0, 0, 0)


def test_tasks_are_every_method_once_and_every_network_with_every_seed():
    made = tasks([4, 9])
    assert [t.method for t in made if t.seed is None] == list(CLASSICAL_METHODS)
    expected = {(m, s) for m in NETWORK_METHODS for s in (4, 9)}
    assert {(t.method, t.seed) for t in made if t.seed is not None} == expected
    assert len(set(made)) == len(made) == len(CLASSICAL_METHODS) + len(expected)


def test_tuning_never_sees_the_test_series():
    unseen = changing_period.unseen_signals(RULE).observed
    assert not np.isin(held_out().observed[:, 0], unseen[:, 0]).any()
    np.testing.assert_array_equal(held_out().clean, held_out().observed)


def test_stored_tuning_rows_are_the_candidates_and_the_best_are_chosen():
    rows = stored_rows("changing-period-tuning")
    assert columns(rows, Candidate) == changing_period_tuning.tasks([0])
    for method in {row["method"] for row in rows}:
        found = next(
            s
            for s in candidates(method)
            if changing_period_tuning.written(s) == best(rows, method)["settings"]
        )
        assert found == CHOSEN[method], method
    assert CHOSEN["lstm"] == CHOSEN["lstm_fixed"]


@pytest.mark.parametrize("method", ["maximum_likelihood", "bayes_sinusoid"])
def test_stored_tuning_is_what_is_measured(method: str):
    row = best(stored_rows("changing-period-tuning"), method)
    (candidate,) = columns([row], Candidate)
    # No random number after the series: only the last digits of float sums may differ.
    for name, value in changing_period_tuning.measure(candidate).items():
        assert value == pytest.approx(row[name], rel=1e-3)


def test_stored_rows_are_the_tasks():
    assert columns(stored_rows("changing-period"), ChangingPeriodTask) == tasks(range(5))


def test_stored_rows_are_what_is_measured():
    measure_again("persistence")  # `make check-trust` measures more.


def measure_again(method: str) -> None:
    """The stored row of a method against a new measurement."""
    row = next(r for r in stored_rows("changing-period") if r["method"] == method)
    again = changing_period.measure(ChangingPeriodTask(method=method))
    assert set(again) < set(row)
    for name, value in again.items():
        if isinstance(value, list):
            np.testing.assert_allclose(value, row[name], rtol=2e-3)
        elif isinstance(value, float) and name != "microseconds":
            assert value == pytest.approx(row[name], rel=1e-3), name


@pytest.mark.parametrize(
    ("cls", "settings", "argument"),
    [
        (ChangingPeriodTask, {"method": "prophet"}, "method"),
        (ChangingPeriodTask, {"method": "lstm"}, "seed"),
        (ChangingPeriodTask, {"method": "persistence", "seed": 0}, "seed"),
        (ChangingPeriodTask, {"method": "lstm", "seed": -1}, "seed"),
        (Candidate, {"method": "persistence", "settings": ""}, "method"),
        (Candidate, {"method": "global_linear", "settings": "window=41"}, "settings"),
        (Candidate, {"method": "global_linear", "settings": "window=40", "seed": 0}, "seed"),
    ],
)
def test_bad_tasks_are_rejected(cls: type, settings: dict[str, Any], argument: str):
    with rejects(argument):
        cls(**settings)


def test_bad_blocks_are_rejected():
    with rejects("first"):
        paired([1.0], [1.0, 2.0])
    with rejects("second"):
        paired([1.0, 2.0], [1.0, 2.0, 3.0])
    with rejects("seed"):
        paired([1.0, 2.0], [1.0, 2.0], seed=-1)


def test_names_that_do_not_fit_are_rejected():
    with rejects("method"):
        changing_period.tracker("lstm", {}, SMALL.observed)
    with rejects("method"):
        changing_period.network_of("global_linear")
    with rejects("method"):
        best([], "lstm")
    for made in (tasks, changing_period_tuning.tasks):
        with rejects("seeds"):
            made([])
