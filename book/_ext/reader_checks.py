"""읽는 사람이 막힐 것을 지을 때 찾습니다: 대체 텍스트가 없는 그림, 영어로 남은 문단.

찾으면 파일과 줄을 대는 경고이고, 이 책에서 경고는 오류입니다.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.nodes import traverse_parent

logger = logging.getLogger(__name__)
HANGUL = re.compile("[가-힣]")
ENGLISH_WORD = re.compile(r"\b[A-Za-z]{2,}\b")
# 이만큼 이어지면 이름이 아니라 문장입니다.
SENTENCE = 4


def sentence_of(node: nodes.Element) -> str:
    """코드와 수식, 인용의 이름을 뺀 글."""
    copy = node.deepcopy()
    for part in list(copy.findall(lambda n: isinstance(n, nodes.literal | nodes.math))):
        part.parent.remove(part)
    return copy.astext()


def line_of(node: nodes.Element) -> int | None:
    """마디의 줄. 글 속의 그림과 표의 칸에는 제 줄이 없어, 감싸는 것의 줄을 씁니다."""
    return next((parent.line for parent in traverse_parent(node) if parent.line), None)


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """쪽 하나를 봅니다. 참고문헌의 제목은 옮기지 않습니다."""
    for image in doctree.findall(nodes.image):
        if not HANGUL.search(image.get("alt", "")):
            logger.warning(
                "그림에는 한국어 대체 텍스트(alt)가 있어야 합니다. 받은 값: %r",
                image.get("alt", ""),
                location=(docname, line_of(image)),
            )
    for node in doctree.findall(lambda n: isinstance(n, nodes.paragraph | nodes.title)):
        if isinstance(node.parent, nodes.citation):
            continue
        text = sentence_of(node)  # pyright: ignore[reportArgumentType]
        if not HANGUL.search(text) and len(ENGLISH_WORD.findall(text)) >= SENTENCE:
            logger.warning("한국어로 옮기지 않은 문단입니다: %r", text[:60], location=node)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("doctree-resolved", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
