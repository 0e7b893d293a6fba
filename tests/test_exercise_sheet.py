"""연습문제를 모은 두 쪽: 모두 한 번씩, 책의 차례로, 풀이는 한쪽에만. 작은 책과 지은 책을 봅니다."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""
NEAR = """(near)=
# 가까운 장

:::{exercise}
첫 문제. {ref}`far`과 {numref}`figure`.
:::

:::{solution-start}
:::

첫 풀이.{holds}`1 < 2`

```{code-cell} ipython3
6 * 7
```

:::{solution-end}
:::

:::{exercise}
둘째 문제.
:::

:::{solution-start}
:::

둘째 풀이.

:::{solution-end}
:::

```{figure} ../figure.svg
:name: figure
:alt: 그림

그림.
```
"""
FAR = """(far)=
# 먼 장

:::{exercise}
셋째 문제.
:::

:::{solution-start}
:::

셋째 풀이.

:::{solution-end}
:::
"""
TOC = {
    "root": "index",
    "parts": [
        {"caption": "하나", "chapters": [{"file": "book/z"}, {"file": "book/plain"}]},
        {"caption": "부록", "chapters": [{"file": n} for n in ("book/deep/a", "book/sheet")]},
    ],
}
PAGES = {
    "index.md": "# 첫 쪽\n\n```{toctree}\n:glob:\nbook/*\nbook/deep/*\n```\n",
    "book/z.md": HEAD + NEAR,
    "book/plain.md": "# 연습문제가 없는 장\n",
    "book/deep/a.md": HEAD + FAR,
    "book/sheet.md": "# 문제\n\n```{exercise-sheet}\n```\n",
    "book/solved.md": "# 풀이\n\n```{solution-sheet}\n```\n",
    "_toc.yml": yaml.safe_dump(TOC, allow_unicode=True),
    "figure.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"></svg>',
}


@pytest.fixture
def build(tmp_path: Path) -> Any:
    """쪽들을 짓고, 쪽을 읽는 함수와 경고, 다시 쓴 쪽을 돌려줍니다."""

    pages = dict(PAGES)

    def run(**changes: str) -> tuple[Any, str, set[str]]:
        pages.update(changes)
        for name, text in pages.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "extensions": ["myst_nb", "exercises", "exercise_sheet"],
            "exclude_patterns": ["out", "jupyter_execute"],
            "language": "ko",
            "myst_enable_extensions": ["colon_fence"],
            "nb_execution_mode": "off",
            "numfig": True,
            "suppress_warnings": ["app.add_node"],
        }
        out, said, written = tmp_path / "out", tmp_path / "said", set()
        with said.open("w", encoding="utf-8") as file, patch_docutils(), docutils_namespace():
            app = Sphinx(tmp_path, None, out, out / "trees", "html", settings, None, file)
            app.add_role("holds", lambda *_: ([], []), override=True)
            app.connect("html-page-context", lambda _, name, *__: written.add(name))
            app.build()
        return page_in(out), strip_colors(said.read_text("utf-8")), written

    return run


def page_in(out: Path) -> Any:
    """``out`` 에 지은 쪽을 읽는 함수."""

    def read(name: str) -> BeautifulSoup:
        return BeautifulSoup((out / f"{name}.html").read_text("utf-8"), "html.parser")

    return read


book_page = functools.cache(page_in(HTML))


def said_in(node: Tag) -> str:
    """마디에 보이는 글."""
    return re.sub(r"\s+", " ", node.get_text()).strip()


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    """고르는 말에 맞는 마디마다 보이는 글."""
    return [said_in(node) for node in page.select(selector)]


def test_each_exercise_stands_once_in_the_order_of_the_book(build: Any):
    read, said, _ = build()
    assert said == ""
    for name, solutions in (("book/sheet", []), ("book/solved", ["첫", "둘째", "셋째"])):
        page = read(name)
        assert texts(page, ".exercise-sheet > h2")[0].startswith("가까운 장")
        assert len(page.select(".exercise-sheet")) == 2
        found = [text.split()[2] for text in texts(page, ".exercise")]
        assert found == ["첫", "둘째", "셋째"]
        assert [text.split()[1] for text in texts(page, ".exercise + details[open]")] == solutions
        assert ("6 * 7" in said_in(page)) == bool(solutions)


def test_references_and_the_way_back_are_seen_from_the_sheet(build: Any):
    read, _, _ = build()
    page = read("book/sheet")
    links = [str(link["href"]) for link in page.select(".exercise-sheet a:not(.headerlink)")]
    assert links == [
        "z.html", "z.html#exercise-1", "deep/a.html#far", "z.html#figure",
        "z.html#exercise-2", "deep/a.html", "deep/a.html#exercise-1",
    ]  # fmt: skip
    for link in links:
        path, _, name = link.partition("#")
        target = read(f"book/{path.removesuffix('.html')}")
        assert not name or target.find(id=name) is not None
    ids = [str(node["id"]) for node in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_sheets_follow_what_changed_in_a_chapter(build: Any):
    build()
    read, _, written = build(**{"book/deep/a.md": HEAD + FAR.replace("셋째 풀이", "고친 풀이")})
    assert {"book/sheet", "book/solved", "book/deep/a"} <= written
    assert "고친 풀이" in said_in(read("book/solved"))
    read, _, written = build(**{"book/plain.md": f"{PAGES['book/plain.md']}\n글.\n"})
    assert not {"book/sheet", "book/solved"} & written
    read, _, _ = build(**{"book/z.md": HEAD + NEAR.replace("# 가까운 장", "# 새 제목")})
    assert texts(read("book/sheet"), ".exercise-sheet > h2")[0].startswith("새 제목")


def test_solution_in_a_chapter_starts_folded(build: Any):
    read, _, _ = build()
    assert [node.get("open") for node in read("book/z").select("details.solution")] == [None] * 2


@pytest.mark.parametrize(("name", "solved"), [("exercises", False), ("solutions", True)])
def test_sheets_of_the_book_say_what_the_chapters_say(name: str, solved: bool):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    sheets = {"book/appendix/exercises", "book/appendix/solutions"}
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    chapters = [book_page(file) for file in files if file not in sheets]
    sheet = book_page(f"book/appendix/{name}")
    for selector, wanted in ((".exercise", True), ("details.solution", solved)):
        found = [text for page in chapters for text in texts(page, selector)]
        assert len(found) > len(chapters)
        assert texts(sheet, selector) == (found if wanted else [])
    assert len(sheet.select(".cell_output")) == sum(
        len(page.select("details.solution .cell_output")) for page in chapters if solved
    )
