"""``term-glossary``: ``book/terms.yml`` 로 용어집을 만듭니다.

본문의 ``{term}`` 이 여기로 이어집니다.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from section_ids import rename, slug
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TERMS = Path(__file__).parents[1] / "terms.yml"


def load_terms(path: Path = TERMS) -> list[dict[str, Any]]:
    """용어의 목록. 가나다 차례이고, 단어가 겹치거나 뜻이 비면 ``ValueError`` 입니다."""
    terms = yaml.safe_load(path.read_text("utf-8"))
    words = [entry["term"] for entry in terms]
    for entry in terms:
        if words.count(entry["term"]) > 1:
            raise ValueError(f"term: 한 번만 나와야 합니다. 받은 값: {entry['term']!r}")
        if not entry.get("english") or not entry.get("meaning"):
            raise ValueError(f"english, meaning: 있어야 합니다. 받은 값: {entry!r}")
    return sorted(terms, key=lambda entry: entry["term"].lower())


class TermGlossary(SphinxDirective):
    """인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """Sphinx의 ``glossary`` 를 만들어 읽힙니다."""
        self.env.note_dependency(str(TERMS))
        lines = ["```{glossary}"]
        for entry in load_terms():
            lines += [entry["term"], f"  **{entry['english']}.** {entry['meaning']}"]
            if entry.get("code"):
                lines[-1] += f" 코드에서는 `{entry['code']}`."
            if entry.get("avoid"):
                lines[-1] += f" (다른 이름: {', '.join(entry['avoid'])})"
            lines.append("")
        lines.append("```")
        node = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(TERMS)), 0, node)
        self.name_terms(node)
        return list(node.children)

    def name_terms(self, glossary: nodes.Element) -> None:
        """낱말의 주소를 낱말에서 만듭니다. ``{term}`` 도 그리로 이어집니다."""
        domain: Any = self.env.get_domain("std")
        for term in glossary.findall(nodes.term):
            new = f"term-{slug(term.astext())}"
            rename(self.state.document, term, new)
            domain.objects["term", term.astext()] = (self.env.docname, new)
            domain._terms[term.astext().lower()] = (self.env.docname, new)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_directive("term-glossary", TermGlossary)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
