from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import rejects, tiny_config
from cosine_rnn import benchmark
from cosine_rnn.experiments import recipe_2017


def test_comparison_holds_both_times_and_both_errors(monkeypatch: pytest.MonkeyPatch):
    # A small model, one epoch of it: the recommended one is tested in test_evaluation.py.
    monkeypatch.setattr(benchmark, "recommended", lambda name: tiny_config(name, epochs=1))
    monkeypatch.setattr(recipe_2017, "HORIZON", 3)
    reports: list[tuple[int, int]] = []
    (row,) = benchmark.compare(
        ["mlp"], recipe_epochs=2, on_epoch=lambda done, total, loss: reports.append((done, total))
    )
    assert row.model == "mlp"
    assert reports[0] == (1, 1)
    assert 0 < row.forecast_seconds < row.seconds
    assert row.recipe_seconds > 0
    assert row.max_error > 0
    stored = np.array(recipe_2017.stored_run("mlp").forecast)
    truth = np.cos(2 * np.pi * np.arange(1240, 1490) / 100)
    assert row.recipe_max_error == pytest.approx(np.abs(2 * stored - 1 - truth).max())


def test_bad_arguments_are_rejected_before_the_first_training():
    def never(*_: Any) -> None:
        raise AssertionError("training was started")

    with rejects("model", "'perceptron'"):
        next(benchmark.compare(["mlp", "perceptron"], recipe_epochs=2, on_epoch=never))
    for value in (1, 0, -1, 2.0, None):
        with rejects("recipe_epochs", repr(value)):
            next(benchmark.compare(["mlp"], recipe_epochs=value, on_epoch=never))  # pyright: ignore[reportArgumentType]
