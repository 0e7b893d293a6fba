"""실행 기록 쪽: 적힌 명령이 실린 기록을 그대로 만드는 명령인지 봅니다. 훈련하지 않습니다."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cosine_rnn import cli
from cosine_rnn.support import catalogue
from cosine_rnn.support.records import stored_rows

ROOT = Path(__file__).parents[1]
DATA = ROOT / "code" / "cosine_rnn" / "data"
STATUS = ROOT / "book" / "appendix" / "status.md"
NOT_MADE_BY_A_COMMAND = {"wine-sales"}


def commands(page: Path) -> list[str]:
    return re.findall(r"^cosine-rnn experiment .*$", page.read_text("utf-8"), re.M)


COMMANDS = {Path(line.split()[-1]).stem: line for line in commands(STATUS)}


def parsed(line: str) -> dict[str, Any]:
    """명령줄을 꾸러미가 읽는 대로 읽은 인자들."""
    _, name, *words = shlex.split(line)
    command = cli.cli.commands[name]
    return command.make_context(name, list(words)).params


def identity(row: Any) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row)


def test_every_stored_record_has_its_command_and_is_written_where_the_command_says():
    assert set(COMMANDS) == {p.stem for p in DATA.glob("[!.]*")} - NOT_MADE_BY_A_COMMAND
    for name, line in COMMANDS.items():
        path = Path(line.split("--output ")[1])
        assert (ROOT / path).is_file(), name
        assert path.parent == DATA.relative_to(ROOT)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_experiment_and_its_seeds_give_the_rows_of_the_record(name: str):
    arguments = parsed(COMMANDS[name])
    assert arguments["name"] == name
    settings = catalogue.load(name).tasks(arguments["seeds"])
    fields = [field.name for field in dataclasses.fields(settings[0])]
    asked = Counter(identity(getattr(task, f) for f in fields) for task in settings)
    once = {identity(row[f] for f in fields): int(row["n_rows"]) for row in stored_rows(name)}
    kept = Counter(identity(row[f] for f in fields) for row in stored_rows(name))
    assert kept == once  # 일마다 제 줄이 모두 있습니다.
    assert loosely(asked) == loosely(Counter(dict.fromkeys(once, 1)))


def loosely(rows: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """수는 적는 꼴(1, 1.0)이 달라도 같은 것으로 봅니다."""

    def same(text: str) -> str:
        try:
            return f"{float(text):.5g}"
        except ValueError:
            return text

    return Counter({tuple(map(same, row)): count for row, count in rows.items()})


def test_a_chapter_that_shows_a_command_shows_the_one_listed_here():
    listed = set(COMMANDS.values())
    for page in sorted((ROOT / "book").rglob("*.md")):
        for line in commands(page):
            assert re.sub(r" --jobs \d+", "", line) in listed, f"{page.relative_to(ROOT)}: {line}"
