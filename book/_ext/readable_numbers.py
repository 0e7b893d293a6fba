"""``readable``: 셀이 ``glue`` 로 남긴 수를 사람이 읽는 대로 적습니다. 유효 숫자의 수는 뒤에 씁니다.

``{readable}`drift` `` 는 0.0004, ``{readable}`drift 3` `` 은 0.000412입니다. 컴퓨터가 찍는 꼴의
수(4e-04)가 글이나 셀의 결과에 있거나, 글의 소수가 유효 숫자 셋을 넘으면 파일과 줄을 대는
경고이고, 이 책에서 경고는 오류입니다.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from cosine_rnn.support.notation import readable
from docutils import nodes
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from visible_text import Block, above, blocks, cell_of, location

logger = logging.getLogger(__name__)
CONTENT = re.compile(r"(?P<name>\S+)(?:\s+(?P<digits>\d))?")
WRAPPED = re.compile(r"np\.\w+\((.+)\)")
COMPUTER = re.compile(r"(?<![A-Za-z0-9_.])[-−+]?\d+(?:\.\d+)?[eE][-−+]?\d+(?![A-Za-z0-9_])")
# 판의 번호(3.15.1)와 이름의 일부(v0.1234)는 소수가 아닙니다.
DECIMAL = re.compile(r"(?<![A-Za-z0-9_.,])\d[\d,]*\.\d+(?!\.?\d)")
MOST_FIGURES = 3


class ReadableRole(SphinxRole):
    """``{readable}`이름` ``, ``{readable}`이름 3` ``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """같은 쪽의 셀이 남긴 수를 찾아 글로 적습니다."""
        try:
            text = written(self.inliner.document, self.text)
        except (RetrievalError, ValueError) as error:
            logger.warning("readable: %s", error, location=self.get_location())
            return [], []
        node = nodes.inline(text, text, classes=["pasted-text"])
        self.set_source_info(node)
        return [node], []


def written(document: nodes.document, content: str) -> str:
    """역할에 적힌 이름의 수를 글로.

    Raises:
        RetrievalError: 쪽에 그런 이름이 없을 때.
        ValueError: 꼴이 ``이름`` 이나 ``이름 3`` 이 아니거나, 자료가 수가 아닐 때.
    """
    match = CONTENT.fullmatch(content.strip())
    if not match:
        raise ValueError(f"'이름'이나 '이름 3' 꼴이어야 합니다. 받은 값: {content!r}")
    data = retrieve_glue_data(document, match["name"]).data.get("text/plain", "")
    return readable(number(data), digits=int(match["digits"] or 2))


def number(text: str) -> float:
    """``glue`` 가 남긴 글을 수로. NumPy의 수도 받습니다."""
    wrapped = WRAPPED.fullmatch(text.strip())
    try:
        return ast.literal_eval(wrapped[1] if wrapped else text.strip())
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"glue: 수여야 합니다. 받은 값: {text[:60]!r}") from error


def figures(decimal: str) -> int:
    """소수의 유효 숫자가 몇 개인지. 앞의 0은 세지 않습니다."""
    return len(re.sub(r"[.,]", "", decimal).lstrip("0"))


def unreadable(text: str, *patterns: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """사람이 읽기 나쁜 수와 그것이 있는 자리."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            if pattern is COMPUTER or figures(match.group()) > MOST_FIGURES:
                yield match.start(), match.group()


def is_prose(block: Block) -> bool:
    """사람이 쓴 글인지. 셀이 낸 표는 아니고, 셀이 낸 그림의 설명은 글입니다."""
    return cell_of(block.node) is None or isinstance(block.node, nodes.caption)


def is_output(node: nodes.Element) -> bool:
    """셀이 찍은 것인지. 셀의 코드는 아닙니다."""
    outer = [n for n in above(node) if isinstance(n, nodes.Element)]
    return any("cell_output" in n["classes"] for n in outer)


def found_in(doctree: nodes.document, docname: str) -> Iterator[tuple[Any, str]]:
    """읽기 나쁜 수와 그것이 적힌 줄. 코드와 수식은 보지 않습니다."""
    for block in blocks(doctree):
        text = "".join(part if isinstance(part, nodes.Text) else "\ue000" for part in block.parts)
        patterns = (COMPUTER, DECIMAL) if is_prose(block) else (COMPUTER,)
        for place, found in unreadable(text, *patterns):
            lines = text[:place].count("\n")
            yield location(block.node, docname, lines_before=lines), found
    for image in doctree.findall(nodes.image):
        for _, found in unreadable(image.get("alt", ""), COMPUTER, DECIMAL):
            yield location(image, docname), found
    for output in doctree.findall(nodes.literal_block):
        if is_output(output):
            for _, found in unreadable(output.astext(), COMPUTER):
                yield location(output, docname), found


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """쪽 하나의 수를 봅니다. 한 줄에 여럿이면 한 번 알립니다."""
    by_place: dict[Any, list[str]] = {}
    for place, found in found_in(doctree, docname):
        by_place.setdefault(place, []).append(found)
    for place, found in by_place.items():
        machine = any(COMPUTER.fullmatch(each) for each in found)
        rule = "4e-04 꼴로 적지 않습니다" if machine else "유효 숫자는 셋까지입니다"
        shown = ", ".join(found[:3]) + (f" (모두 {len(found)}개)" if len(found) > 3 else "")
        logger.warning("읽기 나쁜 수: %s. 받은 값: %s", rule, shown, location=place)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_role("readable", ReadableRole())
    app.connect("doctree-resolved", check, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
