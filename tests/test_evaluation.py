from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn import evaluation
from cosine_rnn.config import MODEL_NAMES, recommended
from cosine_rnn.evaluation import (
    Score,
    evaluate,
    forecaster_of,
    save_scores,
    score,
    stored_scores,
    training_wave,
    unseen_waves,
)
from cosine_rnn.metrics import amplitude_and_phase
from cosine_rnn.models import reset_state, with_batch_size
from cosine_rnn.results import Trained


def never(*_: Any) -> None:
    raise AssertionError("training was started")


def test_training_wave_is_eight_periods_from_phase_zero():
    np.testing.assert_allclose(
        training_wave(), np.cos(2 * np.pi * np.arange(800) / 100), atol=1e-12
    )


def test_no_value_of_an_unseen_wave_was_seen_in_training():
    seen = np.unique(training_wave().round(12))
    unseen = np.unique(unseen_waves().round(12))
    assert np.abs(unseen[:, None] - seen).min() > 1e-4


@pytest.mark.parametrize("n_phases", [1, 4, 40])
def test_unseen_waves_are_cosines_of_evenly_spread_phases(n_phases: int):
    waves = unseen_waves(60, n_phases=n_phases)
    assert waves.shape == (n_phases, evaluation.CONTEXT_LENGTH + 60)
    found = np.array([amplitude_and_phase(wave, period=100) for wave in waves])
    np.testing.assert_allclose(found[:, 0], 1, atol=1e-9)
    phases = np.sort(found[:, 1] % (2 * np.pi))
    gaps = np.diff(phases, append=phases[0] + 2 * np.pi)
    np.testing.assert_allclose(gaps, 2 * np.pi / n_phases, atol=2 * np.pi / 100)


@pytest.mark.parametrize("argument", ["horizon", "n_phases"])
def test_unseen_waves_reject_bad_sizes(argument: str):
    for value in NOT_POSITIVE_INTEGERS:
        with rejects(argument, repr(value)):
            unseen_waves(**{argument: value})


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_context_of_the_unseen_waves_is_long_enough_for_every_model(model: str):
    assert recommended(model).context_length <= evaluation.CONTEXT_LENGTH


def keras_forecast(trained: Trained, context: np.ndarray, horizon: int) -> np.ndarray:
    """The forecast Keras itself makes, one predict_on_batch a step."""
    config = trained.config
    if not config.keeps_state:
        window = list(context[-config.window_length :])
        for _ in range(horizon):
            inputs = np.reshape(window[-config.window_length :], (1, -1, 1))
            window.append(trained.model.predict_on_batch(inputs).item())
        return np.array(window[-horizon:])
    single = with_batch_size(trained.model, 1)
    reset_state(single)
    values = list(context[-config.warm_up :])
    for k in range(config.warm_up + horizon - 1):
        output = single.predict_on_batch(np.reshape(values[k], (1, 1, 1))).item()
        if k >= config.warm_up - 1:
            values.append(output)
    return np.array(values[-horizon:])


@pytest.mark.parametrize("model", ["mlp", "lstm", "stateful"])
def test_forecaster_of_a_trained_model_is_that_of_keras(
    model: str, trained: Callable[[str], Trained]
):
    context = np.cos(np.arange(20.0))
    np.testing.assert_allclose(
        forecaster_of(trained(model))(context, 8),
        keras_forecast(trained(model), context, 8),
        atol=1e-4,
    )


@pytest.mark.parametrize("model", ["mlp", "stateful"])
def test_score_sums_up_the_forecasts_of_the_unseen_waves(
    model: str, trained: Callable[[str], Trained]
):
    ours = score(trained(model), horizon=7)
    waves = unseen_waves(7)
    error = np.stack([forecaster_of(trained(model))(w[:100], 7) - w[100:] for w in waves])
    assert (ours.model, ours.seed, ours.seconds) == (model, 0, trained(model).seconds)
    assert ours.max_error == pytest.approx(np.abs(error).max())
    assert ours.one_step_rmse == pytest.approx(np.mean(error[:, 0] ** 2) ** 0.5)


def test_evaluate_trains_and_scores_every_pair_in_order(empty_cache: Path):
    total = recommended("mlp").epochs
    reports: list[tuple[int, int]] = []
    scores = list(
        evaluate(["mlp"], iter([0]), on_epoch=lambda done, all_, loss: reports.append((done, all_)))
    )
    assert [(s.model, s.seed) for s in scores] == [("mlp", 0)]
    assert reports == [(k, total) for k in range(1, total + 1)]
    # The book says that the recommended models follow the cosine.
    assert scores[0].max_error < 0.1
    assert list(evaluate(["mlp"], [0], on_epoch=never)) == scores
    assert len(list(empty_cache.iterdir())) == 1


@pytest.mark.parametrize(
    ("models", "seeds", "horizon", "argument"),
    [
        (["mlp", "gru"], [0], 250, "model"),
        (["mlp"], [0, -1], 250, "seed"),
        (["mlp"], [0], 0, "horizon"),
    ],
)
def test_evaluate_rejects_a_bad_list_before_the_first_training(
    models: list[str], seeds: list[int], horizon: int, argument: str
):
    with rejects(argument):
        next(evaluate(models, seeds, horizon=horizon, on_epoch=never))


def test_saved_scores_have_a_column_a_field_and_four_digits(tmp_path: Path):
    scores = [Score("mlp", 0, 1.23456e-5, 0.25, 12.3456), Score("stacked", 4, 0.5, 2.0, 8.0)]
    save_scores(tmp_path / "scores.csv", scores)
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["model", "seed", "one_step_rmse", "max_error", "seconds"],
        ["mlp", "0", "1.235e-05", "0.25", "12.35"],
        ["stacked", "4", "0.5", "2", "8"],
    ]


def test_stored_scores_are_whole_and_can_be_saved_again(tmp_path: Path):
    stored = stored_scores()
    pairs = [(s.model, s.seed) for s in stored]
    assert pairs == [(model, seed) for model in MODEL_NAMES for seed in range(5)]
    assert np.isfinite([(s.one_step_rmse, s.max_error, s.seconds) for s in stored]).all()
    save_scores(tmp_path / "scores.csv", stored)
    shipped = Path(evaluation.__file__).parent / "data" / "scores.csv"
    assert (tmp_path / "scores.csv").read_bytes() == shipped.read_bytes()
