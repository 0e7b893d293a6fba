"""멈추고 죽는 실험의 나머지: 다른 신호, 죽은 일꾼, 일꾼이 여럿인 클러스터."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
from cosine_rnn.support.engine import run
from test_engine import (
    COMMAND,
    PATIENCE,
    rows_of_cluster,
    scheduler,
    start,
    stop_and_judge,
    text_of,
    tiny,
    wait_for,
)
from test_training import entries

__all__ = ["scheduler"]
Ledger = Callable[..., None]


def test_killed_command_leaves_no_process_and_goes_on_where_it_was(tmp_path: Path, ledger: Ledger):
    path = tmp_path / "recall.csv"
    process = start(COMMAND, path)
    wait_for(path.exists)
    family = process.children(recursive=True)
    assert family
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert not psutil.wait_procs(family, timeout=PATIENCE)[1]
    kept = text_of(path).splitlines()[1:]
    assert 0 < len(kept) < 400
    first = int(kept[0].split(",")[4])
    reports: list[tuple[int, int]] = []
    run("recall", [tiny(first)], path, on_task=lambda *r: reports.append(r))
    assert reports == [(1, 1)]
    assert text_of(path).splitlines()[1:] == kept
    ledger("실험을 kill -9로 죽이고 이어 함", 1)


def test_terminated_command_says_what_is_kept(tmp_path: Path, ledger: Ledger):
    stop_and_judge(tmp_path / "recall.csv", signal.SIGTERM)
    ledger("실험을 SIGTERM으로 멈춤", 1)


def test_dead_worker_is_reported_and_what_was_done_is_kept(tmp_path: Path, ledger: Ledger):
    path = tmp_path / "recall.csv"
    process = start(COMMAND, path)
    wait_for(path.exists)
    for child in process.children(recursive=True):
        child.kill()
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "RuntimeError: tasks: 재던 프로세스가 죽었습니다" in errors
    assert len(text_of(path).splitlines()) > 1
    ledger("재던 프로세스를 죽임", 1)


def test_two_workers_of_a_cluster_give_the_same_rows(
    tmp_path: Path, scheduler: str, ledger: Ledger
):
    rows = rows_of_cluster(2, tmp_path, scheduler)
    assert rows == run("recall", [tiny(0), tiny(1)], tmp_path / "here.csv")
    ledger("클러스터의 일꾼 둘이 나누어 잼", 2)


FITTING = """
from conftest import tiny_config, tiny_wave
from cosine_rnn.training import fit
seen = []
fit(tiny_config("mlp", epochs=60), tiny_wave(), on_epoch=lambda *report: seen.append(report))
print(len(seen))
"""


def test_of_many_that_want_one_training_one_trains_and_the_others_read(
    empty_cache: Path, ledger: Ledger
):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", FITTING],
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    printed = [process.communicate(timeout=PATIENCE)[0].strip() for process in processes]
    assert sorted(printed) == ["0", "0", "60"]
    assert len(entries(empty_cache)) == 1
    ledger("같은 훈련을 한꺼번에 바람", len(processes))
