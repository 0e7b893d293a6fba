from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest
from conftest import assert_same_weights, randomize, tiny_config, tiny_wave
from cosine_rnn import models, results
from cosine_rnn.config import MODEL_NAMES, WINDOW_MODELS, TrainConfig
from cosine_rnn.results import Trained
from cosine_rnn.support import storage
from cosine_rnn.support.storage import ForeignFileError

OTHER: dict[str, Any] = {
    "seed": 1,
    "units": (5,),
    "epochs": 9,
    "learning_rate": 0.03,
    "batch_size": 2,
    "window_length": 7,
    "repeats": 2,
    "noise_updates": 5,
    "noise_std": 0.02,
    "warm_up": 7,
    "skip_steps": 3,
    "n_streams": 8,
    "stride": 3,
    "chunk_length": 4,
    "closed_loop_updates": 20,
    "closed_loop_horizon": 6,
}


def untrained(config: TrainConfig) -> Trained:
    model = randomize(models.build(config), seed=0)
    return Trained(config, model, np.array([0.5, 0.25]), 1.5, results.versions())


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_result_comes_back_as_it_was_saved(model: str, tmp_path: Path):
    ours = untrained(tiny_config(model))
    results.save(tmp_path / "m.npz", ours)
    loaded = results.load(tmp_path / "m.npz")
    assert (loaded.config, loaded.seconds, loaded.versions) == (
        ours.config,
        ours.seconds,
        ours.versions,
    )
    np.testing.assert_array_equal(loaded.loss, ours.loss)
    assert_same_weights(loaded.model, ours.model)


def test_weights_of_a_deep_model_come_back_in_their_order(tmp_path: Path):
    # 51 layers hold 102 arrays: their numbers have two digits and three.
    ours = untrained(tiny_config("mlp", units=(2,) * 50))
    results.save(tmp_path / "m.npz", ours)
    assert_same_weights(results.load(tmp_path / "m.npz").model, ours.model)


def test_built_model_has_the_shape_its_config_says():
    shapes = {m: models.build(tiny_config(m)).input_shape for m in MODEL_NAMES}
    windows, streams = (None, 6, 1), (4, 5, 1)
    assert shapes == {m: windows if m in WINDOW_MODELS else streams for m in MODEL_NAMES}


def rewrite(path: Path, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> None:
    """Save a good result again with its header and arrays changed."""
    header, arrays = storage.load_arrays(path)
    change(header, arrays)
    storage.save_arrays(path, header, arrays)


@pytest.mark.parametrize(
    "change",
    [
        lambda h, a: h.pop("config"),
        lambda h, a: h.pop("seconds"),
        lambda h, a: h.pop("versions"),
        lambda h, a: h.update(config=[]),
        lambda h, a: h["config"].update(unknown=1),
        lambda h, a: h["config"].update(model="perceptron"),
        lambda h, a: h["config"].update(epochs=0),
        lambda h, a: h["config"].update(units=[9]),
        lambda h, a: h.update(seconds="long"),
        lambda h, a: h.update(versions=3),
        lambda h, a: a.pop("loss"),
        lambda h, a: a.pop("weight_0001"),
        lambda h, a: a.update(weight_99=np.zeros(1)),
        lambda h, a: a.update(weight_0000=np.zeros((2, 2))),
    ],
)
def test_file_without_a_whole_result_is_foreign(change: Any, tmp_path: Path):
    path = tmp_path / "m.npz"
    results.save(path, untrained(tiny_config("mlp")))
    rewrite(path, change)
    with pytest.raises(ForeignFileError, match=r"(?s)^path: .+ 받은 값: '.+m\.npz' \(.+\)$"):
        results.load(path)


def test_missing_file_is_missing_not_foreign(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"받은 값: '.+none\.npz'"):
        results.load(tmp_path / "none.npz")


def test_cache_folder_is_the_chosen_one_or_the_users(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COSINE_RNN_CACHE", "/tmp/chosen")
    assert results.default_cache_dir() == Path("/tmp/chosen")
    monkeypatch.setenv("COSINE_RNN_CACHE", "~/kept")
    assert results.default_cache_dir() == Path.home() / "kept"
    monkeypatch.setenv("COSINE_RNN_CACHE", "")
    assert results.default_cache_dir() == platformdirs.user_cache_path("cosine-rnn")
    monkeypatch.delenv("COSINE_RNN_CACHE")
    assert results.default_cache_dir() == platformdirs.user_cache_path("cosine-rnn")


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (model, field.name)
        for model in ("mlp", "stateful")
        for field in dataclasses.fields(tiny_config(model))
        if field.name != "model"
    ],
)
def test_any_other_field_of_the_config_gets_another_file(
    model: str, field: str, session_cache: Path
):
    config = tiny_config(model)
    path = results.cache_path(config, tiny_wave())
    assert path.parent == session_cache
    assert results.cache_path(tiny_config(model), tiny_wave()) == path
    changed = dataclasses.replace(config, **{field: OTHER[field]})
    assert results.cache_path(changed, tiny_wave()) != path


def test_other_series_gets_another_file():
    config, series = tiny_config("mlp"), tiny_wave()
    path = results.cache_path(config, series)
    assert results.cache_path(config, series[:-1]) != path
    series[-1] = np.nextafter(series[-1], 2)
    assert results.cache_path(config, series) != path


def test_series_laid_out_otherwise_get_another_file():
    config, series = tiny_config("mlp"), np.arange(80.0)
    paths = {
        results.cache_path(config, series.reshape(shape)) for shape in ((1, 80), (2, 40), (4, 20))
    }
    assert len(paths) == 3


def test_other_version_gets_another_file(monkeypatch: pytest.MonkeyPatch):
    path = results.cache_path(tiny_config("mlp"), tiny_wave())
    monkeypatch.setattr(results, "versions", lambda: {"keras": "9.9"})
    assert results.cache_path(tiny_config("mlp"), tiny_wave()) != path
