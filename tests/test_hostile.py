"""The fast half of what `make check-trust` does with hostile input."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import check_site
import hostile_input
import pytest
from conftest import need_tools, rejects
from cosine_rnn import results
from cosine_rnn.support import engine, records, storage
from cosine_rnn.support.checks import LARGEST_COUNT, check_integer, reject
from cosine_rnn.support.storage import ForeignFileError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FILES = hostile_input.hostile_files(Path("/nowhere"))


@pytest.mark.parametrize("kind", FILES)
def test_hostile_model_file_is_refused_before_it_does_harm(kind: str, tmp_path: Path):
    path = tmp_path / "x.npz"
    path.write_bytes(hostile_input.hostile_files(tmp_path)[kind])
    with (
        hostile_input.limit(hostile_input.PATIENCE_SECONDS),
        pytest.raises(ForeignFileError, match=r"^path: .+받은 값") as told,
    ):
        results.load(path)
    assert len(str(told.value)) < 2000
    assert [each.name for each in tmp_path.iterdir()] == ["x.npz"]


def test_a_file_that_swells_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = tmp_path / "x.npz"
    path.write_bytes(FILES["bomb of zeros"])
    with pytest.raises(ForeignFileError, match=r"\(\d{8,} bytes\)$"):
        storage.load_arrays(path)


@dataclass(frozen=True)
class Task:
    """Never measured: the place of its record is refused first."""

    seed: int = 0


@pytest.mark.parametrize("place", ["fifo", "/dev/zero", "link"])
def test_what_is_not_a_file_is_neither_read_nor_replaced(place: str, tmp_path: Path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/dev/zero")
    path = tmp_path / place
    before = path.stat().st_mode
    with hostile_input.limit(hostile_input.PATIENCE_SECONDS):
        with pytest.raises(FileNotFoundError):
            storage.load_arrays(path)
        with rejects("path", place.rpartition("/")[2]):
            storage.write_whole(path, lambda file: file.write(b"x"))
        with rejects("path", place.rpartition("/")[2]):
            engine.run("recall", [Task()], path)
    assert path.stat().st_mode == before


def test_link_to_a_model_is_read(tmp_path: Path):
    storage.save_arrays(tmp_path / "x.npz", {}, {})
    (tmp_path / "link.npz").symlink_to(tmp_path / "x.npz")
    assert storage.load_arrays(tmp_path / "link.npz")[1] == {}


@pytest.mark.parametrize("text", ["[1 x]", "[", "]", "9" * 5000, "[[1]]", "-", "\0"])
def test_a_cell_of_a_record_that_is_no_number_stays_text(text: str):
    assert isinstance(records.parsed(text), str | float)


def test_counts_have_a_limit_that_is_told():
    assert check_integer("n", LARGEST_COUNT) == LARGEST_COUNT
    with rejects("n", str(LARGEST_COUNT + 1)):
        check_integer("n", LARGEST_COUNT + 1)
    with rejects("n", "True"):
        check_integer("n", True)


def test_a_long_value_is_shown_short():
    assert len(str(reject("n", "여럿", list(range(10**6))))) < 600


def test_commands_end_in_words(tmp_path: Path):
    hostile_input.put_traps(tmp_path)
    command = hostile_input.Command(tmp_path)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(hostile_input.command_lines())
    def ask(arguments: list[str]) -> None:
        hostile_input.judge_command(command(arguments), arguments)

    try:
        ask()
    finally:
        command.close()


@pytest.mark.parametrize("name", hostile_input.functions())
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_functions_answer_or_name_what_is_wrong(name: str, data: st.DataObject):
    hostile_input.call(hostile_input.functions()[name], data)


@pytest.fixture(scope="module")
def seen() -> list[dict[str, Any]]:
    need_tools(*check_site.NEEDED)
    with check_site.served() as base:
        return hostile_input.type_in(
            base, ["search.html", "book/lab.html"], [*hostile_input.TEXTS[:2], "%E0%A4%A"]
        )


def test_texts_stay_texts_in_a_page(seen: list[dict[str, Any]]):
    assert [(each["path"], each["found"]) for each in seen if each["found"]] == []
    shown = [(text, each["text"]) for each in seen for text in each["shown"]]
    assert shown
    assert all(text == given_text for text, given_text in shown)


def test_every_way_into_a_page_is_tried():
    assert {"q", "found", "words", "period", "v"} <= hostile_input.read_from_address()
    assert {"mode", "cosine-rnn-questions"} <= hostile_input.read_from_storage()
