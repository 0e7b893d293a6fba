from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from conftest import NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.config import (
    MODEL_NAMES,
    StreamConfig,
    WindowConfig,
    check_units,
    config_for,
    recommended,
)

BAD: dict[str, list[Any]] = {
    "model": ["perceptron", "", "LSTM", None, 3],
    "seed": [-1, 1.0, True, "0", None, 2**32],
    "units": [(), (0,), (4, -1), (2.5,), "32", 32, None, {4}],
    **{
        name: NOT_POSITIVE_INTEGERS
        for name in (
            "epochs",
            "batch_size",
            "window_length",
            "repeats",
            "warm_up",
            "n_streams",
            "stride",
            "chunk_length",
            "closed_loop_horizon",
        )
    },
    "skip_steps": [-1, 0.5, True, "0", None],
    "noise_updates": [-1, 0.5, True, "0", None],
    "closed_loop_updates": [-20, 20.0, True, None],
    "learning_rate": [0, -1e-3, float("nan"), float("inf"), "fast", None, True],
    "noise_std": [0.0, -1e-3, float("nan"), float("inf"), None],
}
KINDS: list[tuple[Any, str]] = [(WindowConfig, "mlp"), (StreamConfig, "stacked")]
FIELDS = [(kind, model, field.name) for kind, model in KINDS for field in dataclasses.fields(kind)]


@pytest.mark.parametrize(("kind", "model", "field"), FIELDS)
def test_every_field_rejects_values_out_of_range(kind: Any, model: str, field: str):
    for value in BAD[field]:
        shown = "" if field == "units" else str(value)
        with rejects(field, shown):
            kind(**{"model": model, field: value})


def test_fields_are_keyword_only_and_frozen():
    with pytest.raises(TypeError):
        WindowConfig("mlp")  # pyright: ignore[reportCallIssue]
    with pytest.raises(dataclasses.FrozenInstanceError):
        WindowConfig(model="mlp").seed = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_a_config_holds_what_its_training_uses_and_refuses_the_rest():
    shared = {"model", "seed", "units", "epochs", "learning_rate", "batch_size"}
    windows, streams = ({f.name for f in dataclasses.fields(kind)} for kind, _ in KINDS)
    assert windows & streams == shared
    with rejects("model", "'stateful'"):
        WindowConfig(model="stateful")
    with rejects("model", "'lstm'"):
        StreamConfig(model="lstm")
    with rejects("mlp의 설정", "'warm_up'"):
        config_for("mlp", warm_up=3)
    with rejects("stacked의 설정", "'repeats'"):
        config_for("stacked", repeats=3)


def test_batch_size_must_divide_the_streams():
    assert StreamConfig(model="stacked", n_streams=20, batch_size=5).batch_size == 5
    with pytest.raises(ValueError, match=r"^batch_size: n_streams\(20\).+ 받은 값: 8$"):
        StreamConfig(model="stacked", n_streams=20, batch_size=8)


def test_numpy_and_python_numbers_make_the_same_config():
    ours = WindowConfig(model="mlp", seed=3, units=(4, 2), epochs=5, learning_rate=1.0)
    other = WindowConfig(
        model="mlp",
        seed=np.int64(3),  # pyright: ignore[reportArgumentType]
        units=[np.int32(4), 2],  # pyright: ignore[reportArgumentType]
        epochs=np.int64(5),  # pyright: ignore[reportArgumentType]
        learning_rate=np.float32(1),  # pyright: ignore[reportArgumentType]
    )
    assert other == ours
    assert hash(other) == hash(ours)
    assert json.dumps(dataclasses.asdict(other)) == json.dumps(dataclasses.asdict(ours))


def test_context_is_the_window_or_the_warm_up():
    assert WindowConfig(model="lstm", window_length=7).context_length == 7
    assert StreamConfig(model="stacked", warm_up=9).context_length == 9


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_variants_change_what_they_say(model: str):
    config = recommended(model)
    assert config.teacher_forcing_only().updates_after == 0
    assert 7 in config.reading(7).shape.values()
    assert config.divided(5).passes == pytest.approx(config.passes / 5, abs=10)


def test_check_units_returns_a_list_of_python_integers():
    units: list[Any] = [3, np.int64(2)]
    checked = check_units(units)
    assert [(n, type(n)) for n in checked] == [(3, int), (2, int)]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_recommended_config_has_the_asked_model_and_seed(model: str):
    config = recommended(model, seed=3)
    assert (config.model, config.seed) == (model, 3)
    assert dataclasses.replace(config, seed=0) == recommended(model)


def test_recommended_rejects_unknown_models_and_seeds():
    with rejects("model", "'perceptron'"):
        recommended("perceptron")
    with rejects("seed", "-1"):
        recommended("mlp", seed=-1)
