"""글쓴이가 잊은 것을 지을 때 파일과 줄을 대며 찾는지 봅니다. 작은 책에 잘못을 하나씩 심습니다."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXERCISE = (
    ":::{exercise}\n문제.\n:::\n\n:::{solution-start}\n:::\n\n풀이.\n\n:::{solution-end}\n:::\n\n"
)
CHAPTER = f"""# 장

> 무엇을 묻습니까?

## 준비

은닉 상태를 배웁니다 {{cite}}`one`.

## 무엇을 보았나

보았습니다.

## 연습문제

{EXERCISE * 3}## 더 읽을거리

글.

## 이 장 인용하기

글.
"""
INDEX = "# 첫 쪽\n\n```{toctree}\nbook/a\nbook/list\nbook/index\n```\n"
FIRST = "# 표\n\n`` {reading-time}`a` ``\n"
LIST = "# 참고문헌\n\n```{bibliography}\n```\n"
BIB = "@misc{one,\n author = {Kim, A},\n title = {하나},\n year = {2020}\n}\n"


@pytest.fixture
def said(tmp_path: Path) -> Any:
    """장 하나와 참고문헌을 짓고, 경고를 돌려줍니다."""
    (tmp_path / "book").mkdir()
    toc = "root: index\nparts:\n- caption: 하나\n  chapters:\n  - file: book/a\n"
    (tmp_path / "_toc.yml").write_text(toc, "utf-8")

    def run(
        chapter: str = CHAPTER,
        bib: str = BIB,
        first: str = FIRST,
        extensions: Sequence[str] = ("writer_checks",),
    ) -> str:
        pages = {"index.md": INDEX, "book/a.md": chapter, "book/list.md": LIST, "r.bib": bib}
        pages["book/index.md"] = first
        for name, text in pages.items():
            (tmp_path / name).write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "extensions": ["myst_nb", "exercises", "sphinxcontrib.bibtex", *extensions],
            "bibtex_bibfiles": ["r.bib"],
            "myst_enable_extensions": ["colon_fence", "dollarmath"],
            "nb_execution_mode": "off",
            "suppress_warnings": ["app.add_node"],
        }
        out, warnings = tmp_path / "out", tmp_path / "warnings"
        with warnings.open("w+", encoding="utf-8") as file, patch_docutils(), docutils_namespace():
            Sphinx(
                tmp_path, None, out, out / "trees", "html", settings,
                status=None, warning=file, freshenv=True,
            ).build()  # fmt: skip
        return strip_colors(warnings.read_text("utf-8"))

    return run


def test_a_whole_chapter_says_nothing(said: Any):
    assert said() == ""


PLANTED = [
    (("> 무엇을 묻습니까?", "질문이 없습니다."), 1, "인용문으로 적은 질문에서 시작합니다"),
    (("## 준비", "## 먼저"), 1, "받은 값: '먼저'"),
    (("## 더 읽을거리", "## 더 읽기"), 1, "'더 읽을거리', '이 장 인용하기'의 차례로"),
    ((EXERCISE * 3, EXERCISE * 2), 13, "3개는 있어야 합니다. 받은 값: 2개"),
    (("은닉 상태를", "숨겨진 상태를"), 7, "'숨겨진 상태'. 대신 쓸 말: '은닉 상태'"),
    (("은닉 상태를", "숨겨진\n상태를"), 7, "'숨겨진 상태'. 대신 쓸 말: '은닉 상태'"),
    (("은닉 상태를", "**숨겨진** 상태를"), 7, "'숨겨진 상태'. 대신 쓸 말: '은닉 상태'"),
    (("보았습니다.", "아래와 같습니다."), 11, "'아래와 같'. 대신 쓸 말: '다음과 같'"),
    (("# 장\n", "# 강력한 장\n"), 1, "'강력한'"),
    (("보았습니다.", "| 이름 |\n|:--|\n| 숨겨진 상태 |"), 11, "'숨겨진 상태'"),
]


@pytest.mark.parametrize(("change", "line", "wanted"), PLANTED)
def test_planted_mistake_is_found_with_its_line(
    said: Any, change: tuple[str, str], line: int, wanted: str
):
    assert CHAPTER.count(change[0]) == 1
    (warning,) = [text for text in said(CHAPTER.replace(*change)).splitlines() if text]
    place = re.search(r"book/a\.md:(\d+): WARNING: ", warning)
    assert place, warning
    assert int(place[1]) in range(line, line + 3)
    assert wanted in warning


def test_code_and_formulas_may_hold_any_word(said: Any):
    assert said(CHAPTER.replace("보았습니다.", "`강력한`\n\n```\n강력한\n```")) == ""


def test_text_that_nobody_cites_is_found_with_its_line(said: Any):
    (warning,) = said(bib=BIB + BIB.replace("one", "two")).splitlines()
    assert warning.endswith("r.bib:6: WARNING: 인용하지 않은 글입니다: two")


def test_chapter_that_the_first_page_does_not_list_is_named(said: Any):
    (line,) = said(first="# 표\n\n빈 표.\n").splitlines()
    assert "book/index.md" in line
    assert "장이 빠졌습니다: a. {reading-time}`a`이" in line


def test_warnings_are_told_once_more_at_the_end_with_their_places(
    said: Any, capsys: pytest.CaptureFixture[str]
):
    extensions = ["writer_checks", "warnings_last"]
    assert said(extensions=extensions) == ""
    assert "고칠 곳" not in capsys.readouterr().err
    one = said(CHAPTER.replace("## 준비", "## 먼저"), extensions=extensions).strip()
    told = capsys.readouterr().err
    assert told.splitlines()[-2] == "고칠 곳 1개:"
    assert told.splitlines()[-1] == one.replace("WARNING: ", "")
    assert re.match(r"\S+/book/a\.md:1: ", told.splitlines()[-1])
