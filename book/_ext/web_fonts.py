"""책에 나온 글자만 담은 웹 글꼴을 만듭니다.

글꼴에 없는 글자가 쪽에 나오면, 그 글자가 나온 원고의 파일과 줄을 대고 멈춥니다.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import Doctype
from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "_fonts"
FACES = {
    "CosineSans-Regular.woff2": "Pretendard-Regular.woff2",
    "CosineSans-Bold.woff2": "Pretendard-Bold.woff2",
}
UNSEEN = {"script", "style", "math"}
CODE = {"pre", "code", "kbd"}
FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk"]


class Glyphs(NamedTuple):
    """쪽에 나온 글자.

    Attributes:
        all: 수식이 아닌 글자 모두. 수식은 따로 그립니다.
        prose: 책의 글꼴로만 그리는 글자. 코드는 기기의 고정폭 글꼴로 그립니다.
        math: 수식이 그리는 글자.
    """

    all: set[str]
    prose: set[str]
    math: set[str]


def glyphs(page: BeautifulSoup) -> Glyphs:
    """나무를 한 번 지나며 글자를 모읍니다. 그림의 수식은 이름이 ``…-math`` 입니다."""
    found = Glyphs(set(), set(), set())
    waiting: list[tuple[Tag, bool, bool]] = [(page, False, False)]
    while waiting:
        tag, in_code, in_math = waiting.pop()
        for node in tag.children:
            if isinstance(node, Tag):
                if node.name in UNSEEN:
                    continue
                names = node.get_attribute_list("class")
                math = in_math or any(n == "katex" or str(n).endswith("-math") for n in names if n)
                if "katex-html" in names:
                    found.math.update(node.get_text())
                waiting.append((node, in_code or node.name in CODE, math))
                if title := node.get("data-bs-title"):
                    found.all.update(str(title))
                    found.prose.update(str(title))
            elif not in_math and not isinstance(node, Comment | Doctype):
                found.all.update(str(node))
                if not in_code:
                    found.prose.update(str(node))
    # 수식에서는 빈칸도 너비가 있는 글자입니다.
    shown, prose = ({c for c in kind if not c.isspace()} for kind in (found.all, found.prose))
    return Glyphs(shown, prose, found.math)


def subset_of(source: Path, characters: Iterable[str], family: str = "") -> bytes:
    """``source`` 에서 ``characters`` 만 남긴 WOFF2 글꼴. ``family`` 가 있으면 그 이름입니다."""
    logging.getLogger("fontTools.subset").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    options.layout_features = FEATURES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in {*characters, " "}])
    target = io.BytesIO()
    with subset.load_font(str(source), options, lazy=False) as font:
        # 예약된 이름이 있는 글꼴은 고치면 이름을 바꾸어야 합니다.
        for record in font["name"].names if family else []:
            if record.nameID in (1, 3, 4, 6, 16):
                text = family.replace(" ", "") if record.nameID == 6 else family
                record.string = text.encode(record.getEncoding())
        cutter.subset(font)
        subset.save_font(font, target, options)
    return target.getvalue()


def missing(characters: Iterable[str], source: Path) -> set[str]:
    """글꼴에 없는 글자."""
    with TTFont(source, lazy=True) as font:
        known = font.getBestCmap() or {}
        return {character for character in characters if ord(character) not in known}


def places(character: str, sources: Mapping[Path, str]) -> list[str]:
    """글자가 나온 원고의 ``파일:줄``."""
    return [
        f"{path.as_posix()}:{number}"
        for path, text in sources.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if character in line
    ]
