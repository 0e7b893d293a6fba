"""바뀐 것만 다시 짓는 빌드가 처음부터 지은 것과 같은지 봅니다. 작은 책을 실제로 짓습니다."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import freshness
import pytest
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

INDEX = """# 첫 쪽

{doc}`book/second`와 {ref}`place`, {numref}`figure`, {reading-time}`second`.

```{toctree}
book/second
book/third
```
"""
SECOND = """# 둘째 쪽

(place)=
## 자리

글.
"""
THIRD = """# 셋째 쪽

```{figure} ../figure.svg
:name: figure

그림.
```
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"></svg>'
PAGES = {"index": INDEX, "book/second": SECOND, "book/third": THIRD}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """쪽들을 짓고, 다시 쓴 쪽과 모든 HTML, 상태를 돌려줍니다."""
    monkeypatch.setattr(freshness, "digest", lambda patterns: "1")
    source = tmp_path / "source"
    (source / "book").mkdir(parents=True)
    (source / "figure.svg").write_text(SVG, "utf-8")

    def run(pages: dict[str, str], *, where: str = "kept") -> tuple[set[str], dict[str, str], int]:
        for name, text in pages.items():
            path = source / f"{name}.md"
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "extensions": ["myst_nb", "chapter_times", "freshness"],
            "nb_execution_mode": "off",
            "language": "ko",
            "numfig": True,
            "numfig_secnum_depth": 0,
            "suppress_warnings": ["app.add_node"],
        }
        out = tmp_path / where
        log = (tmp_path / "log").open("w+", encoding="utf-8")
        with log, patch_docutils(), docutils_namespace():
            app = Sphinx(
                source, None, out, tmp_path / f"trees-{where}", "html", settings,
                status=log, warning=log,
            )  # fmt: skip
            app.build()
            log.seek(0)
            said = strip_colors(log.read())
        # 스타일의 주소에 붙는 이름은 처음 지을 때만 비어 있습니다. 책은 마무리하며 새로 붙입니다.
        html = {
            name: re.sub(r"\?v=\w+", "", (out / f"{name}.html").read_text("utf-8"))
            for name in pages
        }
        return set(re.findall(r"writing output... \[ *\d+%\] (\S+)", said)), html, app.statuscode

    run.log = lambda: (tmp_path / "log").read_text("utf-8")  # pyright: ignore[reportFunctionMemberAccess]
    return run


@pytest.mark.parametrize(
    ("page", "before", "after", "written"),
    [
        (
            "book/second",
            "글.",
            "고친 글.",
            {"book/second", "index"},
        ),  # 차례가 있는 쪽은 Sphinx가 다시 씁니다.
        ("book/second", "# 둘째 쪽", "# 고친 제목", set(PAGES)),
        ("book/second", "## 자리", "## 고친 절", set(PAGES)),
        ("book/second", "글.", "긴 글. " * 400, set(PAGES)),  # 읽는 시간이 바뀝니다.
        ("book/third", "그림.\n", "고친 그림.\n", set(PAGES)),
        (
            "book/third",
            "# 셋째 쪽\n",
            "# 셋째 쪽\n\n```{figure} ../figure.svg\n앞 그림\n```\n",
            set(PAGES),
        ),
    ],
)
def test_changed_pages_and_those_that_show_them_are_written_again(
    page: str, before: str, after: str, written: set[str], build: Any
):
    pages = dict(PAGES)
    assert build(pages)[0] == set(pages)
    assert build(pages)[0] == set()
    pages[page] = pages[page].replace(before, after, 1)
    again, html, status = build(pages)
    assert again == written
    assert status == 0
    assert html == build(pages, where="fresh")[1]  # 처음부터 지은 것과 같습니다.


def test_warnings_of_unchanged_pages_are_said_again(build: Any):
    pages = PAGES | {"book/second": SECOND + "\n{ref}`nowhere`\n"}
    assert build(pages)[0] == set(pages)
    assert build(pages)[0] == set(pages)
    pages["book/second"] = SECOND
    build(pages)
    assert build(pages)[0] == set()
    pages["book/second"] = SECOND + "\n{ref}`nowhere`\n"
    for _ in range(2):  # 그대로 다시 지어도 그 쪽의 경고를 다시 봅니다.
        assert "book/second" in build(pages)[0]
        assert "nowhere" in build.log()


def test_other_sources_read_everything_again(build: Any, monkeypatch: pytest.MonkeyPatch):
    pages = dict(PAGES)
    build(pages)
    monkeypatch.setattr(freshness, "digest", lambda patterns: "2")
    assert build(pages)[0] == set(pages)


def test_another_style_writes_every_page_again(build: Any, monkeypatch: pytest.MonkeyPatch):
    pages = dict(PAGES)
    build(pages)
    assert build(pages)[0] == set()
    styled = {freshness.SOURCES: "1", freshness.STATIC: "2"}
    monkeypatch.setattr(freshness, "digest", styled.__getitem__)
    assert build(pages)[0] == set(pages)


def test_digest_sees_every_file_that_shapes_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    monkeypatch.setattr(freshness, "BOOK", tmp_path)
    seen = {freshness.digest(freshness.SOURCES)}
    for name in ("_ext/a.py", "_ext/graph/b.py", "_templates/c.html", "_locale/ko.po", "terms.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("하나", "utf-8")
        seen.add(freshness.digest(freshness.SOURCES))
    (tmp_path / "terms.yml").write_text("둘", "utf-8")
    seen.add(freshness.digest(freshness.SOURCES))
    assert len(seen) == 7
