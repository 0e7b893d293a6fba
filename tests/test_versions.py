from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

import numpy as np
import pytest
from cosine_rnn.support import versions as module
from cosine_rnn.support.backend import keras, tf
from cosine_rnn.support.versions import NAMES, PACKAGE, digest, read_source, versions


@pytest.fixture
def package(tmp_path: Path) -> Path:
    copy = tmp_path / "cosine_rnn"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("fonts", "data", "__pycache__"))
    return copy


def test_versions_are_those_that_run():
    found = versions("training")
    running = {"keras": keras.__version__, "numpy": np.__version__, "tensorflow": tf.__version__}
    assert found | running == found
    assert tuple(found) == NAMES


def test_other_version_of_a_package_is_seen(monkeypatch: pytest.MonkeyPatch):
    real = importlib.metadata.version
    monkeypatch.setattr(
        module.importlib.metadata, "version", lambda n: "9.9" if n == "keras" else real(n)
    )
    assert versions("training")["keras"] == "9.9"


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        *((name, True) for name in ("support/checks", "windows", "cells", "config")),
        *((name, True) for name in ("models", "refinement", "stream_training", "training")),
        *((name, False) for name in ("plots", "cli", "metrics", "signals", "experiments/recall")),
    ],
)
def test_source_that_shapes_a_training_is_part_of_its_version(
    file: str, matters: bool, package: Path
):
    before = digest("training", PACKAGE)
    with (package / f"{file}.py").open("a", encoding="utf-8") as source:
        source.write("CHANGED = 1\n")
    assert (digest("training", package) != before) == matters


def test_comments_explanations_and_messages_are_not_part_of_the_version(package: Path):
    path = package / "windows.py"
    text = path.read_text("utf-8")
    assert text.startswith('"""')
    lines = text.replace('"""', '"""고친 설명. ', 1)
    path.write_text(f"# 주석\n{lines}\n", "utf-8")
    assert digest("training", package) == digest("training", PACKAGE)
    said = "series의 길이 {length}보다 짧아야 합니다"
    assert said in text
    path.write_text(text.replace(said, "더 짧아야 합니다"), "utf-8")
    read_source.cache_clear()
    assert digest("training", package) == digest("training", PACKAGE)
    path.write_text(text.replace("- 1", "- 2", 1), "utf-8")
    read_source.cache_clear()
    assert digest("training", package) != digest("training", PACKAGE)


def test_an_experiment_counts_its_own_source(package: Path):
    before = digest("experiments.recall_tuning", PACKAGE)
    with (package / "experiments" / "recall.py").open("a", encoding="utf-8") as source:
        source.write("CHANGED = 1\n")
    assert digest("experiments.recall_tuning", package) != before
    assert digest("experiments.words", package) == digest("experiments.words", PACKAGE)
