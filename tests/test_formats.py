"""두 장만 이은 작은 책으로 PDF와 EPUB의 글을 봅니다.

다 만든 것은 ``make check-formats`` 가 엽니다.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import epub_book
import joined_book
import pdf_book
import printed_pages
import pytest
import system_packages
from bs4 import BeautifulSoup
from joined_book import Chapter

MATH = "{http://www.w3.org/1998/Math/MathML}math"
ITEM = "{http://www.idpf.org/2007/opf}item"
NAMES = [("이론", "book/theory/lstm"), ("실험실", "book/lab")]


@pytest.fixture(scope="module")
def chapters() -> list[Chapter]:
    """고치지 않고 보는 것."""
    return joined_book.join(names=NAMES)


@pytest.fixture
def fresh() -> list[Chapter]:
    """PDF나 EPUB을 쓰면서 고치는 것."""
    return joined_book.join(names=NAMES)


def text_of(chapters: list[Chapter]) -> str:
    return "\n".join(chapter.body.get_text(" ") for chapter in chapters)


def test_the_book_shows_what_the_pages_show(chapters: list[Chapter]):
    pages = [printed_pages.seen(name, printed_pages.ON_SCREEN) for _, name in NAMES]
    wanted = sum((printed_pages.numbers(page.get_text(" ")) for page in pages), Counter())
    assert wanted - printed_pages.numbers(text_of(chapters)) == Counter()
    lines = {line for chapter in chapters for line in printed_pages.code_lines(chapter.body)}
    assert {line for page in pages for line in printed_pages.code_lines(page)} <= lines
    figures = [len(page("figure")) for page in pages]
    assert sum(len(chapter.body("figure")) for chapter in chapters) == sum(figures) > 0


def test_names_are_one_of_a_kind_and_links_lead_to_them(chapters: list[Chapter]):
    names = [str(node["id"]) for chapter in chapters for node in chapter.body(id=True)]
    assert len(names) == len(set(names))
    for chapter in chapters:
        for link in chapter.body("a", href=True):
            address = str(link["href"])
            assert address.startswith("https://") or address.removeprefix("#") in names, link
        for node in chapter.body.select("[marker-end]"):
            assert str(node["marker-end"])[5:-1] in names


def test_nothing_is_left_that_needs_a_screen(chapters: list[Chapter]):
    left = "button, input, select, script, details, summary, [title], .headerlink, .lab-controls"
    assert [node for chapter in chapters for node in chapter.body.select(left)] == []
    assert [chapter.name for chapter in chapters if joined_book.STILL in chapter.body.get_text()]


def test_paper_has_no_link_that_sets_an_instrument_and_no_file_to_copy(chapters: list[Chapter]):
    text = text_of(chapters)
    for shown in ("진폭 0.5로 열기", "@incollection", "TY  -"):
        assert shown not in text
    assert text.count("0.1.0판") == len(NAMES)  # 인용의 문장은 남습니다.
    inside = [a for c in chapters for a in c.body.select("a.to-lab")]
    assert [a.get_text() for a in inside] == ["실험실"]
    assert chapters[1].body.find(id=str(inside[0]["href"]).removeprefix("#"))


@pytest.mark.parametrize("address", ["", "https://book.invalid/a"])
def test_a_file_is_offered_only_where_it_can_be_fetched(
    monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setenv("BOOK_URL", address)
    text = text_of(joined := joined_book.join(names=NAMES))
    assert ("파일로 받기" in text) == bool(address)
    links = [str(a["href"]) for c in joined for a in c.body("a") if a.get_text()[-2:] == "받기"]
    assert (f"{address}/book/theory/lstm.ris" in links) == bool(address)


def test_equations_carry_the_number_of_their_chapter(chapters: list[Chapter]):
    lstm, lab = chapters[0], chapters[1]
    shown = [node.get_text() for node in lstm.body.select(".eqno")]
    assert shown == [f"(3.{n})" for n in range(1, len(shown) + 1)] != []
    target = {str(n["id"]): n for n in lstm.body.select("div.math[id]")}
    links = [a for a in lab.body("a", href=True) if str(a["href"])[1:] in target]
    assert links
    for link in links:
        assert link.get_text() == target[str(link["href"])[1:]].select_one(".eqno").get_text()  # pyright: ignore


def test_solutions_are_at_the_end_and_know_their_exercises(chapters: list[Chapter]):
    *body, last = chapters
    asked = [node for chapter in body for node in chapter.body.select(".exercise")]
    assert last.title == joined_book.SOLUTIONS
    assert len(last.body.select(".solution")) == len(asked) > 0
    assert not [s for chapter in body for s in chapter.body.select(".solution")]
    back = [str(link["href"])[1:] for link in last.body.select(".to-exercise")]
    assert back == [str(exercise["id"]) for exercise in asked]


def test_a_solution_without_an_exercise_stops_the_book():
    text = '<section><h1>가</h1><details class="solution"></details></section>'
    page = BeautifulSoup(text, "html.parser")
    assert page.section is not None
    with pytest.raises(ValueError, match="가의 쪽: 1번째 풀이 앞에 연습문제"):
        joined_book.gather_solutions([Chapter("가의 쪽", "", page.section)])


def test_no_page_no_book(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"lstm\.html.*make book"):
        joined_book.join(tmp_path, NAMES)


def test_contents_name_every_section_and_wait_for_its_page(fresh: list[Chapter]):
    style = joined_book.HTML / "_static" / "math.css"
    titles = [chapter.title for chapter in fresh]
    page = pdf_book.page_html(fresh, joined_book.facts(), style)
    rows = page.select(".contents a")
    waiting = [str(node["data-page-of"]) for node in page.select("[data-page-of]")]
    assert {str(row["href"])[1:] for row in rows} <= set(waiting)
    pdf_book.fill_numbers(page, {name: 7 + n for n, name in enumerate(waiting)})
    assert not page.find(string=pdf_book.UNKNOWN)
    named = [row.select_one("span") for row in page.select(".toc-chapter")]
    assert [name.get_text() for name in named if name] == titles
    assert [h.name for h in page.select(".chapter > h1.part")] == ["h1", "h1"]
    with pytest.raises(ValueError, match="쪽 번호를 알 수 없는 자리입니다: theory-lstm"):
        pdf_book.fill_numbers(page, {})


def test_a_missing_package_is_named_before_anything_starts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match=r"없는 시스템 꾸러미입니다: chromium \(apt-get"):
        system_packages.path_of("chromium")
    monkeypatch.setattr("sys.argv", ["system_packages.py", "chromium", "poppler-utils"])
    with pytest.raises(SystemExit, match=r"(?s)chromium.*poppler-utils"):
        system_packages.main()


def test_epub_is_whole_and_the_same_twice(tmp_path: Path, fresh: list[Chapter]):
    first, second = tmp_path / "a.epub", tmp_path / "b.epub"
    drawn = sum(len(chapter.body("math")) for chapter in fresh)
    epub_book.write(first, fresh)
    epub_book.write(second, joined_book.join(names=NAMES))
    one, other = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second))
    assert one == other
    with zipfile.ZipFile(first) as packed:
        assert packed.namelist()[0] == "mimetype"
        pages = {n: packed.read(n) for n in packed.namelist() if n.endswith(".xhtml")}
        package = ElementTree.fromstring(packed.read("EPUB/package.opf"))
        files = set(packed.namelist())
    formulas = [m for page in pages.values() for m in ElementTree.fromstring(page).iter(MATH)]
    assert len(formulas) == drawn > 0
    assert all(formula.get("alttext") for formula in formulas)
    assert not [name for name, page in pages.items() if b"katex" in page or b"annotation" in page]
    items = {str(item.get("href")): item for item in package.iter(ITEM)}
    about = {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    assert {f"EPUB/{name}" for name in items} | about == files
    assert items["theory-lstm.xhtml"].get("properties") == "mathml svg"
    assert items["nav.xhtml"].get("properties") == "nav"
    assert re.search(rb'viewBox="0 0', pages["EPUB/theory-lstm.xhtml"])
