"""줄인 글꼴에 쪽의 글자가 모두 있고 다른 것은 없는지 봅니다."""

from __future__ import annotations

from pathlib import Path

import pytest
import web_fonts
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

SOURCE = web_fonts.FONTS / web_fonts.REGULAR


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_subset_has_exactly_the_characters_asked_for(tmp_path: Path):
    target = tmp_path / "a.woff2"
    target.write_bytes(web_fonts.subset_of(SOURCE, "가나Aα", "Cosine Sans", ["kern"]))
    with TTFont(target) as font:
        assert set(font.getBestCmap() or ()) == {ord(c) for c in "가나Aα "}
        assert {str(record) for record in font["name"].names if record.nameID == 1} == {
            "Cosine Sans"
        }
    assert target.stat().st_size < SOURCE.stat().st_size / 50


@pytest.mark.parametrize(
    ("html", "characters"),
    [
        ("<p>가 나</p>", "가나"),
        ("<p>가<!-- 나 --></p><script>다</script><style>라</style>", "가"),
        ("<p>가</p><math><mi>h</mi><mtext>나</mtext><annotation>다</annotation></math>", "가나"),
        ('<svg><text>가</text><text class="svg-math">나</text></svg>', "가"),
        ('<a data-meaning="뜻">가</a>', "가뜻"),
        ("<pre>가</pre>", "가"),
    ],
)
def test_characters_of_a_page(html: str, characters: str):
    assert web_fonts.glyphs(read(html)).all == set(characters)


def test_code_is_not_drawn_by_the_book_font():
    assert web_fonts.glyphs(read("<p>가<code>나</code></p><pre>다</pre>")).prose == {"가"}


@pytest.mark.parametrize(
    ("html", "characters"),
    [
        ("<h2>가</h2><p>나<strong>다</strong></p>", "가다"),
        ('<p class="caption"><span>가</span></p><p>나</p>', "가"),
    ],
)
def test_characters_drawn_bold(html: str, characters: str):
    assert web_fonts.glyphs(read(html)).bold == set(characters)


def test_math_has_its_own_characters():
    page = read("<p>가</p><math><mi>h</mi><mi>tanh</mi><mn>2</mn><annotation>z</annotation></math>")
    assert web_fonts.glyphs(page).math == set("hℎtanh2")


@pytest.mark.parametrize("root", ["msqrt", "mroot"])
def test_a_root_is_drawn_though_no_text_holds_its_sign(root: str):
    page = read(f"<math><{root}><mn>2</mn></{root}></math>")
    assert web_fonts.glyphs(page).math == {"√", "2"}


def test_a_missing_character_is_found_with_its_place():
    assert web_fonts.missing("가漢ᚠ", SOURCE) >= {"ᚠ"}
    assert "가" not in web_fonts.missing("가漢ᚠ", SOURCE)
    sources = {Path("book/a.md"): "첫 줄\n둘째 ᚠ\n", Path("book/b.md"): "없음"}
    assert web_fonts.places("ᚠ", sources) == ["book/a.md:2"]
