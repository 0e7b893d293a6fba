"""장을 나란히 실행하는 확장. 작은 책을 실제로 짓습니다."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import execution
import pytest
from cosine_rnn.support.versions import PACKAGE, read_source
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


def page(*cells: str, title: str = "쪽") -> str:
    code = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
    return f"{HEAD}\n# {title}\n{code}"


Build = Callable[..., str]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """쪽들을 받아 짓고, 지으며 남긴 글을 돌려줍니다. 두 번째부터는 간직한 것을 씁니다."""
    source = tmp_path / "source"
    source.mkdir()

    def run(pages: dict[str, str], **changed: Any) -> str:
        for name, text in pages.items():
            (source / f"{name}.md").write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "extensions": ["myst_nb", "execution"],
            "nb_execution_mode": "cache",
            "nb_execution_timeout": 600,  # 바쁜 컴퓨터에서도 넉넉하게.
            "nb_execution_cache_path": str(tmp_path / "cache"),
            "language": "ko",
            "root_doc": next(iter(pages)),
            "suppress_warnings": ["app.add_node", "toc.not_included"],
            **changed,
        }
        log = (tmp_path / "log").open("w+", encoding="utf-8")
        with log, patch_docutils(), docutils_namespace():
            app = Sphinx(
                source, None, tmp_path / "out", tmp_path / "trees", "html", settings,
                status=log, warning=log, freshenv=True,
            )  # fmt: skip
            app.build(force_all=True)
            log.seek(0)
            return strip_colors(log.read())

    return run


def executed(log: str) -> list[str]:
    return sorted(re.findall(r"^실행 \d+/\d+: (\S+\.md)", log, re.M))


def test_each_page_is_executed_once_and_its_output_is_shown(build: Build, tmp_path: Path):
    pages = {"index": page("1 + 1"), "other": page("print('나란히')"), "plain": "# 글\n"}
    log = build(pages)
    assert executed(log) == ["index.md", "other.md"]
    assert "Executing notebook" not in log  # 읽으면서 다시 실행하지 않습니다.
    assert "나란히" in (tmp_path / "out" / "other.html").read_text("utf-8")
    assert executed(build(pages)) == []
    pages["other"] = pages["other"].replace("# 쪽", "# 고친 제목")
    assert executed(build(pages)) == []
    pages["other"] = page("print('고친 셀')")
    assert executed(build(pages)) == ["other.md"]


def test_pages_run_side_by_side(build: Build, tmp_path: Path):
    """서로를 기다리는 두 쪽. 차례로 실행하면 끝나지 않습니다."""
    wait = """import time
from pathlib import Path
Path("{mine}").touch()
while not Path("{other}").exists():
    time.sleep(.05)"""
    pages = {
        "index": page(wait.format(mine="a", other="b")),
        "other": page(wait.format(mine="b", other="a")),
    }
    assert executed(build(pages)) == ["index.md", "other.md"]


def test_failing_cells_are_the_last_words_with_file_line_and_error(build: Build, tmp_path: Path):
    pages = {
        "index": page("x = 1", "def f():\n    return y\nf()"),
        "good": page("1 + 1"),
        "other": page("raise ValueError('왜')"),
    }
    with pytest.raises(SystemExit, match=r"^1$"):
        build(pages)
    said = (tmp_path / "log").read_text("utf-8")
    assert said.rstrip().endswith(("ValueError: 왜\x1b[39;49;00m", "is not defined\x1b[39;49;00m"))
    said = strip_colors(said)
    line = pages["index"].splitlines().index("def f():") + 1
    assert f"index.md:{line}: 셀이 실패했습니다" in said
    assert "NameError: name 'y' is not defined" in said
    assert "other.md:" in said
    assert "ValueError: 왜" in said
    assert said.count("셀이 실패했습니다") == 2
    assert "\x1b" not in said
    pages["index"] = page("x = 1")
    pages["other"] = page("2")
    assert executed(build(pages)) == ["index.md", "other.md"]  # 맞는 쪽은 남아 있습니다.


def damage(path: Path, how: str) -> None:
    """파일을 비우거나 자르거나 다른 것으로 바꾸거나 없앱니다."""
    whole = path.read_bytes()
    changed = {"empty": b"", "cut": whole[: len(whole) // 2], "foreign": b"foreign\n" * 9}
    path.write_bytes(changed[how]) if how in changed else path.unlink()


@pytest.mark.parametrize("how", ["empty", "cut", "foreign", "gone"])
@pytest.mark.parametrize("name", ["global.db", "executed/*/base.ipynb"])
def test_a_damaged_execution_is_thrown_away_and_done_again(
    build: Build, tmp_path: Path, name: str, how: str
):
    pages = {"index": page("print('온전한 것')")}
    build(pages)
    (path,) = (tmp_path / "cache").glob(name)
    damage(path, how)
    assert executed(build(pages)) == ["index.md"]
    assert "온전한 것" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert executed(build(pages)) == []


def test_what_a_cell_says_on_standard_error_is_told_and_not_kept(build: Build, tmp_path: Path):
    noisy = "import sys\nprint('까닭', file=sys.stderr)"
    pages = {"index": page("1", noisy)}
    with pytest.raises(SystemExit):
        build(pages, nb_output_stderr="remove-warn")
    line = pages["index"].splitlines().index("import sys") + 1
    assert f"index.md:{line}: 셀이 표준 오류에 글을 남겼습니다\n까닭" in strip_colors(
        (tmp_path / "log").read_text("utf-8")
    )
    tagged = {"index": page(f":tags: [remove-stderr]\n\n{noisy}")}
    assert executed(build(tagged, nb_output_stderr="remove-warn")) == ["index.md"]
    assert executed(build(pages)) == ["index.md"]


def test_home_that_cannot_be_written_is_told_and_another_folder_used(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in execution.places():
        monkeypatch.setenv(name, "/proc/nowhere")
    log = build({"index": page("import os\nprint(os.environ['COSINE_RNN_CACHE'])")})
    for name in execution.places():
        assert f"{name}: /proc/nowhere에 쓸 수 없어" in log
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert str(tmp_path / "home" / "cosine_rnn_cache") in html


def test_only_the_damaged_execution_is_done_again(build: Build, tmp_path: Path):
    pages = {"index": page("print('하나')"), "other": page("print('둘')")}
    build(pages)
    kept = {path.read_text("utf-8"): path for path in (tmp_path / "cache").glob("*/*/base.ipynb")}
    first, second = (next(text for text in kept if word in text) for word in ("하나", "둘"))
    kept[second].write_text(first, "utf-8")  # 다른 쪽의 것입니다.
    assert executed(build(pages)) == ["other.md"]
    assert "둘" in (tmp_path / "out" / "other.html").read_text("utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "cosine_rnn"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("fonts", "__pycache__"))
    monkeypatch.setattr(execution, "PACKAGE", copy)
    return copy


def digests(*cells: str) -> str:
    read_source.cache_clear()
    return execution.chapter_digest(page(*cells))


CALLS = "from cosine_rnn import windows\nwindows.make_windows([1, 2, 3], 1)"
SHOWS = f"from inspect import getsource\n{CALLS}\nprint(getsource(windows.make_windows))"
HEADED = f"---\nmystnb:\n  image:\n    alt: >-\n      1과 −1 사이의 곡선.\n---\n{CALLS}"


def test_what_the_cells_call_is_counted_and_nothing_else(package: Path):
    before = {cells: digests(cells) for cells in (CALLS, SHOWS, HEADED, "1 + 1")}

    def changed() -> set[str]:
        return {cells for cells, value in before.items() if digests(cells) != value}

    path = package / "windows.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"""', '"""고친 설명. ', 1), "utf-8")
    assert changed() == {SHOWS}  # 소스를 보이는 쪽만 설명이 바뀌면 다시 실행합니다.
    path.write_text(text, "utf-8")
    with (package / "plots.py").open("a", encoding="utf-8") as other:
        other.write("CHANGED = 1\n")
    assert changed() == set()
    with (package / "support" / "checks.py").open("a", encoding="utf-8") as below:
        below.write("CHANGED = 1\n")
    assert changed() == {CALLS, SHOWS, HEADED}


READS = 'from cosine_rnn.support import records\nrecords.stored_rows("words")'
THROUGH = "from cosine_rnn.experiments import backtest\nbacktest.wine_sales()"
LISTS = "from cosine_rnn.support import records\nrecords.stored_names()"


def test_a_record_made_anew_is_seen_where_it_is_read(package: Path):
    before = {cells: digests(cells) for cells in (CALLS, READS, THROUGH, LISTS)}

    def seen(name: str) -> set[str]:
        path = package / "data" / name
        kept = path.read_bytes() if path.exists() else None
        path.write_bytes((kept or b"") + b"1\n")
        changed = {cells for cells, value in before.items() if digests(cells) != value}
        path.write_bytes(kept) if kept is not None else path.unlink()
        return changed

    assert seen("words.csv") == {READS, LISTS}
    assert seen("wine-sales.csv") == {THROUGH, LISTS}
    assert seen("new.csv") == {LISTS}
    assert seen(".new.csv.lock") == set()


def test_the_stamp_moves_no_line():
    text = page("1 + 1", "2")
    stamped = execution.stamped(text)
    assert stamped != text
    assert [line for line in stamped.splitlines() if "display_name" not in line] == [
        line for line in text.splitlines() if "display_name" not in line
    ]
