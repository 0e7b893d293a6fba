"""읽는 쪽이 보이는 것을 따로 셉니다. PDF와 EPUB, 마크다운의 시험이 이것과 견줍니다."""

from __future__ import annotations

import copy
import functools
import re
from collections import Counter

import check_site
from bs4 import BeautifulSoup, Tag

UNSEEN = (
    "script, style, button, [hidden], .headerlink, math, .eqno, .lab-controls, .lab-said, .lab-off,"
    " .question-buttons, svg title, svg desc, details.above-input > summary"
)
NUMBERED_ANEW = "a[href*='#equation-']"
"""식의 번호. 한 권으로 이으면 장의 번호가 앞에 붙습니다."""

ON_SCREEN = (
    f"{NUMBERED_ANEW}, .cite-this > .highlight-bibtex,"
    " .cite-this > .highlight-text:not(.citation-sentence), a[href^='?']"
)
"""한 권으로 이을 때 빠지는 것: 복사해 파일에 넣을 인용, 같은 쪽의 계기를 여는 고리."""

MOVING = "svg, .lab, .lab-off, .take-along"
"""글로 옮기면 그림과 계기의 자리에는 말만 남습니다."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@functools.cache
def article(name: str) -> Tag:
    """쪽의 본문. 고치지 않습니다."""
    page = BeautifulSoup((check_site.HTML / f"{name}.html").read_text("utf-8"), "html.parser")
    found = page.select_one("article")
    assert found is not None
    return found


def seen(name: str, without: str = NUMBERED_ANEW) -> Tag:
    """쪽의 본문에서 보이는 것. 식과 손잡이, 고르는 말 ``without`` 에 맞는 것은 뺍니다."""
    body = copy.copy(article(name))
    for node in body.select(f"{UNSEEN}, {without}"):
        node.decompose()
    return body


def numbers(text: str) -> Counter[str]:
    """글에 적힌 수와 그 횟수."""
    return Counter(NUMBER.findall(text))


def code_lines(body: Tag) -> list[str]:
    """코드와 셀이 찍은 글의 줄들."""
    return [line for pre in body("pre") for line in pre.get_text().splitlines() if line.strip()]
