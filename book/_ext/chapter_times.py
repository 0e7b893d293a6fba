"""장을 읽고 실행하는 데 드는 시간: 제목 아래의 한 줄, ``reading-time``, ``execution-times``.

읽는 시간은 쪽에 보이는 글과 코드, 식, 그림의 양에서 어림하고, 실행한 시간은 셀을 실행할 때 잰
것입니다.
"""

from __future__ import annotations

import math
from typing import Any

from cosine_rnn.support.notation import UNTOLD, readable
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector, SphinxEnvType
from page_history import packed_time
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)
# 처음 배우는 글을 읽는 빠르기. 띄어쓰기를 뺀 글자는 1분에, 나머지는 하나에 몇 초인지입니다.
CHARACTERS_PER_MINUTE = 450
SECONDS_PER_CODE_LINE = 3
SECONDS_PER_EQUATION = 15
SECONDS_PER_PICTURE = 20
UNREAD = ("solution", "question-answers", "dropdown", "tag_hide-cell", "tag_remove-cell")


class ReadingTime(nodes.Inline, nodes.TextElement):
    """모든 쪽을 읽은 뒤에 채울, 장 하나를 읽는 시간."""


class ExecutionTimes(nodes.General, nodes.Element):
    """모든 쪽을 실행한 뒤에 채울 표의 자리."""


class ReadingTimeRole(SphinxRole):
    """``{reading-time}`theory/lstm` ``: 그 장을 읽는 시간. 책의 폴더에서 본 이름을 씁니다."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """시간은 그 장을 읽은 뒤에 알 수 있으므로 자리만 잡습니다."""
        node = ReadingTime(docname=f"book/{self.text}")
        self.set_source_info(node)
        return [node], []


class ExecutionTimesDirective(SphinxDirective):
    """쪽마다 셀을 실행하는 데 걸린 시간의 표. 인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """시간은 다 실행한 뒤에 알 수 있으므로 자리만 잡습니다."""
        env: Any = self.env
        env.metadata[env.docname]["execution-times"] = True
        return [ExecutionTimes()]


def pages_with_times(env: Any) -> list[str]:
    """실행 시간의 표가 있는 쪽들."""
    return [name for name in env.found_docs if env.metadata[name].get("execution-times")]


def is_read(node: nodes.Node) -> bool:
    """처음부터 펼쳐져 있어 차례로 읽게 되는 마디인지."""
    while node is not None:
        classes = node.get("classes", []) if isinstance(node, nodes.Element) else []
        if any(name in UNREAD for name in classes):
            return False
        if "cell_input" in classes and "tag_hide-input" in node.parent.get("classes", []):
            return False
        node = node.parent
    return True


def reading_minutes(doctree: nodes.document) -> int:
    """쪽을 읽는 데 드는 시간(분)의 어림. 접어 둔 풀이와 코드는 세지 않습니다."""
    seconds = 0.0
    for node in doctree.findall(lambda node: isinstance(node, nodes.Element)):
        if isinstance(node, nodes.paragraph | nodes.title | nodes.caption):
            cost = 60 / CHARACTERS_PER_MINUTE * len("".join(node.astext().split()))
        elif isinstance(node, nodes.literal_block) and "cell_output" not in str(node.parent):
            cost = SECONDS_PER_CODE_LINE * len(node.astext().splitlines())
        elif isinstance(node, nodes.math_block):
            cost = SECONDS_PER_EQUATION
        elif isinstance(node, nodes.figure | nodes.table):
            cost = SECONDS_PER_PICTURE
        else:
            continue
        seconds += cost if is_read(node) else 0
    return max(1, math.ceil(seconds / 60))


def minutes(env: Any) -> dict[str, int]:
    """쪽마다 읽는 시간(분). 쪽을 읽을 때 셉니다."""
    return {name: found["reading-minutes"] for name, found in env.metadata.items() if found}


def note_minutes(app: Sphinx, doctree: nodes.document) -> None:
    """읽은 쪽의 시간을 적어 둡니다."""
    app.env.metadata[app.env.docname]["reading-minutes"] = reading_minutes(doctree)


def execution_seconds(env: SphinxEnvType, docname: str) -> float | None:
    """쪽의 셀을 실행하는 데 걸린 시간(초). 셀이 없으면 ``None`` 입니다."""
    data = NbMetadataCollector.get_exec_data(env, docname)
    return None if not data or data["runtime"] is None else float(data["runtime"])


def shown_seconds(env: SphinxEnvType, docname: str) -> float | None:
    """쪽에 적을 실행 시간(초). ``SOURCE_DATE_EPOCH`` 를 정했으면 적지 않습니다."""
    return None if packed_time() else execution_seconds(env, docname)


def row(*cells: nodes.Node) -> nodes.row:
    """표의 한 줄."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def execution_table(app: Sphinx, docname: str) -> nodes.table:
    """차례에 나온 순서대로 쪽과 실행 시간. 쪽의 제목으로 이어집니다."""
    env: Any = app.env
    order = [env.config.root_doc, *env.toctree_includes.get(env.config.root_doc, [])]
    times = {name: execution_seconds(env, name) for name in order}
    pages = [(name, seconds) for name, seconds in times.items() if seconds is not None]
    body = nodes.tbody()
    for name, seconds in pages:
        target = app.builder.get_relative_uri(docname, name)
        title = nodes.Text(env.titles[name].astext())
        link = nodes.reference("", "", title, internal=True, refuri=target)
        body += row(link, nodes.Text(UNTOLD if packed_time() else readable(seconds)))
    if not packed_time():
        body += row(nodes.Text("합"), nodes.Text(readable(sum(seconds for _, seconds in pages))))
    head = nodes.thead("", row(nodes.Text("쪽"), nodes.Text("실행(초)")))
    columns = [nodes.colspec(colwidth=4), nodes.colspec(colwidth=1)]
    group = nodes.tgroup("", *columns, head, body, cols=2)
    return nodes.table("", group, classes=["execution-times"])


def is_chapter(doctree: nodes.document) -> bool:
    """제목 다음이 질문인 쪽이 장입니다."""
    title = next(doctree.findall(nodes.title), None)
    if title is None or title.parent is None:
        return False
    following = title.parent.children[title.parent.index(title) + 1 :]
    return bool(following) and isinstance(following[0], nodes.block_quote)


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """장의 제목 아래와 미리 잡아 둔 자리에 시간을 넣습니다."""
    env: Any = app.env
    if is_chapter(doctree) and docname != env.config.root_doc:
        text = f"읽기 약 {minutes(env)[docname]}분"
        seconds = shown_seconds(env, docname)
        if seconds is not None:
            text += f" · 셀을 모두 실행하는 데 {max(1, round(seconds))}초"
        title = next(doctree.findall(nodes.title))
        place = title.parent.index(title) + 1
        title.parent.insert(place, nodes.paragraph("", text, classes=["reading-time"]))
    for place in list(doctree.findall(ReadingTime)):
        if place["docname"] not in env.found_docs:
            logger.warning("책에 없는 쪽입니다: %s", place["docname"], location=place)
            place.replace_self(nodes.Text(""))
            continue
        place.replace_self(nodes.Text(f"{minutes(env)[place['docname']]}분"))
    for place in list(doctree.findall(ExecutionTimes)):
        place.replace_self(execution_table(app, docname))


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_node(ReadingTime)
    app.add_node(ExecutionTimes)
    app.add_role("reading-time", ReadingTimeRole())
    app.add_directive("execution-times", ExecutionTimesDirective)
    app.connect("doctree-read", note_minutes, priority=900)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
