"""꾸러미의 설명에서 설명이 아닌 것을 빼고, 실험은 폴더에 있는 대로 적습니다."""

from __future__ import annotations

from typing import Any

from cosine_rnn.support import catalogue
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Experiments(SphinxDirective):
    """``.. experiments::``: 실험마다 이름과 모듈의 설명. 인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """실험의 모듈마다 ``automodule`` 을 부릅니다."""
        lines: list[str] = []
        for name in catalogue.names():
            module = f"cosine_rnn.experiments.{name.replace('-', '_')}"
            lines += [
                f".. rubric:: ``{name}``",
                "",
                f".. automodule:: {module}",
                "   :members:",
                "",
            ]
        place = nodes.container()
        self.state.nested_parse(StringList(lines, self.env.docname), self.content_offset, place)
        return place.children


def skip_tuple_fields(
    app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any
) -> bool | None:
    """``NamedTuple`` 의 칸은 클래스의 설명에 있으므로 따로 적지 않습니다."""
    return True if type(member).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("autodoc-skip-member", skip_tuple_fields)
    app.add_directive("experiments", Experiments)
    return {"parallel_read_safe": True}
