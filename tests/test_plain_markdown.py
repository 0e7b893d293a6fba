"""쪽을 마크다운으로: 다른 읽는 프로그램(markdown-it)이 그려도 쪽과 같은 글과 짜임인지 봅니다."""

from __future__ import annotations

import re
from pathlib import Path

import check_site
import joined_book
import plain_pages
import printed_pages
import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from plain_markdown import CELL, CHECK, FOLD, MARK, TEXT, Piece, PlainPage, plain_page
from svg_picture import png_of

ADDRESS = "https://book.invalid/book/one.html"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><title>제목</title>'
    '<desc>뜻 [둘]</desc><rect x="20" width="20" height="20" fill="#d55e00"/></svg>'
)


def tex(latex: str) -> str:
    return f"<annotation>{latex}</annotation><span class='katex-html'>그린 것</span>"


def plain(html: str, address: str = "", root: Path = Path()) -> PlainPage:
    article = BeautifulSoup(f"<article>{html}</article>", "html.parser").article
    assert isinstance(article, Tag)
    before = str(article)
    page = plain_page(article, address, root)
    assert str(article) == before
    return page


def text(html: str, address: str = "") -> str:
    return "\n\n".join(piece.text for piece in plain(html, address).pieces)


def drawn(html: str, address: str = "") -> BeautifulSoup:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table"])
    return BeautifulSoup(reader.render(text(html, address)), "html.parser")


@pytest.mark.parametrize(
    "shown",
    [
        "별 * 둘 * 과 밑줄 _ 하나 _, `코드`, <태그>, 5 < 6, 물결 0~1과 2~3, 역빗금 \\",
        "- 로 시작하는 문단",
        "# 로 시작하는 문단",
        "2017. 시험",
        "+ 더하기",
        "a](b) 대괄호 [둘]",
    ],
)
def test_text_reads_as_it_is_shown(shown: str):
    node = BeautifulSoup("<p></p>", "html.parser").p
    assert node is not None
    node.string = shown
    page = drawn(str(node))
    assert page.get_text().strip() == shown
    assert [tag.name for tag in page(True)] == ["p"]


@pytest.mark.parametrize("name", ["strong", "em"])
@pytest.mark.parametrize("inner", ["하나", "‘하나’", "하나(one)", "(하나)", "하나."])
@pytest.mark.parametrize("after", ["입니다", " 다음", "."])
def test_emphasis_stands_before_particles(name: str, inner: str, after: str):
    found = drawn(f"<p>앞<{name}>{inner}</{name}>{after}</p>".replace("앞", "앞 "))
    (node,) = found(name)
    assert node.get_text() == inner
    assert found.get_text().strip() == f"앞 {inner}{after}"


def test_formulas_are_latex():
    assert text(f"<p>식 <span class='math'>{tex('a_1 &lt; b')}</span>입니다</p>") == (
        "식 $a_1 \\lt  b$입니다"
    )
    number = "<span class='eqno'>(3)<a class='headerlink' href='#a'>#</a></span>"
    assert text(f"<div class='math'>{number}{tex('x &amp;= y')}</div>") == (
        "$$\nx &= y\n\\tag{3}\n$$"
    )
    assert text("<p>값은 $5입니다</p>") == "값은 \\$5입니다"


def test_tables_keep_their_cells():
    bars = tex("|a| + \\|b\\|")
    row = f"<td><span class='math'>{bars}</span></td><td><code>x | y</code></td>"
    page = drawn(
        f"<table><thead><tr><td></td><th>이름</th></tr></thead><tbody><tr>{row}</tr></table>"
    )
    cells = [node.get_text() for node in page("td")]
    assert cells == ["$\\vert a\\vert  + \\Vert b\\Vert $", "x | y"]
    assert [node.get_text() for node in page("th")] == ["", "이름"]


LINKS = (
    "<p><a href='two.html#a'><span class='std std-ref'>둘째 장</span></a>의 "
    "<a href='glossary.html#b'><span class='std std-term'>층</span></a>과 "
    "<a href='#c'><span class='std std-numref'>그림 3</span></a>, "
    "<a href='https://a.invalid/x_y'>밖</a></p>"
)


def test_links_lead_into_the_book_where_its_address_is_known():
    page = drawn(LINKS, ADDRESS)
    assert {node.get_text(): node["href"] for node in page("a")} == {
        "둘째 장": "https://book.invalid/book/two.html#a",
        "그림 3": f"{ADDRESS}#c",
        "밖": "https://a.invalid/x_y",
    }


def test_links_are_plain_words_where_it_is_not():
    page = drawn(LINKS)
    assert page.get_text().strip() == "“둘째 장”의 층과 그림 3, 밖"
    assert [node.get_text() for node in page("a")] == ["밖"]


def test_an_address_in_the_text_ends_before_the_particle():
    (link,) = drawn("<p>예제(https://a.invalid/x_y)를 봅니다</p>")("a")
    assert link["href"] == "https://a.invalid/x_y"


CELL_HTML = (
    "<div class='cell'><div class='cell_output'><figure><img alt='두 곡선' src='a.svg'/>"
    "<figcaption>"
    "<p><span class='caption-number'>그림 7 </span>설명</p></figcaption></figure></div></div>"
)


def test_cells_keep_their_place_and_their_captions():
    html = f"<h2>절<a class='headerlink' href='#a'>#</a></h2><p>앞</p>{CELL_HTML}<p>뒤</p>"
    assert plain(html).pieces == [
        Piece(TEXT, "## 절\n\n앞"),
        Piece(CELL, "**그림 7** 설명", "[그림: 두 곡선]\n\n**그림 7** 설명"),
        Piece(TEXT, "뒤"),
    ]


def test_a_solution_in_words_is_folded_and_one_with_cells_is_a_folded_heading():
    title = "<p class='exercise-title rubric'>연습문제 1</p>"
    words = "<details class='solution'><summary>풀이</summary><p>답 <em>하나</em></p></details>"
    page = plain(f"<div class='exercise'>{title}<p>문제</p></div>{words}")
    assert [piece.kind for piece in page.pieces] == [TEXT, CHECK, TEXT]
    found = drawn(f"{title}{words}")
    assert found.h3 is not None
    assert found.h3.get_text() == "연습문제 1"
    assert found.select_one("details em").get_text() == "하나"  # pyright: ignore
    assert found.summary.get_text() == "풀이"  # pyright: ignore
    coded = f"<details><summary>풀이</summary><p>말</p>{CELL_HTML}</details>"
    assert [(p.kind, p.text) for p in plain(coded).pieces] == [
        (FOLD, "#### 풀이"), (TEXT, "말"), (CELL, "**그림 7** 설명"),
    ]  # fmt: skip


def test_code_keeps_its_language():
    html = "<div class='highlight-{}'><div><pre><span></span>a &lt; b\n</pre></div></div>"
    assert text(html.format("bibtex")) == "```bibtex\na < b\n```"
    assert text(html.format("default")).startswith("```\n")


def test_drawings_are_inside_the_text(tmp_path: Path):
    (tmp_path / "a.svg").write_text(SVG, "utf-8")
    svg = SVG.replace("<svg", '<svg data-source="a.svg"')
    html = f"<figure>{svg}<figcaption><p>그림 4 설명</p></figcaption></figure>"
    (piece,) = plain(html, root=tmp_path).pieces
    page = BeautifulSoup(MarkdownIt().render(piece.text), "html.parser")
    image = page.img
    assert image is not None
    assert piece.text.startswith("![제목 뜻 \\[둘\\]](data:")
    assert re.match("data:image/png;base64,iVBOR", str(image["src"]))
    assert page.get_text().strip() == "그림 4 설명"


def test_pictures_are_drawn_on_paper(tmp_path: Path):
    import matplotlib.pyplot as plt

    picture = png_of(SVG)
    (tmp_path / "a.png").write_bytes(picture.content)
    pixels = plt.imread(tmp_path / "a.png")
    assert (picture.width, picture.height) == (40, 20)
    assert pixels.shape[:2] == (30, 60)
    assert pixels[15, 8, :3].tolist() == [1, 1, 1]
    assert pixels[15, 45, :3] == pytest.approx([0xD5 / 255, 0x5E / 255, 0], abs=0.01)
    with pytest.raises(ValueError, match="svg: viewBox가 있는"):
        png_of("<svg xmlns='http://www.w3.org/2000/svg'></svg>")


def test_references_are_gathered():
    links = "<a href='r.html#id2'>가</a>, <a href='r.html#id1'>나</a>"
    cite = f"<span class='bibtex-citation'>[{links}]</span>"
    listed = "<div class='citation' id='id1'><span class='label'>[나]</span><p>나의 글</p></div>"
    page = plain(f"<p>{cite} {cite}</p>{listed}")
    assert page.cited == ["id2", "id1"]
    assert page.entries == {"id1": "[나] 나의 글"}


def test_what_only_moves_in_the_page_says_so():
    html = (
        "<p class='take-along'>내려받기</p><div class='lab'><svg></svg></div>"
        "<p class='lab-off'>켜면</p><p><button>답하기</button><input type='radio'/></p>"
    )
    assert text(html) == "*이 자리의 그림은 책의 쪽에서 손으로 움직입니다.*"
    assert f"]({ADDRESS})" in text(html, ADDRESS)
    assert MARK not in text(html)


def test_twin_says_what_the_page_shows(tmp_path: Path):
    code = (
        "<div class='cell_input'><div class='highlight-ipython3'><pre>print(1)\n</pre></div></div>"
    )
    output = "<div class='cell_output'><div class='output'><pre>1\n</pre></div></div>"
    html = (
        f"<h1>제목</h1><blockquote><p>질문?</p></blockquote><div class='cell'>{code}{output}</div>"
    )
    (tmp_path / "a.svg").write_text(SVG, "utf-8")
    drawing = SVG.replace("<svg", '<svg data-source="a.svg"')
    pages = {"one": plain(html), "two": plain(f"<h1>둘</h1>{drawing}", root=tmp_path)}
    used = plain_pages.write(tmp_path, pages, "책")
    assert used == {tmp_path / name for name in ("one.md", "two.md", "llms.txt")}
    one = "# 제목\n\n> 질문?\n\n```python\nprint(1)\n```\n\n```\n1\n```\n"
    assert (tmp_path / "one.md").read_text("utf-8") == one
    assert (tmp_path / "two.md").read_text("utf-8") == "# 둘\n\n[그림: 제목 뜻 \\[둘\\]]\n"
    listed = (tmp_path / "llms.txt").read_text("utf-8").splitlines()
    assert listed == ["# 책", "", "- [제목](one.md): 질문?", "- [둘](two.md)"]


ALT = re.compile(r"\[그림: (?:\\.|[^]\\])*\]")
FORMULA = re.compile(r"\$\$\n.*?\n\$\$|(?<!\\)\$[^$\n]+?(?<!\\)\$", re.S)
CODE = re.compile(r"(^```.*?^```$)", re.M | re.S)
BUILT = [name for _, name in joined_book.contents()] + list(joined_book.COPIES)


@pytest.mark.parametrize("name", BUILT)
def test_twin_of_a_built_page_prints_its_numbers(name: str):
    text = ALT.sub("", (check_site.HTML / f"{name}.md").read_text("utf-8"))
    parts = CODE.split(text)
    parts[::2] = [FORMULA.sub(" ", part) for part in parts[::2]]
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table"])
    said = BeautifulSoup(reader.render("".join(parts)), "html.parser").get_text(" ")
    page = printed_pages.seen(name, printed_pages.MOVING).get_text(" ")
    found = printed_pages.NUMBER.findall(said)
    assert found == printed_pages.NUMBER.findall(page)
    assert len(found) > 10
