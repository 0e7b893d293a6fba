"""참고문헌: 인용과 같은 이름표, 빠짐도 남음도 없는 목록, 글의 주소."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_file
from sphinx_pages import Built, build_pages

ROOT = Path(__file__).parents[1]
ENTRIES = parse_file(ROOT / "book" / "references.bib").entries


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, BeautifulSoup]:
    """모든 글을 한 번씩 인용한 책과 그 참고문헌."""
    folder = tmp_path_factory.mktemp("references")
    text = "# 쪽\n\n" + "\n\n".join(f"{{cite}}`{key}`" for key in ENTRIES)
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    page = build_pages(
        folder,
        text,
        extensions=["myst_nb", "sphinxcontrib.bibtex", "citation_labels"],
        bibtex_default_style="author_year",
    )
    html = (folder / "out" / "references.html").read_text("utf-8")
    return page, BeautifulSoup(html, "html.parser")


def labels(references: BeautifulSoup) -> dict[str, str]:
    """목록에 찍힌 이름표. 열쇠는 그 글의 자리 이름입니다."""
    return {
        str(entry["id"]): entry.select_one(".label").get_text().strip()  # pyright: ignore
        for entry in references.select("div.citation")
    }


def test_the_list_labels_every_entry_as_the_text_cites_it(built: tuple[Built, BeautifulSoup]):
    page, references = built
    printed = labels(references)
    links = page.page.select("div.body p a[href^='references.html#']")
    assert len(printed) == len(links) == len(ENTRIES)
    for link in links:
        paragraph = link.find_parent("p")
        assert paragraph is not None
        assert paragraph.get_text() == printed[str(link["href"]).partition("#")[2]]


def test_a_label_gives_the_name_and_the_whole_year(built: tuple[Built, BeautifulSoup]):
    printed = set(labels(built[1]).values())
    assert {"[Werbos, 1990]", "[Liu and Nocedal, 1989]", "[김태영, 2017]"} <= printed
    assert any(re.fullmatch(r"\[Rumelhart\s+et al\., 1986\]", label) for label in printed)


def test_building_the_list_says_nothing(built: tuple[Built, BeautifulSoup]):
    assert built[0].said == ""


@pytest.mark.parametrize("key", ["olah2015", "karpathy2015", "tykimos2017"])
def test_a_text_on_the_web_has_its_address(built: tuple[Built, BeautifulSoup], key: str):
    address = ENTRIES[key].fields["url"]
    assert built[1].select(f"div.citation a[href='{address}']")


def test_the_recipe_is_credited_to_its_author_and_to_the_example_it_follows():
    recipe = ENTRIES["tykimos2017"]
    assert str(recipe.persons["author"][0]) == "김태영"
    assert "Sachin Abeywardana" in recipe.fields["note"]


def test_no_work_is_listed_twice():
    titles = [re.sub(r"[^a-z가-힣]", "", e.fields["title"].lower()) for e in ENTRIES.values()]
    assert len(set(titles)) == len(titles)
