"""책에 나온 글자만 담은 웹 글꼴을 만듭니다.

글꼴에 없는 글자가 쪽에 나오면, 그 글자가 나온 원고의 파일과 줄을 대고 멈춥니다.
"""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import Doctype
from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "_fonts"
REGULAR, BOLD = "Pretendard-Regular.woff2", "Pretendard-Bold.woff2"
MATH_FACE = "STIXTwoMath-Regular.woff2"
UNSEEN = {"script", "style", "annotation"}
CODE = {"pre", "code", "kbd"}
BOLD_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "th", "dt", "summary", "legend", "output"),
    *("svg", "code"),
}
BOLD_CLASSES = {"current", "caption", "prev-next-info", "pasted-text", "rubric", "admonition-title"}
TEXT_FEATURES = ["kern"]
MATH_FEATURES = ["ccmp", "kern", "mark", "mkmk", "ssty"]
"""글꼴에 남기는 OpenType 기능. 글의 글꼴은 다른 모양의 글자를 뺀 만큼 가볍습니다."""


ROOT_SIGN = "√"
ITALIC = {
    chr(int(unicodedata.decomposition(c).split()[1], 16)): c
    for c in (*map(chr, range(0x1D434, 0x1D468)), *map(chr, range(0x1D6E2, 0x1D71C)), "ℎ")
    if unicodedata.decomposition(c)
}
"""글자마다 그 글자의 기울인 수학 글자."""


class Glyphs(NamedTuple):
    """쪽에 나온 글자.

    Attributes:
        all: 수식이 아닌 글자 모두. 수식은 따로 그립니다.
        bold: 그 가운데 굵게 그리는 글자.
        prose: 책의 글꼴로만 그리는 글자. 코드는 기기의 고정폭 글꼴로 그립니다.
        math: 수식이 그리는 글자.
    """

    all: set[str]
    bold: set[str]
    prose: set[str]
    math: set[str]


def glyphs(page: BeautifulSoup) -> Glyphs:
    """나무를 한 번 지나며 글자를 모읍니다. 그림의 수식은 이름이 ``…-math`` 입니다."""
    found = Glyphs(set(), set(), set(), set())
    waiting: list[tuple[Tag, bool, bool, bool]] = [(page, False, False, False)]
    while waiting:
        tag, in_code, in_math, in_bold = waiting.pop()
        for node in tag.children:
            if isinstance(node, Tag):
                if node.name in UNSEEN:
                    continue
                names = node.get_attribute_list("class")
                math = in_math or any(str(n).endswith("-math") for n in names if n)
                if node.name == "math":
                    found.math.update(formula_glyphs(node))
                # 식 안의 한글 이름표는 책의 글꼴로 그립니다.
                math = (math or node.name == "math") and node.name != "mtext"
                bold = in_bold or node.name in BOLD_TAGS or not BOLD_CLASSES.isdisjoint(names)
                waiting.append((node, in_code or node.name in CODE, math, bold))
                if meaning := node.get("data-meaning"):
                    found.all.update(str(meaning))
                    found.prose.update(str(meaning))
            elif not in_math and not isinstance(node, Comment | Doctype):
                found.all.update(str(node))
                if in_bold:
                    found.bold.update(str(node))
                if not in_code:
                    found.prose.update(str(node))
    # 빈칸과, 식의 곱셈이나 쉼표를 뜻하는 보이지 않는 글자는 그리지 않습니다.
    drawn = {c for c in found.all | found.math if unicodedata.category(c)[0] not in "ZC"}
    return Glyphs(*(kind & drawn for kind in found))


def formula_glyphs(formula: Tag) -> set[str]:
    """식 하나가 그리는 글자.

    글자 하나짜리 이름은 브라우저가 기울인 글자로 바꾸어 그리고, 근호는 글에 없어도 그립니다.
    """
    found = {ROOT_SIGN} if formula.find(["msqrt", "mroot"]) else set()
    for node in formula.find_all(string=True):
        text, parent = str(node), node.parent
        if parent is None or parent.name == "annotation":
            continue
        found.update(text)
        if parent.name == "mi" and text in ITALIC:
            found.add(ITALIC[text])
    return found


def subset_of(source: Path, characters: Iterable[str], family: str, features: list[str]) -> bytes:
    """``source`` 에서 ``characters`` 와 ``features`` 만 남긴, 이름이 ``family`` 인 WOFF2 글꼴."""
    logging.getLogger("fontTools.subset").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    options.layout_features = features
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in {*characters, " "}])
    target = io.BytesIO()
    with subset.load_font(str(source), options, lazy=False) as font:
        # 예약된 이름이 있는 글꼴은 고치면 이름을 바꾸어야 합니다.
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                text = family.replace(" ", "") if record.nameID == 6 else family
                record.string = text.encode(record.getEncoding())
        cutter.subset(font)
        font.flavorData = None  # 원본의 눌러 둔 방식을 따르지 않고 가장 작게 누릅니다.
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
