from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import (
    NOT_A_SERIES,
    STATEFUL_MODELS,
    assert_same_weights,
    rejects,
    tiny_config,
    tiny_wave,
)
from cosine_rnn import results
from cosine_rnn.forecast import stateful_forecaster
from cosine_rnn.models import next_value, state_step
from cosine_rnn.results import Trained
from cosine_rnn.signals import cosine_wave
from cosine_rnn.training import fit, train
from cosine_rnn.windows import make_windows

STANDSTILL = 1e-12  # A learning rate that leaves the first weights as they are.


def never(done: int, total: int, loss: float) -> None:
    raise AssertionError("training was started")


def entries(folder: Path) -> list[Path]:
    """Everything but the lock files, which have a dot before their name."""
    return sorted(folder.glob("[!.]*")) if folder.exists() else []


@pytest.mark.parametrize("model", ["mlp", "lstm", "stateful"])
def test_loss_falls(model: str, trained: Callable[[str], Trained]):
    config, loss = trained(model).config, trained(model).loss
    teacher_forced, refined = loss[: config.epochs], loss[config.epochs :]
    assert teacher_forced[-1] < 0.8 * teacher_forced[0]
    assert len(refined) == (0 if model == "mlp" else 5)
    assert all(np.diff(refined) < 0)


@pytest.mark.parametrize("model", ["mlp", "lstm", "stateful"])
def test_same_seed_gives_the_same_bits_and_progress_counts_to_the_total(
    model: str, trained: Callable[[str], Trained]
):
    first, reported = trained(model), []
    again = train(first.config, tiny_wave(), on_epoch=lambda *report: reported.append(report))
    assert_same_weights(again.model, first.model)
    np.testing.assert_array_equal(again.loss, first.loss)
    total = len(first.loss)
    assert reported == [(k + 1, total, loss) for k, loss in enumerate(first.loss)]


def test_other_seed_gives_other_weights_and_train_leaves_the_cache_alone(
    trained: Callable[[str], Trained], empty_cache: Path
):
    other = train(tiny_config("mlp", seed=1), tiny_wave())
    assert not empty_cache.exists()
    assert np.abs(other.model.get_weights()[0] - trained("mlp").model.get_weights()[0]).max() > 0.01


def test_result_says_how_it_came_to_be(trained: Callable[[str], Trained]):
    result = trained("mlp")
    assert result.config == tiny_config("mlp")
    assert result.versions == results.versions()
    assert result.seconds > 0


def test_loss_of_a_window_model_is_that_of_its_windows():
    config = tiny_config("mlp", epochs=1, repeats=3, learning_rate=STANDSTILL)
    result = train(config, tiny_wave())
    inputs, targets = make_windows(tiny_wave(), config.window_length)
    error = next_value(result.model)(inputs[:, :, 0]) - targets[:, 0]
    np.testing.assert_allclose(result.loss, [np.mean(error**2)], rtol=1e-5)


def test_streams_are_read_without_a_break():
    """The loss against a sum by hand, from the NumPy cells and the plain definition."""
    config = tiny_config(
        "stacked",
        epochs=1,
        batch_size=2,  # Two groups: the state is reset between them, and only there.
        learning_rate=STANDSTILL,
    )
    family = np.stack([tiny_wave(), tiny_wave()[::-1] / 2])  # And between the series.
    result = train(config, family)
    step = state_step(result.model)
    starts = np.arange(config.n_streams) * config.stride
    n_steps = (family.shape[1] - 1 - starts[-1]) // config.chunk_length * config.chunk_length
    squares = np.zeros((len(family), n_steps, config.n_streams))
    for k, series in enumerate(family):
        state = None
        for t in range(n_steps):
            output, state = step(series[starts + t], state)
            squares[k, t] = (output - series[starts + t + 1]) ** 2
    squares[:, : config.skip_steps] = 0
    np.testing.assert_allclose(result.loss, [squares.mean()], rtol=1e-5)


def test_noise_is_added_to_windows_and_the_answer_stays():
    """The last loss against the definition: every window clean, and with two noises, ±."""
    config = tiny_config("lstm")
    result = train(config, tiny_wave())
    inputs, targets = make_windows(tiny_wave(), config.window_length)
    inputs, targets = inputs[:, :, 0], targets[:, 0]
    one, two = np.random.default_rng(config.seed).normal(0, config.noise_std, (2, *inputs.shape))
    predict = next_value(result.model)
    errors = [predict(inputs + noise) - targets for noise in (0, one, -one, two, -two)]
    np.testing.assert_allclose(result.loss[-1], np.mean(np.square(errors)), rtol=1e-4)


def test_closed_loop_loss_is_that_of_the_recursive_forecast():
    """The last loss against the forecaster: warm up, then horizon + 1 forecasts fed back."""
    config = tiny_config("stateful")
    family = np.stack([tiny_wave(), 0.5 * tiny_wave()])
    result = train(config, family)
    forecaster = stateful_forecaster(state_step(result.model), warm_up=config.warm_up)
    horizon = config.closed_loop_horizon + 1
    starts = np.arange(config.n_streams) * config.stride
    index = starts[:, None] + np.arange(config.warm_up + horizon)
    squares = [
        (forecaster(series[index][:, : config.warm_up], horizon) - series[index][:, -horizon:]) ** 2
        for series in family
    ]
    np.testing.assert_allclose(result.loss[-1], np.mean(squares), rtol=1e-4)


def test_family_of_one_trains_as_the_series_itself(empty_cache: Path):
    config = tiny_config("mlp")
    alone, family = fit(config, tiny_wave()), fit(config, [tiny_wave()], on_epoch=never)
    assert_same_weights(alone.model, family.model)


def test_windows_of_a_family_are_those_of_its_series():
    config = tiny_config("mlp", epochs=1, learning_rate=STANDSTILL)
    family = np.stack([tiny_wave(), np.zeros(40)])
    result, errors = train(config, family), []
    for series in family:
        inputs, targets = make_windows(series, config.window_length)
        errors.append(next_value(result.model)(inputs[:, :, 0]) - targets[:, 0])
    np.testing.assert_allclose(result.loss, [np.mean(np.square(errors))], rtol=1e-5)


def test_second_fit_reads_what_the_first_kept(empty_cache: Path):
    config, epochs = tiny_config("mlp"), []
    first = fit(config, tiny_wave(), on_epoch=lambda done, total, loss: epochs.append(done))
    assert epochs == list(range(1, config.epochs + 1))
    (path,) = entries(empty_cache)
    assert path == results.cache_path(config, tiny_wave())
    written = path.stat()
    second = fit(config, list(tiny_wave()), on_epoch=never)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (written.st_mtime_ns, written.st_ino)
    assert (second.config, second.seconds) == (config, first.seconds)
    np.testing.assert_array_equal(second.loss, first.loss)
    assert_same_weights(second.model, first.model)


@pytest.mark.parametrize("model", ["lstm", "stateful"])
def test_what_follows_goes_on_from_the_teacher_forcing_that_was_kept(
    model: str, empty_cache: Path, trained: Callable[[str], Trained]
):
    whole = trained(model)
    forced = fit(whole.config.teacher_forcing_only(), tiny_wave())
    reports = []
    result = fit(whole.config, tiny_wave(), on_epoch=lambda *report: reports.append(report))
    n_forced, n_all = whole.config.epochs, whole.config.epochs + whole.config.updates_after
    assert [report[:2] for report in reports] == [
        (done, n_all) for done in range(n_forced + 1, len(whole.loss) + 1)
    ]
    np.testing.assert_array_equal(result.loss, whole.loss)
    assert_same_weights(result.model, whole.model)
    assert result.seconds > forced.seconds


def test_teacher_forcing_is_kept_when_what_follows_is_fitted(
    empty_cache: Path, trained: Callable[[str], Trained]
):
    whole, reports = trained("stateful"), []
    config = whole.config.teacher_forcing_only()
    path = results.cache_path(config, tiny_wave())
    path.parent.mkdir(parents=True)
    path.write_text("broken")
    with pytest.warns(UserWarning, match=rf"다시 훈련합니다.+{path.name}") as caught:
        fit(whole.config, tiny_wave(), on_epoch=lambda *report: reports.append(report[:2]))
    assert [w.filename for w in caught if w.category is UserWarning] == [__file__]
    n_all = config.epochs + whole.config.updates_after
    assert reports == [(done, n_all) for done in range(1, len(whole.loss) + 1)]
    forced = fit(config, tiny_wave(), on_epoch=never)
    np.testing.assert_array_equal(forced.loss, whole.loss[: config.epochs])


def test_broken_entry_is_trained_again_with_a_warning(
    empty_cache: Path, trained: Callable[[str], Trained]
):
    good = trained("mlp")
    path = results.cache_path(good.config, tiny_wave())
    results.save(path, good)
    os.truncate(path, path.stat().st_size // 2)  # test_storage.py has all the other damages.
    epochs = []
    with pytest.warns(UserWarning, match=rf"다시 훈련합니다.+{path.name}") as caught:
        result = fit(good.config, tiny_wave(), on_epoch=lambda *report: epochs.append(report))
    assert [w.filename for w in caught if w.category is UserWarning] == [__file__]
    assert len(epochs) == good.config.epochs
    assert_same_weights(result.model, good.model)
    assert entries(empty_cache) == [path]
    assert_same_weights(fit(good.config, tiny_wave(), on_epoch=never).model, good.model)


def test_entry_of_another_config_is_trained_again_with_a_warning(
    empty_cache: Path, trained: Callable[[str], Trained]
):
    config = tiny_config("mlp", seed=1)
    results.save(results.cache_path(config, tiny_wave()), trained("mlp"))
    with pytest.warns(UserWarning, match="다른 설정의 결과"):
        result = fit(config, tiny_wave())
    assert result.config == config


@pytest.mark.parametrize(
    ("series", "received"),
    [
        *(case for case in NOT_A_SERIES if case.id != "rank 2"),
        pytest.param(np.zeros((2, 40, 1)), r"shape=\(2, 40, 1\)", id="rank 3"),
        pytest.param([], r"\(1, 0\)", id="empty"),
    ],
)
def test_bad_series_is_rejected_before_any_work(series: Any, received: str, empty_cache: Path):
    for run in (fit, train):
        with rejects("series", received):
            run(tiny_config("mlp"), series, on_epoch=never)
    assert not empty_cache.exists()


@pytest.mark.parametrize(
    ("model", "changes", "argument", "needed"),
    [
        ("mlp", {}, "window_length", 7),
        ("lstm", {"window_length": 20}, "window_length", 21),
        ("stateful", {}, "series", 12),
        ("stateful", {"closed_loop_horizon": 30}, "series", 37),
    ],
)
def test_series_shorter_than_the_config_needs_is_rejected_before_any_work(
    model: str, changes: dict[str, Any], argument: str, needed: int, empty_cache: Path
):
    config = tiny_config(model, **changes)
    for run in (fit, train):
        with rejects(argument):
            run(config, tiny_wave()[: needed - 1], on_epoch=never)
    assert not empty_cache.exists()


@pytest.mark.parametrize("model", STATEFUL_MODELS)
def test_streams_of_which_no_step_is_measured_are_rejected(model: str, empty_cache: Path):
    # 40 steps hold 30 of every stream: to skip 30 would leave nothing to learn.
    with rejects("skip_steps", "30"):
        fit(tiny_config(model, skip_steps=30), tiny_wave(), on_epoch=never)
    assert not empty_cache.exists()


def test_training_that_is_interrupted_leaves_no_file(empty_cache: Path):
    def interrupt(done: int, total: int, loss: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(tiny_config("mlp"), tiny_wave(), on_epoch=interrupt)
    assert entries(empty_cache) == []


@pytest.mark.parametrize("model", ["mlp", "stateful"])
def test_training_that_diverges_says_so_and_leaves_no_file(model: str, empty_cache: Path):
    with pytest.raises(RuntimeError, match=r"^series: .*발산.+손실 (nan|inf) \(1/"):
        fit(tiny_config(model, learning_rate=1e30), tiny_wave())
    assert entries(empty_cache) == []


@pytest.mark.parametrize(
    ("series", "received"),
    [
        (100 * tiny_wave(), "-100부터 100까지"),
        (1e200 * tiny_wave(), r"1e\+200까지"),
        (1000 + 100 * tiny_wave(), "900부터 1100까지"),
        (tiny_wave() - 10, "-11부터 -9까지"),
        (np.ones(60), "1.0"),
        ([tiny_wave(), 50 * tiny_wave()], "50까지"),
    ],
)
def test_series_on_which_a_training_would_learn_a_flat_line_is_rejected(
    series: Any, received: str, empty_cache: Path
):
    for call in (fit, train):
        with rejects("series", received):
            call(tiny_config("mlp"), series, on_epoch=never)
    assert not empty_cache.exists()


@pytest.mark.parametrize("phase", [0.0, 0.3, 1.0])
def test_series_that_a_training_learns_is_not_rejected(
    phase: float, empty_cache: Path, trained: Callable[[str], Trained]
):
    kept = trained("mlp")
    for series in (5 + cosine_wave(60, period=23, phase=phase), 10 * tiny_wave()):
        # The check comes before anything else: a training that is kept is then read.
        results.save(results.cache_path(kept.config, series), kept)
        assert_same_weights(fit(kept.config, series, on_epoch=never).model, kept.model)


@pytest.mark.parametrize("series", [5 + cosine_wave(60, period=23), 10 * tiny_wave()])
def test_loss_on_such_a_series_is_finite(series: Any):
    assert np.isfinite(train(tiny_config("mlp", epochs=1), series).loss).all()


@pytest.mark.parametrize("folder", ["in the way", "/proc/nowhere"])
def test_what_cannot_be_kept_is_still_given(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: Callable[[str], Trained]
):
    (tmp_path / "in the way").write_text("a file")
    monkeypatch.setenv("COSINE_RNN_CACHE", str(tmp_path / folder))
    with pytest.warns(UserWarning, match=f"간직하지 못했습니다.+{Path(folder).name}"):
        result = fit(tiny_config("mlp"), tiny_wave())
    assert_same_weights(result.model, trained("mlp").model)


def test_holder_that_died_blocks_nobody(empty_cache: Path):
    path = results.cache_path(tiny_config("mlp"), np.atleast_2d(tiny_wave()))
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from cosine_rnn.support.storage import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert fit(tiny_config("mlp"), tiny_wave()).config == tiny_config("mlp")
    assert entries(empty_cache) == [path]
