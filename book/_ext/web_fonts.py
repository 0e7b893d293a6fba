"""책에 나온 글자만 담은 웹 글꼴을 만듭니다.

글꼴에 없는 글자가 쪽에 나오면, 그 글자가 나온 원고의 파일과 줄을 대고 멈춥니다.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bs4 import BeautifulSoup, Comment
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


def texts(page: BeautifulSoup, skipped: set[str]) -> Iterator[str]:
    """``skipped`` 에 든 마디와 수식(그림에서는 ``…-math``)의 밖에 있는 글."""
    for node in page.find_all(string=True):
        parents = list(node.parents)
        if isinstance(node, Comment | Doctype) or {parent.name for parent in parents} & skipped:
            continue
        names = [name for parent in parents for name in parent.get("class") or []]
        if not any(name == "katex" or name.endswith("-math") for name in names):
            yield str(node)
    for node in page.select("[data-bs-title]"):
        yield str(node["data-bs-title"])


def glyphs(page: BeautifulSoup) -> set[str]:
    """쪽에 나온 글자. 수식은 따로 그립니다."""
    return {c for text in texts(page, UNSEEN) for c in text if not c.isspace()}


def prose_glyphs(page: BeautifulSoup) -> set[str]:
    """책의 글꼴로만 그리는 글자. 코드는 기기의 고정폭 글꼴로 그립니다."""
    return {c for text in texts(page, UNSEEN | CODE) for c in text if not c.isspace()}


def math_glyphs(page: BeautifulSoup) -> set[str]:
    """쪽의 수식이 그리는 글자."""
    return {c for node in page.select(".katex-html") for c in node.get_text()}


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
