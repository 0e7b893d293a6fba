"""책을 짓는 시간과 메모리를 잽니다: 빈 캐시에서, 그대로 다시, 글만 고쳐서, 고치면서 볼 때.

저장소를 건드리지 않도록 임시 폴더의 사본에서 짓습니다. ``make benchmark`` 가 부릅니다.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SAMPLE_SECONDS = 0.05
PATIENCE_SECONDS = 300
EDITS = 3
"""같은 일을 잰 횟수. 가운데 값을 적습니다."""
SENTENCE = "\n\n덧붙인 문장 {}입니다.\n"
CELL = "\n```{{code-cell}} ipython3\nprint('덧붙인', 'cell', {})\n```\n"
PROSE_PAGE = "cosine/mlp"
CELL_PAGE = "theory/hidden-state"


@dataclass(frozen=True)
class Build:
    """빌드 한 번의 시간(초), 실행한 쪽의 수, 가장 많이 쓴 메모리(GB, 딸린 프로세스 포함)."""

    seconds: float
    executed: int
    peak_gb: float


def tree_memory(process: psutil.Process) -> int:
    """프로세스와 그 자손이 지금 차지한 메모리(바이트)."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def build(folder: Path, environment: dict[str, str]) -> Build:
    """한 번 짓습니다. 실패하면 기록을 보이고 멈춥니다."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "--keep-going"]
    with (folder / "log").open("w+", encoding="utf-8") as log:
        started = time.perf_counter()
        running = psutil.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        peak = 0
        while running.poll() is None:
            peak = max(peak, tree_memory(running))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
        log.seek(0)
        text = log.read()
    if running.returncode:
        sys.exit(f"빌드가 실패했습니다.\n{text}")
    return Build(seconds, len(re.findall(r"실행 \d+/\d+: ", text)), peak / 1e9)


def add(folder: Path, page: str, text: str) -> None:
    """쪽의 끝에 덧붙입니다."""
    with (folder / "book" / f"{page}.md").open("a", encoding="utf-8") as source:
        source.write(text)


@contextmanager
def preview(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """고치면서 보는 서버를 띄우고 그 주소를 냅니다."""
    running = subprocess.Popen(
        [sys.executable, "book/_ext/preview.py"],
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert running.stdout is not None
    address = None
    for line in running.stdout:
        address = re.match(r"책: (http\S+) ", line)
        if address:
            break
    if address is None:
        sys.exit("미리보기를 띄우지 못했습니다.")
    # 읽지 않으면 관이 차서 서버가 멈춥니다.
    threading.Thread(target=running.stdout.read, daemon=True).start()
    try:
        yield address[1]
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()


def seconds_until_shown(address: str, folder: Path, page: str, text: str, shown: str) -> float:
    """덧붙인 글이 서버의 쪽에 나오기까지의 시간(초)."""
    started = time.perf_counter()
    add(folder, page, text)
    while (waited := time.perf_counter() - started) < PATIENCE_SECONDS:
        with urllib.request.urlopen(f"{address}book/{page}.html") as answer:
            if shown in answer.read().decode():
                return waited
        time.sleep(SAMPLE_SECONDS)
    sys.exit(f"{page}의 고친 글이 {PATIENCE_SECONDS}초 안에 보이지 않습니다.")


def row(label: str, *values: str) -> None:
    """표의 한 줄."""
    print(f"{label:<16}" + "".join(f"{value:>10}" for value in values), flush=True)


def middle(times: list[float]) -> str:
    """가운데 값."""
    return f"{sorted(times)[len(times) // 2]:.1f}"


def main() -> None:
    """빌드의 표를 보입니다."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        shutil.copytree(
            ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", "_build", ".*_cache")
        )
        environment = {**os.environ, "COSINE_RNN_CACHE": str(Path(name) / "training")}
        row("빌드", "초", "실행한 쪽", "최대 GB")
        for label in ("빈 캐시에서", "그대로 다시", "글만 고쳐서"):
            if label == "글만 고쳐서":
                add(folder, PROSE_PAGE, SENTENCE.format("영"))
            result = build(folder, environment)
            row(label, f"{result.seconds:.1f}", str(result.executed), f"{result.peak_gb:.2f}")
        with preview(folder, environment) as address:
            prose = [
                seconds_until_shown(
                    address, folder, PROSE_PAGE, SENTENCE.format(k), f"덧붙인 문장 {k}입니다"
                )
                for k in range(EDITS)
            ]
            row("고치면서, 글", middle(prose))
            cell = [
                seconds_until_shown(address, folder, CELL_PAGE, CELL.format(k), f"덧붙인 cell {k}")
                for k in range(EDITS)
            ]
            row("고치면서, 셀", middle(cell))


if __name__ == "__main__":
    main()
