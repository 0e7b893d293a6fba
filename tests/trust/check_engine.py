"""멈추고 죽는 실험의 나머지: 다른 신호, 죽은 일꾼, 일꾼이 여럿인 클러스터."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

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

__all__ = ["scheduler"]
Ledger = Callable[..., None]


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
