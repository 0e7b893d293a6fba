"""``chapter-citation``: 장을 인용하는 문장과 BibTeX, RIS. 판과 고친 날, 주소가 들어 있습니다.

지은이와 판은 ``CITATION.cff`` 에서, 고친 날은 git에서, 주소는 환경 변수 ``BOOK_URL`` 에서 옵니다.
인자가 없으면 그 쪽을, ``cosine/lstm`` 이면 그 장을, ``book`` 이면 책 전체를 인용합니다. ``form`` 을
주면 그 꼴 하나만 적습니다. 저를 인용하는 쪽의 머리에는 문헌 관리 도구와 검색 엔진이 읽는 표시를
답니다.
"""

from __future__ import annotations

import html
import posixpath
import re
from pathlib import Path
from typing import Any, ClassVar

import book_facts
import citation_formats
import offline_zip
import site_address
from citation_formats import Work
from docutils import nodes
from docutils.parsers.rst import directives
from page_history import History, packed_time
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
BOOK = "book"
"""책 전체를 가리키는 인자."""


NAMES = {"bibtex": "BibTeX", "ris": "RIS"}
SUFFIXES = {"bibtex": "bib", "ris": "ris"}


class Placeholder(nodes.General, nodes.Element):
    """제목이 정해진 뒤에 채울 자리."""


class ChapterCitation(SphinxDirective):
    """장의 이름이나 ``book`` 이 인자입니다. 내용은 없습니다."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "form": lambda text: directives.choice(text, tuple(citation_formats.FORMS))
    }

    def run(self) -> list[nodes.Node]:
        """제목은 다 읽은 뒤에 알 수 있으므로 자리만 잡습니다."""
        env: Any = self.env
        given = self.arguments[0] if self.arguments else ""
        cited = given if given == BOOK else f"book/{given}" if given else env.docname
        place = Placeholder(cited=cited, form=self.options.get("form", ""))
        self.set_source_info(place)
        cites = env.metadata[env.docname].setdefault("cites", [])
        # 제 쪽에서 저를 인용하는 것이 그 쪽의 표시가 됩니다. 보기로 든 것은 아닙니다.
        own = not given or (given == BOOK and env.docname == env.config.root_doc)
        cites.append((cited, own))
        return [place]


def check_title(app: Sphinx, doctree: nodes.document) -> None:
    """저를 인용하는 쪽에는 제목이 있어야 합니다. 없으면 Sphinx는 첫 절의 제목을 씁니다."""
    sections = [node for node in doctree.children if isinstance(node, nodes.section)]
    if len(sections) == 1:
        return
    for place in doctree.findall(Placeholder):
        if place["cited"] == app.env.docname:
            path = Path(app.env.doc2path(app.env.docname)).name
            rule = "인용할 장에는 제목(# …)이 하나 있어야 합니다. 받은 값: %d개"
            logger.warning(f"%s: {rule}", path, len(sections), location=place)


def work_of(app: Sphinx, cited: str) -> Work:
    """인용할 것 하나. ``cited`` 는 쪽의 이름이거나 ``book`` 입니다."""
    env: Any = app.env
    builder: Any = app.builder
    history: History = builder.citation_history
    book: book_facts.Book = builder.cited_book
    page = env.config.root_doc if cited == BOOK else cited
    address = site_address.page_address(page) if site_address.book_address() else ""
    if cited == BOOK:
        folder = posixpath.dirname(page) or "."
        return Work(book, None, offline_zip.NAME, address, history.change(folder))
    source = Path(env.doc2path(page)).resolve().relative_to(history.folder).as_posix()
    name = re.sub(r"[^a-z0-9]+", "-", page.removeprefix("book/"))
    return Work(book, env.titles[page].astext(), name, address, history.change(source))


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """자리마다 인용을 넣습니다. 날짜나 주소를 모르면 모른다고 적습니다."""
    env: Any = app.env
    for place in list(doctree.findall(Placeholder)):
        cited = place["cited"]
        if cited != BOOK and cited not in env.found_docs:
            logger.warning("chapter-citation: 책에 없는 쪽입니다: %s", cited, location=place)
            place.parent.remove(place)
            continue
        work = work_of(app, cited)
        page = env.config.root_doc if cited == BOOK else cited
        whole = block(work, file_links(app, page, docname))
        place.replace_self(literal(work, place["form"]) if place["form"] else whole)


def literal(work: Work, form: str) -> nodes.literal_block:
    """한 가지 꼴로 적은 것. 복사 단추가 붙습니다."""
    text = citation_formats.FORMS[form](work)
    if form == "bibtex":
        return nodes.literal_block(text, text, language="bibtex")
    classes = [] if form == "ris" else ["citation-sentence"]
    return nodes.literal_block(text, text, language="text", classes=classes)


def block(work: Work, links: dict[str, nodes.Node]) -> nodes.container:
    """문장과 주소, 모르는 것을 말하는 줄, 그리고 두 가지 꼴."""
    found = nodes.container("", literal(work, "sentence"), classes=["cite-this"])
    if work.address:
        link = nodes.reference("", work.address, refuri=work.address, internal=False)
        found += nodes.paragraph("", "", nodes.Text("이 쪽의 주소: "), link)
    if work.change.note:
        found += nodes.paragraph("", work.change.note)
    for form, name in NAMES.items():
        label = links.get(form, nodes.strong("", name))
        found += [nodes.paragraph("", "", label), literal(work, form)]
    return found


def file_links(app: Sphinx, page: str, docname: str) -> dict[str, nodes.Node]:
    """쪽의 곁에 둔 파일로 가는 고리. 사이트가 아닌 꼴의 책에는 그런 파일이 없습니다."""
    if app.builder.name != "html":
        return {}
    found: dict[str, nodes.Node] = {}
    for form, name in NAMES.items():
        address = posixpath.relpath(f"{page}.{SUFFIXES[form]}", posixpath.dirname(docname) or ".")
        link = f'<a href="{html.escape(address)}" download>{name} 파일로 받기</a>'
        found[form] = nodes.raw("", link, format="html")
    return found


def own_work(app: Sphinx, page: str) -> Work | None:
    """쪽이 저를 인용하면 그 인용. 보기로 든 다른 장의 인용은 아닙니다."""
    env: Any = app.env
    for cited, own in env.metadata.get(page, {}).get("cites", ()):
        if own:
            return work_of(app, cited)
    return None


def mark_head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """인용이 있는 쪽의 머리에 표시를 달고, 곁에 두 파일을 씁니다."""
    env: Any = app.env
    work = own_work(app, pagename)
    if app.builder.name != "html" or work is None:
        return
    home = site_address.page_address(env.config.root_doc) if site_address.book_address() else ""
    tags = [
        f'<meta name="{name}" content="{html.escape(text)}">'
        for name, text in citation_formats.highwire(work)
    ]
    data = citation_formats.json_ld(work, home)
    tags.append(f'<script type="application/ld+json">{data}</script>')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)
    for form, suffix in SUFFIXES.items():
        path = Path(app.outdir) / f"{pagename}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{citation_formats.FORMS[form](work)}\n", "utf-8")


def check_time(app: Sphinx, config: Config) -> None:
    """소스를 묶은 때가 수가 아니면, Sphinx가 읽기 전에 규칙을 대며 멈춥니다."""
    try:
        packed_time()
    except ValueError as error:
        raise ExtensionError(str(error)) from error


def open_sources(app: Sphinx) -> None:
    """이번에 지을 때 쓸 책의 정보와 기록을 엽니다."""
    builder: Any = app.builder
    builder.cited_book = book_facts.read_book()
    builder.citation_history = History(Path(app.srcdir).resolve())


def pages_to_write(app: Sphinx, env: Any) -> list[str]:
    """글은 그대로인데 인용에 적을 날이 바뀐 쪽. 커밋하면 그렇게 됩니다."""
    changes: dict[str, Any] = {}
    for name, found in env.metadata.items():
        cites = [cited for cited, _ in found.get("cites", ())]
        known = [cited for cited in cites if cited == BOOK or cited in env.found_docs]
        if known:
            changes[name] = [work_of(app, cited).change for cited in known]
    before, env.book_changes = getattr(env, "book_changes", {}), changes
    return sorted(name for name, found in changes.items() if before.get(name) != found)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_node(Placeholder)
    app.add_directive("chapter-citation", ChapterCitation)
    app.connect("config-inited", check_time, priority=100)
    app.connect("builder-inited", open_sources)
    app.connect("doctree-read", check_title)
    app.connect("env-get-updated", pages_to_write)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", mark_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
