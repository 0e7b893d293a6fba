"""글쓴이가 지킬 것을 지을 때 찾습니다: 장의 차례와 연습문제, 쓰지 않는 말, 부르지 않은 참고문헌.

찾으면 파일과 줄을 대는 경고이고, 이 책에서 경고는 오류입니다.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from exercises import is_exercise
from figure_graph.learning_map import chapters_of
from reader_checks import line_of, sentence_of
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from term_glossary import load_terms

logger = logging.getLogger(__name__)
WORN = Path(__file__).parents[1] / "worn.yml"
FIRST, LAST = "준비", ("무엇을 보았나", "연습문제", "더 읽을거리", "이 장 인용하기")
EXERCISES = 3
LISTS = ("book/index", "book/appendix/teaching")
"""장이 모두 나와야 하는 쪽."""


@cache
def right_words() -> dict[str, str]:
    """쓰지 않는 말마다 대신 쓸 말."""
    terms = {word: entry["term"] for entry in load_terms() for word in entry.get("avoid", [])}
    return {**terms, **yaml.safe_load(WORN.read_text("utf-8"))}


def wrong_words(text: str) -> Iterator[tuple[str, str]]:
    """글에 든 쓰지 않는 말과 대신 쓸 말."""
    for word, right in right_words().items():
        if word in text:
            yield word, right


def prose_blocks(doctree: nodes.document) -> Iterator[nodes.Element]:
    """글이 든 마디. 코드와 식, 참고문헌은 뺍니다."""
    unread = nodes.Inline | nodes.FixedTextElement | nodes.math_block | addnodes.desc_signature
    for node in doctree.findall(nodes.TextElement):
        if not isinstance(node, unread) and not isinstance(node.parent, nodes.citation):
            yield node


def check_words(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """쪽 하나의 말을 봅니다. 용어집은 다른 이름을 알려 주는 곳입니다."""
    if next(iter(doctree.findall(addnodes.glossary)), None):
        return
    for node in prose_blocks(doctree):
        # 줄을 바꾸어 쓴 말도 한 낱말로 읽습니다.
        for word, right in wrong_words(" ".join(sentence_of(node).split())):
            at = docname, line_of(node)
            logger.warning("쓰지 않는 말입니다: %r. 대신 쓸 말: %r", word, right, location=at)


def check_skeleton(app: Sphinx, doctree: nodes.document) -> None:
    """장이면 질문으로 시작해, 준비에서 인용까지의 차례를 지키고, 연습문제가 있어야 합니다."""
    docname = app.env.docname
    if docname not in {f"book/{chapter.link}" for chapter in chapters_of(Path(app.srcdir))}:
        return
    top = next(iter(doctree.findall(nodes.section)))
    sections = {title_of(node): node for node in top.children if isinstance(node, nodes.section)}
    titles = list(sections)
    if titles[:1] != [FIRST] or tuple(titles[-len(LAST) :]) != LAST:
        rule = f"장의 절은 {FIRST!r}에서 시작해 {', '.join(map(repr, LAST))}의 차례로 끝납니다"
        logger.warning("%s. 받은 값: %s", rule, ", ".join(map(repr, titles)), location=top)
    question = next((node for node in top.children if isinstance(node, nodes.block_quote)), None)
    asked = question.astext().strip() if question else ""
    if not asked.endswith(("?", "다.")):
        rule = "장은 인용문으로 적은 질문에서 시작합니다"
        logger.warning("%s. 받은 값: %r", rule, asked[:60], location=top)
    place = sections.get("연습문제", top)
    count = sum(map(is_exercise, place.findall(nodes.container)))
    if count < EXERCISES:
        logger.warning(
            "연습문제가 %d개는 있어야 합니다. 받은 값: %d개", EXERCISES, count, location=place
        )


def check_lists(app: Sphinx, env: Any) -> None:
    """장은 모두 첫 쪽의 표와 수업의 차례에 읽는 시간과 함께 있어야 합니다."""
    for page in LISTS:
        path = Path(env.doc2path(page))
        if page not in env.found_docs:
            continue
        text = path.read_text("utf-8")
        for chapter in chapters_of(Path(app.srcdir)):
            if f"{{reading-time}}`{chapter.link}`" not in text:
                rule = "장이 빠졌습니다: %s. {reading-time}`%s`이 있는 줄을 더하십시오"
                logger.warning(rule, chapter.link, chapter.link, location=page)


def title_of(section: nodes.section) -> str:
    """절의 제목."""
    return section.next_node(nodes.title).astext()  # pyright: ignore[reportOptionalMemberAccess]


def check_references(app: Sphinx, env: Any) -> None:
    """참고문헌 목록의 글은 모두 어딘가에서 인용되어야 합니다."""
    domain = env.get_domain("cite")
    cited = {target.key for reference in domain.citation_refs for target in reference.targets}
    for path, file in domain.bibdata.bibfiles.items():
        lines = path.read_text("utf-8").splitlines()
        for key in file.keys:
            if key not in cited:
                at = next((n for n, line in enumerate(lines, 1) if f"{{{key}," in line), 1)
                logger.warning("인용하지 않은 글입니다: %s", key, location=f"{path}:{at}")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.connect("doctree-read", check_skeleton)
    app.connect("doctree-resolved", check_words)
    app.connect("env-check-consistency", check_references)
    app.connect("env-check-consistency", check_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
