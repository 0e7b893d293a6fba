"""물음을 이루는 마디와 그 HTML. HTML이 아닌 책에는 담은 것이 차례대로 펼쳐집니다."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import traverse_parent


class Question(nodes.container):
    """물음 하나: 앞글, 묻는 말, 선택지들, 풀이들."""


class Asked(nodes.paragraph):
    """묻는 말."""


class Choices(nodes.container):
    """선택지들."""


class Choice(nodes.paragraph):
    """선택지 하나."""


class Answers(nodes.container):
    """선택지마다의 풀이. HTML에서는 접혀 있습니다."""


class Answer(nodes.container):
    """선택지 하나의 풀이."""


class Gathered(nodes.Invisible, nodes.Element):
    """장 하나의 물음이 놓일 자리."""


class Progress(nodes.Invisible, nodes.Element):
    """몇 개에 답했는지 적을 자리."""


def visit_question(self: Any, node: Question) -> None:
    """물음은 보내지 않는 양식입니다. 누르면 스크립트가 답을 보입니다."""
    self.body.append(self.starttag(node, "form", **{"data-name": node["name"]}))


def depart_question(self: Any, node: Question) -> None:
    """물음을 닫습니다."""
    self.body.append("</form>\n")


def visit_asked(self: Any, node: Asked) -> None:
    """묻는 말이 선택지 묶음의 이름입니다."""
    self.body.append("<fieldset>\n<legend>")


def depart_asked(self: Any, node: Asked) -> None:
    """이름을 닫습니다."""
    self.body.append("</legend>\n")


def visit_choices(self: Any, node: Choices) -> None:
    """선택지들을 엽니다."""
    self.body.append('<ul class="question-choices">\n')


def depart_choices(self: Any, node: Choices) -> None:
    """선택지들 뒤에, 답하는 단추와 답이 들어갈 자리를 둡니다."""
    self.body.append(
        '</ul>\n</fieldset>\n<p class="question-buttons">'
        '<button type="submit" class="question-check">답하기</button> '
        '<button type="button" class="question-again" hidden>지우고 다시 답하기</button></p>\n'
        '<div class="question-told" role="status"></div>\n'
    )


def visit_choice(self: Any, node: Choice) -> None:
    """선택지 하나."""
    question = next(n for n in traverse_parent(node) if isinstance(n, Question))
    name, value = f"question-{question['name']}", node["value"]
    self.body.append(
        f'<li><label><input type="radio" name="{name}" value="{value}" required> <span>'
    )


def depart_choice(self: Any, node: Choice) -> None:
    """선택지를 닫습니다."""
    self.body.append("</span></label></li>\n")


def visit_answers(self: Any, node: Answers) -> None:
    """접힌 채로 시작합니다."""
    self.body.append(self.starttag(node, "details") + "<summary>답과 풀이</summary>\n")


def depart_answers(self: Any, node: Answers) -> None:
    """풀이들을 닫습니다."""
    self.body.append("</details>\n")


def visit_answer(self: Any, node: Answer) -> None:
    """풀이 하나."""
    kind = "right" if node["right"] else "wrong"
    self.body.append(self.starttag(node, "div", **{"data-kind": kind}))


def depart_answer(self: Any, node: Answer) -> None:
    """풀이를 닫습니다."""
    self.body.append("</div>\n")


def visit_progress(self: Any, node: Progress) -> None:
    """답한 것이 있을 때만 스크립트가 보입니다."""
    self.body.append(
        '<p class="question-progress" hidden><span role="status">'
        '물음 <span data-count="all"></span>개 가운데 <span data-count="told"></span>개에 답했고, '
        '<span data-count="right"></span>개가 맞았습니다.</span> '
        '<button type="button" class="question-clear">고른 것 모두 지우기</button></p>\n'
    )
    raise nodes.SkipNode


def ignore(self: Any, node: nodes.Element) -> None:
    """아무것도 쓰지 않습니다."""


def add_nodes(app: Sphinx) -> None:
    """마디들을 등록합니다."""
    app.add_node(Question, html=(visit_question, depart_question))
    app.add_node(Asked, html=(visit_asked, depart_asked))
    app.add_node(Choices, html=(visit_choices, depart_choices))
    app.add_node(Choice, html=(visit_choice, depart_choice))
    app.add_node(Answers, html=(visit_answers, depart_answers))
    app.add_node(Answer, html=(visit_answer, depart_answer))
    plain = ignore, ignore
    app.add_node(Gathered, html=plain, latex=plain, text=plain, epub=plain)
    app.add_node(Progress, html=(visit_progress, None), latex=plain, text=plain, epub=plain)
