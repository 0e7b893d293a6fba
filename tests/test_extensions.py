"""작은 책을 실제로 지어 확장을 봅니다."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[1]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" role="img"'
    ' aria-labelledby="t" aria-describedby="d"><title id="t">제목</title>'
    '<desc id="d">설명</desc><text x="1" y="9">글자</text></svg>'
)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """원고를 받아 짓고, 쪽과 경고를 돌려줍니다."""
    monkeypatch.delenv("BOOK_URL", raising=False)
    source = tmp_path / "source"
    source.mkdir()
    (source / "figure.svg").write_text(SVG, "utf-8")
    (source / "broken.svg").write_text("<svg", "utf-8")
    shutil.copy(ROOT / "images" / "05_10-recurrent-layer.svg", source)

    def run(text: str) -> tuple[BeautifulSoup, str]:
        (source / "index.md").write_text(text, "utf-8")
        warnings = (tmp_path / "warnings").open("w+", encoding="utf-8")
        overrides = {
            "extensions": [
                "myst_nb",
                "chapter_times",
                "exercises",
                "inline_svg",
                "reader_checks",
                "term_glossary",
            ],
            "nb_execution_mode": "off",
            "language": "ko",
            "numfig": True,
            "html_title": "책",
            "suppress_warnings": ["app.add_node"],
        }
        log = (tmp_path / "log").open("w", encoding="utf-8")
        with log, warnings, patch_docutils(), docutils_namespace():
            app = Sphinx(
                source, None, tmp_path / "out", tmp_path / "trees", "html", overrides,
                status=log, warning=warnings, freshenv=True,
            )  # fmt: skip
            app.build()
            warnings.seek(0)
            said = strip_colors(warnings.read())
        html = (tmp_path / "out" / "index.html").read_text("utf-8")
        return BeautifulSoup(html, "html.parser"), said

    return run


FIGURE = """# 쪽

{{numref}}`fig-x`

```{{inline-svg}} {path}
:name: fig-x
{options}
설명 문장.
```
"""


def figure(path: str = "figure.svg", options: str = ":alt: 대체 텍스트\n") -> str:
    return FIGURE.format(path=path, options=options)


def test_inline_svg_is_a_numbered_figure_with_text(build):
    page, said = build(figure())
    drawn = page.select_one("figure > svg")
    assert drawn.find("text").get_text() == "글자"
    assert "설명 문장." in page.select_one("figcaption").get_text()
    assert page.select_one("a.reference span.std-numref")
    assert said == ""


def test_text_of_inline_svg_is_not_searched(build, tmp_path: Path):
    build(figure())
    assert "글자" not in (tmp_path / "out" / "searchindex.js").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (figure(options=""), "alt: 대체 텍스트가 있어야"),
        (figure(path="missing.svg"), "SVG 파일을 읽을 수 없습니다: missing.svg"),
        (figure(path="broken.svg"), "SVG 파일을 읽을 수 없습니다: broken.svg"),
    ],
)
def test_bad_figure_names_page_and_line(build, text: str, message: str):
    _, said = build(text)
    assert message in said
    assert "index.md:5" in said


def test_glossary_is_linked_from_the_text(build):
    page, said = build("# 쪽\n\n{term}`은닉 상태`\n\n```{term-glossary}\n```\n")
    link = page.find("a", string="은닉 상태")
    assert page.find(id=link["href"].removeprefix("#")).get_text().startswith("은닉 상태")
    assert "hidden state" in page.get_text()
    assert said == ""


LONG = "가" * 450  # 한 글자에 1/450분이면 1분입니다.
SOLVED = f"""```{{exercise}}
문제.
```

```{{solution-start}}
```

{LONG}

```{{solution-end}}
```"""


@pytest.mark.parametrize(
    ("body", "minutes"),
    [
        ("가", 1),
        (f"{LONG}\n\n{LONG}", 3),  # 제목과 질문까지 2분을 조금 넘습니다.
        (f"{LONG}\n\n{SOLVED}", 2),
        ("```python\n" + "a = 1\n" * 40 + "```", 3),  # 한 줄에 3초씩 120초가 넘습니다.
    ],
)
def test_chapter_tells_how_long_it_takes_to_read(build, tmp_path: Path, body: str, minutes: int):
    chapter = f"# 장\n\n> 왜 그렇습니까?\n\n{body}\n"
    (tmp_path / "source" / "book").mkdir()
    (tmp_path / "source" / "book" / "chapter.md").write_text(chapter, "utf-8")
    root, said = build("# 책\n\n{reading-time}`chapter`\n\n```{toctree}\nbook/chapter\n```\n")
    written = (tmp_path / "out" / "book" / "chapter.html").read_text("utf-8")
    (line,) = BeautifulSoup(written, "html.parser").select("h1 ~ p.reading-time")
    assert line.get_text() == f"읽기 약 {minutes}분"
    assert root.find("p", string=f"{minutes}분")
    assert said == ""


def test_page_that_asks_nothing_is_no_chapter(build):
    page, _ = build("# 부록\n\n글.\n")
    assert not page.select(".reading-time")


def test_reading_time_of_an_absent_page_names_its_line(build):
    _, said = build("# 쪽\n\n{reading-time}`theory/none`\n")
    assert "index.md:3" in said
    assert "책에 없는 쪽입니다: book/theory/none" in said


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("![](figure.svg)", "대체 텍스트(alt)가 있어야 합니다"),
        ("![a plain picture](figure.svg)", "대체 텍스트(alt)가 있어야 합니다"),
        ("This paragraph stayed in English.", "한국어로 옮기지 않은 문단입니다"),
        ("## A heading left in English", "한국어로 옮기지 않은 문단입니다"),
    ],
)
def test_what_stops_a_reader_is_named_with_its_line(build, body: str, message: str):
    _, said = build(f"# 쪽\n\n글.\n\n{body}\n")
    assert message in said
    assert "index.md:5" in said


def test_code_and_names_may_stay_english(build):
    _, said = build("# 쪽\n\n`keras.layers.LSTM(units, stateful=True)`\n\nTensorFlow\n")
    assert said == ""
