"""설정의 목록을 나란히 실행해 csv 하나에 적고, 저장소에 실린 csv를 읽습니다.

길게 끊어 하는 훈련은 ``sweep`` 이 맡습니다. 여기 것은 처음부터 끝까지 한 번에 합니다.
"""

from __future__ import annotations

import csv
import dataclasses
import importlib.resources
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import joblib

from cosine_rnn import results
from cosine_rnn.checks import check_integer, reject
from cosine_rnn.storage import write_whole

Row = dict[str, Any]


def run_grid(
    measure: Callable[[Any], Row],
    settings: Sequence[Any],
    output: Path,
    *,
    n_jobs: int = 1,
    on_run: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """설정마다 재어 csv에 적습니다. 하나 끝날 때마다 파일을 통째로 새로 씁니다.

    Args:
        measure: 설정을 받아 잰 값들을 내는 함수.
        settings: 설정들. 데이터클래스입니다.
        output: csv 파일. 있으면 바꿉니다.
        n_jobs: 나란히 돌릴 프로세스의 수.
        on_run: ``(끝난 것, 모두)`` 를 받아 진행을 보이는 함수.

    Returns:
        설정의 값, 잰 값, 판을 담은 줄들. ``settings`` 의 차례입니다.
    """
    check_integer("n_jobs", n_jobs)
    if not settings:
        raise reject("settings", "하나는 있어야 합니다", settings)
    done: dict[int, Row] = {}
    parallel: Any = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    for index, row in parallel(
        joblib.delayed(_measure)(measure, index, setting) for index, setting in enumerate(settings)
    ):
        done[index] = row
        rows = [done[i] for i in sorted(done)]
        write_whole(output, lambda file, rows=rows: file.write(_text(rows).encode()))
        if on_run:
            on_run(len(done), len(settings))
    return [done[i] for i in range(len(settings))]


def _measure(measure: Callable[[Any], Row], index: int, setting: Any) -> tuple[int, Row]:
    return index, {**dataclasses.asdict(setting), **measure(setting), **results.versions()}


def _text(rows: Sequence[Row]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
    )
    return file.getvalue()


def stored(name: str) -> list[Row]:
    """저장소에 실린 ``data/{name}.csv``. 빈 칸은 ``None``, 수로 읽히는 것은 수입니다."""
    data = importlib.resources.files("cosine_rnn").joinpath(f"data/{name}.csv")
    lines = io.StringIO(data.read_text("utf-8"))
    return [{k: _value(k, v) for k, v in row.items()} for row in csv.DictReader(lines)]


def _value(name: str, text: str) -> Any:
    if name in results.versions():
        return text
    if not text:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
