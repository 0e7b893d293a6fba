from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn import models
from cosine_rnn.beyond import changing_networks as networks
from cosine_rnn.beyond.changing_networks import Network
from cosine_rnn.beyond.changing_signals import (
    FIXED,
    HORIZONS,
    N_AHEAD,
    N_READ,
    Signals,
    errors,
    make_signals,
    rmse,
)
from cosine_rnn.support.backend import Model

SMALL = make_signals(256, seed=7)
LSTM = Network(kind="lstm", units=8, learning_rate=1e-2, epochs=2)


@pytest.fixture(scope="module")
def lstm() -> Model:
    return networks.train(LSTM, SMALL, seed=0)


def network(kind: str) -> Network:
    window = 20 if kind == "mlp" else None
    return Network(kind=kind, units=16, window=window, learning_rate=2e-2, epochs=6)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn", "mlp"])
def test_networks_do_not_see_what_comes_after(kind: str):
    model = networks.build(network(kind), seed=0)
    observed = SMALL.observed[:20, :N_READ]
    changed = observed.copy()
    changed[:, 60:] = 0.0
    made, other = (networks.forecasts(model, values) for values in (observed, changed))
    np.testing.assert_allclose(other[:, :60], made[:, :60], atol=1e-5)
    assert np.abs(other[:, 60:] - made[:, 60:]).max() > 0.1


@pytest.mark.parametrize("kind", ["lstm", "mlp"])
def test_networks_learn(kind: str):
    model = networks.train(network(kind), SMALL, seed=0)
    unseen = make_signals(200, seed=8)
    made = networks.forecasts(model, unseen.observed[:, :N_READ])
    assert rmse(errors(unseen, made)[:, 30:, 0]) < 0.9  # answering zero has 1


def test_targets_are_the_values_that_follow():
    # Values of alternating sign: one step ahead is the opposite of now, ten ahead is the same.
    sizes = np.random.default_rng(0).normal(size=(128, 1))
    zigzag = sizes * (-1.0) ** np.arange(N_READ + N_AHEAD)
    signals = SMALL.part(slice(128))._replace(observed=zigzag)
    tiny = Network(kind="mlp", units=8, window=1, learning_rate=2e-2, epochs=2)
    made = networks.forecasts(networks.train(tiny, signals, seed=0), zigzag[:, :N_READ])
    for k, sign in enumerate((-1, 1)):
        together = np.corrcoef(made[:, :, k].ravel(), zigzag[:, :N_READ].ravel())[0, 1]
        assert sign * together > 0.9


def test_horizons_are_columns_of_the_head(lstm: Model):
    observed = SMALL.observed[:10, :N_READ]
    outputs = np.asarray(lstm(observed[:, :, None].astype("float32")))
    assert outputs.shape == (10, N_READ, N_AHEAD)
    for k, h in enumerate(HORIZONS):
        made = networks.forecasts(lstm, observed)[:, :, k]
        np.testing.assert_allclose(made, outputs[:, :, h - 1], atol=1e-5)


def test_training_never_reads_the_clean_values(lstm: Model):
    blind = SMALL._replace(clean=np.full_like(SMALL.clean, np.nan))
    again = networks.train(LSTM, blind, seed=0)
    for one, other in zip(lstm.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_windows_before_the_start_are_filled_with_zeros():
    tiny = Network(kind="mlp", units=4, window=6, learning_rate=1e-2, epochs=1)
    model = networks.build(tiny, seed=0)
    observed = SMALL.observed[:3, :N_READ]
    made = networks.forecasts(model, observed)
    first = np.zeros((3, 6), dtype="float32")
    first[:, 0] = observed[:, 0]
    np.testing.assert_allclose(made[:, 0, 0], np.asarray(model(first))[:, 0], atol=1e-6)


def test_forget_gates_are_those_of_the_equations(lstm: Model):
    observed = SMALL.observed[:130, :9]  # more than one part
    gates = networks.forget_gates(lstm, observed)
    assert gates.shape == (130, 9, LSTM.units)
    W, _, b = models.weights_of(lstm.layers[0])
    units = LSTM.units
    z = observed[:, :1] @ W[:, units : 2 * units] + b[units : 2 * units]
    np.testing.assert_allclose(gates[:, 0], 1 / (1 + np.exp(-z)), rtol=1e-6)


def test_frozen_gate_stands_still_at_its_mean_and_nothing_else_changes(lstm: Model):
    observed = SMALL.observed[:20, :N_READ]
    frozen = networks.with_frozen_forget_gate(lstm, observed)
    gates = networks.forget_gates(frozen, observed)
    expected = networks.forget_gates(lstm, observed).mean(axis=(0, 1))
    np.testing.assert_allclose(gates, np.broadcast_to(expected, gates.shape), rtol=1e-5)
    units = LSTM.units
    for one, other in zip(lstm.get_weights()[:3], frozen.get_weights()[:3], strict=True):
        keep = np.r_[:units, 2 * units : 4 * units]
        np.testing.assert_array_equal(one[..., keep], other[..., keep])


def signals_that_change_at(*changes: list[int]) -> Signals:
    since = np.empty((len(changes), N_READ), dtype=np.int64)
    for row, at in zip(since, changes, strict=True):
        for start, end in zip([0, *at], [*at, N_READ], strict=True):
            row[start:end] = np.arange(1, end - start + 1)
    zeros = np.zeros(since.shape)
    return Signals(zeros, zeros, zeros, since)


def test_around_changes_finds_the_lonely_changes_only():
    signals = signals_that_change_at([50], [40, 44], [44, 50], [118], [9], [10], [20, 89])
    rows, steps = networks.around_changes(signals, before=10, after=30)
    assert [(int(row), int(at)) for (row,), at in zip(rows, steps[:, 10], strict=True)] == [
        (0, 50),
        (5, 10),
        (6, 20),
        (6, 89),
    ]
    for at in steps:
        np.testing.assert_array_equal(at, np.arange(at[0], at[0] + 41))


def test_frequency_is_read_where_the_state_holds_it(lstm: Model):
    read = networks.frequency_reader(lstm, SMALL)
    unseen = make_signals(200, seed=8)
    true, made = 1 / unseen.period[:, 30:N_READ], read(unseen.observed[:, :N_READ])[:, 30:]
    assert 0.05 < 1 - ((made - true) ** 2).mean() / true.var() < 1
    shuffled = SMALL._replace(period=SMALL.period[::-1])
    wrong = networks.frequency_reader(lstm, shuffled)(unseen.observed[:, :N_READ])[:, 30:]
    assert 1 - ((wrong - true) ** 2).mean() / true.var() < 0.05


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"kind": "transformer"}, "kind"),
        ({"units": 0}, "units"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"window": 20}, "window"),
        ({"kind": "mlp"}, "window"),
        ({"kind": "mlp", "window": N_READ + 1}, "window"),
    ],
)
def test_bad_networks_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        dataclasses.replace(LSTM, **changes)


@pytest.mark.parametrize("number", NOT_POSITIVE_INTEGERS)
def test_bad_widths_around_a_change_are_rejected(number: Any):
    with rejects("before"):
        networks.around_changes(SMALL, before=number, after=1)
    with rejects("after"):
        networks.around_changes(SMALL, before=1, after=number)


def test_bad_series_are_rejected(lstm: Model):
    with rejects("signals"):
        networks.train(LSTM, make_signals(4, seed=0, n_steps=N_READ), seed=0)
    for observed in (np.zeros((2, N_READ + 1)), np.zeros(N_READ)):
        with rejects("observed"):
            networks.forecasts(lstm, observed)
    with rejects("signals"):
        networks.around_changes(make_signals(4, seed=0, rule=FIXED), before=10, after=30)


def test_a_model_without_gates_is_rejected():
    tiny = Network(kind="mlp", units=4, window=5, learning_rate=1.0, epochs=1)
    with rejects("model"):
        networks.forget_gates(networks.build(tiny, seed=0), SMALL.observed)
