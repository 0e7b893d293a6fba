"""``CITATION.cff`` 가 제목과 지은이와 판의 한 집인지, 잘못되면 파일과 규칙을 대며 멈추는지."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import book_facts
import pytest
import yaml
from book_facts import Author, Book
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
GOOD: dict[str, Any] = {
    "cff-version": "1.2.0",
    "message": "인용해 주세요.",
    "title": "책",
    "authors": [{"name": "지은이들"}],
    "version": "1.10",
    "date-released": "2026-11-23",
    "license": "CC-BY-4.0",
}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """글이나 사전을 적은 파일을 읽습니다."""
    path = tmp_path / "CITATION.cff"
    monkeypatch.setattr(book_facts, "PATH", path)

    def run(facts: Any) -> Book:
        text = facts if isinstance(facts, str) else yaml.safe_dump(facts, allow_unicode=True)
        path.write_text(text, "utf-8")
        return book_facts.read_book()

    return run


def test_facts_are_read_as_they_are_written(read):
    book = read(GOOD)
    assert book == Book("책", (Author("지은이들"),), "1.10", date(2026, 11, 23), ("CC-BY-4.0",))
    text = yaml.safe_dump(GOOD).replace("'2026-11-23'", "2026-11-23").replace("'1.10'", "1.10")
    assert read(text) == book


@pytest.mark.parametrize(
    ("entry", "author", "shown"),
    [
        ({"name": "모임 하나"}, Author("모임 하나"), "모임 하나"),
        ({"family-names": "김", "given-names": "철수"}, Author("김", "철수"), "김철수"),
        ({"family-names": "Kim", "given-names": "Ada"}, Author("Kim", "Ada"), "Ada Kim"),
        (
            {"family-names": "Berg", "given-names": "Ada", "name-particle": "van"},
            Author("van Berg", "Ada"),
            "Ada van Berg",
        ),
        ({"alias": "별명"}, Author("별명"), "별명"),
    ],
)
def test_people_and_groups_are_named(read, entry: dict[str, str], author: Author, shown: str):
    book = read({**GOOD, "authors": [entry, {"name": "모임 둘"}]})
    assert book.authors == (author, Author("모임 둘"))
    assert book.author == f"{shown}, 모임 둘"


@pytest.mark.parametrize(
    ("facts", "where", "value"),
    [
        ({k: v for k, v in GOOD.items() if k != "title"}, "파일", "title"),
        ({**GOOD, "title": ""}, "title", "''"),
        ({**GOOD, "authors": []}, "authors", r"\[\]"),
        ({**GOOD, "authors": [{}]}, "authors.0", "{}"),
        ({**GOOD, "license": "나만의 조건"}, "license", "나만의 조건"),
        ({**GOOD, "date-released": "그저께"}, "date-released", "그저께"),
        ({**GOOD, "date-released": "2026-02-30"}, "date-released", "2026-02-30"),
        ({**GOOD, "color": "파랑"}, "파일", "color"),
        ({k: v for k, v in GOOD.items() if k != "version"}, "version", "title"),
        ({k: v for k, v in GOOD.items() if k != "date-released"}, "date-released", "title"),
        ("title: [", "", "YAML"),
        ("", "파일", "None"),
    ],
)
def test_a_file_that_is_not_valid_names_itself_and_the_rule(
    read, facts: Any, where: str, value: str
):
    with pytest.raises(ExtensionError, match=rf"(?s)^CITATION\.cff: {where}.*{value}"):
        read(facts)


def test_absent_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(book_facts, "PATH", tmp_path / "CITATION.cff")
    with pytest.raises(ExtensionError, match=r"^CITATION\.cff: "):
        book_facts.read_book()


def test_nothing_else_says_another_title_or_version():
    book = book_facts.read_book()
    heading = f"# {book.title}"
    assert (ROOT / "README.md").read_text("utf-8").splitlines()[0] == heading
    assert heading in (ROOT / "book" / "index.md").read_text("utf-8").splitlines()
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{book.version}"\n' in project
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert not {"title", "author", "copyright"} & config.keys()
    assert f"\n## {book.version}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
