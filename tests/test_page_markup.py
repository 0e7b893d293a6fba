"""쪽을 다듬는 함수가 낭독기와 키보드에 걸리는 것을 고치고 글은 그대로 두는지 봅니다."""

from __future__ import annotations

from pathlib import Path

import page_markup
import pytest
from bs4 import BeautifulSoup
from icons import icon


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_icons_replace_the_icon_font():
    page = read('<button><i class="fa-solid fa-moon theme-switch" data-mode="dark"></i></button>')
    page_markup.draw_icons(page)
    drawn = page.select_one("button > svg")
    assert drawn is not None
    assert drawn["class"] == ["icon", "theme-switch"]
    assert drawn["aria-hidden"] == "true"
    assert drawn["data-mode"] == "dark"


def test_an_icon_nobody_drew_is_refused():
    with pytest.raises(ValueError, match=r"^name: .+받은 값: 'fa-skull'"):
        icon("fa-skull")


def test_only_used_scripts_remain_and_styles_are_one():
    page = read(
        '<html data-content_root="../"><head><link rel="stylesheet" href="a.css">'
        '<script src="mathjax.js"></script></head><body><article>글</article></body></html>'
    )
    page_markup.keep_used_assets(page, ("site.js",), "v1")
    sources = [str(node["src"]) for node in page("script", src=True)]
    assert sources[-1] == "../_static/site.js?v=v1"
    assert not [s for s in sources if "mathjax" in s]
    assert all(node.has_attr("defer") for node in page("script", src=True))
    assert [node["href"] for node in page("link")] == ["../_static/site.css?v=v1"]


def test_only_a_chapter_offers_slides_beside_what_is_taken_along():
    taken = '<p class="reading-time take-along"><a href="a.ipynb">노트북</a></p>'
    for lines, offered in (
        (f'<p class="reading-time">읽기</p>{taken}', 1),
        ('<p class="reading-time">읽기</p>', 1),
        ("<p>부록</p>", 0),
    ):
        page = read(f'<html data-content_root="../../"><article>{lines}</article></html>')
        page_markup.offer_slides(page, "v")
        assert len(page.select(".take-along > a.pst-js-only[href='?present=1']")) == offered
        files = [f"../../_static/{name}?v=v" for name in ("present.js", "present.css")]
        assert page_markup.slide_files(page) == files * offered
        assert len(page.select(".take-along")) == offered


def test_math_style_is_asked_only_where_there_is_math():
    page = read('<html data-content_root=""><head></head><math>x</math></html>')
    page_markup.keep_used_assets(page, (), "v1")
    assert "_static/math.css?v=v1" in [node["href"] for node in page("link")]


def test_description_is_the_question_without_math():
    page = read(
        "<article><h1>제목</h1><blockquote><p>왜 <math>x</math>입니까?</p>"
        "</blockquote><p>본문.</p></article>"
    )
    assert page_markup.describe(page) == "왜 입니까?"


def test_wide_tables_are_wrapped_once():
    page = read("<article><table></table></article>")
    page_markup.wrap_tables(page)
    page_markup.wrap_tables(page)
    assert len(page.select(f".{page_markup.TABLE_WRAPPER}")) == 1


def test_pictures_know_their_size(tmp_path: Path):
    (tmp_path / "a.svg").write_text('<svg width="72pt" height="36pt" viewBox="0 0 72 36"/>')
    page = read('<article><img src="a.svg"></article>')
    page_markup.size_images(page, tmp_path)
    assert page.img is not None
    assert (page.img["width"], page.img["height"]) == ("96", "48")  # 1pt은 96/72화소입니다.


def test_picture_without_size_is_refused(tmp_path: Path):
    (tmp_path / "a.svg").write_text("<svg/>")
    with pytest.raises(ValueError, match=r"^a\.svg: svg: viewBox.+받은 값: .*"):
        page_markup.size_images(read('<article><img src="a.svg"></article>'), tmp_path)


def test_terms_carry_their_meaning():
    page = read(
        '<a class="reference" title="x"><span class="std std-term">Hidden\n State</span></a>'
    )
    page_markup.note_terms(page, {"hidden state": "뜻"})
    assert page.a is not None
    assert page.a["data-meaning"] == "뜻"
    assert "title" not in page.a.attrs


def test_page_that_may_stand_anywhere_gets_absolute_addresses():
    page = read('<a href="book/index.html">가</a><a href="#x">나</a><link href="./a.css">')
    page_markup.make_absolute(page, "/some/where/")
    assert [node["href"] for node in page("a")] == ["/some/where/book/index.html", "#x"]
    assert page("link")[0]["href"] == "/some/where/a.css"


def test_signature_is_not_wrapped_token_by_token_and_listings_are():
    token = '<span class="n"><span class="pre">x</span></span><span class="p">:</span>'
    page = read(f'<dt class="sig"><em class="sig-param">{token}</em></dt><pre>{token}</pre>')
    page_markup.mend_body(page)
    assert str(page) == f'<dt class="sig"><em class="sig-param">x:</em></dt><pre>{token}</pre>'


def test_empty_corner_of_a_table_is_no_heading():
    page = read("<article><table><tr><th></th><th>가</th></tr></table></article>")
    page_markup.mend_body(page)
    assert [node.name for node in page.select("tr > *")] == ["td", "th"]


@pytest.mark.parametrize(
    "formula",
    [
        "<mn>2</mn>_<mi>cos</mi>@_<mi>w</mi>",
        "<mo>=</mo><mi>cos</mi>@<mo>(</mo>",
        "<mo>)</mo>_<mi>cos</mi>@<mo>(</mo>",
        "<mi>a</mi>_<msup><mrow><mi>sin</mi>@</mrow><mn>2</mn></msup>_<mi>w</mi>",
        "<msup><mi>e</mi><mrow><mi>log</mi>@_<mi>p</mi></mrow></msup>",
        "<mi>cos</mi>@",
    ],
)
def test_names_of_functions_stand_apart(formula: str):
    """``@`` is the sign of application, ``_`` a thin space that should be there."""
    spaced = f"<math><mrow>{formula}</mrow></math>".replace("@", "<mo>\u2061</mo>")
    page = read(spaced.replace("_", ""))
    page_markup.space_functions(page)
    assert str(page) == spaced.replace("_", '<mspace width="0.1667em"></mspace>')


def test_a_sign_after_a_bracket_and_in_a_script_stands_close():
    signs = (
        "<mo>−</mo>",
        '<mo form="prefix">−</mo>',
        '<mo lspace="0" rspace="0">−</mo>',
    )
    formula = (
        "<math><mrow><mn>1</mn>{0}<mn>2</mn><mo>(</mo>{1}<mn>3</mn>"
        "<msub><mi>h</mi><mrow><mi>t</mi>{2}<mn>1</mn></mrow></msub></mrow></math>"
    )
    page = read(formula.format(*signs[:1] * 3))
    page_markup.close_up_signs(page)
    assert str(page) == formula.format(*signs)


def test_scripts_are_kept_for_what_is_on_the_page():
    page = read('<html data-content_root="../"><body><div class="lab"></div></body></html>')
    scripts = {".lab": ["lab-data/a.js", "lab.js"], "pre": ["copy.js"]}
    page_markup.load_when_near(page, scripts, "1")
    assert page_markup.near_scripts(page) == [
        "../_static/lab-data/a.js?v=1",
        "../_static/lab.js?v=1",
    ]
    assert page_markup.near_scripts(read("<body></body>")) == []
