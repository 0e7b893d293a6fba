"""바뀐 것을 알리는 Atom(``changes.xml``). ``CHANGELOG.md`` 의 항목이 소식 하나입니다.

소식의 날은 그 줄을 마지막으로 고친 날이고, 날을 모르는 항목은 싣지 않습니다. 책의 주소를 모르면
쓰지 않습니다.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import site_address
from book_facts import Book
from markdown_it import MarkdownIt
from page_history import History
from sphinx.application import Sphinx

SOURCE = "CHANGELOG.md"
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """소식 하나.

    Attributes:
        section: 나온 판.
        text: 항목의 글(Markdown).
        time: 마지막으로 고친 때.
    """

    section: str
    text: str
    time: datetime

    @property
    def title(self) -> str:
        """첫 문장. 꾸밈은 뺍니다."""
        return re.split(r"(?<=[^\d])\.(?:\s|$)", self.text.replace("`", ""), maxsplit=1)[0]


def entries(history: History, book: Book) -> list[Entry]:
    """새것부터 늘어놓은 소식들. 날을 모르면 판이 나온 날이고, 그것도 모르면 뺍니다."""
    path = history.folder / SOURCE
    if not path.is_file():
        return []
    found: list[Entry] = []
    section, items = "", []
    rows = zip(path.read_text("utf-8").splitlines(), history.lines(SOURCE), strict=True)
    for line, time in rows:
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("- "):
            items.append((section, [line[2:]], [time]))
        elif line.startswith("  ") and items:
            items[-1][1].append(line.strip())
            items[-1][2].append(time)
    for name, lines, times in items:
        known = [time for time in times if time]
        if len(known) < len(times):
            known = [midnight(book.released)] if name == book.version else []
        if known:
            found.append(Entry(name, " ".join(lines), max(known)))
    return sorted(found, key=lambda entry: entry.time, reverse=True)


def write(app: Sphinx, out: Path) -> list[Path]:
    """소식을 ``out`` 에 씁니다. 책의 주소를 모르면 쓰지 않습니다."""
    if not site_address.book_address():
        return []
    builder: Any = app.builder
    history, book, home = builder.citation_history, builder.cited_book, app.config.root_doc
    news = entries(history, book)
    address = site_address.book_address() + site_address.FEED
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "ko"})
    add(feed, "id", address)
    add(feed, "title", f"{book.title}: 바뀐 것")
    add(feed, "updated", stamp(news[0].time if news else midnight(book.released)))
    add(feed, "link", rel="self", type="application/atom+xml", href=address)
    add(feed, "link", rel="alternate", type="text/html", href=site_address.page_address(home))
    for author in book.authors:
        add(add(feed, "author"), "name", author.shown)
    for entry in news:
        one = add(feed, "entry")
        # 글을 다듬어도 첫 문장이 그대로이면 같은 소식입니다.
        digest = hashlib.sha256(entry.title.encode()).hexdigest()[:16]
        add(one, "id", f"{address}#{digest}")
        add(one, "title", entry.title)
        add(one, "updated", stamp(entry.time))
        add(one, "link", rel="alternate", type="text/html", href=site_address.page_address(home))
        add(one, "category", term=entry.section)
        add(one, "content", MarkdownIt().render(entry.text), type="html")
    ElementTree.indent(feed)
    path = out / site_address.FEED
    ElementTree.ElementTree(feed).write(path, encoding="utf-8", xml_declaration=True)
    return [path]


def midnight(day: date) -> datetime:
    """그날이 시작하는 때."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def add(
    parent: ElementTree.Element, name: str, text: str = "", **facts: str
) -> ElementTree.Element:
    """``parent`` 에 마디 하나를 더합니다."""
    child = ElementTree.SubElement(parent, name, facts)
    child.text = text or None
    return child


def stamp(time: datetime) -> str:
    """Atom이 적는 때."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
