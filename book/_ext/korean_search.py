"""한국어 검색: 지은 쪽에서 색인을 만듭니다. 찾는 일은 ``_static/search.js`` 가 합니다.

색인에는 쪽의 글이 그대로 들어 있습니다. 브라우저는 띄어쓰기를 지운 글에서 찾으므로
'순환신경망'과 '순환 신경망'이 같고, 조사가 붙어도 찾습니다. 스크립트 파일이므로
``file://`` 에서도 읽힙니다.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from bs4 import BeautifulSoup, Tag

# 같은 단어라면 장이 먼저, 부록이 나중입니다.
WEIGHTS = {
    "book/index": 0.5,
    "book/appendix": 0.4,
    "book/appendix/glossary": 0.3,  # 낱말마다 제목이 있어 점수가 높습니다.
    "book/appendix/api": 0.2,
}
UNSEARCHED = (
    "svg, script, style, .lab, .lab-off, .question, .headerlink, annotation, .cell_output, "
    ".eqno, .section-number, .cite-this, .exercise-sheet, .pst-js-only, "
    ".reading-time, .execution-times"  # 지을 때마다 다른 시간입니다.
)
# 절 하나, 또는 제 주소가 있는 뜻풀이 하나(용어, 함수)가 찾는 단위입니다.
ENTRY = "dl > dt[id]"


def weight(name: str) -> float:
    """쪽의 무게."""
    return WEIGHTS.get(name, WEIGHTS.get(name.rpartition("/")[0], 1.0))


def clean(text: str) -> str:
    """한글을 모아 쓰고 공백을 하나로 줄입니다."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def entry(anchor: str, title: str, body: Tag) -> list[str]:
    """찾는 단위 하나: 주소의 끝, 제목, 글, 코드, 뜻을 밝힌 용어."""
    terms = " ".join(clean(node.get_text()) for node in body.select("a .std-term"))
    code = " ".join(clean(node.extract().get_text()) for node in body.select("pre, dt.sig"))
    return [anchor, clean(title), clean(body.get_text(" ")), code, terms]


def section_entries(section: Tag) -> list[list[str]]:
    """아래 절을 이미 떼어 낸 절 하나와 그 안의 뜻풀이들. 절에서 글을 떼어 내며 읽습니다."""
    meanings = []
    for name in reversed(section.select(ENTRY)):  # 안쪽의 뜻풀이부터 떼어 냅니다.
        meaning, title = name.find_next_sibling("dd"), name.select_one(".descname") or name
        assert isinstance(meaning, Tag)
        meaning.insert(0, name.extract())
        meanings.append(entry(str(name["id"]), title.get_text(), meaning.extract()))
    heading = section.find(re.compile("^h[1-6]$"))
    title = heading.extract().get_text() if isinstance(heading, Tag) else ""
    return [entry(str(section.get("id", "")), title, section), *reversed(meanings)]


def page_entry(name: str, page: BeautifulSoup) -> dict[str, Any]:
    """쪽 하나: 주소, 제목, 무게, 찾는 단위들. 쪽에서 글을 떼어 내며 읽습니다."""
    article = page.find("article")
    assert isinstance(article, Tag)
    for node in article.select(UNSEARCHED):
        node.decompose()
    # 뒤의 것부터 떼면, 절을 읽을 때 그 아래 절은 이미 없습니다.
    sections = [section.extract() for section in reversed(article.find_all("section"))]
    found = [part for section in reversed(sections) for part in section_entries(section)]
    return {"url": f"{name}.html", "title": found[0][1], "weight": weight(name), "parts": found}


def aliases(terms: list[dict[str, Any]]) -> dict[str, str]:
    """용어의 영어, 코드의 이름, 다른 이름에서 용어로. 열쇠는 소문자이고 띄어쓰기가 없습니다."""
    found = {}
    for term in terms:
        # 'multilayer perceptron (MLP)'은 이름이 둘입니다.
        english = re.sub(r"\s*\([^)]*\)", "", term["english"])
        short = re.findall(r"\((\w+)\)", term["english"])
        code = [name for name in [term.get("code", "")] if len(name) > 1]  # h는 어디에나 있습니다.
        for other in [english, *short, *code, *term.get("avoid", [])]:
            found[re.sub(r"\s+", "", other).lower()] = term["term"]
    return found


def search_script(entries: list[dict[str, Any]], terms: list[dict[str, Any]]) -> str:
    """브라우저가 읽을 색인. ``entries`` 는 쪽마다 ``page_entry`` 가 낸 것입니다."""
    index = {"pages": entries, "aliases": aliases(terms)}
    return f"window.SEARCH_INDEX={json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"
