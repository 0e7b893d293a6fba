"""쪽에 보이는 글을 문단마다 모읍니다. 코드와 수식은 글이 아니라 그 자리에 낀 것으로 봅니다."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import formula_reading
import korean_reading
from docutils import nodes
from sphinx import addnodes

FIRST_INSET = 0xE000
# MyST-NB가 셀에 적어 두는 줄은 셀이 시작하는 줄보다 이만큼 뒤입니다.
LINES_INTO_CELL = 2
UNREAD_PARTS = (nodes.citation, addnodes.desc_signature, nodes.label)


@dataclass
class Inset:
    """글 사이에 낀 식, 코드, 올려 쓴 글자. 부르면 마지막 음절을 냅니다."""

    node: nodes.Node

    def __call__(self) -> str:
        """소리 내어 읽은 마지막 음절."""
        if isinstance(self.node, nodes.math):
            return formula_reading.last_syllable(self.node.astext())
        if isinstance(self.node, nodes.superscript):
            return formula_reading.last_syllable_of_power(self.node.astext())
        if isinstance(self.node, nodes.literal):
            return korean_reading.last_syllable(self.node.astext())
        raise korean_reading.UnknownReadingError(self.node.astext())

    def astext(self) -> str:
        """경고에 보일 글."""
        return self.node.astext()


@dataclass
class Block:
    """한 문단(또는 제목, 설명, 표의 자리)의 글."""

    node: nodes.TextElement
    parts: list[nodes.Text | str] = field(default_factory=list)
    """글 마디와, 낀 것을 나타내는 글자가 차례로."""
    insets: dict[str, Inset] = field(default_factory=dict)
    """낀 것을 나타내는 글자마다 그것."""

    def shown(self, text: str) -> str:
        """낀 것을 나타내는 글자를 그것의 글로 바꾼 글."""
        return "".join(self.insets[c].astext() if c in self.insets else c for c in text)


def blocks(doctree: nodes.Element) -> Iterator[Block]:
    """쪽의 문단들. 코드와 수식의 덩이, 참고문헌의 목록은 뺍니다."""
    skipped = (nodes.Inline, nodes.FixedTextElement, nodes.math_block, nodes.raw)
    for node in list(doctree.findall(nodes.TextElement)):
        if isinstance(node, skipped) or isinstance(node.parent, nodes.TextElement):
            continue
        if any(isinstance(parent, UNREAD_PARTS) for parent in above(node)):
            continue
        block = Block(node)
        _collect(node, block)
        if block.parts:
            yield block


def _collect(element: nodes.Element, block: Block) -> None:
    """마디 아래의 글을 차례로 모읍니다. 보이지 않는 것은 지나갑니다."""
    for child in element.children:
        if isinstance(child, nodes.Text):
            block.parts.append(child)
        elif isinstance(child, nodes.literal | nodes.math | nodes.superscript | nodes.image):
            mark = chr(FIRST_INSET + len(block.insets))
            block.insets[mark] = Inset(child)
            block.parts.append(mark)
        elif isinstance(child, nodes.Element) and not isinstance(child, nodes.raw):
            _collect(child, block)


def above(node: nodes.Node) -> Iterator[nodes.Node]:
    """마디와 그것을 싼 마디들."""
    while node is not None:
        yield node
        node = node.parent


def cell_of(node: nodes.Node) -> nodes.Element | None:
    """마디가 셀의 결과 안에 있으면 그 셀."""
    for parent in above(node):
        if isinstance(parent, nodes.Element) and parent.get("nb_element") == "cell_code":
            return parent
    return None


def location(node: nodes.Node, docname: str, *, lines_before: int = 0) -> Any:
    """경고에 붙일 자리. 셀의 결과이면 셀의 줄, 표이면 표의 줄에서 센 줄입니다.

    Args:
        node: 문단이나 그 안의 마디.
        docname: 쪽의 이름.
        lines_before: 문단 안에서 그 앞에 있는 줄의 수.
    """
    cell = cell_of(node)
    if cell is not None:
        return docname, (cell.line or LINES_INTO_CELL) - LINES_INTO_CELL
    row = next((n for n in above(node) if isinstance(n, nodes.row)), None)
    table = next((n for n in above(node) if isinstance(n, nodes.table)), None)
    if row is not None and table is not None and table.line:
        below = 0 if isinstance(row.parent, nodes.thead) else 2 + row.parent.index(row)
        return docname, table.line + below
    placed = next((n for n in above(node) if n.line), None)
    if placed is None:
        return docname, None
    line = placed.line + lines_before  # pyright: ignore[reportOptionalOperand]
    # 용어의 뜻풀이처럼 다른 파일에 적힌 글은 그 파일을 댑니다.
    return f"{placed.source}:{line}" if placed.source else (docname, line)
