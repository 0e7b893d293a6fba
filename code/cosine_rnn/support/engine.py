"""실험을 돌립니다: 재는 일의 목록을 나란히 재어, 끝나는 대로 csv에 적습니다.

멈추었다가 같은 명령을 다시 부르면 남은 것만 합니다. 이 기계의 프로세스 여럿이나, 돌고 있는 Dask
클러스터에서 잽니다.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cosine_rnn.support import records, workers
from cosine_rnn.support.catalogue import names, versions_of
from cosine_rnn.support.checks import check_choice, check_integer, reject
from cosine_rnn.support.messages import message
from cosine_rnn.support.records import Row
from cosine_rnn.support.storage import ForeignFileError, check_replaceable, locked, write_whole
from cosine_rnn.support.versions import NAMES
from cosine_rnn.support.workers import Key

OnTask = Callable[[int, int], None]
"""``(끝난 일, 모든 일)`` 을 받아 진행을 보이는 함수."""

Lines = list[list[str]]
LAST_COLUMNS = (*NAMES, "cores")


def run(
    name: str,
    tasks: Sequence[Any],
    output: Path,
    *,
    n_jobs: int = 1,
    scheduler: str | None = None,
    on_task: OnTask | None = None,
) -> list[Row]:
    """일마다 재어 csv에 적습니다. csv에 이미 있는 일은 다시 하지 않습니다.

    일이 하나 끝날 때마다 파일을 통째로 새로 쓰므로, 언제 멈추어도 끝난 일은 남습니다.

    Args:
        name: 실험의 이름.
        tasks: 재는 일들. 데이터클래스입니다.
        output: csv 파일.
        n_jobs: 이 기계에서 나란히 돌릴 프로세스의 수.
        scheduler: 돌고 있는 Dask 스케줄러의 주소. 있으면 그 일꾼들이 잽니다.
        on_task: 일이 끝날 때마다 부를 함수.

    Returns:
        파일에 적힌 모든 줄.

    Raises:
        ValueError: 모르는 실험이거나, 일이 없거나 겹칠 때.
        ForeignFileError: ``output`` 이 다른 실험이나 버전의 기록이거나 온전하지 않을 때.
        TimeoutError: 다른 명령이 ``output`` 을 쓰고 있을 때.
        ConnectionError: 스케줄러에 닿지 못하거나, 일꾼이 없거나 버전이 다를 때.
        RuntimeError: 실패한 일이 있을 때. 나머지는 파일에 있습니다.
    """
    check_choice("name", name, names())
    check_integer("n_jobs", n_jobs)
    by_key = {_key(task): task for task in tasks}
    if not tasks or len(by_key) < len(tasks):
        raise reject("tasks", "하나 이상이고 서로 달라야 합니다", len(tasks))
    on_here = workers.on_this_machine(n_jobs)
    work = on_here if scheduler is None else workers.on_cluster(scheduler)
    check_replaceable(output)
    with locked(output, wait_seconds=0):
        columns, done = _finished(output, name, tasks[0]) if output.exists() else ([], {})
        todo = {key: task for key, task in by_key.items() if key not in done}
        order = [*(key for key in done if key not in by_key), *by_key]
        failures = []
        if on_task:
            on_task(len(tasks) - len(todo), len(tasks))
        with contextlib.closing(work(name, todo)) as measured:
            for key, outcome in measured:
                if isinstance(outcome, str):
                    failures.append(f"{' '.join(key)}: {outcome}")
                    continue
                done[key] = _lines(name, by_key[key], outcome)
                columns = columns or [*_identity(by_key[key]), *outcome[0]]
                text = records.table(columns, (line for k in order for line in done.get(k, [])))
                write_whole(output, lambda file, text=text: file.write(text.encode()))
                if on_task:
                    on_task(sum(key in done for key in by_key), len(tasks))
    if failures:
        raise RuntimeError(
            message("tasks: 실패했습니다. 받은 값: {failures}", failures="; ".join(failures))
        )
    # 파일에 적힌 값 그대로를 돌려주도록, 적은 글을 다시 읽습니다.
    return records.rows(output.read_text("utf-8"))


def _key(task: Any) -> Key:
    return tuple(records.written(value) for value in dataclasses.asdict(task).values())


def _identity(task: Any) -> list[str]:
    return ["experiment", *(field.name for field in dataclasses.fields(task)), "n_rows"]


def _lines(name: str, task: Any, rows: list[Row]) -> Lines:
    """일 하나의 줄들. ``n_rows`` 는 그 일의 줄 수라, 줄이 빠지면 드러납니다."""
    first = [name, *_key(task), str(len(rows))]
    return [[*first, *map(records.written, row.values())] for row in rows]


class _Broken(NamedTuple):
    """파일에 이어 쓸 수 없는 까닭."""

    rule: str
    received: str


def _finished(path: Path, name: str, task: Any) -> tuple[list[str], dict[Key, Lines]]:
    """열의 이름과, 일마다의 줄들. 온전하지 않거나 다른 것의 기록이면 손대지 않고 알립니다."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise _foreign(
            path, _Broken(message("UTF-8로 쓴 글이어야 합니다"), message("다른 글"))
        ) from None
    try:
        table = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise _foreign(path, _Broken(message("csv여야 합니다"), str(error))) from None
    columns, lines = (table[0], table[1:]) if table else ([], [])
    broken = _other_table(columns, name, task)
    if not broken and not text.endswith("\n"):
        broken = _Broken(
            message("{number}째 줄이 잘려 있습니다", number=len(table)), ",".join(lines[-1])[-40:]
        )
    present = versions_of(name)
    done: dict[Key, Lines] = {}
    for number, line in enumerate(lines, start=2):
        broken = broken or _other_line(number, line, columns, name, present)
        if broken:
            break
        done.setdefault(tuple(line[1 : columns.index("n_rows")]), []).append(line)
    broken = broken or _mixed_column(columns, lines)
    for key, kept in done.items():
        if not broken and any(int(line[len(key) + 1]) != len(kept) for line in kept):
            broken = _Broken(
                message("일마다 모든 줄이 있어야 합니다"),
                message("{task}, {lines}줄", task=" ".join(key), lines=len(kept)),
            )
    if broken:
        raise _foreign(path, broken)
    return columns, done


def _other_table(columns: list[str], name: str, task: Any) -> _Broken | None:
    first = _identity(task)
    same = columns[: len(first)] == first and columns[-len(LAST_COLUMNS) :] == [*LAST_COLUMNS]
    if same:
        return None
    return _Broken(message("첫 줄이 {name}의 열 이름이어야 합니다", name=name), ",".join(columns))


def _other_line(
    number: int, line: list[str], columns: list[str], name: str, present: Mapping[str, str]
) -> _Broken | None:
    row = dict(zip(columns, line, strict=False))
    if len(line) != len(columns) or not re.fullmatch("[0-9]{1,9}", row["n_rows"]):
        return _Broken(
            message("{number}째 줄이 온전하지 않습니다", number=number), ",".join(line)[:60]
        )
    if row["experiment"] != name:
        return _Broken(
            message("{number}째 줄이 {name}의 기록이어야 합니다", number=number, name=name),
            row["experiment"],
        )
    for package, version in present.items():
        if row[package] != version:
            rule = message(
                "{number}째 줄의 {package} 버전이 지금({version})과 같아야 합니다",
                number=number,
                package=package,
                version=version,
            )
            return _Broken(rule, row[package])
    return None


def _mixed_column(columns: list[str], lines: Lines) -> _Broken | None:
    """수와 글이 섞인 열. 표 계산 프로그램이 고친 자리가 여기서 드러납니다."""
    for column, values in zip(columns, zip(*lines, strict=True), strict=bool(lines)):
        if column in NAMES:
            continue
        kinds = {isinstance(records.parsed(value), str) for value in values if value}
        if len(kinds) > 1:
            return _Broken(
                message("{column} 열의 값이 모두 수이거나 모두 글이어야 합니다", column=column),
                values[0],
            )
    return None


def _foreign(path: Path, broken: _Broken) -> ForeignFileError:
    return ForeignFileError(
        message(
            "output: {path!r}에 이어 쓸 수 없습니다. {rule}. 받은 값: {received!r}. "
            "파일은 그대로 두었습니다. 다른 이름을 주십시오",
            path=str(path),
            rule=broken.rule,
            received=broken.received,
        )
    )
