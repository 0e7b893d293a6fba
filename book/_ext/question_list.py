"""``question-list``: 장마다의 물음을 한 쪽에 베껴 모읍니다. 글은 장에만 있습니다."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lab
from claims import Claim
from docutils import nodes
from figure_graph.learning_map import chapters_of
from question_nodes import Gathered, Progress, Question
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import traverse_parent


class QuestionListDirective(SphinxDirective):
    """장마다 절 하나를 두고 그 장의 물음을 모을 자리를 잡습니다. 인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """제목은 지금, 물음은 모든 쪽을 읽은 뒤에 넣습니다."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "_toc.yml"))
        self.env.metadata[self.env.docname]["question-list"] = True  # pyright: ignore
        made: list[nodes.Node] = [Progress()]
        for chapter in chapters_of(root):
            docname = f"book/{chapter.link}"
            self.env.note_dependency(self.env.doc2path(docname))
            if docname != lab.PAGE:
                section = nodes.section("", nodes.title("", chapter.title))
                section["names"].append(nodes.fully_normalize_name(chapter.title))
                self.state.document.note_implicit_target(section, section)
                section += Gathered(docname=docname)
                made.append(section)
        return made


class GatherQuestions(SphinxPostTransform):
    """장의 물음을 베껴 자리에 넣습니다. 참조를 푸는 것(10)보다 먼저입니다."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        """한 쪽을 봅니다."""
        for place in list(self.document.findall(Gathered)):
            source = place["docname"]
            place.replace_self([self.copy(q, source) for q in questions_of(self.env, source)])

    def copy(self, question: Question, source: str) -> Question:
        """이 쪽에서 본 참조와, 나온 곳으로 가는 고리가 있는 물음."""
        here = self.env.docname
        section = next(n for n in traverse_parent(question) if isinstance(n, nodes.section))
        title = section.next_node(nodes.title)
        assert title is not None
        copied = question.deepcopy()
        for node in list(copied.findall(Claim)):  # 문장은 제 쪽에서 자료와 견줍니다.
            node.parent.remove(node)
        for node in copied.findall(addnodes.pending_xref):
            node["refdoc"] = here
        address = f"{self.app.builder.get_relative_uri(here, source)}#{question['ids'][0]}"
        link = nodes.reference("", title.astext(), refuri=address, internal=True)
        said = nodes.paragraph("", "나온 곳: ", link, classes=["question-source"])
        copied += said
        return copied


def questions_of(env: Any, docname: str) -> list[Question]:
    """쪽에 있는 물음들. 다른 쪽의 것을 모은 것은 빼고, 쪽에 나온 차례입니다."""
    return list(env.get_doctree(docname).findall(Question)) if docname in env.found_docs else []


def lists_to_write(app: Sphinx, env: Any) -> list[str]:
    """물음이 바뀌었으면 모으는 쪽도 다시 씁니다."""
    now = {name: found.get("questions-digest") for name, found in env.metadata.items()}
    before, env.book_questions = getattr(env, "book_questions", None), now
    if before == now:
        return []
    return [name for name in sorted(env.found_docs) if env.metadata[name].get("question-list")]


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.setup_extension("questions")
    app.add_directive("question-list", QuestionListDirective)
    app.add_post_transform(GatherQuestions)
    app.connect("env-get-updated", lists_to_write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
