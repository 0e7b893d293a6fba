"""지은 책을 읽는 사람의 눈으로 봅니다. ``make book`` 다음에 돌립니다."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Comment, Tag

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
HANGUL = re.compile("[가-힣]")


def contents() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]


PAGES = contents()
CHAPTERS = [page for page in PAGES if page.split("/")[1] in ("theory", "cosine", "beyond")]


@cache
def page(name: str) -> BeautifulSoup:
    path = HTML / f"{name}.html"
    assert path.is_file(), f"{path.relative_to(ROOT)}이 없습니다. make book을 먼저 부르세요."
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@cache
def anchors(name: str) -> set[str]:
    """쪽에서 고리가 가리킬 수 있는 자리들."""
    return {str(node["id"]) for node in page(name)(id=True)}


def article(name: str) -> BeautifulSoup:
    found = page(name).find("article")
    assert found is not None
    return found  # pyright: ignore[reportReturnType]


def title_of(heading: Tag) -> str:
    """번호와 고리를 뺀 제목."""
    copy = BeautifulSoup(str(heading), "html.parser")
    for node in copy.select(".section-number, .headerlink"):
        node.decompose()
    return copy.get_text().strip()


def prose(name: str) -> str:
    """코드와 수식을 뺀 본문."""
    copy = BeautifulSoup(str(article(name)), "html.parser")
    for node in copy(["pre", "code", "script", "style", "math"]):
        node.decompose()
    return copy.get_text(" ")


def test_contents_list_every_source_page():
    sources = {
        p.relative_to(ROOT).with_suffix("").as_posix() for p in (ROOT / "book").rglob("*.md")
    }
    assert sources == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_no_failed_cell(name: str):
    assert not article(name).select(".output.traceback, .katex-error, .problematic")
    text = article(name).get_text()
    assert "Traceback (most recent call last)" not in text
    assert not article(name).select(".output.stderr")


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_korean_alternative_text(name: str):
    for image in article(name)("img"):
        assert HANGUL.search(str(image.get("alt", ""))), image
    for svg in article(name).select("figure > svg"):
        labels = [svg.find(id=svg[key]) for key in ("aria-labelledby", "aria-describedby")]
        assert all(label and HANGUL.search(label.get_text()) for label in labels), svg.get("id")


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_numbered_and_captioned(name: str):
    for figure in article(name)("figure"):
        caption = figure.find("figcaption")
        assert caption, figure
        assert re.match(r"그림 \d+", caption.get_text().strip()), caption


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(name: str):
    ids = [str(node["id"]) for node in page(name)(id=True)]
    assert len(ids) == len(set(ids)), {i for i in ids if ids.count(i) > 1}


@pytest.mark.parametrize("name", PAGES)
def test_internal_links_lead_somewhere(name: str):
    here = HTML / f"{name}.html"
    for link in page(name)("a", href=True):
        href, fragment = urldefrag(str(link["href"]))
        if re.match(r"[a-z]+:", href):
            continue
        path = urlsplit(href).path  # 실험실의 고리에는 설정이 붙습니다.
        target = (here.parent / unquote(path)).resolve() if path else here
        assert target.is_file(), link
        if fragment and target.suffix == ".html":
            other = target.relative_to(HTML).with_suffix("").as_posix()
            assert unquote(fragment) in anchors(other), link


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_asks_no_other_host(name: str):
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")):
        for node in page(name)(tag):
            assert not re.match(r"(https?:)?//", str(node.get(attribute, ""))), node


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_interface_is_korean(name: str):
    """본문 밖의 글과 도움말에 영어만 있는 말이 없습니다."""
    copy = BeautifulSoup(str(page(name)), "html.parser")
    for node in copy(["script", "style", "svg", "code", "pre", "kbd", "math", "title"]):
        node.decompose()
    body = copy.find("article")
    if name != "search" and body is not None:
        body.extract()
    strings = [
        (text.strip(), node.sourceline)
        for node in copy(True)
        for text in node(string=True, recursive=False)
        if not isinstance(text, Comment)
    ]
    for node in [*copy(True), *([] if name == "search" else article(name)(True))]:
        for key in ("title", "aria-label", "placeholder", "data-meaning"):
            # 참고문헌의 제목과 코드의 이름은 옮기지 않습니다.
            if "reference" not in (node.get("class") or []):
                strings.append((str(node.get(key, "")), node.sourceline))
    known = re.compile(r"LSTM|html|cosine_rnn|.*\d{4}.*", re.DOTALL)  # 이름과 인용은 그대로 둡니다.
    left = {
        f"{name}.html:{line}: {text}"
        for text, line in strings
        if re.search(r"[A-Za-z]{3,}", text)
        and not HANGUL.search(text)
        and not known.fullmatch(text)
    }
    assert left == set()


def test_lecture_names_are_found_in_the_book():
    text = " ".join(article(name).get_text() for name in PAGES)
    for figure in ("05_10", "06_10", "07_10", "08_10"):
        assert figure in text
    for notebook in ("rnn_cos_mlp", "rnn_cos_lstm_1", "rnn_cos_lstm_2", "rnn_cos_lstm_3"):
        assert notebook in text


def test_every_drawing_is_in_one_page():
    drawn = [
        str(svg["aria-labelledby"]) for name in PAGES for svg in article(name).select("figure svg")
    ]
    drawings = sorted((ROOT / "images").glob("*.svg"))
    named = [re.search(r'aria-labelledby="([^"]+)"', p.read_text("utf-8")) for p in drawings]
    assert sorted(drawn) == sorted(found[1] for found in named if found)
    assert len(drawn) == len(drawings)


def test_root_page_leads_to_the_book_and_stands_by_itself():
    root = page("index")
    assert root.select_one("meta[http-equiv=refresh]")["content"] == "0; url=book/index.html"  # pyright: ignore
    assert root.select_one("html[lang=ko] title").get_text() == page("book/index").title.get_text()  # pyright: ignore
    for node, key in ((root.select_one("a"), "href"), (root.select_one("link[rel=icon]"), "href")):
        assert (HTML / str(node[key])).is_file()  # pyright: ignore


def test_a_host_that_runs_jekyll_keeps_every_file():
    assert (HTML / ".nojekyll").is_file()


@pytest.mark.parametrize("name", PAGES)
def test_formulas_and_code_are_not_translated(name: str):
    for node in article(name).select(".katex, pre, code"):
        assert node.find_parent(translate="no") or node.get("translate") == "no", node


@pytest.mark.parametrize("name", PAGES)
def test_addresses_of_sections_come_from_their_titles(name: str):
    numbered = [
        str(section["id"])
        for section in article(name)("section", id=re.compile(r"^id\d+$"))
        if re.search(r"\w", title_of(section.find(re.compile("^h[1-6]$"))))  # pyright: ignore
    ]
    assert numbered == []


def test_plots_are_vector_pictures():
    names = {str(image["src"]) for name in PAGES for image in article(name)("img")}
    assert names
    assert all(name.endswith(".svg") for name in names)
