"""노트북: 쪽과 같은 수가 찍혀 있고, 책 없이 꾸러미만으로 처음부터 끝까지 도는지 봅니다."""

from __future__ import annotations

import ast
import asyncio
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import notebooks
import pytest
import run_notebooks
import site_address
from bs4 import BeautifulSoup, Tag
from cosine_rnn.support.checks import check_integer
from jupyter_client.manager import KernelManager
from markdown_it import MarkdownIt
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from notebook_code import first_cell, needed, without_book_only
from plain_markdown import CELL, FOLD, MARK, TEXT, Piece, PlainPage
from sphinx.errors import ExtensionError
from sphinx_pages import build_source

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
CACHE = os.environ.get("COSINE_RNN_CACHE")
"""책을 지을 때 쓴 훈련 결과의 자리. 시험의 것으로 바뀌기 전에 적어 둡니다."""

FAST = ["rnn_layer", "rnn_cos_mlp", "rnn_cos_lstm_2"]
"""이론 하나, 창을 읽는 훈련 하나, 상태를 잇는 훈련 하나. 모두는 make notebooks-run이 봅니다."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
"""


def page_names() -> dict[str, str]:
    """쪽의 머리에 적힌 노트북의 이름과 그 쪽."""
    found = {}
    for path in sorted((ROOT / "book").rglob("*.md")):
        name = re.search(r"^notebook: (rnn_\w+)$", path.read_text("utf-8"), re.M)
        if name:
            found[name[1]] = path.relative_to(ROOT).with_suffix("").as_posix()
    return found


NAMES = page_names()


@cache
def read(name: str) -> NotebookNode:
    path = HTML / "notebooks" / f"{name}.ipynb"
    assert path.is_file(), f"{path.relative_to(ROOT)}이 없습니다. make book을 먼저 부르세요."
    return nbformat.read(path, as_version=4)


@cache
def article(name: str) -> Tag:
    page = BeautifulSoup((HTML / f"{NAMES[name]}.html").read_text("utf-8"), "html.parser")
    found = page.find("article")
    assert isinstance(found, Tag)
    for node in found.select(".cell_input, .take-along, .headerlink, .eqno, svg, .lab, .lab-off"):
        node.decompose()
    for node in found.select(".katex"):
        node.replace_with(f" {node.find('annotation').get_text()} ")  # pyright: ignore
    return found


def numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def words_of(cell: NotebookNode) -> str:
    """마크다운 셀을 그렸을 때의 글. 그림의 대체 텍스트는 빼고, 식의 번호는 쪽과 같이 뺍니다."""
    source = re.sub(r"\n\\tag\{\d+\}", "", cell.source)
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table"])
    return BeautifulSoup(reader.render(source), "html.parser").get_text(" ")


@pytest.mark.parametrize("name", NAMES)
def test_prose_prints_the_numbers_of_the_page(name: str):
    page = BeautifulSoup(str(article(name)), "html.parser")
    for cell in page.select(".cell"):
        captions = [caption.extract() for caption in cell.select("figcaption")]
        cell.clear()
        cell.extend(captions)
    cells = [cell for cell in read(name).cells if cell.cell_type == "markdown"]
    if cells[-1].source.startswith("## 인용한 글"):
        cells.pop()
    shown = numbers(page.get_text(" "))
    assert len(shown) > 20
    assert numbers(" ".join(map(words_of, cells))) == shown


@pytest.mark.parametrize("name", NAMES)
def test_cells_print_the_numbers_of_the_page(name: str):
    shown = []
    for node in article(name).select(".cell_output"):
        copy = BeautifulSoup(str(node), "html.parser")
        for part in copy.select("figure, style"):
            part.decompose()
        shown += numbers(copy.get_text(" "))
    found = []
    for cell in read(name).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                continue
            if "text/html" in data:
                copy = BeautifulSoup(data["text/html"], "html.parser")
                for part in copy("style"):
                    part.decompose()
                found += numbers(copy.get_text(" "))
            else:
                found += numbers(
                    output.get("text") or data.get("text/markdown") or data["text/plain"]
                )
    assert found == shown


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_that_only_the_book_reads(name: str):
    text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    assert not re.findall(r"\{[a-z:-]+\}`|[을은이과]\([를는가와]\)|\(으\)로|\(이\)", text)
    assert MARK not in text
    assert "<div" not in text
    code = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "code")
    assert not re.findall("glue|page_data|solved", code)
    assert "lab-data" not in str(read(name))


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_shown_in_a_notebook_that_is_not_trusted(name: str):
    page_pictures = len(article(name).select("img"))
    outputs = [o for cell in read(name).cells for o in cell.get("outputs", [])]
    kinds = [set(output.get("data", {})) for output in outputs]
    assert sum("image/png" in each for each in kinds) == page_pictures
    assert not any("image/svg+xml" in each for each in kinds)


@pytest.mark.parametrize("name", NAMES)
def test_blank_notebook_is_the_same_without_results(name: str):
    whole, blank = read(name), read(f"{name}_blank")
    assert [cell.source for cell in blank.cells] == [cell.source for cell in whole.cells]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in blank.cells)
    assert any(cell.get("outputs") for cell in whole.cells)


def declared() -> set[str]:
    """꾸러미만 설치해도 함께 깔리는 것들의 모듈. Jupyter가 늘 가진 IPython도 칩니다."""
    waiting, seen = ["cosine-rnn"], set()
    while waiting:
        name = re.match(r"[\w.-]+", waiting.pop())[0].lower().replace("_", "-")  # pyright: ignore
        if name in seen:
            continue
        seen.add(name)
        try:
            wanted = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        waiting += [each for each in wanted if "extra ==" not in each]
    modules = importlib.metadata.packages_distributions()
    found = {m for m, d in modules.items() if {n.lower().replace("_", "-") for n in d} & seen}
    return found | set(sys.stdlib_module_names) | {"IPython", "cosine_rnn"}


@pytest.mark.parametrize("name", NAMES)
def test_cells_import_only_what_comes_with_the_package(name: str):
    code = "\n".join(c.source for c in read(name).cells[1:] if c.cell_type == "code")
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    assert found - declared() == set()


@pytest.mark.parametrize("name", NAMES)
def test_page_leads_to_both_kinds(name: str):
    text = (HTML / f"{NAMES[name]}.html").read_text("utf-8")
    line = BeautifulSoup(text, "html.parser").select_one("h1 ~ .take-along")
    assert line is not None
    links = [str(node["href"]) for node in line.select("a[download]")]
    kept = [(HTML / NAMES[name]).parent.joinpath(link).resolve() for link in links]
    folder = HTML.resolve() / "notebooks"
    assert kept == [folder / f"{name}.ipynb", folder / f"{name}_blank.ipynb"]
    assert all(path.is_file() for path in kept)


def test_lecture_names_are_kept():
    lecture = {"rnn_cos_mlp", "rnn_cos_lstm_1", "rnn_cos_lstm_2", "rnn_cos_lstm_3"}
    assert lecture <= set(NAMES)
    assert set(NAMES) == set(run_notebooks.built())
    chapters = {p for p in NAMES.values() if p.split("/")[1] in ("theory", "cosine", "beyond")}
    folders = [ROOT / "book" / part for part in ("theory", "cosine", "beyond")]
    assert len(chapters) == sum(len(list(folder.glob("*.md"))) for folder in folders)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, run_notebooks.Ran]:
    """빨리 도는 노트북을 둘씩 나란히 돌린 결과."""
    site = run_notebooks.install_package(tmp_path_factory.mktemp("package"))
    with pytest.MonkeyPatch.context() as patch:
        if CACHE is None:
            patch.delenv("COSINE_RNN_CACHE", raising=False)
        else:
            patch.setenv("COSINE_RNN_CACHE", CACHE)
        return {each.name: each for each in asyncio.run(run_notebooks.run_all(FAST, site, 2))}


@pytest.mark.parametrize("name", FAST)
def test_notebook_runs_where_only_the_package_is(name: str, ran: dict[str, run_notebooks.Ran]):
    assert ran[name].faults == []


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("x = 1\nglue('a', x, display=False)\n", "x = 1"),
        ("from myst_nb import glue\nimport os", "import os"),
        ("glue('a',\n     1)\nprint(2)", "print(2)"),
        ("for k in range(3):\n    glue(f'a-{k}', k)\n", ""),
        ("for k in range(3):\n    y = k\n    glue(f'a-{k}', y)\nprint(y)",
         "for k in range(3):\n    y = k\nprint(y)"),
        ("from cosine_rnn.exercises.mlp import a\n\na.solved(\n    0.5\n)",
         "from cosine_rnn.exercises.mlp import a"),
        ("if x:\n    glue('a', 1)\nelse:\n    y = 2", None),
        ("data = 1\nHTML(portable.page_data({'a': data}))", "data = 1"),
        ("%matplotlib inline", "%matplotlib inline"),
    ],
)  # fmt: skip
def test_glue_is_taken_out(source: str, left: str | None):
    if left is None:
        with pytest.raises(ValueError, match=r"glue, page_data, solved: .*받은 값"):
            without_book_only(source)
    else:
        assert without_book_only(source) == left


def test_glue_inside_an_expression_is_refused():
    with pytest.raises(ValueError, match="glue, page_data, solved: 홀로 선 문장이어야 합니다"):
        without_book_only("x = [glue('a', 1)]")


def test_hidden_cells_keep_what_is_used_later():
    sources = [
        "a = 1\nb = [k for k in range(3)]\nk = 5",  # a만 뒤에서 씁니다.
        "def f():\n    return c",
        "c = 2",  # 함수의 속에서 씁니다.
        "d = {}\nd['x'] = 1",  # 값의 속을 고치는 문장은 남습니다.
        "e = 1",
        "e = 2\nprint(a, e, f())",
    ]
    assert needed(sources, [True] * 5 + [False]) == [
        "a = 1", "def f():\n    return c", "c = 2", "d = {}\nd['x'] = 1", "", sources[5],
    ]  # fmt: skip


@pytest.mark.parametrize("install", ["", "cosine-rnn @ git+https://github.com/a/b"])
def test_first_cell_does_nothing_where_the_package_is(install: str):
    code = first_cell(83.4, 1_234_000_000, install)
    assert "시간 83초, 메모리 1.2 GB" in code
    exec(code.replace("%pip", "raise SystemExit #"), {})


def test_first_cell_speaks_as_the_notebook_does(monkeypatch: pytest.MonkeyPatch):
    for name in ("LANGUAGE", "LC_ALL", "LANG"):  # As on Colab, whoever reads.
        monkeypatch.setenv(name, "en_US.UTF-8")
    with pytest.raises(ValueError, match="must be"):
        check_integer("n", 0)
    exec(first_cell(None, None, ""), {})
    with pytest.raises(ValueError, match="정수여야"):
        check_integer("n", 0)


def test_first_cell_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"cosine-rnn: .*pip install"):
        exec(first_cell(None, None, ""), {})
    assert "초" not in first_cell(None, None, "").splitlines()[1]
    asked = "cosine-rnn @ git+https://github.com/a/b"
    assert f'    %pip install --quiet "{asked}"' in first_cell(1, None, asked).splitlines()


def executed(*tagged: tuple[str, list[str]]) -> NotebookNode:
    cells = [new_code_cell(code, metadata={"tags": tags}) for code, tags in tagged]
    return new_notebook(cells=cells)


def test_cells_stand_where_the_page_shows_them():
    page = PlainPage(
        [
            Piece(TEXT, "# 제목"),
            Piece(CELL, "**그림 1** 설명"),
            Piece(FOLD, "#### 풀이"),
            Piece(CELL, ""),
        ]
    )
    cells = executed(
        ("x = 1", ["remove-cell"]), ("print(x)", ["hide-input"]), ("y = 2", ["remove-cell"]),
        ("print(x)", []),
    )  # fmt: skip
    data = {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'/>"}
    cells.cells[1].outputs = [new_output("display_data", data=data)]
    made = notebooks.notebook(page, cells, "first", ["[가] 글"])
    kinds = [(cell.cell_type, cell.source) for cell in made.cells]
    assert kinds == [
        ("code", "first"), ("markdown", "# 제목"), ("code", "x = 1"), ("code", "print(x)"),
        ("markdown", "**그림 1** 설명"), ("markdown", "#### 풀이"), ("code", "print(x)"),
        ("markdown", "## 인용한 글\n\n- [가] 글"),
    ]  # fmt: skip
    folded = [cell.id for cell in made.cells if cell.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert made.metadata.colab.collapsed_sections == folded == [made.cells[5].id]
    hidden = [bool(c.metadata.get("jupyter")) for c in made.cells if c.cell_type == "code"]
    assert hidden == [False, True, True, False]
    assert set(made.cells[3].outputs[0].data) == {"image/png"}


def test_a_page_that_shows_other_cells_is_refused():
    with pytest.raises(ValueError, match=r"셀: 쪽에 2개가 보여야 합니다\. 받은 값: 1"):
        notebooks.notebook(PlainPage([Piece(CELL, "")]), executed(("1", []), ("2", [])), "", [])


@pytest.mark.parametrize("given", ["book", "a/b/c", "a b/c", "a/b?x", "../b", 'a/b"'])
def test_a_repository_with_odd_characters_is_refused(monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv("GITHUB_REPOSITORY", given)
    with pytest.raises(ExtensionError, match=r"GITHUB_REPOSITORY: .*받은 값"):
        site_address.repository()


def test_buttons_open_the_notebook_where_the_repository_is_known(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert notebooks.elsewhere("rnn_x") == {}
    assert notebooks.requirement() == ""
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/some.book")
    monkeypatch.setenv("GITHUB_SHA", "a" * 40)
    colab, binder = notebooks.elsewhere("rnn_x").values()
    start = "https://colab.research.google.com/github/someone/some.book/blob/notebooks"
    assert colab == f"{start}/rnn_x.ipynb"
    assert binder.startswith("https://mybinder.org/v2/gh/someone/some.book/notebooks?urlpath=")
    asked = f"cosine-rnn @ git+https://github.com/someone/some.book@{'a' * 40}"
    assert notebooks.requirement() == asked
    monkeypatch.setenv("GITHUB_SHA", "main")
    with pytest.raises(ExtensionError, match="GITHUB_SHA: "):
        notebooks.requirement()


def test_pages_without_a_name_or_a_title_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(KernelManager.transport_encryption, "default_value", "auto")
    source = tmp_path / "source"
    source.mkdir()
    cell = "\n```{code-cell} ipython3\n1 + 1\n```\n"
    pages = {
        "index": f"{HEAD}notebook: rnn_one\n---\n\n# 하나\n{cell}",
        "same": f"{HEAD}notebook: rnn_one\n---\n\n# 둘\n{cell}",
        "nameless": f"{HEAD}---\n\n# 셋\n{cell}",
        "odd": f"{HEAD}notebook: 넷\n---\n\n# 넷\n{cell}",
        "untitled": f"{HEAD}notebook: rnn_five\n---\n\n글.\n{cell}",
        "left": f"{HEAD}notebook: none\n---\n\n# 여섯\n{cell}",
        "prose": "---\nnotebook: rnn_seven\n---\n\n# 일곱\n",
    }
    for name, text in pages.items():
        (source / f"{name}.md").write_text(text, "utf-8")
    toc = "\n```{toctree}\n" + "\n".join(list(pages)[1:]) + "\n```\n"
    (source / "index.md").write_text(pages["index"] + toc, "utf-8")
    settings: dict[str, Any] = {
        "extensions": ["myst_nb", "notebooks"],
        "nb_execution_mode": "force",
        "suppress_warnings": ["app.add_node", "toc.no_title"],
    }
    _, told = build_source(source, settings, "text")
    found = dict(re.findall(r"(\w+)\.md: WARNING: (notebook: .*)", told))
    assert sorted(found) == ["nameless", "odd", "prose", "same", "untitled"], told
    assert found["prose"].startswith("notebook: 셀이 있는 쪽에만")
    assert found["nameless"].startswith("notebook: rnn_으로 시작하는")
    assert found["nameless"].endswith("받은 값: ''")
    assert found["odd"].endswith("받은 값: '넷'")
    assert "index의 이름" in found["same"]
    assert found["untitled"] == "notebook: 쪽에 제목이 있어야 합니다"


def test_only_changed_pages_are_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[list[str]] = []
    page = PlainPage([Piece(CELL, "")])

    def kept(app: object, names: list[str]) -> Any:
        asked.append(names)
        return [(name, executed(("print(1)", [])), {}) for name in names]

    monkeypatch.setattr(notebooks, "executions", kept)
    metadata = {"a": {"notebook": "rnn_a"}, "b": {"notebook": "rnn_b"}, "c": {"notebook": "none"}}
    env = SimpleNamespace(metadata=metadata, found_docs=set(metadata))
    app: Any = SimpleNamespace(env=env)
    plain = dict.fromkeys(metadata, page)
    used = notebooks.write(app, tmp_path, plain, ["a", "b", "c"])
    assert used == set((tmp_path / "notebooks").iterdir())
    assert len(used) == 4
    notebooks.write(app, tmp_path, plain, ["b"])
    (tmp_path / "notebooks" / "rnn_a.ipynb").unlink()
    notebooks.write(app, tmp_path, plain, [])
    notebooks.write(app, tmp_path, plain, [notebooks.BIBLIOGRAPHY])
    assert asked == [["a", "b"], ["b"], ["a"], ["a", "b"]]


def test_branch_holds_the_notebooks_and_what_they_need(tmp_path: Path):
    origin, clone = tmp_path / "origin", tmp_path / "clone"

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(clone), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout

    subprocess.run(["git", "init", "--quiet", "--bare", str(origin)], check=True)
    subprocess.run(
        ["git", "clone", "--quiet", str(origin), str(clone)], check=True, capture_output=True
    )
    built = clone / "_build" / "html" / "notebooks"
    built.mkdir(parents=True)
    (built / "rnn_x.ipynb").write_text("{}", "utf-8")
    (clone / ".ci").mkdir()
    (clone / ".gitignore").write_text("_build/\n", "utf-8")
    shutil.copy(ROOT / ".ci" / "publish-notebooks", clone / ".ci")
    script = str(clone / ".ci" / "publish-notebooks")
    known = {"GITHUB_REPOSITORY": "someone/book", "GITHUB_SHA": "a" * 40, "GITHUB_ACTOR": "someone"}
    for _ in range(2):  # 다시 올려도 됩니다.
        subprocess.run([script], check=True, env=os.environ | known)
    git("fetch", "--quiet", "origin", "notebooks")
    names = git("ls-tree", "--name-only", "FETCH_HEAD").split()
    assert names == ["requirements.txt", "rnn_x.ipynb", "runtime.txt"]
    asked = git("show", "FETCH_HEAD:requirements.txt").strip()
    assert asked == f"cosine-rnn @ git+https://github.com/someone/book@{'a' * 40}"
    assert git("status", "--porcelain", "--untracked-files=no") == ""
    unknown = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}
    failed = subprocess.run([script], check=False, env=unknown, capture_output=True, text=True)
    assert failed.returncode
    assert "GITHUB_REPOSITORY: 주인/이름이어야" in failed.stderr
