"""``question``: 뜻을 방금 만난 자리에서 묻는 물음.

내용의 마지막 목록이 선택지이고, 그 앞의 문단이 묻는 말입니다. 옳은 선택지는 ``[x]``, 틀린 것은
``[ ]`` 로 시작하고 아래에 풀이를 적습니다. 틀린 선택지의 풀이는 오해의 이름(굵은 글)으로 시작해,
답이 있는 그림이나 식, 절을 가리킵니다. 어긋나면 파일과 줄을 대는 경고이고, 이 책에서 경고는
오류입니다. 자바스크립트가 없으면 답이 접힌 물음으로 읽힙니다. 고르고 답하는 일은
``_static/questions.js`` 가 합니다.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lab
from docutils import nodes
from figure_graph.learning_map import chapters_of
from question_nodes import Answer, Answers, Asked, Choice, Choices, Question, add_nodes
from reader_checks import line_of
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MARKED = re.compile(r"\[( |x)\]\s*")
LETTERS = "가나다라"
FEWEST_CHOICES = 3
FEWEST, MOST = 3, 5
"""장 하나에 둘 수 있는 물음의 수."""


class QuestionError(Exception):
    """물음의 꼴이 어긋났습니다. 어긋난 마디와 까닭을 듭니다."""


class QuestionDirective(SphinxDirective):
    """인자는 책에서 하나뿐인 이름이고, 내용은 묻는 말과 선택지의 목록입니다."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """꼴을 보고 마디로 짭니다. 어긋나면 경고하고 싣지 않습니다."""
        self.assert_has_content()
        question = Question(classes=["question"])
        self.set_source_info(question)
        try:
            (name,) = self.arguments
            if not NAME.fullmatch(name):
                rule = "이름은 영어 소문자와 숫자를 붙임표로 이은 것이어야 합니다"
                raise QuestionError(question, f"{rule}. 받은 값: {name}")
            number = self.env.new_serialno("question") + 1
            question += parts_of(self.parse_content_to_nodes(), question, number)
        except QuestionError as error:
            place, why = error.args
            line = place.line or question.line
            logger.warning("question: %s", why, location=(self.env.docname, line))
            return []
        question["name"] = name
        question["ids"] = [f"question-{name}"]
        return [question]


def parts_of(body: list[nodes.Node], question: Question, number: int) -> Iterator[nodes.Element]:
    """내용의 마디들을 앞글, 묻는 말, 선택지들, 풀이들로.

    Raises:
        QuestionError: 꼴이 어긋났을 때.
    """
    *before, asked, listed = body if len(body) > 1 else (None, None)
    if not isinstance(asked, nodes.paragraph) or not isinstance(listed, nodes.bullet_list):
        raise QuestionError(question, "묻는 문단과 선택지의 목록으로 끝나야 합니다")
    items = [choice_of(item, letter) for item, letter in zip(listed, LETTERS, strict=False)]
    if not FEWEST_CHOICES <= len(listed) <= len(LETTERS):
        rule = f"선택지는 {FEWEST_CHOICES}개에서 {len(LETTERS)}개까지입니다"
        raise QuestionError(question, f"{rule}. 받은 값: {len(listed)}개")
    right = sum(answer["right"] for _, answer in items)
    if right != 1:
        rule = "옳은 선택지([x])가 꼭 하나여야 합니다"
        raise QuestionError(question, f"{rule}. 받은 값: {right}개")
    yield from before  # pyright: ignore[reportReturnType]
    title = nodes.strong("", f"물음 {number}", classes=["question-number"])
    yield placed(Asked("", "", title, nodes.Text(" "), *asked.children), asked)
    yield Choices("", *(choice for choice, _ in items))
    yield Answers("", *(answer for _, answer in items), classes=["question-answers"])


def choice_of(item: nodes.Node, letter: str) -> tuple[Choice, Answer]:
    """목록의 하나를 선택지와 풀이로.

    Raises:
        QuestionError: 선택지의 꼴이 아니거나 풀이가 모자랄 때.
    """
    assert isinstance(item, nodes.list_item)
    first, *rest = item.children or [nodes.paragraph()]
    mark = MARKED.match(first.astext())
    if not isinstance(first, nodes.paragraph) or not mark:
        rule = "선택지는 [ ]나 [x]로 시작합니다"
        raise QuestionError(item, f"{rule}. 받은 값: {first.astext()[:40]!r}")
    said, right = first.astext()[mark.end() :], mark[1] == "x"
    if not rest or not isinstance(rest[0], nodes.paragraph):
        raise QuestionError(item, f"선택지 아래에 풀이가 있어야 합니다. 받은 값: {said[:40]!r}")
    check_explanation(rest, item, said, right=right)
    first[0] = nodes.Text(first[0].astext()[mark.end() :])
    label = nodes.strong("", letter, classes=["question-letter"])
    choice = placed(Choice("", "", label, nodes.Text(" "), *first.children), first)
    # 고른 것을 적어 둘 이름. 글을 고치면 바뀌어, 고치기 전에 고른 것이 다른 것으로 보이지 않습니다.
    choice["value"] = hashlib.sha256(said.encode()).hexdigest()[:8]
    verdict = nodes.strong("", "맞습니다." if right else "틀립니다.", classes=["question-verdict"])
    opening = rest[0]
    opening[0:0] = [label.deepcopy(), nodes.Text(" "), verdict, nodes.Text(" ")]
    return choice, Answer("", *rest, right=right, classes=["question-answer"])


def check_explanation(rest: list[nodes.Node], item: nodes.Element, said: str, *, right: bool):
    """틀린 선택지의 풀이에 오해의 이름과 답이 있는 곳이 있는지 봅니다."""
    if right:
        return
    first = next((node for node in rest[0].children if node.astext()), None)
    if not isinstance(first, nodes.strong):
        rule = "틀린 선택지의 풀이는 오해의 이름(굵은 글)으로 시작합니다"
        raise QuestionError(item, f"{rule}. 받은 값: {rest[0].astext()[:40]!r}")
    if not any(next(iter(n.findall(is_reference)), None) for n in rest):
        rule = "틀린 선택지의 풀이는 답이 있는 그림이나 식, 절을 가리켜야 합니다"
        raise QuestionError(item, f"{rule}. 받은 값: {said[:40]!r}")


def is_reference(node: nodes.Node) -> bool:
    """다른 곳을 가리키는 마디인지."""
    return isinstance(node, addnodes.pending_xref | nodes.reference)


def placed(node: Any, source: nodes.Element) -> Any:
    """``source`` 의 파일과 줄을 물려받은 마디."""
    node.source, node.line = source.source, source.line
    return node


def note_questions(app: Sphinx, doctree: nodes.document) -> None:
    """쪽의 물음들의 이름과 줄, 줄인 값을 적어 두고, 장이면 그 수를 봅니다."""
    env: Any = app.env
    found = list(doctree.findall(Question))
    env.metadata[env.docname]["questions"] = [(q["name"], line_of(q)) for q in found]
    text = "".join(question.pformat() for question in found)
    env.metadata[env.docname]["questions-digest"] = hashlib.sha256(text.encode()).hexdigest()
    chapters = {f"book/{chapter.link}" for chapter in chapters_of(Path(app.srcdir))} - {lab.PAGE}
    if (found or env.docname in chapters) and len(found) not in range(FEWEST, MOST + 1):
        rule = f"장에는 물음이 {FEWEST}개에서 {MOST}개까지 있어야 합니다"
        top = next(iter(doctree.findall(nodes.section)), doctree)
        logger.warning("question: %s. 받은 값: %d개", rule, len(found), location=top)


def check_names(app: Sphinx, env: Any) -> None:
    """물음의 이름은 책에서 하나뿐이어야 합니다. 답한 것을 이 이름으로 적어 둡니다."""
    first: dict[str, str] = {}
    for docname in sorted(env.found_docs):
        for name, line in env.metadata[docname].get("questions", ()):
            if name in first:
                rule = f"이름은 책에서 하나뿐이어야 합니다. 먼저 쓴 곳: {first[name]}"
                at = docname, line
                logger.warning("question: %s. 받은 값: %s", rule, name, location=at)
            first.setdefault(name, f"{Path(env.doc2path(docname)).name}:{line}")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    add_nodes(app)
    app.add_directive("question", QuestionDirective)
    app.connect("doctree-read", note_questions)
    app.connect("env-check-consistency", check_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
