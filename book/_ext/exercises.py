"""``exercise`` 와 ``solution-start`` … ``solution-end``: 쪽마다 번호를 매긴 연습문제와 접힌 풀이.

지시문 안의 ``code-cell`` 은 실행되지 않으므로, 풀이는 시작과 끝만 적고 그 사이의 글과 셀을 나중에
모두 감쌉니다. 자바스크립트 없이 열리고 글쇠로도 열립니다. 문제와 풀이는 짝이어야 합니다.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class Mark(nodes.Invisible, nodes.Element):
    """풀이가 시작하거나 끝나는 자리."""


class Solution(nodes.General, nodes.Element):
    """풀이 하나. HTML에서는 접힌 ``details`` 입니다."""


def is_exercise(node: nodes.Node) -> bool:
    """``exercise`` 가 만든 마디인지."""
    return isinstance(node, nodes.container) and "exercise" in node["classes"]


class ExerciseDirective(SphinxDirective):
    """내용이 문제입니다. 인자는 확인의 이름이고(``exercise_checks``), 옵션은 없습니다."""

    has_content = True
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """번호는 쪽을 다 읽은 뒤에 매깁니다."""
        self.assert_has_content()
        exercise = nodes.container("", *self.parse_content_to_nodes(), classes=["exercise"])
        exercise["check"] = "".join(self.arguments)
        self.set_source_info(exercise)
        return [exercise]


class MarkDirective(SphinxDirective):
    """풀이의 시작이나 끝. 인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """자리만 잡습니다."""
        mark = Mark(end=self.name == "solution-end")
        self.set_source_info(mark)
        return [mark]


class FoldSolutions(SphinxTransform):
    """번호를 매기고, 시작과 끝 사이를 풀이로 감쌉니다. 짝이 맞지 않으면 경고입니다."""

    default_priority = 10

    def apply(self, **kwargs: Any) -> None:
        """한 쪽을 봅니다."""
        while (mark := next(self.document.findall(Mark), None)) is not None:
            self.fold(mark)
        found: Any = self.document.findall(is_exercise)
        for number, exercise in enumerate(found, start=1):
            exercise.insert(0, nodes.rubric("", f"연습문제 {number}", classes=["exercise-title"]))
            exercise["ids"].append(f"exercise-{number}")
            following = exercise.next_node(descend=False, siblings=True)
            if not isinstance(following, Solution):
                logger.warning("exercise: 바로 뒤에 풀이가 있어야 합니다", location=exercise)

    def fold(self, start: Mark) -> None:
        """``start`` 에서 시작하는 풀이 하나."""
        parent = start.parent
        place = parent.index(start)
        after = parent.children[place + 1 :]
        end = next((node for node in after if isinstance(node, Mark)), None)
        inside = after[: after.index(end)] if end is not None and end["end"] else []
        if start["end"] or not inside:
            rule = "같은 절 안에서 solution-start, 풀이, solution-end의 차례여야 합니다"
            logger.warning("풀이: %s", rule, location=start)
            parent.remove(start)
            return
        if place == 0 or not is_exercise(parent[place - 1]):
            logger.warning("solution-start: 바로 앞에 exercise가 있어야 합니다", location=start)
        solution = Solution("", *inside, classes=["solution"])
        for node in [*inside, end]:
            parent.remove(node)
        start.replace_self(solution)


def visit_html(self: Any, node: nodes.Element) -> None:
    """접힌 채로, ``open`` 이면 펴진 채로 시작합니다. 종이에 찍을 때는 site.js가 폅니다."""
    shown = {"open": "open"} if node.get("open") else {}
    self.body.append(self.starttag(node, "details", **shown) + "<summary>풀이</summary>\n")


def depart_html(self: Any, node: nodes.Element) -> None:
    """풀이를 닫습니다."""
    self.body.append("</details>\n")


def visit_latex(self: Any, node: nodes.Element) -> None:
    """종이에서는 제목을 달아 펴 둡니다."""
    self.body.append("\n\\subsubsection*{풀이}\n")


def ignore(self: Any, node: nodes.Element) -> None:
    """아이들만 씁니다."""


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    plain = ignore, ignore
    app.add_node(Solution, html=(visit_html, depart_html), latex=(visit_latex, ignore), text=plain)
    app.add_node(Mark, html=plain, latex=plain, text=plain)
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("solution-start", MarkDirective)
    app.add_directive("solution-end", MarkDirective)
    app.add_transform(FoldSolutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
