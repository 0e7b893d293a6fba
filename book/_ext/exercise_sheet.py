"""``exercise-sheet`` 와 ``solution-sheet``: 쪽마다의 연습문제를 한 쪽에 베껴 모읍니다.

글은 장에만 있습니다. 뒤의 것은 풀이의 글과 코드, 결과까지 편 채로 모읍니다. 차례는 책의 차례이고,
연습문제가 든 쪽마다 절이 하나입니다. 종이에서는 절마다 새 쪽입니다.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml
from claims import Claim
from docutils import nodes
from exercises import Solution, is_exercise
from figure_graph.learning_map import APPENDIX, title_of
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

MARKED = "{exercise}"
SHEET, DIGEST = "exercise-sheet", "exercise-digest"


class Gathered(nodes.General, nodes.Element):
    """쪽 하나의 연습문제가 들어갈 자리."""


class SheetDirective(SphinxDirective):
    """쪽마다 절 하나를 두고 자리를 잡습니다. 인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """제목은 지금, 연습문제는 모든 쪽을 읽은 뒤에 넣습니다."""
        env: Any = self.env
        sections = sections_of(env)
        env.metadata[env.docname][SHEET] = sections
        made: list[nodes.Node] = []
        for docname, title in sections:
            section = nodes.section("", nodes.title("", title), classes=[SHEET])
            section["names"].append(nodes.fully_normalize_name(title))
            self.state.document.note_implicit_target(section, section)
            section += Gathered(docname=docname, solved=self.name == "solution-sheet")
            made.append(section)
        return made


class GatherExercises(SphinxPostTransform):
    """연습문제를 베껴 자리에 넣습니다. 셀의 결과를 고르는 것(4)보다 먼저입니다."""

    default_priority = 3

    def run(self, **kwargs: Any) -> None:
        """한 쪽을 봅니다."""
        for place in list(self.document.findall(Gathered)):
            pairs = pairs_of(self.env.get_doctree(place["docname"]))
            made: list[nodes.Node] = [self.way_back(place["docname"])]
            for exercise, solution in pairs:
                made += self.copies(exercise, solution, place)
            place.replace_self(made)

    def address(self, docname: str, name: str = "") -> str:
        """이 쪽에서 그 쪽으로 가는 주소."""
        path = self.app.builder.get_relative_uri(self.env.docname, docname)
        return f"{path}#{name}" if name else path

    def way_back(self, docname: str) -> nodes.paragraph:
        """연습문제가 나온 쪽으로 가는 고리. 글은 장의 번호입니다."""
        number = self.env.toc_secnumbers.get(docname, {}).get("")
        text = f"{'.'.join(map(str, number))}장" if number else APPENDIX
        link = nodes.reference("", text, refuri=self.address(docname), internal=True)
        return nodes.paragraph("", "나온 곳: ", link)

    def copies(
        self, exercise: nodes.Element, solution: Solution, place: Gathered
    ) -> list[nodes.Node]:
        """이 쪽에서 본 참조와, 나온 곳으로 가는 고리가 있는 문제. 풀이는 ``solved`` 일 때만."""
        (name,) = exercise["ids"]
        made = [exercise.deepcopy(), *([solution.deepcopy()] if place["solved"] else [])]
        for copied in made:
            for node in list(copied.findall(Claim)):  # 문장은 제 쪽에서 자료와 견줍니다.
                node.parent.remove(node)
            for node in copied.findall(nodes.Element):
                node["ids"] = []
            for node in copied.findall(addnodes.pending_xref):
                node["refdoc"] = self.env.docname
        title = made[0][0]
        made[0]["ids"] = [f"{place['docname'].removeprefix('book/').replace('/', '-')}-{name}"]
        uri = self.address(place["docname"], name)
        title[:] = [nodes.reference("", title.astext(), refuri=uri, internal=True)]
        if place["solved"]:
            made[1]["open"] = True
        return made


def sections_of(env: Any) -> list[tuple[str, str]]:
    """연습문제가 든 쪽의 이름과 제목. 책의 차례입니다."""
    toc = yaml.safe_load((Path(env.srcdir) / "_toc.yml").read_text("utf-8"))
    names = [chapter["file"] for part in toc.get("parts", []) for chapter in part["chapters"]]
    texts = {name: Path(env.doc2path(name)).read_text("utf-8") for name in names}
    return [(name, title_of(text)) for name, text in texts.items() if MARKED in text]


def pairs_of(doctree: nodes.document) -> list[tuple[nodes.Element, Solution]]:
    """쪽에 있는 연습문제와 풀이. 짝이 없는 것은 제 쪽에서 이미 경고했습니다."""
    found: Any = doctree.findall(is_exercise)
    both = [(node, node.next_node(descend=False, siblings=True)) for node in found]
    return [(node, solution) for node, solution in both if isinstance(solution, Solution)]


def note_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """쪽의 연습문제와 풀이를 줄여 둡니다."""
    text = "".join(node.pformat() for pair in pairs_of(doctree) for node in pair)
    found: Any = app.env.metadata[app.env.docname]
    found[DIGEST] = hashlib.sha256(text.encode()).hexdigest()


def sheets(env: Any) -> list[str]:
    """모으는 쪽들."""
    return [name for name in sorted(env.all_docs) if SHEET in env.metadata[name]]


def sheets_to_read(app: Sphinx, env: Any, *_: Any) -> list[str]:
    """차례나 제목이 바뀌었으면 모으는 쪽을 다시 읽습니다."""
    return [name for name in sheets(env) if env.metadata[name][SHEET] != sections_of(env)]


def sheets_to_write(app: Sphinx, env: Any) -> list[str]:
    """연습문제나 풀이가 바뀌었으면 모으는 쪽을 다시 씁니다."""
    now = {name: found.get(DIGEST) for name, found in env.metadata.items()}
    before, env.book_exercises = getattr(env, "book_exercises", None), now
    return sheets(env) if before != now else []


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.setup_extension("exercises")
    app.add_directive("exercise-sheet", SheetDirective)
    app.add_directive("solution-sheet", SheetDirective)
    app.add_post_transform(GatherExercises)
    app.connect("doctree-read", note_exercises)
    app.connect("env-get-outdated", sheets_to_read)
    app.connect("env-get-updated", sheets_to_write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
