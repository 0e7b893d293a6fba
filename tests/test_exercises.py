"""연습문제와 풀이: 글과 셀이 한 ``details`` 에 들고, 짝이 맞지 않으면 경고하는지 봅니다."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx_pages import build_source

HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# 쪽

## 연습문제

"""
EXERCISE = ":::{exercise}\n문제 **하나**입니다.\n:::\n\n"
START, END = ":::{solution-start}\n:::\n\n", ":::{solution-end}\n:::\n\n"
SOLVED = (
    f"{EXERCISE}{START}말로 푼 것.\n\n```{{code-cell}} ipython3\n1 + 1\n```\n\n뒤의 말.\n\n{END}"
)


def build(folder: Path, body: str, builder: str = "html") -> tuple[str, str]:
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(HEAD + body, "utf-8")
    settings = {
        "extensions": ["myst_nb", "exercises"],
        "myst_enable_extensions": ["colon_fence"],
        "nb_execution_mode": "off",
        "suppress_warnings": ["app.add_node"],
    }
    _, said = build_source(source, settings, builder)
    (written,) = [p for p in (folder / "out").glob("*") if p.suffix in (".html", ".tex", ".txt")
                  and p.stem not in ("genindex", "search")]  # fmt: skip
    return written.read_text("utf-8"), said


def test_exercises_are_numbered_and_solutions_hold_prose_and_cells(tmp_path: Path):
    html, said = build(tmp_path, f"{SOLVED}{SOLVED}그 뒤의 글.\n")
    page = BeautifulSoup(html, "html.parser")
    titles = [node.get_text() for node in page.select("div.exercise > p.exercise-title")]
    assert titles == ["연습문제 1", "연습문제 2"]
    assert [node["id"] for node in page.select("div.exercise")] == ["exercise-1", "exercise-2"]
    solutions = page.select("div.exercise + details.solution")
    assert len(solutions) == 2
    for solution in solutions:
        assert solution.get("open") is None
        assert solution.select_one(":scope > summary").get_text() == "풀이"  # pyright: ignore
        text = re.sub(r"\s+", " ", solution.get_text())
        assert [word in text for word in ("말로 푼 것.", "1 + 1", "뒤의 말.")] == [True] * 3
    after = page.find("p", string="그 뒤의 글.")
    assert after is not None
    assert after.find_parent("details") is None
    assert said == ""


@pytest.mark.parametrize("builder", ["latex", "text"])
def test_solutions_stand_open_on_paper(tmp_path: Path, builder: str):
    written, said = build(tmp_path, SOLVED, builder)
    for words in ("연습문제 1", "말로 푼 것.", "뒤의 말."):
        assert words in written
    assert ("subsubsection*{풀이}" in written) == (builder == "latex")
    assert said == ""


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        (EXERCISE, 11, "exercise: 바로 뒤에 풀이가 있어야"),
        (f"{EXERCISE}{START}글.\n", 15, "solution-start, 풀이, solution-end의 차례"),
        (f"{EXERCISE}{START}{END}", 15, "solution-start, 풀이, solution-end의 차례"),
        (f"{EXERCISE}글.\n\n{END}", 17, "solution-start, 풀이, solution-end의 차례"),
        (f"{EXERCISE}{START}글.\n\n{START}글.\n\n{END}", 15, "의 차례"),
        (f"{EXERCISE}{START}글.\n\n## 다음 절\n\n{END}", 15, "같은 절 안에서"),
        (f"{SOLVED}{START}글.\n\n{END}", 29, "바로 앞에 exercise가 있어야"),
        (f"{EXERCISE}사이의 글.\n\n{START}글.\n\n{END}", 11, "바로 뒤에 풀이가"),
        (":::{exercise}\n:::\n", 11, "exercise"),
    ],
)
def test_what_is_not_a_pair_is_named(tmp_path: Path, body: str, line: int, message: str):
    _, said = build(tmp_path, body)
    assert re.search(rf"index\.md:{line}: .*{re.escape(message)}", said), said
