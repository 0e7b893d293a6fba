"""훈련과 실험의 고장: 죽임, 찬 디스크, 쓸 수 없는 자리, 상한 파일, 둘이 함께, 로캘."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from conftest import assert_same_weights, tiny_config, tiny_wave
from cosine_rnn.results import Trained
from cosine_rnn.support import records
from cosine_rnn.training import fit
from test_engine import COMMAND

PATIENCE = 300
KILLS = 12
TESTS = Path(__file__).parents[1]
FITTING = """
import sys
from conftest import tiny_config, tiny_wave
from cosine_rnn.training import fit
config = tiny_config("mlp", epochs=40)
print("ready", flush=True)
trained = fit(config, tiny_wave())
print("kept", flush=True)
"""
MEASURING = COMMAND.replace("range(400)", "range(12)")
FULL = 'ulimit -f {blocks}; exec "$@"'

Ledger = Callable[..., None]


def start(code: str, *arguments: object, before: tuple[str, ...] = (), **environment: str):
    """코드를 다른 프로세스에서 시작합니다."""
    return psutil.Popen(
        [*before, sys.executable, "-c", code, *map(str, arguments)],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill(running: psutil.Popen) -> None:
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=PATIENCE)


def whole_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


@pytest.fixture(scope="module")
def right() -> Trained:
    """아무 일 없이 훈련한 것."""
    return fit(tiny_config("mlp", epochs=40), tiny_wave())


def test_training_killed_at_random_moments(
    empty_cache: Path, right: Trained, ledger: Ledger, recwarn: pytest.WarningsRecorder
):
    """The moments are drawn from the length of one training, which is measured first."""
    began = time.monotonic()
    running = start(FITTING, COSINE_RNN_CACHE=str(empty_cache.with_name("first")))
    assert running.stdout.readline() == "ready\n"
    loaded = time.monotonic() - began
    running.communicate(timeout=PATIENCE)
    took = time.monotonic() - began - loaded
    drawn = random.Random(0)
    for _ in range(KILLS):
        running = start(FITTING, COSINE_RNN_CACHE=str(empty_cache))
        assert running.stdout.readline() == "ready\n"
        try:
            running.communicate(timeout=drawn.uniform(0, took))
        except subprocess.TimeoutExpired:
            kill(running)
    assert_same_weights(fit(tiny_config("mlp", epochs=40), tiny_wave()).model, right.model)
    assert len(whole_files(empty_cache)) == 1
    assert not recwarn.list  # 반만 쓴 것을 읽은 일이 없습니다.
    ledger("훈련을 아무 때나 kill -9로 죽이고 다시 부름", KILLS)


def test_training_with_a_full_disk(empty_cache: Path, right: Trained, ledger: Ledger):
    running = start(
        FITTING, before=("sh", "-c", FULL.format(blocks=1), "sh"), COSINE_RNN_CACHE=str(empty_cache)
    )
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, said
    assert "훈련 결과를 간직하지 못했습니다" in said
    assert whole_files(empty_cache) == []
    assert_same_weights(fit(tiny_config("mlp", epochs=40), tiny_wave()).model, right.model)
    ledger("간직할 자리 없이 훈련함: 결과를 주고 간직하지 못했다고 말함", 1)


@pytest.mark.parametrize("how", ["empty", "cut", "foreign", "folder", "of the future"])
def test_damaged_training(empty_cache: Path, right: Trained, ledger: Ledger, how: str):
    config = tiny_config("mlp", epochs=40)
    fit(config, tiny_wave())
    (path,) = whole_files(empty_cache)
    content = path.read_bytes()
    changed = {"empty": b"", "cut": content[: len(content) // 2], "foreign": b"foreign\n" * 9}
    if how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "of the future":
        os.utime(path, (2**32, 2**32))
    else:
        path.write_bytes(changed[how])
    if how in changed:
        with pytest.warns(UserWarning, match="다시 훈련합니다"):
            again = fit(config, tiny_wave())
    elif how == "folder":
        with pytest.warns(UserWarning, match="간직하지 못했습니다"):
            again = fit(config, tiny_wave())
    else:
        again = fit(config, tiny_wave())
    assert_same_weights(again.model, right.model)
    ledger(f"간직한 훈련 결과를 {how}", 1)


def numbers(path: Path) -> list[tuple]:
    """기록에서 시간을 뺀 것. 일을 끝낸 차례는 기계가 정합니다."""
    rows = records.rows(path.read_text("utf-8"))
    return sorted((row["seed"], row["loss"], row["accuracy"]) for row in rows)


def test_experiment_killed_at_random_moments_and_with_a_full_disk(tmp_path: Path, ledger: Ledger):
    quiet, path = tmp_path / "quiet.csv", tmp_path / "실험 기록.csv"
    began = time.monotonic()
    said, _ = start(MEASURING, quiet).communicate(timeout=PATIENCE)
    assert quiet.exists(), said
    took = time.monotonic() - began
    drawn, kills, kept = random.Random(0), 0, set()
    for _ in range(6):
        running = start(MEASURING, path)
        try:
            running.communicate(timeout=drawn.uniform(took / 3, took))
        except subprocess.TimeoutExpired:
            kills += 1
            kill(running)
        now = set(path.read_text("utf-8").splitlines()) if path.exists() else set()
        assert kept <= now  # 끝낸 것은 사라지지 않습니다.
        kept = now
    before = path.read_bytes() if path.exists() else None
    full = start(MEASURING, path, before=("sh", "-c", FULL.format(blocks=1), "sh"))
    full.communicate(timeout=PATIENCE)
    if before is not None:
        assert set(before.splitlines()) <= set(path.read_bytes().splitlines())
    said, _ = start(MEASURING, path).communicate(timeout=PATIENCE)
    assert numbers(path) == numbers(quiet), said
    assert {p.name for p in whole_files(tmp_path)} == {"quiet.csv", "실험 기록.csv"}
    ledger("실험을 아무 때나 죽이고, 자리 없이 하고, 같은 명령을 다시 부름", kills + 1)


def test_two_experiments_with_one_record(tmp_path: Path, ledger: Ledger):
    path = tmp_path / "recall.csv"
    both = [start(MEASURING, path), start(MEASURING, path)]
    said = [running.communicate(timeout=PATIENCE)[0] for running in both]
    codes = sorted(running.returncode for running in both)
    assert codes in ([0, 0], [0, 1])
    if codes == [0, 1]:  # 겹쳐 돌았습니다.
        assert sum("다른 명령이 쓰고 있습니다" in text for text in said) == 1
    assert len(numbers(path)) == 12
    ledger("실험 둘을 한 파일에 함께 적음", 2)


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["train", "mlp", "--epochs", "1", "--output"], "/proc/nowhere/x.npz"),
        (["experiment", "recall", "--seeds", "0", "--output"], "/proc/nowhere/x.csv"),
    ],
)
def test_place_that_cannot_be_written(arguments: list[str], folder: str, ledger: Ledger):
    command = [sys.executable, "-m", "cosine_rnn", *arguments, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert "/proc/nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    ledger(f"cosine-rnn {arguments[0]}을 쓸 수 없는 자리에 적음: 시작하기 전에 말함", 1)


def test_locale_without_utf8(tmp_path: Path, ledger: Ledger):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    model, table = tmp_path / "모델.npz", tmp_path / "예측.csv"
    for arguments in (
        ["train", "mlp", "--epochs", "1", "--output", model],
        ["forecast", model, "--output", table],
    ):
        command = [sys.executable, "-m", "cosine_rnn", *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=PATIENCE, env=os.environ | plain
        )
        assert done.returncode == 0, done.stderr.decode()
        assert "Traceback" not in done.stderr.decode("utf-8", "replace")
    assert np.loadtxt(table, delimiter=",", skiprows=1).shape == (250, 3)
    ledger("UTF-8이 아닌 로캘에서 한글 이름의 파일에 훈련하고 예측함", 2)
