"""거친 입력: 모델 파일, 명령줄, 함수, 쪽의 주소와 글 칸. ``make check-trust`` 가 부릅니다."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path

import check_site
import hostile_input
import pytest
from conftest import need_tools
from cosine_rnn.experiments.recall import RecallTask
from cosine_rnn.support import engine, records, storage
from cosine_rnn.support.storage import ForeignFileError
from cosine_rnn.support.versions import versions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Ledger = Callable[..., None]
WIDE = settings(
    max_examples=2000,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
NARROW = settings(WIDE, max_examples=300)


def test_a_damaged_model_file_is_refused_or_read_whole(tmp_path: Path, ledger: Ledger):
    path, times = tmp_path / "x.npz", 0
    whole = hostile_input.npz(header=hostile_input.model_header(), loss=[0.5], w=[[1.0, 2.0]] * 9)

    @WIDE
    @given(hostile_input.damaged(whole))
    def load(content: bytes) -> None:
        nonlocal times
        times += 1
        path.write_bytes(content)
        with (
            hostile_input.limit(hostile_input.PATIENCE_SECONDS),
            contextlib.suppress(ForeignFileError),
        ):
            storage.load_arrays(path)
        assert [each.name for each in tmp_path.iterdir()] == ["x.npz"]

    load()
    ledger("망가진 모델 파일을 읽음", times)


def test_a_damaged_record_is_refused_or_read_whole(tmp_path: Path, ledger: Ledger):
    path, times = tmp_path / "x.csv", 0
    task = RecallTask(cell="rnn", delay=2, seed=0, epochs=1)
    row = {"accuracy": 0.5, "loss": 1.0, **versions("experiments.recall"), "cores": 2}
    columns = ["experiment", *(each.name for each in dataclasses.fields(task)), "n_rows", *row]
    kept = [*dataclasses.asdict(task).values(), 1, *row.values()]
    text = records.table(columns, [["recall", *map(records.written, kept)]])

    @WIDE
    @given(hostile_input.damaged(text.encode()))
    def read(content: bytes) -> None:
        nonlocal times
        times += 1
        path.write_bytes(content)
        # 일이 다 있으면 재지 않고 읽기만 합니다. 빠진 일은 재지 않도록 읽는 데서 멈춥니다.
        with contextlib.suppress(ForeignFileError):
            engine._finished(path, "recall", task)
        assert path.read_bytes() == content

    read()
    ledger("망가진 기록에 이어 쓰려 함", times)


def test_no_command_line_ends_in_a_traceback(tmp_path: Path, ledger: Ledger):
    hostile_input.put_traps(tmp_path)
    command, times = hostile_input.Command(tmp_path), 0

    @WIDE
    @given(hostile_input.command_lines())
    def ask(arguments: list[str]) -> None:
        nonlocal times
        times += 1
        hostile_input.judge_command(command(arguments), arguments)

    try:
        ask()
    finally:
        command.close()
    ledger("거친 인자로 명령을 부름", times)


def test_functions_answer_or_name_what_is_wrong(ledger: Ledger):
    times = 0

    def asked(function: Callable[..., object]) -> Callable[[], None]:
        @NARROW
        @given(st.data())
        def ask(data: st.DataObject) -> None:
            nonlocal times
            times += 1
            hostile_input.call(function, data)

        return ask

    for function in hostile_input.functions().values():
        asked(function)()
    ledger("거친 인자로 함수를 부름", times)


def test_no_text_becomes_code_or_markup_in_a_page(ledger: Ledger):
    need_tools(*check_site.NEEDED)
    with check_site.served() as base:
        seen = hostile_input.type_in(base, hostile_input.PAGES, hostile_input.TEXTS)
    wrong = [(each["path"], each["text"][:60], each["found"]) for each in seen if each["found"]]
    assert wrong == []
    for each in seen:
        for shown in each["shown"]:
            assert shown == each["text"].replace("\n", ""), each["path"]
    ledger("쪽의 주소, 저장소, 글 칸에 거친 글", sum(each["times"] for each in seen))


@pytest.mark.parametrize("kind", ["pickle", "pickle in an array", "keras with a Lambda layer"])
def test_code_in_a_model_file_is_not_run(kind: str, tmp_path: Path, ledger: Ledger):
    path = tmp_path / "x.npz"
    path.write_bytes(hostile_input.hostile_files(tmp_path)[kind])
    with pytest.raises(ForeignFileError):
        storage.load_arrays(path)
    assert not (tmp_path / "ran").exists()
    ledger(f"코드를 숨긴 모델 파일: {kind}", 1)
