"""바뀐 것을 알리는 Atom: 날은 git에서, 모르는 것은 싣지 않고, 주소가 없으면 쓰지 않습니다."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import change_feed
import pytest
from book_facts import Author, Book
from page_history import History

ROOT = Path(__file__).parents[1]
ADDRESS = "https://book.invalid/a/"
BOOK = Book("책 <하나>", (Author("지은이들"),), "0.1.0", date(2026, 1, 2), ("CC-BY-4.0",))
OLD, NEW = (datetime(2026, 3, day, 9, tzinfo=timezone.utc) for day in (1, 5))
LOG = """# 바뀐 것

## 앞으로 나올 판

- 새 장: `lab` 실험실. 훈련한 모델을
  움직입니다.
- 판 0.2로 가는 준비.

## 0.1.0

- 첫 판.
"""
TIMES = [None] * 4 + [OLD, NEW, OLD] + [None] * 4


@pytest.fixture
def app(tmp_path: Path) -> Any:
    (tmp_path / "CHANGELOG.md").write_text(LOG, "utf-8")
    history = SimpleNamespace(folder=tmp_path, lines=lambda name: list(TIMES))
    builder = SimpleNamespace(citation_history=history, cited_book=BOOK)
    return SimpleNamespace(builder=builder, config=SimpleNamespace(root_doc="book/index"))


def read(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_text("utf-8"))


def text(node: ElementTree.Element, name: str) -> str:
    found = node.find(f"{{{change_feed.ATOM}}}{name}")
    assert found is not None
    return found.text or ""


def test_news_come_newest_first_with_their_own_days(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BOOK_URL", ADDRESS)
    (path,) = change_feed.write(app, tmp_path)
    feed = read(path)
    assert text(feed, "title").startswith(BOOK.title)
    assert text(feed, "updated") == "2026-03-05T09:00:00Z"
    news = feed.findall(f"{{{change_feed.ATOM}}}entry")
    told = [(text(one, "title"), text(one, "updated")[:10]) for one in news]
    assert told == [
        ("새 장: lab 실험실", "2026-03-05"),
        ("판 0.2로 가는 준비", "2026-03-01"),
        ("첫 판", "2026-01-02"),
    ]
    assert text(news[0], "content").strip() == (
        "<p>새 장: <code>lab</code> 실험실. 훈련한 모델을 움직입니다.</p>"
    )
    assert all(text(one, "id").startswith(f"{ADDRESS}changes.xml#") for one in news)


def test_a_polished_item_stays_the_same_news(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BOOK_URL", ADDRESS)
    before = text(read(change_feed.write(app, tmp_path)[0])[-3], "id")
    (tmp_path / "CHANGELOG.md").write_text(LOG.replace("움직입니다", "손으로 움직입니다"), "utf-8")
    assert text(read(change_feed.write(app, tmp_path)[0])[-3], "id") == before


def test_news_without_a_day_are_left_out(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_URL", ADDRESS)
    app.builder.citation_history.lines = lambda name: [None] * len(TIMES)
    feed = read(change_feed.write(app, tmp_path)[0])
    (only,) = feed.findall(f"{{{change_feed.ATOM}}}entry")
    assert text(only, "title") == "첫 판"
    (tmp_path / "CHANGELOG.md").unlink()
    feed = read(change_feed.write(app, tmp_path)[0])
    assert not feed.findall(f"{{{change_feed.ATOM}}}entry")
    assert text(feed, "updated") == "2026-01-02T00:00:00Z"


def test_without_an_address_there_is_no_feed(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("BOOK_URL", raising=False)
    assert change_feed.write(app, tmp_path) == []
    assert not (tmp_path / "changes.xml").exists()


def test_items_of_this_book_have_their_own_first_sentences():
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    history: Any = SimpleNamespace(folder=ROOT, lines=lambda name: [NEW] * len(log.splitlines()))
    titles = [entry.title for entry in change_feed.entries(history, BOOK)]
    assert len(titles) == log.count("\n- ")
    assert len(set(titles)) == len(titles)
    assert isinstance(History(ROOT).lines("CHANGELOG.md"), list)
