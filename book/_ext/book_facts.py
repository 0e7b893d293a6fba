"""책의 제목, 지은이, 판. ``CITATION.cff`` 한 곳에서 와서 Sphinx의 설정이 됩니다."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from jsonschema.exceptions import best_match
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

PATH = Path(__file__).parents[2] / "CITATION.cff"
SCHEMA = "builtin_schemas/vendor/citation-file-format.json"
NEEDED = ("version", "date-released")
"""CFF에서는 없어도 되지만 장을 인용하려면 있어야 하는 것."""


@dataclass(frozen=True)
class Author:
    """지은이 하나. 사람이면 성과 이름이, 모임이면 ``family`` 에 이름 전체가 있습니다."""

    family: str
    given: str = ""

    @property
    def is_group(self) -> bool:
        """성과 이름으로 나눌 수 없는 이름인지."""
        return not self.given

    @property
    def shown(self) -> str:
        """글에 적는 이름. 한글 이름은 붙여 쓰고, 나머지는 이름을 앞에 씁니다."""
        if self.is_group:
            return self.family
        hangul = all("가" <= letter <= "힣" for letter in self.family + self.given)
        return self.family + self.given if hangul else f"{self.given} {self.family}"


@dataclass(frozen=True)
class Book:
    """``CITATION.cff`` 에 적힌 것 가운데 인용에 쓰는 것."""

    title: str
    authors: tuple[Author, ...]
    version: str
    released: date
    licenses: tuple[str, ...]

    @property
    def author(self) -> str:
        """지은이를 모두 적은 글."""
        return ", ".join(author.shown for author in self.authors)


def refuse(where: str, rule: str, value: object) -> ExtensionError:
    """파일과 자리, 규칙을 대는 오류."""
    return ExtensionError(f"{PATH.name}: {where}: {rule}. 받은 값: {value!r}")


def author_of(entry: dict[str, str], place: int) -> Author:
    """지은이 하나. CFF의 사람과 모임을 가려 읽습니다."""
    particle, family = entry.get("name-particle", ""), entry.get("family-names", "")
    family, given = f"{particle} {family}".strip(), entry.get("given-names", "")
    if family and given:
        return Author(family, given)
    name = entry.get("name") or family or given or entry.get("alias", "")
    if not name:
        raise refuse(f"authors.{place}", "이름이 있어야 합니다", entry)
    return Author(name)


def read_book() -> Book:
    """``CITATION.cff`` 를 읽습니다.

    Raises:
        ExtensionError: 파일을 읽을 수 없거나 CFF 1.2.0의 규칙에 맞지 않을 때.
    """
    try:
        return book_of(PATH.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ExtensionError(f"{PATH.name}: 읽을 수 있는 YAML이어야 합니다. {error}") from error


@lru_cache(maxsize=1)
def book_of(text: str) -> Book:
    """CFF에 적힌 책. 같은 글이면 한 번만 봅니다."""
    # 수와 날짜로 바꾸지 않고 적힌 글 그대로 읽습니다. 판 1.10은 1.1이 아닙니다.
    facts: Any = yaml.load(text, yaml.BaseLoader)
    schema = json.loads(resources.files("check_jsonschema").joinpath(SCHEMA).read_text("utf-8"))
    wrong = best_match(jsonschema.Draft7Validator(schema).iter_errors(facts))
    if wrong is not None:
        where = ".".join(map(str, wrong.absolute_path)) or "파일"
        raise refuse(where, f"CFF 1.2.0에 맞아야 합니다({wrong.message})", wrong.instance)
    for name in NEEDED:
        if name not in facts:
            raise refuse(name, "있어야 합니다", sorted(facts))
    try:
        released = date.fromisoformat(facts["date-released"])
    except ValueError as error:
        rule = "달력에 있는 날이어야 합니다"
        raise refuse("date-released", rule, facts["date-released"]) from error
    licenses = facts.get("license", [])
    return Book(
        title=facts["title"],
        authors=tuple(author_of(entry, n) for n, entry in enumerate(facts["authors"])),
        version=facts["version"],
        released=released,
        licenses=tuple([licenses] if isinstance(licenses, str) else licenses),
    )


def set_facts(app: Sphinx, config: Config) -> None:
    """설정의 자리마다 같은 제목과 지은이, 판을 둡니다. 바뀌면 모든 쪽을 다시 읽습니다."""
    book = read_book()
    config["project"] = config["html_title"] = book.title
    config["author"] = book.author
    config["version"] = config["release"] = book.version
    config["copyright"] = str(book.released.year)
    config["book_facts"] = repr(book)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_config_value("book_facts", "", "env", types=(str,))
    # Sphinx가 저작권의 해를 SOURCE_DATE_EPOCH의 해로 바꾼 다음입니다.
    app.connect("config-inited", set_facts, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
