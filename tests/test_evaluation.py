from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn import evaluation
from cosine_rnn.config import MODEL_NAMES, WindowConfig, recommended
from cosine_rnn.evaluation import (
    HELD_OUT,
    Wave,
    scores,
    step_microseconds,
    training_wave,
    training_waves,
    unseen_waves,
)
from cosine_rnn.forecast import autoregression
from cosine_rnn.metrics import amplitude_and_phase
from cosine_rnn.models import reset_state, with_batch_size
from cosine_rnn.results import Trained
from cosine_rnn.signals import cosine_wave
from cosine_rnn.training import forecaster_of
from numpy.typing import ArrayLike


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
    if isinstance(config, WindowConfig):
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


def turned(context: ArrayLike, horizon: int) -> np.ndarray:
    """The true future, 2 % larger and turned by 0.2 radians."""
    t = evaluation.CONTEXT_LENGTH + np.arange(horizon)
    phases = [amplitude_and_phase(row, period=100)[1] for row in np.asarray(context)]
    return np.stack([1.02 * np.cos(2 * np.pi * t / 100 + phase + 0.2) for phase in phases])


def test_scores_of_a_known_distortion_are_its_own():
    one, month, long = scores(turned, (1, 250, 1000))
    assert (one.horizon, month.horizon, long.horizon) == (1, 250, 1000)
    assert (one.amplitude_error, one.phase_error) == (None, None)
    apart = abs(1.02 * np.exp(0.2j) - 1)  # As vectors that turn together.
    for score in (month, long):
        assert score.amplitude_error == pytest.approx(0.02, abs=1e-6)
        assert score.phase_error == pytest.approx(0.2, abs=1e-6)
        assert score.max_error == pytest.approx(apart, rel=1e-2)
    assert long.rmse == pytest.approx(apart / np.sqrt(2), rel=1e-6)
    assert one.max_error <= month.max_error <= long.max_error


def test_divergence_is_that_of_the_first_phase_to_leave():
    def leaving(context: ArrayLike, horizon: int) -> np.ndarray:
        values = unseen_waves(horizon)[:, 100:]
        values[3, 30:] += 0.11
        values[4, 20:] += 0.09
        return values

    assert [s.divergence_step for s in scores(leaving, (30, 31, 100))] == [None, 30, 30]


def test_an_exact_forecaster_never_diverges_on_any_wave():
    for wave in (Wave(), *(kind for kind in HELD_OUT if kind.noise_std == 0)):
        series = cosine_wave(300, period=wave.period)
        (score,) = scores(autoregression(series), (250,), wave=wave)
        assert score.wave == wave
        assert score.max_error < 1e-6
        assert score.divergence_step is None
        assert max(score.amplitude_error or 0, score.phase_error or 0) < 1e-6


def test_noise_is_in_the_context_only_and_always_the_same():
    noisy, clean = unseen_waves(50, wave=Wave(noise_std=0.1)), unseen_waves(50)
    np.testing.assert_array_equal(noisy[:, 100:], clean[:, 100:])
    assert np.std(noisy[:, :100] - clean[:, :100]) == pytest.approx(0.1, rel=0.05)
    np.testing.assert_array_equal(noisy, unseen_waves(50, wave=Wave(noise_std=0.1)))


def test_waves_of_a_family_are_cosines_from_phase_zero():
    family = training_waves([50, 80.5])
    for series, period in zip(family, (50, 80.5), strict=True):
        np.testing.assert_allclose(series, np.cos(2 * np.pi * np.arange(800) / period), atol=1e-9)


def test_bad_waves_and_horizons_are_rejected():
    for value in (2, 0, -1, float("nan")):
        with rejects("period"):
            Wave(period=value)
        with rejects("amplitude"):
            Wave(amplitude=min(value, 0))
    with rejects("noise_std", "-1"):
        Wave(noise_std=-1)
    for value in NOT_POSITIVE_INTEGERS:
        with rejects("horizons", repr(value)):
            scores(turned, (1, value))  # pyright: ignore[reportArgumentType]


def test_step_microseconds_counts_every_step():
    calls = []

    def counted(context: ArrayLike, horizon: int) -> np.ndarray:
        calls.append(horizon)
        time.sleep(0.05)
        return np.zeros(horizon)

    assert 200 <= step_microseconds(counted) < 2000  # 0.05 s for 250 steps.
    assert set(calls) == {250}
