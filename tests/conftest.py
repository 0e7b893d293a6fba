"""Shared by the tests: a private cache, models that train in seconds, and small helpers."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest
from cosine_rnn.config import STREAM_MODELS, config_for
from cosine_rnn.signals import cosine_wave
from tabulate import tabulate

if TYPE_CHECKING:
    from cosine_rnn.results import Trained

# The modules that load TensorFlow are imported inside fixtures: the other tests start at once.

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")

# The tests read the messages in Korean, under any locale of the machine.
os.environ["LANGUAGE"] = "ko"

STATEFUL_MODELS = ["stateful", "stacked"]
NOT_POSITIVE_INTEGERS = [0, -1, 2.0, True, "3", None]
NOT_FINITE = [float("nan"), float("inf"), -float("inf")]
NOT_A_SERIES = [
    pytest.param([0.0, float("nan"), 1.0] * 20, r"\[1\]에 nan \(모두 20개\)", id="nan"),
    pytest.param([float("inf")] * 60, r"\[0\]에 inf \(모두 60개\)", id="inf"),
    pytest.param(np.zeros((60, 1)), r"shape=\(60, 1\)", id="rank 2"),
    pytest.param(3.0, r"shape=\(\)", id="rank 0"),
    pytest.param(["가", "나"], "가", id="text"),
    pytest.param([[1.0], [1.0, 2.0]], r"\[\[1.0\], \[1.0, 2.0\]\]", id="ragged"),
]


def rejects(argument: str, received: str = "") -> Any:
    """Expect the package's error: `argument: rule. 받은 값: received` (a pattern)."""
    return pytest.raises(ValueError, match=rf"(?s)^{re.escape(argument)}: .+받은 값: .*{received}")


def tiny_config(model: str, **changes: Any) -> Any:
    """A config that trains in seconds on `tiny_wave`, with a few updates of what follows."""
    settings: dict[str, Any] = {
        "units": (4,),
        "epochs": 8,
        "learning_rate": 2e-2,
        "batch_size": 4,
    }
    if model in STREAM_MODELS:
        settings |= {
            "warm_up": 6,
            "skip_steps": 2,
            "n_streams": 4,
            "stride": 2,
            "chunk_length": 5,
            "closed_loop_horizon": 5,
        }
    else:
        settings["window_length"] = 6
    if model == "lstm":
        settings |= {"noise_updates": 5, "noise_std": 0.02}
    if model == "stateful":
        settings |= {"closed_loop_updates": 5}
    if model == "stacked":
        settings |= {"units": (3, 2)}
    return config_for(model, **(settings | changes))


def tiny_wave() -> np.ndarray:
    return cosine_wave(40, period=10)


def randomize(layer: Any, seed: int, scale: float = 0.5) -> Any:
    """Give a layer or a model random weights, biases included, so that no term is zero."""
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(0, scale, w.shape) for w in layer.get_weights()])
    return layer


def assert_same_weights(first: Any, second: Any) -> None:
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new interpreter, as a reader would: no setting that hides messages."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )


LONGEST = ("test_engine.py", "test_site.py", "test_lab.py", "test_cli.py")
"""Files that take minutes: started last, they would keep the other worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest files first; the rest keeps its order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The cache of the whole session, so that no test reads or writes the user's."""
    path = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COSINE_RNN_CACHE", str(path))
        yield path


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setenv("COSINE_RNN_CACHE", str(path))
    return path


@pytest.fixture(scope="session")
def trained() -> Callable[[str], Trained]:
    """Train the tiny model of a name, once a session."""
    from cosine_rnn.training import train

    return functools.cache(lambda model: train(tiny_config(model), tiny_wave()))


def need_tools(*packages: str) -> None:
    """Have these system packages and the tools that drive browsers, or skip; in CI fail."""
    import check_site
    import system_packages

    if absent := system_packages.missing(packages):
        message = f"없는 프로그램입니다: {', '.join(absent)}. 브라우저로 보지 못했습니다."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    check_site.install_tools()


LEDGER = pytest.StashKey[list[tuple[str, int, str]]]()


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Write a row of the table that `make check-trust` prints: what, how often, what was lost."""
    rows = request.config.stash.setdefault(LEDGER, [])

    def write(what: str, times: int, lost: str = "없음") -> None:
        rows.append((what, times, lost))

    return write


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if rows := config.stash.get(LEDGER, []):
        table = tabulate(rows, headers=["한 일", "번", "잃은 것"], disable_numparse=True)
        terminalreporter.write_line(table)
