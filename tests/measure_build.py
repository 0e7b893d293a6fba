"""책을 세 번 지어 시간과 메모리를 잽니다: 빈 캐시에서, 그대로 다시, 글만 고쳐서.

저장소를 건드리지 않도록 임시 폴더의 사본에서 짓습니다. ``make benchmark`` 가 부릅니다.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SAMPLE_SECONDS = 0.2


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
    """HTML과 문서 나무를 지우고 한 번 짓습니다. 실패하면 기록을 보이고 멈춥니다."""
    for name in ("html", ".doctrees"):
        shutil.rmtree(folder / "_build" / name, ignore_errors=True)
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
    return Build(seconds, text.count("실행 "), peak / 1e9)


def main() -> None:
    """세 빌드의 표를 보입니다."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        shutil.copytree(
            ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", "_build", ".*_cache")
        )
        environment = {**os.environ, "COSINE_RNN_CACHE": str(Path(name) / "training")}
        print(f"{'빌드':<16}{'초':>8}{'실행한 쪽':>10}{'최대 GB':>10}", flush=True)
        for label in ("빈 캐시에서", "그대로 다시", "글만 고쳐서"):
            if label == "글만 고쳐서":
                page = folder / "book" / "cosine" / "mlp.md"
                page.write_text(page.read_text("utf-8") + "\n덧붙인 문장입니다.\n", "utf-8")
            result = build(folder, environment)
            print(
                f"{label:<16}{result.seconds:>8.1f}{result.executed:>10}{result.peak_gb:>10.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
