"""``inline-svg``: SVG 파일을 쪽 안에 그대로 넣는 그림. 테마의 색을 따르고 글자를 고를 수 있습니다.

그림의 번호와 참조는 ``figure`` 와 같습니다. SVG의 글은 쪽의 글이 아니므로 검색 색인에
들어가지 않습니다. HTML이 아닌 출력에서는 보통 그림으로 넣습니다.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator


class InlineSvg(nodes.image):
    """HTML에서 내용이 그대로 쓰이는 SVG. 다른 출력에서는 그림 파일입니다."""


class InlineSvgDirective(SphinxDirective):
    """쪽에서 본 SVG 파일의 길이 인자, 설명 한 문장이 내용입니다. ``alt`` 는 꼭 있어야 합니다."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged_required,
        "alt": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """그림 마디 하나를 만듭니다."""
        alt = self.options.get("alt", "").strip()
        if not alt:
            raise self.error("alt: 대체 텍스트가 있어야 합니다.")
        relative, absolute = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            svg = Path(absolute).read_text("utf-8")
            root = ElementTree.fromstring(svg)
        except (OSError, ElementTree.ParseError) as error:
            raise self.error(f"SVG 파일을 읽을 수 없습니다: {relative} ({error})") from error
        if not root.tag.endswith("}svg"):
            raise self.error(f"SVG 파일이어야 합니다: {relative}")
        drawn = svg[svg.index("<svg") :].replace("<svg", f'<svg data-source="{relative}"', 1)
        image = InlineSvg(uri=self.arguments[0], alt=alt, svg=drawn)
        self.set_source_info(image)
        figure = nodes.figure("", image, classes=["inline-svg"])
        self.set_source_info(figure)
        parsed, messages = self.parse_inline(" ".join(self.content), lineno=self.lineno)
        figure += nodes.caption("", "", *parsed)
        self.add_name(figure)
        return [figure, *messages]


def visit_html(self: HTML5Translator, node: InlineSvg) -> None:
    """SVG를 그대로 씁니다. SVG에 든 제목과 설명이 대체 텍스트의 구실을 합니다."""
    self.body.append(node["svg"])
    raise nodes.SkipNode


def visit_as_image(self, node: InlineSvg) -> None:
    """보통 그림으로 다룹니다."""
    self.visit_image(node)


def depart_as_image(self, node: InlineSvg) -> None:
    """보통 그림으로 다룹니다."""
    self.depart_image(node)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    others = (visit_as_image, depart_as_image)
    app.add_node(InlineSvg, html=(visit_html, None), latex=others, text=others)
    app.add_directive("inline-svg", InlineSvgDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
