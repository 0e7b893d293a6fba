"""``chapter-citation``: 장을 인용하는 문장과 BibTeX.

지은이와 제목은 설정에서, 주소는 환경 변수 ``BOOK_URL`` 에서 옵니다.
"""

from __future__ import annotations

import re

import site_address
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Placeholder(nodes.General, nodes.Element):
    """장의 제목이 정해진 뒤에 채울 자리."""


class ChapterCitation(SphinxDirective):
    """인자도 내용도 없습니다."""

    def run(self) -> list[nodes.Node]:
        """제목은 다 읽은 뒤에 알 수 있으므로 자리만 잡습니다."""
        return [Placeholder()]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """자리마다 인용 문장과 BibTeX를 넣습니다. 주소를 모르면 주소 없이 씁니다."""
    for place in list(doctree.findall(Placeholder)):
        title = app.env.titles[docname].astext()
        book, author, year = app.config.html_title, app.config.author, app.config.copyright
        url = site_address.page_address(docname) if site_address.book_address() else ""
        key = re.sub(r"[^a-z0-9]+", "-", f"{docname.removeprefix('book/')}-{year}")
        sentence = f"{author} ({year}). “{title}”. 『{book}』. {url}".strip()
        fields = {"author": f"{{{author}}}", "title": title, "booktitle": book, "year": year}
        if url:
            fields["url"] = url
        rows = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        bibtex = f"@incollection{{{key},\n{rows}\n}}"
        place.replace_self(
            [
                nodes.paragraph("", sentence),
                nodes.literal_block(bibtex, bibtex, language="bibtex"),
            ]
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_node(Placeholder)
    app.add_directive("chapter-citation", ChapterCitation)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
