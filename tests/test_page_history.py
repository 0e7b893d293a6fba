"""쪽을 마지막으로 고친 날: 진짜 저장소, 얕은 클론, git이 없는 곳."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import page_history
import pytest
from page_history import Change, History

FIRST, SECOND, THIRD = (datetime(2026, 1, day, 23, 30, tzinfo=timezone.utc) for day in (1, 2, 3))


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """쓰는 사람의 설정과 환경에 매이지 않습니다. 시각대는 날이 하루 다른 곳입니다."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("TZ", "Asia/Seoul")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


def git(folder: Path, *words: str, time: datetime = FIRST) -> None:
    who = {
        f"GIT_{role}_{key}": "시험" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    dates = {"GIT_COMMITTER_DATE": time.isoformat(), "GIT_AUTHOR_DATE": FIRST.isoformat()}
    subprocess.run(
        ["git", "-C", folder, *words],
        check=True,
        capture_output=True,
        env={**os.environ, **who, **dates},
    )


def commit(folder: Path, time: datetime, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "고침", time=time)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """세 번 고친 저장소. a는 처음과 끝에, b는 가운데에만 고쳤습니다."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    commit(folder, FIRST, a="하나\n둘\n", 한글="하나")
    commit(folder, SECOND, b="하나")
    commit(folder, THIRD, a="하나\n셋\n")
    return folder


def test_day_of_a_page_is_that_of_its_last_commit_everywhere_on_earth(repository: Path):
    history = History(repository)
    assert history.change("a.md") == Change(THIRD)
    assert history.change("b.md") == Change(SECOND)
    assert history.change("한글.md") == Change(FIRST)
    assert history.change(".") == Change(THIRD)
    day = history.change("b.md").day
    assert day is not None
    assert day.isoformat() == "2026-01-02"


def test_book_in_a_folder_of_a_larger_repository(repository: Path):
    inner = repository / "book"
    inner.mkdir()
    commit(inner, THIRD, page="하나")
    (inner / "page.md").write_text("둘", "utf-8")
    assert History(inner).change("page.md") == Change(THIRD, page_history.EDITED)
    assert History(repository).change("book") == Change(THIRD, page_history.EDITED)


def test_what_is_not_committed_is_said(repository: Path):
    (repository / "a.md").write_text("고침", "utf-8")
    (repository / "new.md").write_text("새것", "utf-8")
    history = History(repository)
    assert history.change("a.md") == Change(THIRD, page_history.EDITED)
    assert history.change("b.md") == Change(SECOND)
    assert history.change("new.md") == Change(None, page_history.NEW)


@pytest.mark.parametrize(
    ("depth", "a", "b"),
    [
        (1, Change(None, page_history.SHALLOW), Change(None, page_history.SHALLOW)),
        (2, Change(THIRD), Change(None, page_history.SHALLOW)),
        (3, Change(THIRD), Change(SECOND)),
    ],
)
def test_shallow_clone_says_what_it_cannot_know(
    repository: Path, tmp_path: Path, depth: int, a: Change, b: Change
):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", f"--depth={depth}", repository.as_uri(), str(clone))
    history = History(clone)
    assert history.change("a.md") == a
    assert history.change("b.md") == b


@pytest.mark.parametrize("reason", ["archive", "program"])
def test_without_git_no_day_is_made_up(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    if reason == "program":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        (repository / ".git").rename(tmp_path / "elsewhere")
    history = History(repository)
    assert history.change("a.md") == Change(None, page_history.NO_GIT)
    assert history.lines("a.md") == [None, None]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(SECOND.timestamp())))
    packed = History(repository).change("a.md")
    assert packed.time == SECOND
    assert packed.note.startswith(page_history.NO_GIT)
    assert packed.note.endswith(page_history.PACKED)
    assert History(repository).lines("a.md") == [SECOND, SECOND]


def test_a_known_day_is_not_replaced_by_the_day_of_packing(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert History(repository).change("a.md") == Change(THIRD)


@pytest.mark.parametrize("given", ["어제", "-1", "1.5", "", "99999999999999"])
def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(ValueError, match=r"SOURCE_DATE_EPOCH: .*받은 값") as refused:
        page_history.packed_time()
    assert repr(given) in str(refused.value)


def test_every_line_has_its_own_time(repository: Path, tmp_path: Path):
    (repository / "a.md").write_text("하나\n셋\n커밋하지 않은 줄\n", "utf-8")
    assert History(repository).lines("a.md") == [FIRST, THIRD, None]
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=2", repository.as_uri(), str(clone))
    assert History(clone).lines("a.md") == [None, THIRD]
