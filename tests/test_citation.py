"""장의 인용: 문헌 도구가 되읽으면 같은 제목과 지은이, 날, 주소인지. 모르는 것은 적지 않는지."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

import book_facts
import chapter_citation
import citation_formats
import pytest
import rispy
import site_address
from book_facts import Author
from bs4 import BeautifulSoup
from check_site import HTML
from citation_formats import Work
from figure_graph.learning_map import chapters_of
from page_history import NEW, NO_GIT, Change
from pybtex.database import parse_string
from pybtex.richtext import Text
from sphinx_pages import Built, build_pages
from test_book import CHAPTERS, article, page, title_of

ROOT = Path(__file__).parents[1]
ADDRESS = "https://book.invalid/a/"
TIME = datetime(2026, 1, 9, 23, 30, tzinfo=timezone.utc)
BOOK = book_facts.read_book()


class Read(NamedTuple):
    """문헌 도구가 읽은 것. 저마다 없으면 빈 글입니다."""

    kind: str
    title: str
    whole: str
    authors: tuple[str, ...]
    year: str
    day: str
    address: str
    edition: str


def plain(text: str) -> str:
    """LaTeX로 적은 글을 보이는 글로."""
    return str(Text.from_latex(text))


def read_bibtex(text: str) -> Read:
    (entry,) = parse_string(text, "bibtex").entries.values()
    fields = entry.fields
    months = {name: n for n, name in enumerate(citation_formats.MONTHS, start=1)}
    months |= {f"{datetime(2000, n, 1):%B}".lower(): n for n in range(1, 13)}
    day = ""
    if "month" in fields:
        month = months[fields["month"].lower()]
        day = f"{fields['year']}-{month:02}-{int(fields['day']):02}"
    people = []
    for one in entry.persons["author"]:
        parts = [one.prelast_names + one.last_names, one.first_names]
        people.append(", ".join(plain(" ".join(part)) for part in parts if part))
    return Read(
        entry.type, plain(fields["title"]), plain(fields.get("booktitle", "")), tuple(people),
        fields["year"], day, fields.get("url", ""), plain(fields["edition"]),
    )  # fmt: skip


def read_ris(text: str) -> Read:
    (entry,) = rispy.loads(text)
    day = entry.get("date", "").strip("/").replace("/", "-")
    address = entry["urls"][0] if "urls" in entry else ""
    kinds = {"CHAP": "incollection", "BOOK": "book"}
    return Read(
        kinds[entry["type_of_reference"]], entry["title"], entry.get("secondary_title", ""),
        tuple(entry["authors"]), entry["year"], day, address, entry["edition"],
    )  # fmt: skip


def wanted(work: Work) -> Read:
    people = tuple(f"{a.family}, {a.given}" if a.given else a.family for a in work.book.authors)
    day = work.change.day.isoformat() if work.change.day else ""
    chapter = work.title is not None
    return Read(
        "incollection" if chapter else "book", work.title or work.book.title,
        work.book.title if chapter else "", people, str(work.year), day, work.address,
        work.book.version,
    )  # fmt: skip


def work(**changes: Any) -> Work:
    first = Work(BOOK, "어떤 장", "some-chapter", f"{ADDRESS}book/a.html", Change(TIME))
    return dataclasses.replace(first, **changes)


@pytest.fixture
def known_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_URL", ADDRESS)


@pytest.mark.parametrize("chapter", chapters_of(ROOT), ids=lambda chapter: chapter.link)
def test_citation_tools_read_every_chapter_back(known_address: None, chapter: Any):
    address = site_address.page_address(f"book/{chapter.link}")
    assert address.startswith(ADDRESS)
    one = work(title=chapter.title, address=address)
    assert read_bibtex(citation_formats.bibtex(one)) == wanted(one)
    assert read_ris(citation_formats.ris(one)) == wanted(one)


@pytest.mark.parametrize("title", [r"50% & #1_b의 x ~ y\z", "RNN과 LSTM", "‘따옴’ “표” –"])
@pytest.mark.parametrize(
    "authors",
    [(Author("모임 and 모임, 하나"),), (Author("김", "철수"), Author("van Berg", "Ada"))],
    ids=["group", "people"],
)
def test_odd_titles_and_names_come_back(title: str, authors: tuple[Author, ...]):
    one = work(title=title, book=dataclasses.replace(BOOK, authors=authors))
    assert read_bibtex(citation_formats.bibtex(one)) == wanted(one)
    assert read_ris(citation_formats.ris(one)).title == title


def test_marks_that_would_break_the_entry_are_spelled_out():
    # 읽는 도구가 이 셋을 글자로 되돌리지는 않으므로, 꼴이 깨지지 않는 것과 적힌 대로인 것을 봅니다.
    (entry,) = parse_string(citation_formats.bibtex(work(title="}{^$")), "bibtex").entries.values()
    assert entry.fields["title"] == r"\textbraceright{}\textbraceleft{}\textasciicircum{}\$"
    assert entry.fields["booktitle"] == "코사인으로 배우는 순환 신경망과 {LSTM}"


def test_capitals_survive_styles_that_lower_them():
    text = citation_formats.bibtex(work(title="LSTM과 rnn"))
    assert "title = {{LSTM}과 rnn}" in text


@pytest.mark.parametrize(
    "one",
    [
        work(title=None),
        work(change=Change(None, NO_GIT)),
        work(address=""),
        work(address="", change=Change(None, NEW), title=None),
    ],
)
def test_only_what_is_known_is_written(one: Work):
    assert read_bibtex(citation_formats.bibtex(one)) == wanted(one)
    assert read_ris(citation_formats.ris(one)) == wanted(one)
    sentence = citation_formats.sentence(one)
    assert ("고침" in sentence) == (one.change.day is not None)
    assert sentence.endswith(one.address or ".")
    assert f"({one.year})" in sentence
    assert one.change.day or one.year == BOOK.released.year


def test_slide_line_meets_the_licence_of_the_text():
    line = citation_formats.slide(work())
    for part in (
        BOOK.author,
        "어떤 장",
        BOOK.title,
        "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        f"{ADDRESS}book/a.html",
    ):
        assert part in line
    assert "MIT" not in line


def marks(built: BeautifulSoup) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in built.select("head meta[name^=citation_]"):
        found.setdefault(str(node["name"]), []).append(str(node["content"]))
    return found


def linked_data(built: BeautifulSoup) -> dict[str, Any]:
    (script,) = built.select("head script[type='application/ld+json']")
    return json.loads(script.get_text())


def committed_day(name: str) -> str:
    """git이 말하는, 쪽을 마지막으로 고친 날. 모르면 빈 글."""
    done = subprocess.run(
        ["git", "log", "-1", "--date=format-local:%Y-%m-%d", "--format=%cd", "--", f"{name}.md"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC0"},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize("name", [*CHAPTERS, "book/lab", "book/index"])
def test_built_page_says_the_same_in_every_form(name: str):
    built, chapter = page(name), name != "book/index"
    heading = built.find("h1")
    assert heading is not None
    bibtex = read_bibtex((HTML / f"{name}.bib").read_text("utf-8"))
    ris = read_ris((HTML / f"{name}.ris").read_text("utf-8"))
    assert bibtex == ris
    assert bibtex.title == title_of(heading)  # pyright: ignore[reportArgumentType]
    assert bibtex.whole == (BOOK.title if chapter else "")
    assert " ".join(bibtex.authors) == BOOK.author
    shown = [node.get_text() for node in article(name).select(".cite-this pre")]
    assert read_bibtex(shown[1]) == bibtex
    assert read_ris(shown[2]) == bibtex
    head, data = marks(built), linked_data(built)
    assert head["citation_title"] == [bibtex.title]
    assert head.get("citation_book_title", [""]) == [bibtex.whole]
    assert head["citation_author"] == [BOOK.author]
    assert head["citation_publication_date"] == [(bibtex.day or bibtex.year).replace("-", "/")]
    assert (data["@type"], data["name"]) == ("Chapter" if chapter else "Book", bibtex.title)
    assert data.get("dateModified", "")[:10] == bibtex.day
    if chapter:
        assert data["isPartOf"]["name"] == BOOK.title
        assert bibtex.day in ("", committed_day(name))


@pytest.mark.parametrize("name", [*CHAPTERS, "book/lab", "book/index"])
def test_files_to_take_along_are_linked(name: str):
    links = [str(a["href"]) for a in article(name).select(".cite-this a[download]")]
    here = (HTML / name).parent
    assert [here / link for link in links] == [HTML / f"{name}.bib", HTML / f"{name}.ris"]
    assert all((here / link).is_file() for link in links)


def test_page_on_citing_shows_an_example_of_this_build():
    shown = [node.get_text().strip() for node in article("book/appendix/cite").select("pre")]
    _, sentence, bibtex, ris = shown
    files = HTML / "book" / "cosine"
    assert bibtex == (files / "lstm.bib").read_text("utf-8").strip()
    assert ris == (files / "lstm.ris").read_text("utf-8").strip()
    assert sentence == article("book/cosine/lstm").select(".cite-this pre")[0].get_text().strip()
    assert not marks(page("book/appendix/cite"))


CFF = """cff-version: 1.2.0
message: 인용
title: 책
authors: [{name: 지은이}]
version: 0.1.0
date-released: "2026-11-23"
"""


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """쪽 하나짜리 책을 git이 없는 곳에 짓습니다."""
    cff = tmp_path / "CITATION.cff"
    cff.write_text(CFF, "utf-8")
    monkeypatch.setattr(book_facts, "PATH", cff)
    monkeypatch.delenv("BOOK_URL", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    extensions = ["myst_nb", "sphinxcontrib.bibtex", "book_facts", "chapter_citation"]

    def run(text: str) -> Built:
        return build_pages(tmp_path, text, extensions=extensions)

    return run


def test_page_without_address_or_git_says_so(build, tmp_path: Path):
    built = build("# 어떤 장\n\n```{chapter-citation}\n```\n")
    text = built.one(".cite-this").get_text()
    assert "지은이 (2026). “어떤 장”. 『책』, 0.1.0판.\n" in text
    assert NO_GIT in text
    assert "http" not in text
    assert "dateModified" not in linked_data(built.page)
    assert read_bibtex((tmp_path / "out" / "index.bib").read_text("utf-8")).day == ""
    assert built.said == ""


def test_address_comes_from_the_environment(build, known_address: None):
    built = build("# 어떤 장\n\n```{chapter-citation}\n```\n")
    address = f"{ADDRESS}index.html"
    assert built.one(".cite-this p a")["href"] == address
    assert marks(built.page)["citation_public_url"] == [address]
    assert linked_data(built.page)["url"] == address
    assert read_bibtex(built.one(".highlight-bibtex").get_text()).address == address


@pytest.mark.parametrize("title", ['&lt;/script&gt;&lt;b&gt; & "둘"', "`<!--` 주석"])
def test_odd_title_stays_text_in_the_head(build, title: str):
    built = build(f"# {title}\n\n```{{chapter-citation}}\n```\n")
    heading = built.one("h1").get_text().removesuffix("#").strip()
    assert linked_data(built.page)["name"] == marks(built.page)["citation_title"][0]
    assert re.sub(r"\W", "", marks(built.page)["citation_title"][0]) == re.sub(r"\W", "", heading)
    assert built.page.select("head b") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("글.\n\n```{chapter-citation}\n```\n", "index.md: 인용할 장에는 제목(# …)이 하나 있어야"),
        ("## 절\n\n글.\n\n## 인용\n\n```{chapter-citation}\n```\n", "받은 값: 2개"),
        ("# 쪽\n\n```{chapter-citation} no/page\n```\n", "책에 없는 쪽입니다: book/no/page"),
        ("# 쪽\n\n```{chapter-citation}\n:form: apa\n```\n", '"apa" unknown'),
    ],
)
def test_what_cannot_be_cited_names_file_and_line(build, text: str, message: str):
    said = build(text).said
    assert message in said
    assert re.search(r"index\.md:\d+: ", said)


@pytest.mark.parametrize(
    ("variable", "value"), [("SOURCE_DATE_EPOCH", "어제"), ("BOOK_URL", "ftp://book.invalid")]
)
def test_odd_environment_stops_the_build(
    build, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(Exception, match=rf"{variable}: .*{value}"):
        build("# 쪽\n\n```{chapter-citation}\n```\n")


def test_invalid_file_stops_the_build(build, tmp_path: Path):
    (tmp_path / "CITATION.cff").write_text(CFF.replace("title: 책\n", ""), "utf-8")
    with pytest.raises(Exception, match=r"CITATION\.cff: .*'title' is a required property"):
        build("# 쪽\n\n```{chapter-citation}\n```\n")


def test_a_commit_writes_again_the_pages_that_cite_it():
    before = Change(None, NEW)
    env: Any = type("Env", (), {})()
    env.metadata = {"a": {"cites": [("a", True)]}, "b": {"cites": [("a", False)]}, "c": {}}
    env.found_docs, env.titles = (
        {"a", "b", "c"},
        {"a": type("T", (), {"astext": lambda _: "제목"})()},
    )
    env.config = type("Config", (), {"root_doc": "a"})()
    env.doc2path = lambda name: f"/source/{name}.md"
    history = type("History", (), {"folder": Path("/source"), "change": lambda *_: before})()
    builder = type("Builder", (), {"citation_history": history, "cited_book": BOOK})()
    app: Any = type("App", (), {"env": env, "builder": builder})()
    assert chapter_citation.pages_to_write(app, env) == ["a", "b"]
    assert chapter_citation.pages_to_write(app, env) == []
    before = Change(TIME)
    assert chapter_citation.pages_to_write(app, env) == ["a", "b"]
