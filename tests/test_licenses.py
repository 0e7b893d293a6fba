"""사이트에 실린 남의 파일마다 그 조건이 함께 실렸는지, 설치된 꾸러미의 목록에 견주어 봅니다."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import check_site
import finished_site
import lab
import pytest
import shipped_licenses
from sphinx.errors import ExtensionError

STATIC = check_site.HTML / "_static"
WRITTEN = STATIC / shipped_licenses.NAME


def sections() -> dict[str, str]:
    """무리의 첫 줄과 그 글."""
    found = WRITTEN.read_text("utf-8").split(shipped_licenses.RULE)
    return {text.splitlines()[0]: text for text in found}


@cache
def owners_of_site_files() -> dict[str, set[str]]:
    """사이트의 자료가 될 수 있는 파일의 이름마다, 그것을 지닌 설치된 꾸러미."""
    place = re.compile(r"(?:static|themes|css|compiled|styles)/(?:.*/)?([^/]+?)(?:_t|\.jinja)?$")
    found: dict[str, set[str]] = {}
    for distribution in distributions():
        for file in distribution.files or []:
            if match := place.search(file.as_posix()):
                found.setdefault(match[1], set()).add(distribution.name)
    return found


def mixed() -> list[str]:
    """한데 모은 스타일 가운데 이 저장소의 것이 아닌 것. pygments.css는 지을 때 나옵니다."""
    names = [style.rpartition("/")[2] for style in finished_site.STYLES]
    own = {path.name for path in (shipped_licenses.ROOT / "book" / "_static").rglob("*.css")}
    return sorted({*names} - own - {"pygments.css", "mystnb.*.css"})


def foreign() -> list[str]:
    """사이트에 실린 스크립트와 그림, 글꼴 가운데 이 저장소에 없는 것."""
    own = {p.name for p in (shipped_licenses.ROOT / "book" / "_static").rglob("*")}
    made = {"lab.js", "search-index.js", "math.css", shipped_licenses.NAME} | shipped_licenses.MIXED
    made |= {path.name for path in (STATIC / lab.DATA).iterdir()}
    files = [p for p in STATIC.rglob("*") if p.is_file() and p.suffix != ".woff2"]
    return sorted({path.name for path in files} - own - made | {*finished_site.COPY_PARTS})


@pytest.mark.parametrize("name", [*foreign(), *mixed()])
def test_a_file_of_another_ships_with_its_licence(name: str):
    candidates = owners_of_site_files()[name]
    said = [text for head, text in sections().items() if head.split()[0] in candidates]
    assert any(re.search(rf"^- .*{re.escape(name)}", text, re.M) for text in said), candidates
    assert all(re.search("Permission is hereby|Redistribution and use", text) for text in said)


def test_every_font_ships_with_its_licence():
    fonts = {p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*.woff2")}
    assert fonts
    for name in (*fonts, "math.css", "그림"):
        (text,) = [text for text in sections().values() if f"\n- {name}\n" in text]
        assert "SIL Open Font License, Version 1.1" in text or "SIL OPEN FONT LICENSE" in text


def test_code_and_prose_of_the_book_say_their_own():
    code, prose = list(sections().values())[:2]
    assert "MIT License" in code
    assert "Creative Commons Attribution 4.0" in prose


def test_a_file_of_unknown_origin_stops_the_book(tmp_path: Path):
    (tmp_path / "scripts").mkdir()
    for name in ("site.js", "scripts/other.js"):
        (tmp_path / name).write_text("", "utf-8")
    with pytest.raises(ExtensionError, match=r"^licenses: .*받은 값: \['scripts/other.js'\]"):
        shipped_licenses.check(tmp_path)
