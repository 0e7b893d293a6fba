"""``holds``: 바로 앞 문장을 쪽의 자료에 묶습니다. 자료가 더는 그렇게 말하지 않으면 짓지 못합니다.

``상태유지 LSTM의 오차가 LSTM보다 작습니다.{holds}`error["상태유지 LSTM"] < error["LSTM"]` ``

식은 그 쪽의 셀이 ``glue`` 로 남긴 자료로 셉니다. 식의 값뿐 아니라 문장의 방향과 이름의 차례도
봅니다. 설명과 대체 텍스트 안에서도 같은 꼴로 씁니다. 셀이 낸 그림의 설명과 대체 텍스트,
방향이나 수를 말하는 ‘무엇을 보았나’의 줄에는 하나는 있어야 합니다. 어긋나면 파일과 줄을 대는
경고이고, 이 책에서 경고는 오류입니다.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import claim_values
import claim_words
from cosine_rnn.support.notation import readable
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import traverse_parent

logger = logging.getLogger(__name__)
SUMMARY = "무엇을 보았나"
SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
IN_TEXT = re.compile(r"\{(holds|glue:text|readable)\}`([^`]+)`")


class Claim(nodes.Inline, nodes.Element):
    """앞 문장과 자료를 묶는 자리. 쪽에는 아무것도 보이지 않습니다."""


class HoldsRole(SphinxRole):
    """``{holds}`식` ``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """문장은 다 읽은 뒤에 알 수 있으므로 자리만 잡습니다."""
        node = Claim(expression=self.text)
        self.set_source_info(node)
        return [node], []


def glued(env: Any) -> dict[str, str]:
    """쪽의 셀이 ``glue`` 로 남긴 글. MyST-NB가 쪽마다 파일에 적어 둡니다."""
    keys = NbMetadataCollector.get_doc_data(env)[env.docname].get("glue", [])
    if not keys:
        return {}
    path = Path(env.mystnb_config.output_folder, f"{env.docname}.glue.json")
    data = json.loads(path.read_text("utf-8"))
    return {key: data[key]["data"].get("text/plain", "") for key in keys}


class CollectClaims(SphinxTransform):
    """쪽의 자료를 문서에 남기고, 대체 텍스트에 든 묶음을 떼어 냅니다."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """한 쪽을 봅니다."""
        texts = glued(self.env)
        self.document["glued"] = texts
        for image in self.document.findall(nodes.image):
            image["claims"], image["alt"] = split_claims(image.get("alt", ""), texts)


def split_claims(text: str, texts: dict[str, str]) -> tuple[list[tuple[str, str]], str]:
    """대체 텍스트에서 ``(문장, 식)`` 들을 떼고, 자료의 수를 채운 글을 돌려줍니다."""
    claims: list[tuple[str, str]] = []
    written = ""
    end = 0
    for match in IN_TEXT.finditer(text):
        written += text[end : match.start()]
        end = match.end()
        role, content = match.groups()
        if role == "holds":
            claims.append((last_sentence(written), content))
        else:
            written += filled(role, content, texts)
    return claims, written + text[end:]


def filled(role: str, content: str, texts: dict[str, str]) -> str:
    """대체 텍스트에 든 수. 모르는 이름은 적힌 그대로 두어 눈에 띄게 합니다."""
    key, _, spec = content.partition(":" if role == "glue:text" else " ")
    if key not in texts:
        return f"{{{role}}}`{content}`"
    value = claim_values.value_of(texts[key])
    if role == "readable":
        return readable(value, digits=int(spec)) if spec else readable(value)
    return format(value, spec)


def last_sentence(text: str) -> str:
    """글의 마지막 문장."""
    return SENTENCE_END.split(text.strip())[-1]


def sentence_before(claim: Claim) -> str:
    """묶은 자리 바로 앞의 문장."""
    parent = claim.parent
    before = parent.children[: parent.index(claim)]
    texts = ["" if isinstance(node, Claim) else node.astext() for node in before]
    return last_sentence("".join(texts))


def line_of(app: Sphinx, docname: str, node: nodes.Element, expression: str) -> int | None:
    """식이 적힌 줄. 여러 줄에 나뉘어 있으면 마디의 줄입니다."""
    start = _line(node)
    path = Path(app.env.doc2path(docname))
    lines = path.read_text("utf-8").splitlines()
    found = [k for k, line in enumerate(lines, start=1) if expression in line]
    return next((k for k in found if k >= (start or 0)), found[-1] if found else start)


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """쪽 하나의 묶음을 모두 봅니다."""
    values, labels = {}, set()
    for key, text in doctree.get("glued", {}).items():
        try:
            values[claim_values.variable(key)] = claim_values.value_of(text)
        except (SyntaxError, ValueError):
            continue  # 그림이나 배열처럼 식에 쓸 수 없는 것
    for value in values.values():
        labels |= labels_in(value)

    def warn(node: nodes.Element, sentence: str, expression: str, why: str) -> None:
        logger.warning(
            "%s. 식: %s 문장: %r",
            why,
            expression,
            sentence,
            location=(docname, line_of(app, docname, node, expression)),
        )

    require_claims(doctree, docname)
    bound = [(node, sentence_before(node), node["expression"]) for node in doctree.findall(Claim)]
    for image in doctree.findall(nodes.image):
        bound += [(image, *pair) for pair in image.get("claims", [])]
    for node, sentence, expression in bound:
        try:
            tree = claim_values.check(expression, values)
            why = claim_words.disagreement(sentence, tree, labels)
        except claim_values.ClaimError as error:
            why = str(error)
        if why:
            warn(node, sentence, expression, why)
    for node in list(doctree.findall(Claim)):
        node.parent.remove(node)


def labels_in(value: Any) -> set[str]:
    """자료에 이름으로 쓰인 글자열."""
    if isinstance(value, dict):
        keys = {key for key in value if isinstance(key, str)}
        return keys.union(*(labels_in(each) for each in value.values()))
    return set()


def require_claims(doctree: nodes.document, docname: str) -> None:
    """셀이 낸 그림과 ‘무엇을 보았나’의 줄이 자료에 묶여 있는지 봅니다."""
    for figure in doctree.findall(nodes.figure):
        if not any("cell_output" in n["classes"] for n in _parents(figure)):
            continue
        line = _line(figure)
        name = (figure.get("names") or figure.get("ids") or [""])[0]
        image, caption = next(figure.findall(nodes.image)), next(figure.findall(nodes.caption))
        tied = next(caption.findall(Claim), None)
        for what, bound in (("대체 텍스트가", image.get("claims")), ("설명이", tied)):
            if not bound:
                message = "그림 %s의 %s 자료에 묶여 있지 않습니다({holds})"
                logger.warning(message, name, what, location=(docname, line))
    for section in doctree.findall(nodes.section):
        if next(section.findall(nodes.title)).astext() != SUMMARY:
            continue
        for item in section.findall(nodes.list_item):
            tied = next(item.findall(Claim), None)
            # 방향도 수도 말하지 않는 줄은 뜻을 말할 뿐이라 견줄 자료가 없습니다.
            claims_something = claim_words.direction_of(item.astext()) or _has_number(item)
            if doctree.get("glued") and claims_something and not tied:
                message = "‘%s’의 줄이 자료에 묶여 있지 않습니다({holds}): %r"
                logger.warning(message, SUMMARY, item.astext()[:40], location=item)


def _has_number(node: nodes.Element) -> bool:
    return any("pasted-text" in n.get("classes", []) for n in node.findall(nodes.inline))


def _parents(node: nodes.Element) -> list[nodes.Element]:
    return [n for n in traverse_parent(node) if isinstance(n, nodes.Element)]


def _line(node: nodes.Element) -> int | None:
    return next((n.line for n in _parents(node) if n.line), None)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_node(Claim)
    app.add_role("holds", HoldsRole())
    app.add_transform(CollectClaims)
    app.connect("doctree-resolved", check, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
