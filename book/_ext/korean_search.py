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
WEIGHTS = {"book/appendix": 0.4, "book/appendix/glossary": 0.8, "book/index": 0.5}
UNSEARCHED = "svg, script, style, .headerlink, .katex-html, annotation, .cell_output, .eqno"


def weight(name: str) -> float:
    """쪽의 무게."""
    return WEIGHTS.get(name, WEIGHTS.get(name.rpartition("/")[0], 1.0))


def clean(text: str) -> str:
    """한글을 모아 쓰고 공백을 하나로 줄입니다."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def section_entry(section: Tag) -> list[str]:
    """아래 절을 뺀 절 하나: 주소의 끝, 제목, 글, 코드."""
    copy = BeautifulSoup(str(section), "html.parser").find("section")
    assert isinstance(copy, Tag)
    for node in copy.select(UNSEARCHED):
        node.decompose()
    for inner in copy.find_all("section"):
        inner.decompose()
    heading = copy.find(re.compile("^h[1-6]$"))
    title = clean(heading.extract().get_text()) if isinstance(heading, Tag) else ""
    code = " ".join(clean(node.extract().get_text()) for node in copy.select("pre, dt.sig"))
    return [str(section.get("id", "")), title, clean(copy.get_text(" ")), code]


def page_entry(name: str, page: BeautifulSoup) -> dict[str, Any]:
    """쪽 하나: 주소, 제목, 무게, 절들."""
    article = page.find("article")
    assert isinstance(article, Tag)
    sections = [section_entry(section) for section in article.find_all("section")]
    return {
        "url": f"{name}.html",
        "title": sections[0][1],
        "weight": weight(name),
        "sections": sections,
    }


def aliases(terms: list[dict[str, Any]]) -> dict[str, str]:
    """용어의 영어와 다른 이름에서 용어로. 열쇠는 소문자이고 띄어쓰기가 없습니다."""
    found = {}
    for entry in terms:
        for other in [*re.split(r"[,;]\s*", entry["english"]), *entry.get("avoid", [])]:
            found[re.sub(r"\s+", "", other).lower()] = entry["term"]
    return found


def search_script(pages: dict[str, BeautifulSoup], terms: list[dict[str, Any]]) -> str:
    """브라우저가 읽을 색인."""
    index = {
        "pages": [page_entry(name, page) for name, page in pages.items()],
        "aliases": aliases(terms),
    }
    return f"window.SEARCH_INDEX={json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"
