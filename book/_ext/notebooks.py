"""셀이 있는 쪽을 노트북으로도 냅니다. 이름은 쪽의 머리에 ``notebook: rnn_cos_mlp`` 로 적습니다.

``notebooks/`` 에 둘을 씁니다: 결과까지 든 것과, 코드만 든 ``…_blank``. 글은 다 지은 쪽에서 옮기고
(``plain_markdown``), 코드와 결과는 간직해 둔 실행에서 옵니다. 노트북으로 내지 않는 쪽은
``notebook: none`` 이라고 적습니다. 저장소를 알면 Colab과 Binder에서 여는 고리도 둡니다.
"""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import execution
import exercise_checks
import lab
import nbformat
import site_address
from chapter_times import execution_seconds
from docutils import nodes
from each_core import each_core
from jupyter_cache import get_cache
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_code import FEED, first_cell, needed, without_book_only
from page_history import packed_time
from plain_markdown import CELL, CHECK, FOLD, PlainPage
from sphinx.application import Sphinx
from sphinx.util import logging
from svg_picture import png_of

logger = logging.getLogger(__name__)
FOLDER = "notebooks"
BRANCH = "notebooks"
"""저장소에서 노트북만 모은 가지. Colab과 Binder는 저장소의 파일만 엽니다."""

COLAB = "https://colab.research.google.com/github"
BINDER = "https://mybinder.org/v2/gh"
NONE = "none"
BLANK = "_blank"
NAME = re.compile(r"rnn_[a-z0-9_]+")
HIDDEN, REMOVED = {"hide-input", "remove-input", "remove-cell"}, "remove-cell"
BIBLIOGRAPHY = "book/appendix/references"
SHOWN_TYPES = ("text/markdown", "text/html", "text/plain")
PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class Links(nodes.General, nodes.Element):
    """쪽의 노트북을 내려받거나 여는 고리들."""


def name_of(env: Any, docname: str) -> str:
    """쪽의 노트북의 이름. 노트북이 없거나 틀린 이름이면 빈 글입니다."""
    name = env.metadata[docname].get("notebook", "")
    return name if NAME.fullmatch(name) else ""


def pages(env: Any) -> dict[str, str]:
    """노트북이 있는 쪽과 노트북의 이름."""
    named = {docname: name_of(env, docname) for docname in sorted(env.found_docs)}
    return {docname: name for docname, name in named.items() if name}


def check_names(app: Sphinx, env: Any) -> None:
    """셀이 있는 쪽마다 이름이 있고 저마다 다른지 봅니다."""
    seen: dict[str, str] = {}
    for docname in sorted(env.found_docs):
        name = env.metadata[docname].get("notebook", "")
        if execution_seconds(env, docname) is None:
            if name:
                rule = "셀이 있는 쪽에만 적습니다"
                logger.warning("notebook: %s. 받은 값: %r", rule, name, location=docname)
        elif name != NONE and not NAME.fullmatch(name):
            rule = f"rnn_으로 시작하는 영문 소문자와 숫자, 밑줄이거나 {NONE}이어야 합니다"
            logger.warning("notebook: %s. 받은 값: %r", rule, name, location=docname)
        elif name in seen:
            rule = f"쪽마다 달라야 합니다({seen[name]}의 이름입니다)"
            logger.warning("notebook: %s. 받은 값: %r", rule, name, location=docname)
        elif name != NONE:
            seen[name] = docname


def add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """제목과 걸리는 시간 아래에 고리를 둡니다."""
    name = name_of(app.env, docname)
    title = next(doctree.findall(nodes.title), None)
    if not name:
        return
    if title is None or title.parent is None:
        logger.warning("notebook: 쪽에 제목이 있어야 합니다", location=docname)
        return
    section = title.parent
    times = [
        n
        for n in section.children
        if "reading-time" in getattr(n, "attributes", {}).get("classes", [])
    ]
    place = section.index(times[0] if times else title) + 1
    section.insert(place, Links(name=name, root="../" * docname.count("/")))


def visit_html(self: Any, node: Links) -> None:
    """내려받는 고리 둘과, 저장소를 알면 여는 고리 둘."""
    name, folder = node["name"], f"{node['root']}{FOLDER}/"
    links = [
        f'<a href="{folder}{name}{kind}.ipynb" download>{text}</a>'
        for kind, text in (("", "노트북 내려받기"), (BLANK, "결과를 뺀 노트북"))
    ]
    for text, address in elsewhere(name).items():
        links.append(f'<a href="{address}" rel="external">{text}</a>')
    self.body.append(f'<p class="reading-time take-along screen-only">{" ".join(links)}</p>\n')
    raise nodes.SkipNode


def skip(self: Any, node: Links) -> None:
    """종이의 책에는 싣지 않습니다."""
    raise nodes.SkipNode


def elsewhere(name: str) -> dict[str, str]:
    """노트북을 설치 없이 여는 곳. 저장소를 모르면 없습니다."""
    repository = site_address.repository()
    if not repository:
        return {}
    path = quote(f"lab/tree/{name}.ipynb", safe="")
    return {
        "Colab에서 열기": f"{COLAB}/{repository}/blob/{BRANCH}/{name}.ipynb",
        "Binder에서 열기": f"{BINDER}/{repository}/{BRANCH}?urlpath={path}",
    }


def requirement() -> str:
    """이 책의 꾸러미를 pip에 말하는 법. 저장소를 모르면 빈 글입니다."""
    repository, commit = site_address.repository(), site_address.commit()
    if not repository:
        return ""
    return f"cosine-rnn @ git+https://github.com/{repository}" + (f"@{commit}" if commit else "")


def notebook(
    page: PlainPage,
    executed: NotebookNode,
    first: str,
    references: list[str],
    checks: Iterable[str] = (),
) -> NotebookNode:
    """쪽의 글과 실행한 셀을 엮은 노트북. 결과까지 들어 있습니다.

    Args:
        page: 마크다운으로 옮긴 쪽.
        executed: 실행한 노트북. 쪽에 보이지 않는 셀도 들어 있습니다.
        first: 첫 셀의 코드.
        references: 끝에 실을 참고문헌.
        checks: 차례대로의 연습문제의 확인의 이름.

    Raises:
        ValueError: 쪽에 보이는 셀의 수가 실행한 것과 다르거나, 옮길 수 없는 코드가 있을 때.
    """
    codes = [cell for cell in executed.cells if cell.cell_type == "code"]
    removed = [REMOVED in cell.metadata.get("tags", []) for cell in codes]
    hidden = [gone or FEED in cell.source for gone, cell in zip(removed, codes, strict=True)]
    sources = needed([without_book_only(cell.source) for cell in codes], hidden)
    shown = [place for place, gone in enumerate(removed) if not gone]
    seen = sum(piece.kind == CELL for piece in page.pieces)
    if seen != len(shown):
        raise ValueError(f"셀: 쪽에 {len(shown)}개가 보여야 합니다. 받은 값: {seen}")
    cells = [new_code_cell(first)]
    done, visible, asked = 0, iter(shown), iter(checks)
    for piece in page.pieces:
        if piece.kind == CELL:
            upto = next(visible) + 1
            for place in range(done, upto):
                cells += code_cell(sources[place], codes[place])
            done = upto
        if piece.kind == CHECK and (name := next(asked, "")):
            tagged = {"tags": [exercise_checks.TAG]}
            cells += [
                new_code_cell(source, metadata=tagged) for source in exercise_checks.cells(name)
            ]
        if piece.text:
            folded = {"jp-MarkdownHeadingCollapsed": True} if piece.kind == FOLD else {}
            cells.append(new_markdown_cell(piece.text, metadata=folded))
    if references:
        listed = "\n".join(f"- {text}" for text in references)
        cells.append(new_markdown_cell(f"## 인용한 글\n\n{listed}"))
    return numbered(cells)


def code_cell(source: str, cell: NotebookNode) -> Iterator[NotebookNode]:
    """코드와 결과. 쪽에서 접어 둔 코드는 접어 두고, 남은 코드가 없으면 내지 않습니다."""
    if not source:
        return
    folds = bool(HIDDEN & set(cell.metadata.get("tags", [])))
    metadata = {"cellView": "form", "jupyter": {"source_hidden": True}} if folds else {}
    found = [made for output in cell.outputs if (made := portable(output)) is not None]
    yield new_code_cell(source, metadata=metadata, outputs=found)


def portable(output: NotebookNode) -> NotebookNode | None:
    """결과 하나를 어디서나 보이는 꼴로. 그림은 PNG로 바꿉니다."""
    if output.output_type == "stream":
        return output
    if output.output_type == "error" or lab.DATA in output.data.get("text/html", ""):
        return None
    data = {kind: output.data[kind] for kind in SHOWN_TYPES if kind in output.data}
    metadata = {}
    if svg := output.data.get("image/svg+xml"):
        picture = png_of(svg)
        data["image/png"] = base64.b64encode(picture.content).decode()
        metadata["image/png"] = {"width": picture.width, "height": picture.height}
    made = NotebookNode(output_type=output.output_type, data=data, metadata=metadata)
    if output.output_type == "execute_result":
        made["execution_count"] = None
    return made if data else None


def numbered(cells: list[NotebookNode]) -> NotebookNode:
    """셀마다 차례에서 온 이름을 붙이고, Colab이 접어 둘 제목을 적습니다."""
    count = 0
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place:03d}"
        cell.metadata["id"] = cell["id"]  # Colab은 여기에서 읽습니다.
        if cell.cell_type == "code" and cell.outputs:
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    folded = [cell["id"] for cell in cells if "jp-MarkdownHeadingCollapsed" in cell.metadata]
    colab = {"collapsed_sections": folded, "toc_visible": True}
    made = new_notebook(cells=cells, metadata=PYTHON | {"colab": colab})
    nbformat.validate(made)
    return made


def without_outputs(made: NotebookNode) -> NotebookNode:
    """결과를 뺀 사본."""
    blank = copy.deepcopy(made)
    for cell in blank.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return blank


def executions(app: Sphinx, names: list[str]) -> Iterator[tuple[str, NotebookNode, Any]]:
    """쪽마다 간직해 둔 실행과, 실행할 때 잰 것."""
    cache = get_cache(app.env.mystnb_config.execution_cache_path)  # pyright: ignore
    for chapter in execution.chapters(app, names):
        key, merged = cache.merge_match_into_notebook(chapter.notebook)
        docname = chapter.place.removesuffix(chapter.path.suffix)
        yield docname, merged, cache.get_cache_record(key).data


def paths(env: Any, out: Path) -> set[Path]:
    """노트북 파일들."""
    kinds = ("", BLANK)
    return {out / FOLDER / f"{name}{kind}.ipynb" for name in pages(env).values() for kind in kinds}


def texts_of(parts: tuple[Any, ...]) -> dict[str, str] | ValueError:
    """``notebook`` 이 받는 것으로 만든 노트북의 글, 종류마다 하나. 만들 수 없으면 그 까닭입니다."""
    try:
        made = notebook(*parts)
    except ValueError as error:
        return error
    kinds = {"": made, BLANK: without_outputs(made)}
    return {kind: nbformat.writes(one) + "\n" for kind, one in kinds.items()}


def write(app: Sphinx, out: Path, plain: dict[str, PlainPage], written: Iterable[str]) -> set[Path]:
    """새로 쓴 쪽과, 파일이 없는 쪽의 노트북을 씁니다. 참고문헌이 바뀌면 모두 다시 씁니다.

    Returns:
        모든 노트북의 자리.
    """
    named = pages(app.env)
    fresh = set(named) if BIBLIOGRAPHY in written else set(written)
    todo = [n for n in named if n in fresh or not (out / FOLDER / f"{named[n]}.ipynb").is_file()]
    entries = plain[BIBLIOGRAPHY].entries if BIBLIOGRAPHY in plain else {}
    (out / FOLDER).mkdir(exist_ok=True)
    parts: dict[str, tuple[Any, ...]] = {}
    for docname, executed, measured in executions(app, todo):
        page = plain[docname]
        shown = {} if packed_time() else measured
        first = first_cell(shown.get("execution_seconds"), shown.get("peak_bytes"), requirement())
        references = [entries[key] for key in page.cited if key in entries]
        checks = exercise_checks.names(app.env, docname)
        parts[docname] = (page, executed, first, references, checks)
    for docname, texts in zip(parts, each_core(texts_of, list(parts.values())), strict=True):
        if isinstance(texts, ValueError):
            logger.warning("notebook: %s", texts, location=docname)
            continue
        for kind, text in texts.items():
            (out / FOLDER / f"{named[docname]}{kind}.ipynb").write_text(text, "utf-8")
    return paths(app.env, out)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    elsewhere_skips = (skip, None)
    app.add_node(
        Links,
        html=(visit_html, None),
        latex=elsewhere_skips,
        text=elsewhere_skips,
        epub=elsewhere_skips,
    )
    app.connect("env-check-consistency", check_names)
    app.connect("doctree-resolved", add_links, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
