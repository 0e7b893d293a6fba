"""``execution-times``: 쪽마다 셀을 실행하는 데 걸린 시간의 표. 쪽의 제목으로 이어집니다."""

from __future__ import annotations

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector, SphinxEnvType
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class ExecutionTimes(nodes.General, nodes.Element):
    """모든 쪽을 읽은 뒤에 채울 자리."""


class ExecutionTimesDirective(SphinxDirective):
    """인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """시간은 다 실행한 뒤에 알 수 있으므로 자리만 잡습니다."""
        return [ExecutionTimes()]


def executed_pages(env: SphinxEnvType) -> list[tuple[str, float]]:
    """차례에 나온 순서대로 쪽의 이름과 실행 시간(초). 셀이 없는 쪽은 뺍니다."""
    order = [env.config.root_doc, *env.toctree_includes.get(env.config.root_doc, [])]
    pages = []
    for docname in order:
        data = NbMetadataCollector.get_exec_data(env, docname)
        if data and data["runtime"] is not None:
            pages.append((docname, float(data["runtime"])))
    return pages


def row(*cells: nodes.Node) -> nodes.row:
    """표의 한 줄."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """자리마다 표를 넣습니다."""
    for place in list(doctree.findall(ExecutionTimes)):
        pages = executed_pages(app.env)  # pyright: ignore[reportArgumentType]
        body = nodes.tbody()
        for name, seconds in pages:
            title = nodes.Text(app.env.titles[name].astext())
            target = app.builder.get_relative_uri(docname, name)
            link = nodes.reference("", "", title, internal=True, refuri=target)
            body += row(link, nodes.Text(f"{seconds:.1f}"))
        total = sum(seconds for _, seconds in pages)
        body += row(nodes.Text("합"), nodes.Text(f"{total:.1f}"))
        head = nodes.thead("", row(nodes.Text("쪽"), nodes.Text("실행(초)")))
        columns = [nodes.colspec(colwidth=4), nodes.colspec(colwidth=1)]
        place.replace_self(nodes.table("", nodes.tgroup("", *columns, head, body, cols=2)))


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_node(ExecutionTimes)
    app.add_directive("execution-times", ExecutionTimesDirective)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
